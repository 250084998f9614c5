//! Who is asking: accounts of the Studio, their sessions, and the keys of programs.

use serde::{Deserialize, Serialize};
use tenon_model::{Caller, Code, Error, Result, StudioRole, UserId};

use crate::Engine;

/// An account of the Studio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: UserId,
    /// Its address, lower-cased.
    pub email: String,
    /// What it may do.
    pub role: StudioRole,
    /// When it was made, in RFC 3339, UTC.
    pub created_at: String,
    /// When it last signed in.
    pub last_sign_in_at: Option<String>,
}

impl Account {
    /// The account as a caller.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller::Studio { user: self.id, role: self.role, email: self.email.clone() }
    }
}

/// A new session. Its token is shown once; the database keeps its hash.
#[derive(Clone)]
pub struct NewSession {
    /// What the cookie carries.
    pub token: String,
    /// Whose it is.
    pub account: Account,
    /// Seconds until it ends by itself.
    pub max_age: u64,
}

/// The two keys of an instance.
#[derive(Clone, Serialize, Deserialize)]
pub struct Keys {
    /// Role `anon`.
    pub publishable: String,
    /// Role `service_role`.
    pub secret: String,
}

/// One of the two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Role `anon`.
    Publishable,
    /// Role `service_role`.
    Secret,
}

fn missing<T>() -> Result<T> {
    Err(Error::new(Code::Unsupported, "not built"))
}

impl Engine {
    /// Whether the instance has an owner; costs a query until it has one, none afterwards.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn has_owner(&self) -> Result<bool> {
        missing()
    }

    /// Makes the first owner. Of any number of attempts at once, one succeeds.
    ///
    /// # Errors
    /// [`Code::AlreadyExists`] if there is an owner; [`Code::InvalidRecord`] with fields `email`, `password`.
    pub async fn create_first_owner(&self, _email: String, _password: String) -> Result<Account> {
        missing()
    }

    /// Makes an account.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may own; [`Code::AlreadyExists`]; [`Code::InvalidRecord`].
    pub async fn create_account(&self, _caller: &Caller, _email: String, _password: String, _role: StudioRole) -> Result<Account> {
        missing()
    }

    /// All accounts by address.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may own.
    pub async fn accounts(&self, _caller: &Caller) -> Result<Vec<Account>> {
        missing()
    }

    /// Changes what an account may do.
    ///
    /// # Errors
    /// [`Code::Dependent`] for the last owner; [`Code::NotFound`]; [`Code::Forbidden`].
    pub async fn set_account_role(&self, _caller: &Caller, _account: UserId, _role: StudioRole) -> Result<()> {
        missing()
    }

    /// Sets an account's password (an owner anyone's, anyone their own) and ends its other sessions.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::Forbidden`]; [`Code::InvalidRecord`].
    pub async fn set_account_password(&self, _caller: &Caller, _account: UserId, _password: String) -> Result<()> {
        missing()
    }

    /// Removes an account and its sessions.
    ///
    /// # Errors
    /// [`Code::Dependent`] for the last owner; [`Code::NotFound`]; [`Code::Forbidden`].
    pub async fn remove_account(&self, _caller: &Caller, _account: UserId) -> Result<()> {
        missing()
    }

    /// Signs in. `address` is the client's, for throttling.
    ///
    /// # Errors
    /// [`Code::InvalidCredentials`], the same and after the same time whether or not the account exists;
    /// [`Code::Throttled`] with `retry_after`.
    pub async fn sign_in(&self, _email: String, _password: String, _address: String) -> Result<NewSession> {
        missing()
    }

    /// The account whose session this token is, if it is one that still runs.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn session(&self, _token: &str) -> Result<Option<Account>> {
        missing()
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn sign_out(&self, _token: &str) -> Result<()> {
        missing()
    }

    /// The keys.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for callers who may not build (members, programs).
    pub async fn keys(&self, _caller: &Caller) -> Result<Keys> {
        missing()
    }

    /// Replaces a key; the old one is refused from now on.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may own.
    pub async fn replace_key(&self, _caller: &Caller, _kind: KeyKind) -> Result<Keys> {
        missing()
    }

    /// Who a key or token is. Verified keys are remembered, so this costs a look-up.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`] for anything that is no valid key; [`Code::TokenExpired`].
    pub fn authenticate(&self, _token: &str) -> Result<Caller> {
        missing()
    }
}
