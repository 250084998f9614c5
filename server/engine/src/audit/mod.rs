//! Who did what: an append-only log whose entries each carry the hash of the one before.

mod read;
mod verify;

use diesel::prelude::*;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tenon_model::{Caller, Result};

pub use self::{
    read::{AuditFilter, AuditPage},
    verify::Verified,
};
use crate::{
    database::{Conn, Translate},
    identity::precise,
    system::schema::_tenon_audit as log,
};

/// Where a request came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The address of the net.
    pub address: String,
    /// What the program calls itself.
    pub user_agent: String,
    /// The languages it asks for, as `Accept-Language` has them.
    pub languages: String,
}

impl Client {
    /// A program of the instance's own, as `tenon migrate`, which is asked from no address of the net.
    #[must_use]
    pub fn program(name: &str) -> Self {
        Self { user_agent: name.to_owned(), ..Self::default() }
    }
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// operator, key, user, studio or anyone.
    pub kind: &'static str,
    /// The user's id.
    pub id: Option<String>,
    /// Their name at the time.
    pub label: String,
}

impl Actor {
    /// The caller of an engine's method.
    #[must_use]
    pub fn of(caller: &Caller) -> Self {
        if let Caller::As(view) = caller {
            return Self::of(&view.by);
        }
        let kind = match caller {
            Caller::Operator => "operator",
            Caller::Api { user: Some(_), .. } => "user",
            Caller::Api { .. } => "key",
            Caller::Studio { .. } | Caller::As(_) => "studio",
        };
        let id = match caller {
            Caller::Api { user, .. } => user.map(|user| user.to_string()),
            Caller::Studio { user, .. } => Some(user.to_string()),
            Caller::Operator | Caller::As(_) => None,
        };
        let email = match caller {
            Caller::Api { claims: Some(claims), .. } => claims.email.clone(),
            _ => None,
        };
        Self { kind, id, label: email.unwrap_or_else(|| caller.label().to_owned()) }
    }

    /// A user of the application.
    pub(crate) fn user(row: &crate::identity::users::UserRow) -> Self {
        Self { kind: "user", id: Some(row.id.clone()), label: row.email.clone().unwrap_or_else(|| row.id.clone()) }
    }

    /// Somebody who has not said who they are.
    #[must_use]
    pub fn anyone() -> Self {
        Self { kind: "anyone", id: None, label: "anyone".into() }
    }
}

/// An entry, as it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Queryable, Selectable, Insertable)]
#[diesel(table_name = log)]
pub struct AuditEntry {
    /// Its number, from 1 without gaps.
    pub number: i64,
    /// When, in RFC 3339, UTC.
    pub at: String,
    /// operator, key, user, studio or anyone.
    pub actor_kind: String,
    /// The user who did it.
    pub actor_id: Option<String>,
    /// Their name at the time.
    pub actor: String,
    /// What was done, e.g. `user.signed_in`.
    pub action: String,
    /// What kind of thing it was done to.
    pub target_kind: Option<String>,
    /// Its id.
    pub target_id: Option<String>,
    /// Its name at the time.
    pub target: Option<String>,
    /// The address of the net it was done from.
    pub address: Option<String>,
    /// The program it was done with.
    pub user_agent: Option<String>,
    /// What else there is to say, a JSON object.
    pub details: String,
    /// The hash of the entry before; 64 zeros for the first.
    pub previous_hash: String,
    /// SHA-256, in hexadecimal, over the entry before's hash and everything above, as one JSON array.
    pub hash: String,
}

impl AuditEntry {
    /// What its hash has to be.
    #[must_use]
    pub fn expected_hash(&self) -> String {
        let said = json!([
            self.previous_hash,
            self.number,
            self.at,
            self.actor_kind,
            self.actor_id,
            self.actor,
            self.action,
            self.target_kind,
            self.target_id,
            self.target,
            self.address,
            self.user_agent,
            self.details,
        ]);
        hex::encode(Sha256::digest(said.to_string()))
    }
}

/// The hash before the first entry.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An entry to be made.
pub(crate) struct Entry<'a> {
    actor: &'a Actor,
    action: &'static str,
    client: &'a Client,
    target: Option<(&'static str, String, String)>,
    details: Value,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(actor: &'a Actor, action: &'static str, client: &'a Client) -> Self {
        Self { actor, action, client, target: None, details: json!({}) }
    }

    /// What it was done to: the kind of thing, its id and its name.
    pub(crate) fn target(mut self, kind: &'static str, id: impl Into<String>, name: impl Into<String>) -> Self {
        self.target = Some((kind, id.into(), name.into()));
        self
    }

    /// The user it was done to.
    pub(crate) fn on_user(self, row: &crate::identity::users::UserRow) -> Self {
        let name = row.email.clone().unwrap_or_else(|| row.id.clone());
        self.target("user", row.id.clone(), name)
    }

    pub(crate) fn details(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// Appends it. Call it last in a unit of work: on PostgreSQL nobody else can append until the unit ends.
    pub(crate) fn append(self, conn: &mut Conn, now: Timestamp) -> Result<()> {
        lock(conn)?;
        let last: Option<(i64, String)> =
            log::table.order(log::number.desc()).select((log::number, log::hash)).first(conn).optional().translate()?;
        let (number, previous_hash) = last.map_or_else(|| (1, GENESIS.to_owned()), |(number, hash)| (number + 1, hash));
        // What strangers send may be long.
        let cut = |text: &str| text.chars().take(400).collect::<String>();
        let short = |text: &str| (!text.is_empty()).then(|| cut(text));
        let (kind, id, name) =
            self.target.map_or((None, None, None), |(kind, id, name)| (Some(kind.to_owned()), Some(cut(&id)), Some(cut(&name))));
        let mut entry = AuditEntry {
            number,
            at: precise(now),
            actor_kind: self.actor.kind.to_owned(),
            actor_id: self.actor.id.clone(),
            actor: cut(&self.actor.label),
            action: self.action.to_owned(),
            target_kind: kind,
            target_id: id,
            target: name,
            address: short(&self.client.address),
            user_agent: short(&self.client.user_agent),
            details: self.details.to_string(),
            previous_hash,
            hash: String::new(),
        };
        entry.hash = entry.expected_hash();
        diesel::insert_into(log::table).values(&entry).execute(conn).map(drop).translate()
    }
}

/// One appends at a time; SQLite has one writer anyway.
fn lock(conn: &mut Conn) -> Result<()> {
    const LOCK: &str = "select pg_advisory_xact_lock(8391274611203458)";
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(pg) => diesel::connection::SimpleConnection::batch_execute(pg, LOCK).translate(),
    }
}
