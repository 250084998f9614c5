//! The way to a provider: what is kept of it, and what the browser carries.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenon_model::{AuthCode, Caller, Error, Result};

use super::{
    Provider,
    client::{Carried, Partner},
    definition::RESERVED,
    exchange::{FlowRow, hash},
};
use crate::{
    Engine,
    audit::Client,
    database::Conn,
    identity::{asker::Signed, factors::has_verified, limits, random_token, redirect, throttle::net_of, users::UserRow},
};

/// How long somebody may take at a provider. Seconds.
const LIFETIME: i64 = 600;
/// How long the way to a provider stays open to who asked for it as a signed-in user. Seconds.
const TICKET_LIFETIME: i64 = 120;
/// The most ways begun from one address of the net in an hour.
const MOST: u32 = 2000;
/// The most further parameters and their length.
const PARAMS: (usize, usize) = (20, 512);

/// What an application asks for.
#[derive(Clone, Debug, Default)]
pub struct Authorize {
    /// The provider's name.
    pub provider: String,
    /// Where to go afterwards.
    pub redirect_to: Option<String>,
    /// Further scopes, with spaces or commas between them.
    pub scopes: Option<String>,
    /// PKCE's challenge; without it, tokens come in the fragment.
    pub code_challenge: Option<String>,
    /// How the challenge was made.
    pub code_challenge_method: Option<String>,
    /// Whatever else is to reach the provider.
    pub params: Vec<(String, String)>,
    /// What a signed-in user was given to come back with: see [`Engine::link_url`].
    pub ticket: Option<String>,
    /// The cookie that the browser has from another flow.
    pub browser: Option<String>,
}

/// The way to a provider.
#[derive(Clone, Debug)]
pub struct Away {
    /// Where the browser goes.
    pub url: String,
    /// The cookie that binds the flow to it.
    pub browser: String,
    /// Whether the provider comes back with a form from its own pages, which a strict cookie would not survive.
    pub posts_back: bool,
    /// Seconds until the cookie may end.
    pub max_age: i64,
}

/// What a flow keeps for its way back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    pub(super) nonce: String,
    pub(super) verifier: Option<String>,
    /// Whether the identity is to be linked to the flow's user.
    pub(super) link: bool,
    /// Whether the person is asked before an identity joins an account that is there already.
    pub(super) ask: bool,
    /// Before the way begins: what it is to carry.
    pub(super) ticket: bool,
    pub(super) scopes: Vec<String>,
    pub(super) params: Vec<(String, String)>,
}

impl Kept {
    pub(super) fn of(row: &FlowRow) -> Result<Self> {
        serde_json::from_str(&row.data).map_err(Error::internal)
    }

    fn text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }
}

impl Engine {
    /// Begins a way to a provider.
    ///
    /// # Errors
    /// [`AuthCode::ProviderDisabled`]; [`AuthCode::ValidationFailed`]; [`AuthCode::FlowStateNotFound`] for a ticket that was
    /// used or is too old.
    pub async fn authorize_url(&self, asked: Authorize, client: &Client) -> Result<Away> {
        let now = self.now();
        let (mut row, kept) = match &asked.ticket {
            Some(ticket) => self.take_ticket(ticket, now).await?,
            None => self.plan(&asked, now)?,
        };
        let provider = self.provider(&row.provider).await?;
        let endpoints = self.online().endpoints(&provider, now).await?;
        let (state, nonce) = (random_token()?, random_token()?);
        let verifier = if provider.pkce { Some(random_token()?) } else { None };
        let browser = match asked.browser.filter(|cookie| is_token(cookie)) {
            Some(cookie) => cookie,
            None => random_token()?,
        };
        let scopes = all_scopes(&provider, &kept.scopes);
        let partner = Partner { provider: &provider, endpoints: &endpoints, callback_url: self.callback_url() };
        let carried =
            Carried { state: &state, nonce: &nonce, verifier: verifier.as_deref(), scopes: &scopes, params: &kept.params };
        let url = partner.url(&carried)?;
        row.state_hash = Some(hash(&state));
        row.browser_hash = Some(hash(&browser));
        row.expires_at = now.as_second() + LIFETIME;
        row.data = Kept { nonce, verifier, link: kept.link, ask: kept.ask, ..Kept::default() }.text()?;
        let address = net_of(&client.address);
        self.database()
            .write(move |conn| {
                limits::per_hour(conn, now, "authorize", &address, MOST, AuthCode::OverRequestRateLimit)?;
                row.insert(conn, now)
            })
            .await?;
        Ok(Away { url, browser, posts_back: provider.posts_back(), max_age: LIFETIME })
    }

    /// Where a signed-in user's browser goes to link an identity. The address works once and for a short time; it is one of
    /// this instance's own, so that the flow is bound to the browser that follows it and not to the request that asked for it.
    ///
    /// # Errors
    /// [`AuthCode::ManualLinkingDisabled`]; [`AuthCode::NoAuthorization`]; as [`Engine::authorize_url`].
    pub async fn link_url(&self, caller: &Caller, asked: Authorize) -> Result<String> {
        let signed = self.linking_user(caller)?;
        self.ticket(asked, Some(signed), false, None).await
    }

