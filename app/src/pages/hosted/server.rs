//! What the pages' server functions share: who is signed in here, and where they go next.

use http::{StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use tenon_engine::{
    Engine,
    audit::Client,
    identity::{
        Session,
        flows::Verified,
        hosted::{HandedOver, Hosted},
        redirect,
    },
    settings::{AuthSettings, Captcha},
};
use tenon_model::{AuthCode, Code, Error};

use super::{carried::Carried, entry::Brand};
pub(super) use crate::pages::factors::proof::{Factor, factors_of, id, signed_by_key};
use crate::{
    AppError,
    client::ClientInfo,
    context, cookies,
    errors::Result,
    flash::{self, Flash},
    pages::factors::proof,
    paths,
};

/// The session's cookie.
pub(super) const COOKIE: &str = "tenon_user";
/// The session's cookie under TLS, where the prefix binds it to this very host.
pub(super) const SECURE_COOKIE: &str = "__Host-tenon_user";

/// Where the request came from.
pub(super) fn client_of(parts: &Parts) -> Client {
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let address = parts.extensions.get::<ClientInfo>().map(|client| client.address.to_string()).unwrap_or_default();
    Client { address, user_agent: text(header::USER_AGENT), languages: text(header::ACCEPT_LANGUAGE) }
}

pub(super) fn client() -> Client {
    use_context::<Parts>().map(|parts| client_of(&parts)).unwrap_or_default()
}

fn cookie() -> &'static str {
    let secure = use_context::<Parts>().and_then(|parts| parts.extensions.get::<ClientInfo>().map(|client| client.secure));
    if secure.unwrap_or(false) { SECURE_COOKIE } else { COOKIE }
}

/// The session that this browser has here.
pub(super) async fn current(engine: &Engine) -> Result<Option<Hosted>> {
    match cookies::get(cookie()) {
        Some(token) => Ok(engine.hosted(&token).await?),
        None => Ok(None),
    }
}

/// Who is signed in; others are sent to sign in.
pub(super) async fn signed_in(carried: &Carried) -> Result<(Engine, Hosted)> {
    let engine = context::engine()?;
    if let Some(hosted) = current(&engine).await? {
        return Ok((engine, hosted));
    }
    context::redirect(&carried.to("/auth/sign-in"));
    Err(Error::new(Code::Unauthenticated, "Sign in to go on.").into())
}

/// As [`signed_in`], after the second factor that the user may have.
pub(super) async fn surely_signed_in(carried: &Carried) -> Result<(Engine, Hosted)> {
    let (engine, hosted) = signed_in(carried).await?;
    if hosted.wants_second {
        context::redirect(&carried.to("/auth/mfa"));
        return Err(Error::new(Code::Unauthenticated, "Your second factor comes first.").into());
    }
    Ok((engine, hosted))
}

/// Gives the browser a session that just began or rose, and says where its person goes next.
pub(super) async fn admit(engine: &Engine, session: &Session, carried: &Carried) -> Result<String> {
    let hosted = host(engine, session).await?;
    next(engine, &hosted, carried).await
}

/// Gives the browser a session that just began or rose.
pub(super) async fn host(engine: &Engine, session: &Session) -> Result<Hosted> {
    if let Some(before) = cookies::get(cookie())
        && let Some(hosted) = engine.hosted(&before).await?
        && hosted.session != session.session
    {
        engine.end_hosted(&before, &client()).await?;
    }
    let new = engine.host(session).await?;
    cookies::set(cookie(), &new.token, new.max_age);
    Ok(new.hosted)
}

/// Takes the browser its session.
pub(super) async fn leave(engine: &Engine) -> Result<()> {
    if let Some(token) = cookies::get(cookie()) {
        engine.end_hosted(&token, &client()).await?;
    }
    cookies::set(cookie(), "", 0);
    Ok(())
}

/// Where somebody who is signed in goes next: to what is still asked of them, to the application, or to their account.
pub(super) async fn next(engine: &Engine, hosted: &Hosted, carried: &Carried) -> Result<String> {
    next_of(engine, hosted, carried, &client()).await
}

