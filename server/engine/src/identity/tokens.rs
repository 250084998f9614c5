//! Access tokens: JWTs (RFC 7519) with the claims that GoTrue gives them.

use std::sync::Arc;

use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use tenon_model::{Aal, Caller, Claims, Ident, Result, Role, SessionId, UserId};
use uuid::Uuid;

use super::{
    accounts::acts_as,
    app_sessions::SessionRow,
    keys::{expired, unknown},
    signing::Signers,
    users::UserRow,
};

/// The longest token that is looked at. Bytes.
const MAX_TOKEN: usize = 16_384;

/// What a session's access token says.
pub(super) fn claims(session: &SessionRow, user: &UserRow, issuer: &str, now: Timestamp, lifetime: u32) -> Value {
    let amr: Value = serde_json::from_str(&session.amr).unwrap_or_default();
    json!({
        "iss": issuer,
        "sub": user.id,
        "aud": "authenticated",
        "exp": now.as_second() + i64::from(lifetime),
        "iat": now.as_second(),
        "email": user.email.as_deref().unwrap_or(""),
        "phone": user.phone.as_deref().unwrap_or(""),
        "app_metadata": user.app_metadata(),
        "user_metadata": user.user_metadata(),
        "role": user.role,
        "aal": session.aal,
        "amr": amr,
        "session_id": session.id,
        "is_anonymous": user.is_anonymous != 0,
    })
}

/// Who a user is by a token of theirs, as far as it says nothing of a session.
pub(super) fn caller_of(row: &UserRow, now: Timestamp) -> Result<Caller> {
    let claims = json!({
        "sub": row.id,
        "aud": "authenticated",
        "iat": now.as_second(),
        "email": row.email.as_deref().unwrap_or(""),
        "phone": row.phone.as_deref().unwrap_or(""),
        "app_metadata": row.app_metadata(),
        "user_metadata": row.user_metadata(),
        "role": row.role,
        "aal": Aal::Aal1.as_str(),
        "is_anonymous": row.is_anonymous != 0,
    });
    user(claims, acts_as(&row.role), false)
}

/// Who a token is, and until when. Keys never come here: those in force were compared, others are void.
pub(super) fn verify(signers: &Signers, legacy: &str, token: &str, now: i64) -> Result<(Caller, i64)> {
    if token.len() > MAX_TOKEN {
        return Err(unknown());
    }
    let header = decode_header(token).map_err(|_| unknown())?;
    let (claims, own) = match (header.alg, header.kid.as_deref()) {
        (Algorithm::ES256, Some(kid)) => {
            let key = signers.verifying(kid).ok_or_else(unknown)?;
            (read(token, key, Algorithm::ES256)?, true)
        }
        (Algorithm::HS256, _) if !legacy.is_empty() => {
            (read(token, &DecodingKey::from_secret(legacy.as_bytes()), Algorithm::HS256)?, false)
        }
        _ => return Err(unknown()),
    };
    let ends = match claims.get("exp").and_then(Value::as_i64) {
        Some(ends) if ends <= now => return Err(expired()),
        Some(ends) => ends,
        // Only keys of a former backend may be without end.
        None if !own => i64::MAX,
        None => return Err(unknown()),
    };
    let role = claims.get("role").and_then(Value::as_str).unwrap_or_default();
    match role {
        "anon" if !own => Ok((Caller::anon(), ends)),
        "service_role" if !own => Ok((Caller::service(), ends)),
        "" => Err(unknown()),
        // Users' own roles, and those of tokens that the application's other parts sign. That one is the role of the secret
        // key does not make them a program.
        "anon" | "authenticated" | "service_role" => Ok((user(claims, Role::Authenticated, false)?, ends)),
        name => {
            let role = Role::from(Ident::new(name).map_err(|_| unknown())?);
            Ok((user(claims, role, !own)?, ends))
        }
    }
}

fn read(token: &str, key: &DecodingKey, algorithm: Algorithm) -> Result<Value> {
    let mut rules = Validation::new(algorithm);
    rules.required_spec_claims.clear();
    // The instance's own clock decides, above.
    rules.validate_exp = false;
    rules.validate_aud = false;
    decode::<Value>(token, key, &rules).map(|token| token.claims).map_err(|_| unknown())
}

/// The user of a token; `nobody` is enough if it may be of none.
fn user(claims: Value, role: Role, nobody: bool) -> Result<Caller> {
    let uuid = |name: &str| claims.get(name).and_then(Value::as_str).and_then(|text| Uuid::parse_str(text).ok());
    let user = uuid("sub");
    if user.is_none() && !nobody {
        return Err(unknown());
    }
    let aal = if claims.get("aal").and_then(Value::as_str) == Some("aal2") { Aal::Aal2 } else { Aal::Aal1 };
    let email = claims.get("email").and_then(Value::as_str).filter(|email| !email.is_empty()).map(str::to_owned);
    let session = uuid("session_id").map(SessionId);
    let claims = Some(Arc::new(Claims { session, aal, email, all: claims }));
    Ok(Caller::Api { role, user: user.map(UserId), claims })
}
