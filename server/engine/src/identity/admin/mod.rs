//! Managing the users: what the secret key, and an owner in the Studio, may do to them.

mod attributes;
mod colleagues;
mod duration;
mod links;
mod list;
mod manage;
mod sessions;
mod shape;
mod write;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenon_model::{AuthCode, Caller, Code, Error, Result, Role, StudioRole, UserId};

pub use self::{
    attributes::UserAttributes,
    colleagues::UserMail,
    links::LinkRequest,
    list::{UserPage, UserQuery, UserSort, UserState},
    sessions::UserSession,
};
pub(super) use self::{sessions::of as sessions_of, write::close_ways_in};
use super::users::UserRow;

/// A user in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSummary {
    /// Its id.
    pub id: UserId,
    /// Its address, lower-cased.
    pub email: Option<String>,
    /// Its phone number, digits alone.
    pub phone: Option<String>,
    /// Whether address or phone number is confirmed.
    pub confirmed: bool,
    /// Whether the user has not said who they are.
    pub anonymous: bool,
    /// Until when the user is shut out, if that is in the future.
    pub banned_until: Option<String>,
    /// What the user may do in the Studio.
    pub studio_role: Option<StudioRole>,
    /// When it was made, in RFC 3339, UTC.
    pub created_at: String,
    /// When it last signed in.
    pub last_sign_in_at: Option<String>,
}

/// Everything about a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserDetails {
    /// As in the list.
    pub summary: UserSummary,
    /// As GoTrue writes it, with identities and factors.
    pub json: Value,
    /// Whether the user has a password.
    pub has_password: bool,
    /// Passkeys, by name and the moment each was made.
    pub passkeys: Vec<(String, String)>,
    /// Recovery codes that are left.
    pub recovery_codes: i64,
    /// Where the user is signed in, latest first.
    pub sessions: Vec<UserSession>,
}

/// Refuses everyone but programs with the secret key, owners and the operator.
pub(crate) fn require_admin(caller: &Caller) -> Result<()> {
    match caller {
        Caller::Api { role: Role::ServiceRole, .. } => Ok(()),
        Caller::Api { .. } => Err(Error::auth(AuthCode::NotAdmin, "User not allowed")),
        caller if caller.may_own() => Ok(()),
        _ => Err(Error::new(Code::Forbidden, "only owners manage users")),
    }
}

/// Refuses everyone who may not own.
fn require_owner(caller: &Caller) -> Result<()> {
    if caller.may_own() { Ok(()) } else { Err(Error::new(Code::Forbidden, "only owners do this")) }
}

/// Refuses to let a program change somebody who works in the Studio: with the secret key it would take the Studio over.
pub(crate) fn may_change(caller: &Caller, row: &UserRow) -> Result<()> {
    if row.studio_role.is_some() && !caller.may_own() {
        return Err(Error::auth(AuthCode::NotAdmin, "this user works in the Studio; an owner changes them there"));
    }
    Ok(())
}