/// As [`next`], for a request that is no server function's.
pub(super) async fn next_of(engine: &Engine, hosted: &Hosted, carried: &Carried, client: &Client) -> Result<String> {
    if hosted.wants_second {
        return Ok(carried.to("/auth/mfa"));
    }
    if matches!(carried.get("then"), Some("new-password" | "studio")) {
        return Ok(carried.to("/auth/new-password"));
    }
    let Some(target) = target(engine, carried) else { return Ok("/auth/account".to_owned()) };
    let given = engine.hand_over(hosted, &target, challenge(carried)?, client).await?;
    Ok(with_answer(&target, &given))
}

/// Where the application wants its people back, if that is allowed.
pub(super) fn target(engine: &Engine, carried: &Carried) -> Option<String> {
    let url = carried.get("redirect_to").filter(|url| redirect::allowed(&engine.settings().auth, engine.config(), url))?;
    // Written so that a header can hold it.
    url::Url::parse(url).ok().map(String::from)
}

/// Challenge and method of PKCE.
pub(super) fn challenge(carried: &Carried) -> Result<Option<(String, String)>> {
    match (carried.get("code_challenge"), carried.get("code_challenge_method")) {
        (Some(challenge), Some(method)) => Ok(Some((challenge.to_owned(), method.to_owned()))),
        (None, None) => Ok(None),
        _ => Err(Error::auth(AuthCode::ValidationFailed, "PKCE needs code_challenge and code_challenge_method").into()),
    }
}

/// Tokens stand in the fragment, which no server gets to see; a code stands in the query.
fn with_answer(target: &str, given: &HandedOver) -> String {
    match given {
        HandedOver::Session(session) => {
            let pairs = [
                ("access_token", session.access_token.clone()),
                ("expires_at", session.expires_at.to_string()),
                ("expires_in", session.expires_in.to_string()),
                ("refresh_token", session.refresh_token.clone()),
                ("token_type", "bearer".to_owned()),
                ("type", "signin".to_owned()),
            ];
            let text: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", paths::encode(value))).collect();
            format!("{}#{}", target.split('#').next().unwrap_or_default(), text.join("&"))
        }
        HandedOver::Code(code) => match url::Url::parse(target) {
            Ok(mut url) => {
                url.query_pairs_mut().append_pair("code", code);
                url.to_string()
            }
            Err(_) => target.to_owned(),
        },
    }
}

/// The page of this site where a mail's link comes out. What is carried goes on from there.
pub(super) fn confirm_page(engine: &Engine, carried: &Carried) -> String {
    format!("{}{}", engine.external_url(), carried.to(redirect::CONFIRM))
}

/// Sends the browser on: to a path of this site, or to the application.
pub(super) fn go(url: &str) {
    if url.starts_with('/') {
        return context::redirect(url);
    }
    leptos_axum::redirect(url);
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::SEE_OTHER);
        response.insert_header(header::REFERRER_POLICY, http::HeaderValue::from_static("no-referrer"));
        response.insert_header(header::CACHE_CONTROL, http::HeaderValue::from_static("no-store"));
    }
}

/// A failure as a form shows it: at the field that it is about, with what the person had entered.
pub(super) fn refused(error: Error, email: &str) -> AppError {
    let shown = match error.code {
        Code::Auth(AuthCode::WeakPassword | AuthCode::SamePassword) => AppError::field("password", &error.message),
        Code::Auth(AuthCode::ValidationFailed) if error.message.contains("email") => {
            AppError::field("email", "This is no e-mail address.")
        }
        Code::Auth(AuthCode::ValidationFailed) if error.message.contains("password") => AppError::field("password", &error.message),
        Code::Auth(AuthCode::InvalidCredentials) => {
            Error::new(Code::InvalidCredentials, "E-mail address or password is wrong.").into()
        }
        Code::Auth(AuthCode::EmailNotConfirmed) => {
            let error = Error::auth(AuthCode::EmailNotConfirmed, "This address is not confirmed yet.");
            error.with_hint("Sign in with a link by mail: that confirms it.").into()
        }
        Code::Auth(AuthCode::OtpExpired) => AppError::field("code", "This code is not right, or not any more. Ask for a new one."),
        Code::Auth(AuthCode::MfaVerificationFailed) => AppError::field("code", "This code is not right."),
        _ => error.into(),
    };
    shown.keeping([("email", email)])
}

