//! The keys that sign access tokens: ES256 (RFC 7518, 3.4), with a standby that is published before it signs, so that everybody
//! who verifies knows it by then, and previous ones whose tokens still run.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use diesel::prelude::*;
use jiff::Timestamp;
use jsonwebtoken::DecodingKey;
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use serde::Serialize;
use serde_json::{Value, json};
use tenon_model::{Caller, Code, Error, Result};
use uuid::Uuid;

use crate::{
    Engine, audit,
    database::{Conn, Translate},
    system::schema::_tenon_signing_keys as keys,
};

/// What a signing key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyStatus {
    /// Published, and the next to sign.
    Standby,
    /// Signs.
    Current,
    /// Signs no more; its tokens run out.
    Previous,
}

impl KeyStatus {
    /// The status's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standby => "standby",
            Self::Current => "current",
            Self::Previous => "previous",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Standby, Self::Current, Self::Previous].into_iter().find(|status| status.as_str() == name)
    }
}

/// A signing key as owners see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SigningKeyInfo {
    /// The `kid` of its tokens.
    pub id: String,
    /// What it is for.
    pub status: KeyStatus,
    /// When it was made. Seconds since 1970.
    pub created_at: i64,
    /// When its status changed last. Seconds since 1970.
    pub changed_at: i64,
}

/// A signing key as the database has it.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = keys)]
pub(crate) struct StoredKey {
    id: String,
    status: String,
    private_key: String,
    created_at: i64,
    changed_at: i64,
}

/// The signing keys, ready for use.
pub(super) struct Signers {
    all: Vec<Signer>,
    current: usize,
}

struct Signer {
    info: SigningKeyInfo,
    signing: SigningKey,
    verifying: DecodingKey,
    jwk: Value,
}

impl Signers {
    pub(super) fn new(stored: &[StoredKey]) -> Result<Self> {
        let all = stored.iter().map(Signer::new).collect::<Result<Vec<_>>>()?;
        let current = all.iter().position(|key| key.info.status == KeyStatus::Current);
        let current = current.ok_or_else(|| Error::internal("there is no current signing key"))?;
        Ok(Self { all, current })
    }

    /// A compact JWS (RFC 7515) of these claims by the current key.
    pub(super) fn sign(&self, claims: &Value) -> Result<String> {
        let key = self.all.get(self.current).ok_or_else(|| Error::internal("there is no current signing key"))?;
        let header = json!({ "alg": "ES256", "kid": key.info.id, "typ": "JWT" });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut token = format!("{}.{}", encode(&header), encode(claims));
        let signature: Signature = key.signing.sign(token.as_bytes());
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature.to_bytes()));
        Ok(token)
    }

    /// The key that verifies tokens of this `kid`.
    pub(super) fn verifying(&self, id: &str) -> Option<&DecodingKey> {
        self.all.iter().find(|key| key.info.id == id).map(|key| &key.verifying)
    }

    /// The public keys (RFC 7517).
    pub(super) fn jwks(&self) -> Value {
        json!({ "keys": self.all.iter().map(|key| &key.jwk).collect::<Vec<_>>() })
    }

    fn infos(&self) -> Vec<SigningKeyInfo> {
        self.all.iter().map(|key| key.info.clone()).collect()
    }
}

impl Signer {
    fn new(stored: &StoredKey) -> Result<Self> {
        let unreadable = || Error::internal(format!("signing key {} cannot be read", stored.id));
        let secret = hex::decode(&stored.private_key).map_err(|_| unreadable())?;
        let signing = SigningKey::from_slice(&secret).map_err(|_| unreadable())?;
        let point = signing.verifying_key().to_encoded_point(false);
        let part = |bytes: Option<&p256::FieldBytes>| bytes.map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).ok_or_else(unreadable);
        let (x, y) = (part(point.x())?, part(point.y())?);
        let info = SigningKeyInfo {
            id: stored.id.clone(),
            status: KeyStatus::parse(&stored.status).ok_or_else(unreadable)?,
            created_at: stored.created_at,
            changed_at: stored.changed_at,
        };
        let verifying = DecodingKey::from_ec_components(&x, &y).map_err(Error::internal)?;
        let jwk = json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "key_ops": ["verify"], "kid": stored.id, "x": x, "y": y,
        });
        Ok(Self { info, signing, verifying, jwk })
    }
}