    /// As [`Engine::link_url`], for the hosted pages: whoever comes back is asked before an identity joins an account that is
    /// there already (see [`Engine::pending_link`]). `link_to` is who links a further identity; without, somebody signs in.
    ///
    /// # Errors
    /// As [`Engine::link_url`].
    pub async fn hosted_provider_url(&self, link_to: Option<&Caller>, asked: Authorize, client: &Client) -> Result<String> {
        let signed = link_to.map(|caller| self.linking_user(caller)).transpose()?;
        self.ticket(asked, signed, true, Some(net_of(&client.address))).await
    }

    async fn ticket(&self, asked: Authorize, link_to: Option<Signed>, ask: bool, address: Option<String>) -> Result<String> {
        let now = self.now();
        self.provider(&asked.provider).await?;
        let (mut row, kept) = self.plan(&asked, now)?;
        let ticket = random_token()?;
        let kept = Kept { link: link_to.is_some(), ask, ticket: true, ..kept };
        row.user_id = link_to.map(|signed| signed.user.to_string());
        row.state_hash = Some(hash(&ticket));
        row.expires_at = now.as_second() + TICKET_LIFETIME;
        row.data = kept.text()?;
        let unit = move |conn: &mut Conn| {
            if let Some(address) = &address {
                limits::per_hour(conn, now, "hosted-authorize", address, MOST, AuthCode::OverRequestRateLimit)?;
            }
            if let Some(signed) = link_to {
                may_link(conn, signed, now)?;
            }
            row.insert(conn, now)
        };
        self.database().write(unit).await?;
        Ok(format!("{}/auth/v1/authorize?ticket={ticket}", self.external_url()))
    }

    /// The user who may link identities to themselves, if [`may_link`] agrees.
    pub(super) fn linking_user(&self, caller: &Caller) -> Result<Signed> {
        if !self.settings().auth.manual_linking {
            return Err(Error::auth(AuthCode::ManualLinkingDisabled, "Manual linking is disabled"));
        }
        Signed::of(caller)
    }

    fn plan(&self, asked: &Authorize, now: Timestamp) -> Result<(FlowRow, Kept)> {
        let settings = self.settings();
        let target = redirect::target(&settings.auth, self.config(), asked.redirect_to.as_deref());
        let row = FlowRow::new(now, &asked.provider, "oauth", &target, LIFETIME);
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let row = match (given(&asked.code_challenge), given(&asked.code_challenge_method)) {
            (Some(challenge), Some(method)) => row.challenged(&challenge, &method)?,
            (None, None) => row,
            _ => {
                let message = "PKCE flow requires code_challenge_method and code_challenge";
                return Err(Error::auth(AuthCode::ValidationFailed, message));
            }
        };
        let scopes = asked.scopes.as_deref().unwrap_or_default().split([' ', ',']).filter(|scope| !scope.is_empty());
        let scopes = scopes.take(50).map(str::to_owned).collect();
        Ok((row, Kept { scopes, params: passed_on(&asked.params), ..Kept::default() }))
    }

    async fn take_ticket(&self, ticket: &str, now: Timestamp) -> Result<(FlowRow, Kept)> {
        let ticket = ticket.to_owned();
        self.database()
            .write(move |conn| {
                let row = FlowRow::by_state(conn, &ticket)?.ok_or_else(super::exchange::not_found)?;
                let kept = Kept::of(&row)?;
                if !kept.ticket || !row.remove(conn)? {
                    return Err(super::exchange::not_found());
                }
                if row.is_over(now) {
                    return Err(super::exchange::expired());
                }
                Ok((row, kept))
            })
            .await
    }
}

/// The user who asks to link an identity, or to part with one. An identity is a way in: so it takes a session that still
/// runs, which a token by itself does not prove, and the second factor of whoever has one.
///
/// # Errors
/// [`AuthCode::SessionNotFound`]; [`AuthCode::InsufficientAal`].
pub(super) fn may_link(conn: &mut Conn, signed: Signed, now: Timestamp) -> Result<UserRow> {
    let asker = signed.load_any(conn, now)?;
    asker.require_second_if(has_verified(conn, &asker.user.id)?, "change how the user signs in")?;
    Ok(asker.user)
}

/// The parameters that reach the provider: none that the flow sets itself, and none that change how it comes back.
fn passed_on(params: &[(String, String)]) -> Vec<(String, String)> {
    let own = ["response_mode", "skip_http_redirect", "flow_type", "apikey", "ticket", "access_token", "refresh_token"];
    let fits = |(name, value): &&(String, String)| {
        !RESERVED.contains(&name.as_str()) && !own.contains(&name.as_str()) && name.len() + value.len() <= PARAMS.1
    };
    params.iter().filter(fits).take(PARAMS.0).cloned().collect()
}

fn all_scopes(provider: &Provider, further: &[String]) -> Vec<String> {
    let mut scopes = provider.scopes.clone();
    for scope in further {
        if !scopes.contains(scope) {
            scopes.push(scope.clone());
        }
    }
    scopes
}

/// Whether a cookie is one that this instance may have given.
fn is_token(cookie: &str) -> bool {
    cookie.len() == 43 && cookie.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
