//! The way back from a provider.

use serde_json::Value;
use tenon_model::{AuthCode, Code, Error, Result};

use super::{
    client::{Granted, Partner},
    consent,
    exchange::{FlowRow, hash, issue_code, kept_tokens},
    flow::Kept,
    linking::{Arrival, settle},
};
use crate::{
    Engine,
    audit::Client,
    database::Conn,
    identity::{
        Begun, app_sessions,
        redirect::{self, with_fragment, with_query},
    },
};

/// How long a flow may take from here. Seconds.
const LIFETIME: i64 = 300;

/// What a provider sends back.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    /// The state that went there.
    pub state: Option<String>,
    /// The code that is worth tokens.
    pub code: Option<String>,
    /// Why there is none.
    pub error: Option<String>,
    /// The same, for people.
    pub error_description: Option<String>,
    /// Apple, the first time: the user's name, as JSON.
    pub user: Option<String>,
}

/// How a flow ended.
enum Ending {
    Code(String),
    Session(Box<Begun>),
    /// The person is asked before anything is linked.
    Ask(String),
}

impl Engine {
    /// Ends a way to a provider and answers where the browser goes: with a code, with tokens, or with what went wrong.
    /// `browser` is the cookie of [`super::Away`].
    pub async fn callback(&self, returned: Returned, browser: Option<String>, client: Client) -> String {
        let flow = match self.take_flow(returned.state.clone(), browser).await {
            Ok(flow) => flow,
            Err(error) => {
                let settings = self.settings();
                return with_error(redirect::site(&settings.auth, self.config()), &error, None);
            }
        };
        // Browsers keep a fragment on their way through redirects, and the hosted pages read the query alone.
        let keeps_fragment = !Kept::of(&flow).is_ok_and(|kept| kept.ask);
        let target = flow.redirect_to.clone();
        let refused = |error: &Error, kind: Option<&str>| {
            let url = with_error(&target, error, kind);
            if keeps_fragment { url } else { url.split('#').next().unwrap_or_default().to_owned() }
        };
        if let Some(error) = &returned.error {
            return refused(&told(error, returned.error_description.as_deref()), Some(error));
        }
        match Box::pin(self.arrive(flow, returned, &client)).await {
            Ok(url) => url,
            Err(error) => refused(&error, None),
        }
    }

    /// The flow of a state, which works once and in the browser that it began in.
    async fn take_flow(&self, state: Option<String>, browser: Option<String>) -> Result<FlowRow> {
        let state = state.filter(|state| !state.is_empty()).ok_or_else(|| bad("OAuth state parameter missing"))?;
        let browser = browser.ok_or_else(|| bad("OAuth callback in another browser than the one it began in"))?;
        let now = self.now();
        self.database()
            .write(move |conn| {
                let unknown = || bad("OAuth state not found or already used");
                let flow = FlowRow::by_state(conn, &state)?.ok_or_else(unknown)?;
                if flow.browser_hash.as_ref() != Some(&hash(&browser)) {
                    return Err(bad("OAuth callback in another browser than the one it began in"));
                }
                if flow.is_over(now) {
                    return Err(bad("OAuth state has expired"));
                }
                if flow.remove(conn)? { Ok(flow) } else { Err(unknown()) }
            })
            .await
    }

    async fn arrive(&self, flow: FlowRow, returned: Returned, client: &Client) -> Result<String> {
        let missing = || Error::auth(AuthCode::BadOauthCallback, "OAuth callback with missing authorization code");
        let code = returned.code.filter(|code| !code.is_empty()).ok_or_else(missing)?;
        let (now, kept) = (self.now(), Kept::of(&flow)?);
        let provider = self.provider(&flow.provider).await?;
        let endpoints = self.online().endpoints(&provider, now).await?;
        let partner = Partner { provider: &provider, endpoints: &endpoints, callback_url: self.callback_url() };
        let mut granted = partner.redeem(self.online(), &code, kept.verifier.as_deref(), &kept.nonce, now).await?;
        if provider.apple.is_some() {
            granted.profile.take_name(&apples_name(returned.user.as_deref()));
        }
        let tokens = (granted.access_token.clone(), granted.refresh_token.clone());
        let target = flow.redirect_to.clone();
        match self.end(flow, &kept, granted, client).await? {
            Ending::Code(code) => Ok(with_query(&target, &[("code", &code)])),
            Ending::Ask(token) => Ok(with_query(&target, &[("link", &token)])),
            Ending::Session(begun) => {
                let session = self.tokens(*begun)?;
                let (expires_in, expires_at) = (session.expires_in.to_string(), session.expires_at.to_string());
                let mut pairs = vec![
                    ("access_token", session.access_token.as_str()),
                    ("expires_at", &expires_at),
                    ("expires_in", &expires_in),
                    ("provider_token", &tokens.0),
                ];
                if let Some(refresh_token) = &tokens.1 {
                    pairs.push(("provider_refresh_token", refresh_token));
                }
                pairs.extend([("refresh_token", session.refresh_token.as_str()), ("token_type", "bearer")]);
                Ok(with_fragment(&target, &pairs))
            }
        }
    }

