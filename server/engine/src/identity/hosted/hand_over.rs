//! Sending somebody who signed in on the hosted pages back to the application: with tokens, or with a code for PKCE.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tenon_model::{AuthCode, Error, Result};

use super::session::Hosted;
use crate::{
    Engine,
    audit::Client,
    database::Conn,
    identity::{
        app_sessions::{self, Begun, Session, SessionRow},
        flows::Challenge,
        providers::exchange,
        users::UserRow,
    },
};

/// What the application gets.
#[derive(Debug)]
pub enum HandedOver {
    /// A session of its own.
    Session(Box<Session>),
    /// A code that it exchanges for one.
    Code(String),
}

/// A new verifier of PKCE and its challenge, by `s256`.
///
/// # Errors
/// If the system has no random bytes.
pub fn new_verifier() -> Result<(String, String)> {
    let verifier = crate::identity::random_token()?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    Ok((verifier, challenge))
}

enum Outcome {
    Begun(Box<Begun>),
    Code(String),
}

impl Engine {
    /// Begins a session of the application for the user of a hosted one, with what they proved there; for PKCE a code for it.
    /// `redirect_to` is checked by the caller.
    ///
    /// # Errors
    /// [`AuthCode::InsufficientAal`] before a second factor that the user has; [`AuthCode::ValidationFailed`] for a challenge that
    /// is none; [`AuthCode::SessionNotFound`]; [`AuthCode::UserBanned`].
    pub async fn hand_over(
        &self,
        hosted: &Hosted,
        redirect_to: &str,
        challenge: Option<Challenge>,
        client: &Client,
    ) -> Result<HandedOver> {
        if hosted.wants_second {
            return Err(Error::auth(AuthCode::InsufficientAal, "The second factor comes first"));
        }
        let (id, now, settings) = (hosted.session.to_string(), self.now(), self.settings());
        let (redirect_to, client) = (redirect_to.to_owned(), client.clone());
        let unit = move |conn: &mut Conn| {
            let from = SessionRow::by_id(conn, &id)?;
            let mut user = UserRow::held(conn, &from.user_id)?;
            let Some((challenge, method)) = &challenge else {
                let begun = app_sessions::begin_as(conn, now, &settings.auth, &mut user, &from.aal, &from.amr, &client)?;
                return Ok(Outcome::Begun(Box::new(begun)));
            };
            let how = app_sessions::latest_method(&from.amr);
            let flow = exchange::new_flow(conn, now, Some(&user.id), "email", &how, challenge, method, &redirect_to)?;
            exchange::keep(conn, &flow, &json!({ "aal": from.aal, "amr": from.amr }))?;
            exchange::issue_code(conn, now, &flow, &user.id).map(Outcome::Code)
        };
        Ok(match self.database().write(unit).await? {
            Outcome::Begun(begun) => HandedOver::Session(Box::new(self.tokens(*begun)?)),
            Outcome::Code(code) => HandedOver::Code(code),
        })
    }
}
