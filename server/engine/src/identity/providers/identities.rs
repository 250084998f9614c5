//! Parting with an identity.

use serde_json::{Value, json};
use tenon_model::{AuthCode, Caller, Error, Result};

use super::{flow::may_link, linking::name_providers};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::Conn,
    identity::{
        identities::{self, IdentityRow},
        lock_identity, precise,
        users::UserRow,
    },
};

impl Engine {
    /// Removes one of the caller's identities, by its `identity_id`.
    ///
    /// # Errors
    /// [`AuthCode::SingleIdentityNotDeletable`] for the last; [`AuthCode::IdentityNotFound`];
    /// [`AuthCode::ManualLinkingDisabled`]; [`AuthCode::NoAuthorization`].
    pub async fn unlink(&self, caller: &Caller, identity: &str, client: &Client) -> Result<()> {
        let signed = self.linking_user(caller)?;
        let (now, identity, client) = (self.now(), identity.to_owned(), client.clone());
        self.database()
            .write(move |conn| {
                lock_identity(conn)?;
                let id = may_link(conn, signed, now)?.id;
                let mut user = UserRow::held(conn, &id)?;
                let all = IdentityRow::of(conn, &user.id)?;
                let missing = || Error::auth(AuthCode::IdentityNotFound, "Identity doesn't exist");
                let gone = all.iter().find(|own| own.id == identity).ok_or_else(missing)?;
                if all.len() < 2 {
                    let message = "User must have at least 1 identity after unlinking";
                    return Err(Error::auth(AuthCode::SingleIdentityNotDeletable, message));
                }
                identities::remove(conn, &id, &gone.id)?;
                if gone.provider == "email" {
                    part_with_address(conn, now, &mut user, &all)?;
                }
                name_providers(conn, &mut user)?;
                user.save(conn, now)?;
                let details = json!({ "provider": gone.provider, "provider_id": gone.provider_id });
                let actor = Actor::user(&user);
                Entry::new(&actor, "identity.unlinked", &client).on_user(&user).details(details).append(conn, now)
            })
            .await
    }
}

/// Without the address as an identity there is no password; the address becomes another identity's that is verified and free.
/// People of the Studio keep both: they sign in there with them.
fn part_with_address(conn: &mut Conn, now: jiff::Timestamp, user: &mut UserRow, all: &[IdentityRow]) -> Result<()> {
    if user.studio_role.is_some() {
        let message = "This address opens the Studio, and stays.";
        return Err(Error::auth(AuthCode::SingleIdentityNotDeletable, message));
    }
    user.password_hash = None;
    for other in all.iter().filter(|other| other.provider != "email") {
        let data: Value = serde_json::from_str(&other.identity_data).unwrap_or_default();
        let Some(email) = other.email.as_ref().filter(|_| data["email_verified"] == true) else { continue };
        let owner = UserRow::by_email(conn, email)?;
        if owner.is_none_or(|owner| owner.id == user.id) {
            user.email = Some(email.clone());
            user.email_confirmed_at = Some(precise(now));
            return Ok(());
        }
    }
    Ok(())
}