pub(super) fn load(conn: &mut Conn) -> Result<Vec<StoredKey>> {
    keys::table.order((keys::created_at, keys::id)).select(StoredKey::as_select()).load(conn).translate()
}

/// Makes the first keys of an instance.
pub(super) fn create(conn: &mut Conn, now: Timestamp) -> Result<()> {
    make(conn, KeyStatus::Current, now)?;
    make(conn, KeyStatus::Standby, now)
}

fn make(conn: &mut Conn, status: KeyStatus, now: Timestamp) -> Result<()> {
    // Nearly every 32 bytes are a valid scalar.
    let secret = loop {
        let bytes = super::random_bytes::<32>()?;
        if SigningKey::from_slice(&bytes).is_ok() {
            break bytes;
        }
    };
    let key = StoredKey {
        id: Uuid::new_v4().to_string(),
        status: status.as_str().to_owned(),
        private_key: hex::encode(secret),
        created_at: now.as_second(),
        changed_at: now.as_second(),
    };
    diesel::insert_into(keys::table).values(&key).execute(conn).map(drop).translate()
}

fn move_on(conn: &mut Conn, from: KeyStatus, to: KeyStatus, now: Timestamp) -> Result<()> {
    diesel::update(keys::table.filter(keys::status.eq(from.as_str())))
        .set((keys::status.eq(to.as_str()), keys::changed_at.eq(now.as_second())))
        .execute(conn)
        .map(drop)
        .translate()
}

impl Engine {
    /// The keys that sign access tokens, oldest first.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may own.
    pub fn signing_keys(&self, caller: &Caller) -> Result<Vec<SigningKeyInfo>> {
        must_own(caller)?;
        Ok(self.key_ring().with_signers(Signers::infos))
    }

    /// The public keys of access tokens, as a JSON Web Key Set (RFC 7517).
    #[must_use]
    pub fn jwks(&self) -> Value {
        self.key_ring().with_signers(Signers::jwks)
    }

    /// Lets the standby key sign from now on, makes a new standby, and keeps the key before for the tokens it signed: nobody
    /// is signed out.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may own.
    pub async fn rotate_signing_keys(&self, caller: &Caller, client: &audit::Client) -> Result<Vec<SigningKeyInfo>> {
        must_own(caller)?;
        let (actor, client, now) = (audit::Actor::of(caller), client.clone(), self.now());
        let change = move |conn: &mut Conn| {
            move_on(conn, KeyStatus::Current, KeyStatus::Previous, now)?;
            move_on(conn, KeyStatus::Standby, KeyStatus::Current, now)?;
            make(conn, KeyStatus::Standby, now)?;
            audit::Entry::new(&actor, "signing_keys.rotated", &client).append(conn, now)
        };
        self.change_keys(change).await?;
        self.signing_keys(caller)
    }

    /// Forgets a previous key: tokens that it signed are refused from now on.
    ///
    /// # Errors
    /// [`Code::NotFound`] for anything but a previous key; [`Code::Forbidden`] unless the caller may own.
    pub async fn revoke_signing_key(&self, caller: &Caller, client: &audit::Client, id: String) -> Result<()> {
        must_own(caller)?;
        let (actor, client, now) = (audit::Actor::of(caller), client.clone(), self.now());
        let change = move |conn: &mut Conn| {
            let previous = keys::table.filter(keys::id.eq(&id)).filter(keys::status.eq(KeyStatus::Previous.as_str()));
            if diesel::delete(previous).execute(conn).translate()? == 0 {
                return Err(Error::new(Code::NotFound, "there is no such previous key")
                    .with_hint("rotate first: only previous keys can go"));
            }
            audit::Entry::new(&actor, "signing_keys.revoked", &client).target("signing_key", &*id, &*id).append(conn, now)
        };
        self.change_keys(change).await
    }
}

fn must_own(caller: &Caller) -> Result<()> {
    if caller.may_own() { Ok(()) } else { Err(Error::new(Code::Forbidden, "only owners manage the signing keys")) }
}