    async fn end(&self, flow: FlowRow, kept: &Kept, granted: Granted, client: &Client) -> Result<Ending> {
        let (now, settings, client) = (self.now(), self.settings(), client.clone());
        let (link, ask) = (kept.link, kept.ask);
        self.database()
            .write(move |conn| {
                let link_to = flow.user_id.as_deref().filter(|_| link);
                let arrival = Arrival { provider: &flow.provider, profile: &granted.profile, link_to };
                if ask && let Some(account) = consent::wanted(conn, &settings.auth, &arrival)? {
                    return consent::wait(conn, now, &flow, &granted.profile, account).map(Ending::Ask);
                }
                let mut user = settle(conn, now, &settings.auth, &arrival, &client)?;
                if user.is_banned(now) {
                    return Err(Error::auth(AuthCode::UserBanned, "User is banned"));
                }
                if flow.code_challenge.is_some() {
                    return coded(conn, now, &flow, &granted, &user.id).map(Ending::Code);
                }
                let begun = app_sessions::begin(conn, now, &settings.auth, &mut user, &flow.method, &client)?;
                Ok(Ending::Session(Box::new(begun)))
            })
            .await
    }
}

fn bad(message: &str) -> Error {
    Error::auth(AuthCode::BadOauthState, message)
}

/// The code that the application exchanges for tokens.
fn coded(conn: &mut Conn, now: jiff::Timestamp, flow: &FlowRow, granted: &Granted, user: &str) -> Result<String> {
    let mut next = FlowRow::new(now, &flow.provider, &flow.method, &flow.redirect_to, LIFETIME);
    next.code_challenge.clone_from(&flow.code_challenge);
    next.code_challenge_method.clone_from(&flow.code_challenge_method);
    next.data = kept_tokens(Some(&granted.access_token), granted.refresh_token.as_deref()).to_string();
    next.insert(conn, now)?;
    issue_code(conn, now, &next.id, user)
}

/// What a provider says of its refusal.
fn told(error: &str, description: Option<&str>) -> Error {
    let text: String = description.unwrap_or(error).chars().filter(|c| !c.is_control()).take(300).collect();
    Error::auth(AuthCode::BadOauthCallback, text)
}

fn apples_name(user: Option<&str>) -> String {
    let user: Value = user.and_then(|user| serde_json::from_str(user).ok()).unwrap_or_default();
    let part = |name: &str| user.pointer(&format!("/name/{name}")).and_then(Value::as_str).map(str::to_owned);
    let name = [part("firstName"), part("lastName")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    name.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Where somebody goes with what went wrong, which is told in the query and, as the client libraries look there, in the fragment.
pub(super) fn with_error(target: &str, error: &Error, kind: Option<&str>) -> String {
    let (code, message) = match error.code {
        Code::Auth(code) => (code, error.message.clone()),
        Code::Throttled | Code::Busy => (AuthCode::OverRequestRateLimit, error.message.clone()),
        _ => {
            tracing::error!(error = %error, "a sign-in by a provider failed");
            (AuthCode::UnexpectedFailure, "Unexpected failure, please check server logs for more information".to_owned())
        }
    };
    let usual = match code {
        AuthCode::UnexpectedFailure => "server_error",
        AuthCode::SignupDisabled | AuthCode::UserBanned | AuthCode::ProviderDisabled => "access_denied",
        _ => "invalid_request",
    };
    let pairs = [("error", kind.unwrap_or(usual)), ("error_code", code.as_str()), ("error_description", &message)];
    with_fragment(&with_query(target, &pairs), &pairs)
}
