//! Inviting people, and links that programs send themselves.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tenon_model::{AuthCode, Caller, Error, Result};

use super::{UserAttributes, attributes::refused, may_change, require_admin, write};
use crate::{
    Engine,
    audit::{Actor, Client, Entry},
    database::Conn,
    identity::{
        self,
        flows::{self, Way, Work},
        one_time::Purpose,
        users::{self, UserRow},
    },
};

/// A link that is asked for, under GoTrue's names.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct LinkRequest {
    /// signup, invite, magiclink, recovery, email_change_current or email_change_new.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whom it is for.
    pub email: String,
    /// The password of a new user, for `signup`.
    pub password: Option<String>,
    /// The address that a change of address is about.
    pub new_email: Option<String>,
    /// What a new user keeps about themselves.
    pub data: Option<Map<String, Value>>,
    /// Where the link leads in the end.
    pub redirect_to: Option<String>,
}

impl Engine {
    /// Makes a user of an address and sends an invitation there; one who has not confirmed yet is invited again.
    ///
    /// # Errors
    /// [`AuthCode::ValidationFailed`], [`AuthCode::EmailExists`]; [`AuthCode::NotAdmin`] for a program and somebody who works in
    /// the Studio; unless the caller may manage users.
    pub async fn invite_user(
        &self,
        caller: &Caller,
        client: &Client,
        email: &str,
        data: Map<String, Value>,
        redirect_to: Option<&str>,
    ) -> Result<Value> {
        require_admin(caller)?;
        let (work, way, email, caller) = (self.work(client), self.way(redirect_to, None), flows::address(email)?, caller.clone());
        self.database()
            .write(move |conn| {
                let mut row = unconfirmed(conn, &caller, &work, &email, None, &data)?;
                work.send(conn, &mut row, Purpose::Invite, &email, &way)?;
                let json = users::to_json(conn, &row)?;
                Entry::new(&Actor::of(&caller), "user.invited", &work.client).on_user(&row).append(conn, work.now)?;
                Ok(json)
            })
            .await
    }

    /// Makes a link as a mail would carry it, and gives it with its code in place of sending it, beside the user's fields.
    ///
    /// # Errors
    /// [`AuthCode::ValidationFailed`], [`AuthCode::UserNotFound`], [`AuthCode::EmailExists`], [`AuthCode::WeakPassword`];
    /// [`AuthCode::NotAdmin`] for a program and somebody who works in the Studio; unless the caller may manage users.
    pub async fn generate_link(&self, caller: &Caller, client: &Client, request: LinkRequest) -> Result<Value> {
        require_admin(caller)?;
        let (work, way) = (self.work(client), self.way(request.redirect_to.as_deref(), None));
        let (email, caller) = (flows::address(&request.email)?, caller.clone());
        let hash = match request.password.clone().filter(|_| request.kind == "signup") {
            Some(password) => {
                identity::check_password_rules(&work.settings.auth, &password)?;
                Some(self.password_hasher().hash(password).await?)
            }
            None if request.kind == "signup" => return Err(refused("Signup requires a valid password")),
            None => None,
        };
        self.database().write(move |conn| link(conn, &caller, &work, &way, &request, &email, hash.as_deref())).await
    }
}

fn link(
    conn: &mut Conn,
    caller: &Caller,
    work: &Work,
    way: &Way,
    request: &LinkRequest,
    email: &str,
    hash: Option<&str>,
) -> Result<Value> {
    let (mut row, purpose, to) = prepared(conn, caller, work, request, email, hash)?;
    let made = work.make(conn, &row, purpose, &to, way)?;
    let at = Some(identity::precise(work.now));
    match purpose {
        Purpose::Signup => row.confirmation_sent_at = at,
        Purpose::Invite => row.invited_at = at,
        Purpose::EmailChangeCurrent | Purpose::EmailChangeNew => row.email_change_sent_at = at,
        Purpose::MagicLink | Purpose::Recovery | Purpose::Reauthentication => row.recovery_sent_at = at,
    }
    row.save(conn, work.now)?;
    let mut json = users::to_json(conn, &row)?;
    json["action_link"] = work.link(purpose, &made, &way.redirect_to).into();
    json["email_otp"] = made.code.into();
    json["hashed_token"] = made.token.into();
    json["verification_type"] = purpose.as_str().into();
    json["redirect_to"] = way.redirect_to.as_str().into();
    let details = json!({ "type": purpose.as_str() });
    Entry::new(&Actor::of(caller), "user.link_generated", &work.client).on_user(&row).details(details).append(conn, work.now)?;
    Ok(json)
}

/// The user that a link is for, what it does, and the address it proves.
fn prepared(
    conn: &mut Conn,
    caller: &Caller,
    work: &Work,
    request: &LinkRequest,
    email: &str,
    hash: Option<&str>,
) -> Result<(UserRow, Purpose, String)> {
    let data = request.data.clone().unwrap_or_default();
    let to = email.to_owned();
    match request.kind.as_str() {
        "signup" => Ok((unconfirmed(conn, caller, work, email, hash, &data)?, Purpose::Signup, to)),
        "invite" => Ok((unconfirmed(conn, caller, work, email, None, &data)?, Purpose::Invite, to)),
        "magiclink" => match UserRow::by_email(conn, email)? {
            Some(row) => held(conn, caller, &row.id).map(|row| (row, Purpose::MagicLink, to)),
            None => Ok((unconfirmed(conn, caller, work, email, None, &data)?, Purpose::Signup, to)),
        },
        "recovery" => Ok((known(conn, caller, email)?, Purpose::Recovery, to)),
        "email_change_current" | "email_change_new" => {
            let mut row = known(conn, caller, email)?;
            let new = flows::address(request.new_email.as_deref().unwrap_or_default())?;
            if UserRow::by_email(conn, &new)?.is_some() {
                return Err(write::email_exists());
            }
            if row.new_email.as_ref() != Some(&new) {
                row.email_change_confirmed = None;
                row.new_email = Some(new.clone());
            }
            let is_new = request.kind == "email_change_new";
            Ok(if is_new { (row, Purpose::EmailChangeNew, new) } else { (row, Purpose::EmailChangeCurrent, to) })
        }
        other => Err(refused(&format!("Invalid email action link type requested: {}", other.chars().take(40).collect::<String>()))),
    }
}

fn known(conn: &mut Conn, caller: &Caller, email: &str) -> Result<UserRow> {
    let missing = || Error::auth(AuthCode::UserNotFound, "User with this email not found");
    let id = UserRow::by_email(conn, email)?.ok_or_else(missing)?.id;
    held(conn, caller, &id)
}

fn held(conn: &mut Conn, caller: &Caller, id: &str) -> Result<UserRow> {
    let row = UserRow::held(conn, id)?;
    may_change(caller, &row).map(|()| row)
}

/// The user of an address who has not confirmed it, made if there is none.
pub(super) fn unconfirmed(
    conn: &mut Conn,
    caller: &Caller,
    work: &Work,
    email: &str,
    hash: Option<&str>,
    data: &Map<String, Value>,
) -> Result<UserRow> {
    let Some(row) = UserRow::by_email(conn, email)? else {
        let attributes =
            UserAttributes { email: Some(email.to_owned()), user_metadata: Some(data.clone()), ..UserAttributes::default() };
        return write::insert(conn, &attributes, hash.map(str::to_owned), work.now);
    };
    let mut row = held(conn, caller, &row.id)?;
    if row.email_confirmed_at.is_some() {
        return Err(write::email_exists());
    }
    if hash.is_some() {
        row.password_hash = hash.map(str::to_owned);
    }
    Ok(row)
}
