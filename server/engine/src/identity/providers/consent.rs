//! Links that wait for a person's word: the hosted pages ask before an identity joins an account that is there already.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenon_model::{AuthCode, Code, Error, Result, UserId};
use uuid::Uuid;

use super::{
    exchange::{FlowRow, expired, hash, not_found, verifies},
    linking::{Arrival, of_address, settle},
    profile::Profile,
};
use crate::{
    Engine,
    audit::Client,
    database::Conn,
    identity::{Session, app_sessions, hosted::Hosted, identities::IdentityRow, random_token, users::UserRow},
    settings::AuthSettings,
};

/// How long a person may take to answer. Seconds.
const LIFETIME: i64 = 900;
/// What such flows are called in the database. They carry no code, so that nobody exchanges one for a session unasked.
const METHOD: &str = "consent";

/// What such a flow keeps.
#[derive(Serialize, Deserialize)]
struct Waiting {
    profile: Profile,
    own_session: bool,
}

/// An identity that is linked once its person agrees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingLink {
    /// The provider, as people read it.
    pub provider: String,
    /// How the provider knows them: an address, else a name.
    pub known_as: Option<String>,
    /// Whose account it would be linked to.
    pub user: UserId,
    /// The account's address.
    pub email: Option<String>,
    /// Whether only somebody who is signed in to the account may agree. Otherwise the address that the provider verified
    /// proves as much as a link by mail does.
    pub needs_session: bool,
}

/// Whether a person has to be asked: the account, and whether they need a session of it.
pub(super) fn wanted(conn: &mut Conn, settings: &AuthSettings, arrival: &Arrival<'_>) -> Result<Option<(String, bool)>> {
    if IdentityRow::find(conn, arrival.provider, &arrival.profile.subject)?.is_some() {
        return Ok(None);
    }
    if let Some(user) = arrival.link_to {
        return Ok(Some((user.to_owned(), true)));
    }
    Ok(match of_address(conn, arrival.profile)? {
        Some(user) if user.studio_role.is_some() => settings.manual_linking.then_some((user.id, true)),
        Some(user) if user.email_confirmed_at.is_some() => Some((user.id, false)),
        _ => None,
    })
}

/// Keeps an arrival until its person answers; the token belongs to the browser that the flow began in.
pub(super) fn wait(
    conn: &mut Conn,
    now: Timestamp,
    flow: &FlowRow,
    profile: &Profile,
    (user, own_session): (String, bool),
) -> Result<String> {
    let token = random_token()?;
    let mut next = FlowRow::new(now, &flow.provider, METHOD, &flow.redirect_to, LIFETIME);
    next.code_challenge.clone_from(&flow.code_challenge);
    next.code_challenge_method.clone_from(&flow.code_challenge_method);
    next.state_hash = Some(hash(&token));
    next.user_id = Some(user);
    let waiting = Waiting { profile: profile.clone(), own_session };
    next.data = serde_json::to_string(&waiting).map_err(Error::internal)?;
    next.insert(conn, now)?;
    Ok(token)
}

fn find(conn: &mut Conn, now: Timestamp, token: &str, verifier: &str) -> Result<(FlowRow, Waiting, UserRow)> {
    let flow = FlowRow::by_state(conn, token)?.filter(|flow| flow.method == METHOD && verifies(flow, verifier));
    let flow = flow.ok_or_else(not_found)?;
    if flow.is_over(now) {
        return Err(expired());
    }
    let waiting = serde_json::from_str(&flow.data).map_err(Error::internal)?;
    let user = UserRow::by_id(conn, flow.user_id.as_deref().unwrap_or_default())?;
    Ok((flow, waiting, user))
}

impl Engine {
    /// What somebody is asked to agree to. `verifier` is that of the flow's challenge.
    ///
    /// # Errors
    /// [`AuthCode::FlowStateNotFound`], [`AuthCode::FlowStateExpired`].
    pub async fn pending_link(&self, token: String, verifier: String) -> Result<PendingLink> {
        let now = self.now();
        let read = move |conn: &mut Conn| find(conn, now, &token, &verifier);
        let (flow, waiting, user) = self.database().read(read).await?;
        let name = waiting.profile.data.get("name").and_then(serde_json::Value::as_str).map(str::to_owned);
        Ok(PendingLink {
            provider: self.provider(&flow.provider).await?.label().to_owned(),
            known_as: waiting.profile.email.or(name),
            user: UserId(Uuid::parse_str(&user.id).map_err(Error::internal)?),
            email: user.email,
            needs_session: waiting.own_session,
        })
    }

    /// Links what somebody agreed to. Who was not signed in to the account gets a session of it.
    ///
    /// # Errors
    /// As [`Engine::pending_link`]; [`Code::Forbidden`] for somebody else; [`AuthCode::IdentityAlreadyExists`] if it was linked
    /// meanwhile; [`AuthCode::ManualLinkingDisabled`]; [`AuthCode::UserBanned`].
    pub async fn accept_link(
        &self,
        token: String,
        verifier: String,
        hosted: Option<&Hosted>,
        client: &Client,
    ) -> Result<Option<Session>> {
        let (now, settings, client) = (self.now(), self.settings(), client.clone());
        let own = hosted.filter(|hosted| !hosted.wants_second).map(|hosted| hosted.user.to_string());
        let unit = move |conn: &mut Conn| {
            let (flow, waiting, user) = find(conn, now, &token, &verifier)?;
            let is_own = own.as_ref() == Some(&user.id);
            may_agree(conn, &settings.auth, &waiting, &user, is_own)?;
            if !flow.remove(conn)? {
                return Err(not_found());
            }
            let arrival = Arrival { provider: &flow.provider, profile: &waiting.profile, link_to: Some(&user.id) };
            let mut user = settle(conn, now, &settings.auth, &arrival, &client)?;
            if is_own {
                return Ok(None);
            }
            app_sessions::begin(conn, now, &settings.auth, &mut user, "oauth", &client).map(Some)
        };
        let begun = self.database().write(unit).await?;
        begun.map(|begun| self.tokens(begun)).transpose()
    }
}

/// The account may have changed since the question was put: its address, its role, what the owner allows.
fn may_agree(conn: &mut Conn, settings: &AuthSettings, waiting: &Waiting, user: &UserRow, is_own: bool) -> Result<()> {
    if waiting.own_session {
        if !is_own {
            return Err(Error::new(Code::Forbidden, "Only who is signed in to the account may link something to it."));
        }
        if !settings.manual_linking {
            return Err(Error::auth(AuthCode::ManualLinkingDisabled, "Manual linking is disabled"));
        }
        return Ok(());
    }
    let still = of_address(conn, &waiting.profile)?.is_some_and(|now| now.id == user.id);
    if still && user.studio_role.is_none() && user.email_confirmed_at.is_some() { Ok(()) } else { Err(not_found()) }
}
