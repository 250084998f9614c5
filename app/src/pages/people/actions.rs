//! What an owner does to a user.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use tenon_engine::identity::UserAttributes;
#[cfg(feature = "ssr")]
use tenon_model::UserId;

use crate::errors::Result;

#[server]
pub(super) async fn save_user(
    user: String,
    email: String,
    phone: String,
    user_metadata: String,
    app_metadata: String,
) -> Result<()> {
    use crate::{AppError, context};
    let (engine, caller) = context::owner().await?;
    let id = parse_id(&user)?;
    let kept = [
        ("email", email.as_str()),
        ("phone", phone.as_str()),
        ("user_metadata", user_metadata.as_str()),
        ("app_metadata", app_metadata.as_str()),
    ];
    let now = engine.user_json(&caller, id).await?;
    let changes = |name: &str, text: &str| replacing(&now[name], name, text).map_err(|error| error.keeping(kept));
    let attributes = UserAttributes {
        email: Some(email.clone()),
        phone: Some(phone.clone()),
        user_metadata: Some(changes("user_metadata", &user_metadata)?),
        app_metadata: Some(changes("app_metadata", &app_metadata)?),
        ..UserAttributes::default()
    };
    let keep = |error: tenon_model::Error| AppError::from(error).keeping(kept);
    engine.update_user(&caller, &context::client(), id, attributes).await.map_err(keep)?;
    done(&user, "The user is saved.");
    Ok(())
}

/// The changes that make one object of another, where null removes a key.
#[cfg(feature = "ssr")]
fn replacing(now: &serde_json::Value, name: &str, text: &str) -> Result<serde_json::Map<String, serde_json::Value>> {
    let parsed = serde_json::from_str::<serde_json::Map<_, _>>(if text.trim().is_empty() { "{}" } else { text });
    let mut wanted = parsed.map_err(|error| crate::AppError::field(name, &format!("This is no JSON object: {error}")))?;
    for key in now.as_object().into_iter().flat_map(|object| object.keys()) {
        wanted.entry(key.clone()).or_insert(serde_json::Value::Null);
    }
    Ok(wanted)
}

#[server]
pub(super) async fn set_user_password(user: String, password: String) -> Result<()> {
    change(&user, UserAttributes { password: Some(password), ..UserAttributes::default() }).await?;
    done(&user, "The password is set, and the user's sessions have ended.");
    Ok(())
}

#[server]
pub(super) async fn confirm_user(user: String) -> Result<()> {
    let confirm = UserAttributes { email_confirm: Some(true), phone_confirm: Some(true), ..UserAttributes::default() };
    change(&user, confirm).await?;
    done(&user, "The user is confirmed.");
    Ok(())
}

#[server]
pub(super) async fn ban_user(user: String, duration: String) -> Result<()> {
    let lifted = duration == "none";
    change(&user, UserAttributes { ban_duration: Some(duration), ..UserAttributes::default() }).await?;
    done(&user, if lifted { "The user may sign in again." } else { "The user is shut out, and their sessions have ended." });
    Ok(())
}

#[server]
pub(super) async fn end_sessions(user: String, session: Option<String>) -> Result<()> {
    let (engine, caller) = crate::context::owner().await?;
    let session = session.as_deref().filter(|text| !text.is_empty()).map(|text| {
        let missing = |_| crate::AppError::new(tenon_model::Code::NotFound, "There is no such session.");
        uuid::Uuid::parse_str(text).map(tenon_model::SessionId).map_err(missing)
    });
    let session = session.transpose()?;
    engine.sign_user_out(&caller, &crate::context::client(), parse_id(&user)?, session).await?;
    done(&user, if session.is_some() { "The session has ended." } else { "The user is signed out everywhere." });
    Ok(())
}

#[server]
pub(super) async fn reset_factors(user: String) -> Result<()> {
    let (engine, caller) = crate::context::owner().await?;
    engine.reset_user_factors(&caller, &crate::context::client(), parse_id(&user)?).await?;
    done(&user, "The user's second factors are gone; their password alone opens the account.");
    Ok(())
}

#[server]
pub(super) async fn set_user_role(user: String, role: String) -> Result<()> {
    let (engine, caller) = crate::context::owner().await?;
    let role = super::roles::parse(&role)?;
    engine.set_studio_role(&caller, &crate::context::client(), parse_id(&user)?, role).await?;
    done(&user, "The role in the Studio is set.");
    Ok(())
}

#[server]
pub(super) async fn set_app_role(user: String, role: String) -> Result<()> {
    change(&user, UserAttributes { role: Some(role), ..UserAttributes::default() }).await?;
    done(&user, "The role is set; the user's next token carries it.");
    Ok(())
}

#[server]
pub(super) async fn remove_user(user: String, softly: Option<String>) -> Result<()> {
    let (engine, caller) = crate::context::owner().await?;
    engine.delete_user(&caller, &crate::context::client(), parse_id(&user)?, softly.is_some()).await?;
    crate::flash::leave(crate::flash::Flash::Done("The user is deleted.".to_owned()));
    crate::context::redirect("/users");
    Ok(())
}

#[cfg(feature = "ssr")]
async fn change(user: &str, attributes: UserAttributes) -> Result<()> {
    let (engine, caller) = crate::context::owner().await?;
    engine.update_user(&caller, &crate::context::client(), parse_id(user)?, attributes).await?;
    Ok(())
}

#[cfg(feature = "ssr")]
fn done(user: &str, text: &str) {
    crate::flash::leave(crate::flash::Flash::Done(text.to_owned()));
    crate::context::redirect(&format!("/users/{}", crate::paths::encode(user)));
}

#[cfg(feature = "ssr")]
pub(super) fn parse_id(text: &str) -> Result<UserId> {
    let missing = |_| crate::AppError::new(tenon_model::Code::NotFound, "There is no such user.");
    uuid::Uuid::parse_str(text).map(UserId).map_err(missing)
}