/// The application as people know it.
pub(super) fn brand(auth: &AuthSettings) -> Brand {
    Brand {
        name: auth.brand_name.clone(),
        logo: auth.brand_logo.clone(),
        color: auth.brand_color.trim_start_matches('#').to_lowercase(),
    }
}

/// A provider's name as it is written.
pub(super) fn provider_title(name: &str) -> String {
    match name {
        "apple" => "Apple".to_owned(),
        "azure" => "Microsoft".to_owned(),
        "discord" => "Discord".to_owned(),
        "github" => "GitHub".to_owned(),
        "gitlab" => "GitLab".to_owned(),
        "google" => "Google".to_owned(),
        other => {
            let mut letters = other.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// Class, script and key of the CAPTCHA, where one is set and its site is known.
pub(super) fn captcha(auth: &AuthSettings) -> Option<(String, String, String)> {
    let (class, script) = match auth.captcha {
        Captcha::Off | Captcha::Hcaptcha => return None,
        Captcha::Turnstile => ("cf-turnstile", "https://challenges.cloudflare.com/turnstile/v0/api.js"),
    };
    (!auth.captcha_site_key.is_empty()).then(|| (class.to_owned(), script.to_owned(), auth.captcha_site_key.clone()))
}

/// Checks the answer to the CAPTCHA, if one is set.
pub(super) async fn check_captcha(engine: &Engine, client: &Client, answer: String) -> Result<()> {
    engine.check_captcha(Some(&answer), &client.address).await.map_err(|error| match error.code {
        Code::Auth(AuthCode::CaptchaFailed) => {
            Error::auth(AuthCode::CaptchaFailed, "Show that you are no robot, and try again.").into()
        }
        _ => error.into(),
    })
}

/// Goes on after what a mail carried was right.
pub(super) async fn after_mail(engine: &Engine, verified: Verified, carried: &Carried) -> Result<()> {
    match verified {
        Verified::Session(session) => go(&admit(engine, &session, carried).await?),
        Verified::Half => {
            let text = "Confirmed. A mail to your other address waits to be confirmed, too.".to_owned();
            flash::leave(Flash::Done(text));
            let known = current(engine).await?.is_some();
            go(if known { "/auth/account" } else { "/auth/sign-in" });
        }
        Verified::Code(_) => return Err(Error::internal("a hosted mail has no flow").into()),
    }
    Ok(())
}

/// The second factors of somebody who is signed in.
pub(super) async fn factors(engine: &Engine, hosted: &Hosted) -> Result<Vec<Factor>> {
    let user = engine.user(hosted.user, hosted.session).await?;
    Ok(factors_of(&user))
}

/// Takes the code of an authenticator app.
pub(super) async fn answer_app(engine: &Engine, hosted: &Hosted, factor: &str, code: String) -> tenon_model::Result<Session> {
    proof::answer_app(engine, &hosted.caller(), &client(), factor, &code).await
}

/// Asks a security key; what the browser hands to it, beside the challenge's id.
pub(super) async fn ask_key(engine: &Engine, hosted: &Hosted, factor: &str) -> tenon_model::Result<String> {
    proof::ask_key(engine, &hosted.caller(), factor).await
}

/// Takes what a security key signed.
pub(super) async fn answer_key(
    engine: &Engine,
    hosted: &Hosted,
    factor: &str,
    challenge: &str,
    signed: &str,
) -> tenon_model::Result<Session> {
    proof::answer_key(engine, &hosted.caller(), &client(), factor, challenge, signed).await
}

/// Whether who is signed in has a password.
pub(super) async fn has_password() -> Result<bool> {
    let (engine, hosted) = surely_signed_in(&Carried::default()).await?;
    let data = engine.export_own_data(&hosted.caller()).await?;
    Ok(data["has_password"].as_bool().unwrap_or(true))
}
