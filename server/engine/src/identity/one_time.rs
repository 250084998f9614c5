//! Codes and links in mails: each works once and not for long, and the database keeps hashes alone.

use diesel::prelude::*;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use tenon_model::{AuthCode, Error, Result};

use super::{throttle::one_at_a_time, users::UserRow};
use crate::{
    database::{Conn, Translate},
    settings::AuthSettings,
    system::schema::_tenon_one_time_tokens as tokens,
};

/// Wrong codes after which a code is void.
const MAX_FAILURES: i64 = 5;

/// What a code or link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Signup,
    Invite,
    MagicLink,
    Recovery,
    EmailChangeCurrent,
    EmailChangeNew,
    Reauthentication,
}

impl Purpose {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Signup => "signup",
            Self::Invite => "invite",
            Self::MagicLink => "magiclink",
            Self::Recovery => "recovery",
            Self::EmailChangeCurrent => "email_change_current",
            Self::EmailChangeNew => "email_change_new",
            Self::Reauthentication => "reauthentication",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        use Purpose::{EmailChangeCurrent, EmailChangeNew, Invite, MagicLink, Reauthentication, Recovery, Signup};
        let all = [Signup, Invite, MagicLink, Recovery, EmailChangeCurrent, EmailChangeNew, Reauthentication];
        all.into_iter().find(|purpose| purpose.as_str() == name)
    }
}

/// A code and the token of a link, told to their recipient alone.
#[derive(Clone)]
pub(crate) struct Made {
    /// The link's token.
    pub(crate) token: String,
    /// The digits.
    pub(crate) code: String,
}

/// A code or link that was right and is now used up.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) user_id: String,
    pub(crate) purpose: Purpose,
    pub(crate) email: String,
    pub(crate) flow_id: Option<String>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens)]
struct Row {
    token_hash: String,
    code_hash: String,
    user_id: String,
    kind: String,
    email: String,
    failures: i64,
    flow_id: Option<String>,
    created_at: i64,
    expires_at: i64,
}

/// Codes and links, with the secret that peppers the hashes of codes.
#[derive(Clone)]
pub(crate) struct OneTime {
    pub(crate) pepper: String,
}

impl OneTime {
    #[allow(clippy::too_many_arguments, reason = "each is a column or decides one")]
    /// Makes a code and a link for a user, in place of those for the same purpose. `flow` begins the link's token with `pkce_`.
    pub(crate) fn make(
        &self,
        conn: &mut Conn,
        now: Timestamp,
        settings: &AuthSettings,
        user: &UserRow,
        purpose: Purpose,
        email: &str,
        flow: Option<&str>,
    ) -> Result<Made> {
        let code = code(settings.otp_length)?;
        let token = format!("{}{}", if flow.is_some() { "pkce_" } else { "" }, super::random_token()?);
        let row = Row {
            token_hash: token_hash(&token),
            code_hash: self.code_hash(&user.id, purpose, &code),
            user_id: user.id.clone(),
            kind: purpose.as_str().to_owned(),
            email: email.to_owned(),
            failures: 0,
            flow_id: flow.map(str::to_owned),
            created_at: now.as_second(),
            expires_at: now.as_second() + i64::from(settings.otp_expiry),
        };
        forget(conn, &user.id, purpose)?;
        diesel::insert_into(tokens::table).values(&row).execute(conn).translate()?;
        Ok(Made { token, code })
    }

    /// Uses up a link. Only if it is for one of these purposes.
    ///
    /// # Errors
    /// [`AuthCode::OtpExpired`].
    pub(crate) fn take_token(&self, conn: &mut Conn, now: Timestamp, token: &str, purposes: &[Purpose]) -> Result<Taken> {
        let row = tokens::table.filter(tokens::token_hash.eq(token_hash(token))).select(Row::as_select());
        let row: Option<Row> = row.first(conn).optional().translate()?;
        let hash = row.as_ref().map(|row| row.token_hash.clone()).unwrap_or_default();
        let taken = row.and_then(|row| row.fitting(purposes, now)).ok_or_else(expired)?;
        if use_up(conn, &hash)? { Ok(taken) } else { Err(expired()) }
    }

    /// Uses up a code that a user was sent. A wrong one is counted, so this commits either way: the inner result is the answer.
    ///
    /// # Errors
    /// Inside: [`AuthCode::OtpExpired`].
    pub(crate) fn take_code(
        &self,
        conn: &mut Conn,
        now: Timestamp,
        user: &str,
        purposes: &[Purpose],
        code: &str,
    ) -> Result<Result<Taken>> {
        let kinds: Vec<&str> = purposes.iter().map(|purpose| purpose.as_str()).collect();
        // One guess at a time, so that no more are counted as few.
        one_at_a_time(conn, &format!("codes:{user}"))?;
        let mut rows: Vec<Row> = tokens::table.filter(tokens::user_id.eq(user)).select(Row::as_select()).load(conn).translate()?;
        rows.retain(|row| kinds.contains(&row.kind.as_str()));
        for row in rows {
            let Some(purpose) = Purpose::parse(&row.kind) else { continue };
            let right = same(&row.code_hash, &self.code_hash(user, purpose, code));
            let hash = row.token_hash.clone();
            if right && let Some(taken) = row.fitting(purposes, now) {
                return Ok(if use_up(conn, &hash)? { Ok(taken) } else { Err(expired()) });
            }
            let own = tokens::table.filter(tokens::user_id.eq(user)).filter(tokens::kind.eq(purpose.as_str()));
            diesel::update(own).set(tokens::failures.eq(tokens::failures + 1)).execute(conn).translate()?;
        }
        Ok(Err(expired()))
    }

    fn code_hash(&self, user: &str, purpose: Purpose, code: &str) -> String {
        hash(&[&self.pepper, user, purpose.as_str(), code])
    }
}

impl Row {
    fn fitting(self, purposes: &[Purpose], now: Timestamp) -> Option<Taken> {
        let purpose = Purpose::parse(&self.kind).filter(|purpose| purposes.contains(purpose))?;
        let alive = self.expires_at > now.as_second() && self.failures < MAX_FAILURES;
        alive.then_some(Taken { user_id: self.user_id, purpose, email: self.email, flow_id: self.flow_id })
    }
}

/// Uses a code and its link up. Of several attempts at once, one gets `true`.
fn use_up(conn: &mut Conn, token_hash: &str) -> Result<bool> {
    let own = tokens::table.filter(tokens::token_hash.eq(token_hash));
    diesel::delete(own).execute(conn).map(|used| used == 1).translate()
}

/// Makes the code and link of a purpose void.
pub(crate) fn forget(conn: &mut Conn, user: &str, purpose: Purpose) -> Result<()> {
    let own = tokens::table.filter(tokens::user_id.eq(user)).filter(tokens::kind.eq(purpose.as_str()));
    diesel::delete(own).execute(conn).map(drop).translate()
}

fn token_hash(token: &str) -> String {
    hash(&[token])
}

fn hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hex::encode(hash.finalize())
}

fn same(a: &str, b: &str) -> bool {
    use subtle::ConstantTimeEq as _;
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

fn code(digits: u32) -> Result<String> {
    let mut code = String::new();
    while code.len() < digits as usize {
        // Bytes from 250 on would make some digits likelier than others.
        code.extend(super::random_bytes::<16>()?.iter().filter(|b| **b < 250).map(|b| char::from(b'0' + b % 10)));
    }
    code.truncate(digits as usize);
    Ok(code)
}

fn expired() -> Error {
    Error::auth(AuthCode::OtpExpired, "Token has expired or is invalid")
}
