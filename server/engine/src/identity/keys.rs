//! The keys of programs: JWTs (RFC 7519, HS256) signed by the instance, each replaceable. And who a key or token is.

use std::sync::Arc;

use diesel::prelude::*;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use parking_lot::RwLock;
use serde::Serialize;
use subtle::ConstantTimeEq;
use tenon_model::{Caller, Code, Error, Result, Role};
use uuid::Uuid;

use super::{
    KeyKind, Keys,
    remembered::Remembered,
    signing::{self, Signers, StoredKey},
    tokens,
};
use crate::{
    Engine, audit,
    database::{Conn, Database, Translate},
    system::schema::{_tenon_keys as keys, _tenon_meta as meta},
};

const ISSUER: &str = "tenon";

/// What a key says.
#[derive(Serialize)]
struct KeyClaims<'a> {
    iss: &'static str,
    role: Role,
    iat: i64,
    /// Which key this is.
    jti: &'a str,
}

/// What the database keeps: the secret that signs, and which keys are valid.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    signing_secret: String,
    /// Signs refresh tokens, and peppers the hashes of codes.
    token_secret: String,
    publishable: (String, i64),
    secret: (String, i64),
    signing_keys: Vec<StoredKey>,
}

/// The keys in force, and tokens verified before.
pub(crate) struct KeyRing {
    current: RwLock<Arc<Current>>,
    remembered: RwLock<Remembered>,
}

struct Current {
    stored: Stored,
    keys: Keys,
    signers: Signers,
}

impl KeyKind {
    fn role(self) -> Role {
        match self {
            Self::Publishable => Role::Anon,
            Self::Secret => Role::ServiceRole,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Publishable => "publishable",
            Self::Secret => "secret",
        }
    }
}

impl Current {
    fn new(stored: Stored) -> Result<Self> {
        let sign = |kind: KeyKind, (id, made): &(String, i64)| {
            let claims = KeyClaims { iss: ISSUER, role: kind.role(), iat: *made, jti: id };
            let key = EncodingKey::from_secret(stored.signing_secret.as_bytes());
            jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(Error::internal)
        };
        let keys =
            Keys { publishable: sign(KeyKind::Publishable, &stored.publishable)?, secret: sign(KeyKind::Secret, &stored.secret)? };
        let signers = Signers::new(&stored.signing_keys)?;
        Ok(Self { stored, keys, signers })
    }
}

impl KeyRing {
    /// The keys of the database; made there if it has none yet.
    pub(crate) async fn open(database: &Database, now: Timestamp) -> Result<Self> {
        let stored = match database.read(load).await? {
            Some(stored) => stored,
            None => database.write(move |conn| create(conn, now)).await?,
        };
        Ok(Self { current: RwLock::new(Arc::new(Current::new(stored)?)), remembered: RwLock::default() })
    }

    /// Takes over what another process changed.
    pub(crate) fn accept(&self, stored: Stored) -> Result<()> {
        if self.current.read().stored != stored {
            self.set(stored)?;
        }
        Ok(())
    }

    fn set(&self, stored: Stored) -> Result<Keys> {
        let current = Arc::new(Current::new(stored)?);
        let keys = current.keys.clone();
        *self.current.write() = current;
        self.remembered.write().forget();
        Ok(keys)
    }

    /// Forgets the tokens that were verified, because what makes them valid has changed.
    pub(crate) fn forget(&self) {
        self.remembered.write().forget();
    }

    pub(super) fn with_signers<T>(&self, read: impl FnOnce(&Signers) -> T) -> T {
        let current = self.current.read().clone();
        read(&current.signers)
    }

    /// The secret that signs refresh tokens, and peppers the hashes of codes.
    pub(super) fn token_secret(&self) -> String {
        self.current.read().stored.token_secret.clone()
    }

    fn keys(&self) -> Keys {
        self.current.read().keys.clone()
    }

    /// Who a token is: the two keys by comparison, user tokens by signature, remembered until they end.
    fn authenticate(&self, token: &str, legacy: impl FnOnce() -> String, now: impl FnOnce() -> Timestamp) -> Result<Caller> {
        let current = self.current.read().clone();
        let same = |key: &str| bool::from(key.as_bytes().ct_eq(token.as_bytes()));
        if same(&current.keys.secret) {
            return Ok(Caller::service());
        }
        if same(&current.keys.publishable) {
            return Ok(Caller::anon());
        }
        let now = now().as_second();
        if let Some(known) = self.remembered.read().get(token, now) {
            return known;
        }
        // The age first: what the keys after it verify holds at that age.
        let age = self.remembered.read().age();
        let current = self.current.read().clone();
        let (caller, ends) = tokens::verify(&current.signers, &legacy(), token, now)?;
        self.remembered.write().note(age, token, caller.clone(), ends);
        Ok(caller)
    }
}

