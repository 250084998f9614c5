//! Mails that owners send to users: an invitation into the Studio, and what the user would else ask for themselves.

use diesel::prelude::*;
use serde_json::{Map, Value, json};
use tenon_model::{Caller, Code, Error, Result, StudioRole, UserId};

use super::{links::unconfirmed, may_change, require_admin, require_owner};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::{Conn, Translate},
    identity::{
        self, factors, flows,
        one_time::Purpose,
        sessions,
        users::{self, UserRow},
    },
    system::schema::{_tenon_identities as known_by, _tenon_passkeys as passkeys},
};

/// What is sent to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserMail {
    /// A link to choose a new password.
    Recovery,
    /// A link to sign in.
    MagicLink,
    /// The invitation or confirmation that an address waits for, once more.
    Confirmation,
}

impl UserMail {
    /// The kind of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "recovery" => Self::Recovery,
            "magiclink" => Self::MagicLink,
            "confirmation" => Self::Confirmation,
            _ => return None,
        })
    }
}

impl Engine {
    /// Makes a user of an address, gives them a role in the Studio that holds once they have confirmed the address, and sends an
    /// invitation there; one who has not come yet is invited again.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may own; [`tenon_model::AuthCode::ValidationFailed`]; [`tenon_model::AuthCode::EmailExists`] for a user who has
    /// confirmed the address: they are given a role without a mail.
    pub async fn invite_to_studio(
        &self,
        caller: &Caller,
        client: &Client,
        email: &str,
        role: StudioRole,
        redirect_to: &str,
    ) -> Result<Value> {
        require_owner(caller)?;
        let (work, way) = (self.work(client), self.way(Some(redirect_to), None));
        let (email, caller) = (flows::address(email)?, caller.clone());
        self.database()
            .write(move |conn| {
                identity::lock_identity(conn)?;
                let mut row = unconfirmed(conn, &caller, &work, &email, None, &Map::new())?;
                shut(conn, &row)?;
                row.password_hash = None;
                row.studio_role = Some(role.as_str().to_owned());
                row.save(conn, work.now)?;
                work.send(conn, &mut row, Purpose::Invite, &email, &way)?;
                let json = users::to_json(conn, &row)?;
                let details = json!({ "role": role.as_str() });
                let actor = Actor::of(&caller);
                Entry::new(&actor, "user.invited", &work.client).on_user(&row).details(details).append(conn, work.now)?;
                Ok(json)
            })
            .await
    }

    /// Sends a user what they would else ask for themselves.
    ///
    /// # Errors
    /// [`tenon_model::AuthCode::UserNotFound`]; [`Code::InvalidRecord`] for a user without an address, or whose address is confirmed already;
    /// [`tenon_model::AuthCode::NotAdmin`] for a program and somebody who works in the Studio; unless the caller may manage users.
    pub async fn send_user_mail(
        &self,
        caller: &Caller,
        client: &Client,
        user: UserId,
        mail: UserMail,
        redirect_to: &str,
    ) -> Result<()> {
        require_admin(caller)?;
        let (work, way, caller) = (self.work(client), self.way(Some(redirect_to), None), caller.clone());
        self.database()
            .write(move |conn| {
                let mut row = UserRow::held(conn, &user.to_string())?;
                may_change(&caller, &row)?;
                let purpose = purpose(mail, &row)?;
                let to = row.email.clone().ok_or_else(|| Error::new(Code::InvalidRecord, "this user has no e-mail address"))?;
                work.send(conn, &mut row, purpose, &to, &way)?;
                let details = json!({ "type": purpose.as_str() });
                let actor = Actor::of(&caller);
                Entry::new(&actor, "user.mail_sent", &work.client).on_user(&row).details(details).append(conn, work.now)
            })
            .await
    }
}

fn purpose(mail: UserMail, row: &UserRow) -> Result<Purpose> {
    match mail {
        UserMail::Recovery => Ok(Purpose::Recovery),
        UserMail::MagicLink => Ok(Purpose::MagicLink),
        UserMail::Confirmation if row.email_confirmed_at.is_some() => {
            Err(Error::new(Code::InvalidRecord, "this address is confirmed already"))
        }
        UserMail::Confirmation if row.invited_at.is_some() => Ok(Purpose::Invite),
        UserMail::Confirmation => Ok(Purpose::Signup),
    }
}

/// Closes every way in. Whoever signed up under an address that they never confirmed may be somebody else than who is invited.
fn shut(conn: &mut Conn, row: &UserRow) -> Result<()> {
    sessions::end_all(conn, &row.id)?;
    factors::remove_all(conn, &row.id)?;
    diesel::delete(passkeys::table.filter(passkeys::user_id.eq(&row.id))).execute(conn).translate()?;
    let others = known_by::table.filter(known_by::user_id.eq(&row.id)).filter(known_by::provider.ne("email"));
    diesel::delete(others).execute(conn).map(drop).translate()
}
