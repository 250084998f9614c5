//! The keys of programs: JWTs (RFC 7519, HS256) signed by the instance, each replaceable.

use std::{collections::HashMap, sync::Arc};

use diesel::prelude::*;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use tenon_model::{Caller, Code, Error, Result, Role, UserId};
use uuid::Uuid;

use super::{KeyKind, Keys};
use crate::{
    Engine,
    database::{Conn, Database, Translate},
    system::schema::{_tenon_keys as keys, _tenon_meta as meta},
};

const ISSUER: &str = "tenon";
/// Remembered user tokens; beyond, the memory starts afresh.
const MAX_REMEMBERED: usize = 10_000;
/// The longest token that is looked at. Bytes.
const MAX_TOKEN: usize = 8192;

/// What keys and user tokens say.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    role: Role,
    iat: i64,
    /// Which key this is; only keys have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    /// The signed-in user; only user tokens have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sub: Option<Uuid>,
    /// When a user token ends, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
}

/// What the database keeps: the secret that signs, and which keys are valid.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    signing_secret: String,
    publishable: (String, i64),
    secret: (String, i64),
}

/// The keys in force, and tokens verified before.
pub(crate) struct KeyRing {
    current: RwLock<Arc<Current>>,
    remembered: RwLock<HashMap<Box<str>, (Caller, i64)>>,
}

struct Current {
    stored: Stored,
    keys: Keys,
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
            let claims = Claims { iss: ISSUER.into(), role: kind.role(), iat: *made, jti: Some(id.clone()), sub: None, exp: None };
            let key = EncodingKey::from_secret(stored.signing_secret.as_bytes());
            jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(Error::internal)
        };
        let keys =
            Keys { publishable: sign(KeyKind::Publishable, &stored.publishable)?, secret: sign(KeyKind::Secret, &stored.secret)? };
        Ok(Self { stored, keys })
    }
}

impl KeyRing {
    /// The keys of the database; made there if it has none yet.
    pub(crate) async fn open(database: &Database) -> Result<Self> {
        let stored = match database.read(load).await? {
            Some(stored) => stored,
            None => database.write(create).await?,
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
        self.remembered.write().clear();
        Ok(keys)
    }

    fn keys(&self) -> Keys {
        self.current.read().keys.clone()
    }

    /// Who a token is: the two keys by comparison, user tokens by signature, remembered until they end.
    fn authenticate(&self, token: &str, now: impl FnOnce() -> Timestamp) -> Result<Caller> {
        let current = self.current.read().clone();
        let same = |key: &str| bool::from(key.as_bytes().ct_eq(token.as_bytes()));
        if same(&current.keys.secret) {
            return Ok(Caller::service());
        }
        if same(&current.keys.publishable) {
            return Ok(Caller::anon());
        }
        let now = now().as_second();
        if let Some((caller, ends)) = self.remembered.read().get(token) {
            return if *ends > now { Ok(caller.clone()) } else { Err(expired()) };
        }
        let (caller, ends) = verify(&current.stored, token, now)?;
        let mut remembered = self.remembered.write();
        if remembered.len() >= MAX_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(token.into(), (caller.clone(), ends));
        Ok(caller)
    }
}

fn expired() -> Error {
    Error::new(Code::TokenExpired, "the token has expired").with_hint("sign in again, or refresh the session")
}

fn unknown() -> Error {
    Error::new(Code::Unauthenticated, "this is no valid key").with_hint("`tenon keys` shows the instance's keys")
}

/// A token of a signed-in user. Keys never come here: those in force were compared, others are void.
fn verify(stored: &Stored, token: &str, now: i64) -> Result<(Caller, i64)> {
    if token.len() > MAX_TOKEN {
        return Err(unknown());
    }
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_issuer(&[ISSUER]);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let key = DecodingKey::from_secret(stored.signing_secret.as_bytes());
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &rules).map_err(|_| unknown())?.claims;
    match claims {
        Claims { role: Role::Authenticated, sub: Some(user), exp: Some(ends), .. } if ends > now => {
            Ok((Caller::Api { role: Role::Authenticated, user: Some(UserId(user)), claims: None }, ends))
        }
        Claims { role: Role::Authenticated, sub: Some(_), exp: Some(_), .. } => Err(expired()),
        _ => Err(unknown()),
    }
}

pub(crate) fn load(conn: &mut Conn) -> Result<Option<Stored>> {
    let rows: Vec<(String, String, Option<String>, i64)> =
        keys::table.select((keys::kind, keys::id, keys::value, keys::created_at)).load(conn).translate()?;
    let row = |kind: &str| rows.iter().find(|(k, ..)| k == kind);
    let key = |kind: KeyKind| row(kind.name()).map(|(_, id, _, made)| (id.clone(), *made));
    let signing = row("signing").and_then(|(_, _, value, _)| value.clone());
    Ok(match (signing, key(KeyKind::Publishable), key(KeyKind::Secret)) {
        (Some(signing_secret), Some(publishable), Some(secret)) => Some(Stored { signing_secret, publishable, secret }),
        _ => None,
    })
}

/// Makes the keys of a new instance, unless another process just did.
fn create(conn: &mut Conn) -> Result<Stored> {
    super::lock_identity(conn)?;
    if let Some(stored) = load(conn)? {
        return Ok(stored);
    }
    let now = Timestamp::now().as_second();
    let stored = Stored {
        signing_secret: super::random_token()?,
        publishable: (Uuid::new_v4().to_string(), now),
        secret: (Uuid::new_v4().to_string(), now),
    };
    store(conn, "signing", &Uuid::new_v4().to_string(), Some(&stored.signing_secret), now)?;
    store(conn, KeyKind::Publishable.name(), &stored.publishable.0, None, now)?;
    store(conn, KeyKind::Secret.name(), &stored.secret.0, None, now)?;
    Ok(stored)
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
        let stored = self
            .database()
            .write(move |conn| {
                super::lock_identity(conn)?;
                store(conn, kind.name(), &Uuid::new_v4().to_string(), None, Timestamp::now().as_second())?;
                diesel::update(meta::table.find("keys_version")).set(meta::value.eq(meta::value + 1)).execute(conn).translate()?;
                load(conn)?.ok_or_else(|| Error::internal("the keys are gone"))
            })
            .await?;
        self.key_ring().set(stored)
    }

    /// Who a key or token is. Verified ones are remembered, so this costs a comparison or a look-up.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`] for anything that is no valid key; [`Code::TokenExpired`].
    pub fn authenticate(&self, token: &str) -> Result<Caller> {
        self.key_ring().authenticate(token, || self.now())
    }
}