pub(super) fn expired() -> Error {
    Error::new(Code::TokenExpired, "the token has expired").with_hint("sign in again, or refresh the session")
}

pub(super) fn unknown() -> Error {
    Error::new(Code::Unauthenticated, "this is no valid key").with_hint("`tenon keys` shows the instance's keys")
}

pub(crate) fn load(conn: &mut Conn) -> Result<Option<Stored>> {
    let rows: Vec<(String, String, Option<String>, i64)> =
        keys::table.select((keys::kind, keys::id, keys::value, keys::created_at)).load(conn).translate()?;
    let row = |kind: &str| rows.iter().find(|(k, ..)| k == kind);
    let key = |kind: KeyKind| row(kind.name()).map(|(_, id, _, made)| (id.clone(), *made));
    let value = |kind: &str| row(kind).and_then(|(_, _, value, _)| value.clone());
    let signing_keys = signing::load(conn)?;
    Ok(match (value("signing"), value("tokens"), key(KeyKind::Publishable), key(KeyKind::Secret)) {
        (Some(signing_secret), Some(token_secret), Some(publishable), Some(secret)) if !signing_keys.is_empty() => {
            Some(Stored { signing_secret, token_secret, publishable, secret, signing_keys })
        }
        _ => None,
    })
}

/// Makes the keys that an instance lacks, unless another process just did.
fn create(conn: &mut Conn, now: Timestamp) -> Result<Stored> {
    super::lock_identity(conn)?;
    let known: Vec<String> = keys::table.select(keys::kind).load(conn).translate()?;
    for kind in ["signing", "tokens", KeyKind::Publishable.name(), KeyKind::Secret.name()] {
        if !known.iter().any(|k| k == kind) {
            let value = if matches!(kind, "signing" | "tokens") { Some(super::random_token()?) } else { None };
            store(conn, kind, &Uuid::new_v4().to_string(), value.as_deref(), now.as_second())?;
        }
    }
    if signing::load(conn)?.is_empty() {
        signing::create(conn, now)?;
    }
    load(conn)?.ok_or_else(|| Error::internal("the keys are gone"))
}

fn store(conn: &mut Conn, kind: &str, id: &str, value: Option<&str>, created_at: i64) -> Result<()> {
    diesel::delete(keys::table.filter(keys::kind.eq(kind))).execute(conn).translate()?;
    diesel::insert_into(keys::table)
        .values((keys::kind.eq(kind), keys::id.eq(id), keys::value.eq(value), keys::created_at.eq(created_at)))
        .execute(conn)
        .map(|_| ())
        .translate()
}

impl Engine {
    /// The keys.
    ///
    /// # Errors
    /// [`Code::Forbidden`] for callers who may not build (members) and for programs.
    pub async fn keys(&self, caller: &Caller) -> Result<Keys> {
        if matches!(caller, Caller::Api { .. }) || !caller.may_build() {
            return Err(Error::new(Code::Forbidden, "only builders and owners see the keys"));
        }
        Ok(self.key_ring().keys())
    }

    /// Replaces a key; the old one is refused from now on.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may own.
    pub async fn replace_key(&self, caller: &Caller, kind: KeyKind) -> Result<Keys> {
        if !caller.may_own() {
            return Err(Error::new(Code::Forbidden, "only owners replace keys"));
        }
        let now = self.now();
        let (actor, client) = (audit::Actor::of(caller), self.client().clone());
        let change = move |conn: &mut Conn| {
            store(conn, kind.name(), &Uuid::new_v4().to_string(), None, now.as_second())?;
            audit::Entry::new(&actor, "keys.replaced", &client).target("key", kind.name(), kind.name()).append(conn, now)
        };
        self.change_keys(change).await?;
        Ok(self.key_ring().keys())
    }

    /// Changes keys, one change at a time, and puts them in force here and soon in every other process.
    pub(super) async fn change_keys(&self, change: impl Fn(&mut Conn) -> Result<()> + Send + 'static) -> Result<()> {
        let stored = self
            .database()
            .write(move |conn| {
                super::lock_identity(conn)?;
                change(conn)?;
                diesel::update(meta::table.find("keys_version")).set(meta::value.eq(meta::value + 1)).execute(conn).translate()?;
                load(conn)?.ok_or_else(|| Error::internal("the keys are gone"))
            })
            .await?;
        self.key_ring().set(stored).map(drop)
    }

    /// Who a key or token is. Verified ones are remembered, so this costs a comparison or a look-up.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`] for anything that is no valid key; [`Code::TokenExpired`].
    pub fn authenticate(&self, token: &str) -> Result<Caller> {
        self.key_ring().authenticate(token, || self.settings().auth.legacy_jwt_secret.clone(), || self.now())
    }
}
