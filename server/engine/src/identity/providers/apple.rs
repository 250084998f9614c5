//! Apple's client secret, which is a token signed anew for each use.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;
use tenon_model::{Error, Result};

use super::{Apple, Provider};
use crate::settings::refused as wrong;

/// Seconds.
const LIFETIME: i64 = 300;

/// Whether the key is one.
pub(super) fn check(apple: &Apple) -> Result<()> {
    if apple.team_id.is_empty() {
        return Err(wrong("team_id", "the team's id is at the top right of Apple's developer pages"));
    }
    if apple.key_id.is_empty() {
        return Err(wrong("key_id", "the key's id is in the name of its file"));
    }
    key(apple).map(drop)
}

/// The secret that Apple expects now.
pub(super) fn client_secret(provider: &Provider, apple: &Apple, now: Timestamp) -> Result<String> {
    let header = Header { kid: Some(apple.key_id.clone()), ..Header::new(Algorithm::ES256) };
    let claims = json!({
        "iss": apple.team_id,
        "iat": now.as_second(),
        "exp": now.as_second() + LIFETIME,
        "aud": "https://appleid.apple.com",
        "sub": provider.client_id,
    });
    encode(&header, &claims, &key(apple)?).map_err(Error::internal)
}

/// The key in PKCS #8, of which PEM is base64 between two lines.
fn key(apple: &Apple) -> Result<EncodingKey> {
    let refused = || wrong("private_key", "paste the whole of the .p8 file, from -----BEGIN PRIVATE KEY----- on");
    let text = apple.private_key.trim().strip_prefix("-----BEGIN PRIVATE KEY-----");
    let text = text.and_then(|text| text.strip_suffix("-----END PRIVATE KEY-----")).ok_or_else(refused)?;
    let text: String = text.split_whitespace().collect();
    let der = STANDARD.decode(text).map_err(|_| refused())?;
    let key = EncodingKey::from_ec_der(&der);
    encode(&Header::new(Algorithm::ES256), &json!({}), &key).map(|_| key).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made for this test.
    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg51uY4lEfZbZTwxZZ\nAMHkoCGpFr3bjUByTP7aPaJfwguhRANCAARDwDIdba/kH2YkNBOkIT+X+QSElD5V\nF+O5Gy9Nwts0+fo45WdCT27Dh26iuqnkU8xIs9ZJOyGdzS/fnlxMHHHM\n-----END PRIVATE KEY-----";

    #[test]
    fn the_secret_is_signed_with_the_key() {
        let apple = Apple { team_id: "TEAM".into(), key_id: "KEY".into(), private_key: KEY.into() };
        check(&apple).unwrap();
        let provider = Provider { client_id: "com.example.web".into(), ..Provider::default() };
        let secret = client_secret(&provider, &apple, Timestamp::UNIX_EPOCH).unwrap();
        let part = |n| base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(secret.split('.').nth(n).unwrap()).unwrap();
        let header: serde_json::Value = serde_json::from_slice(&part(0)).unwrap();
        assert_eq!((&header["alg"], &header["kid"]), (&json!("ES256"), &json!("KEY")));
        let claims: serde_json::Value = serde_json::from_slice(&part(1)).unwrap();
        assert_eq!(
            claims,
            json!({ "iss": "TEAM", "iat": 0, "exp": 300, "aud": "https://appleid.apple.com", "sub": "com.example.web" })
        );
        for wrong in ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "no key"] {
            assert!(check(&Apple { private_key: wrong.into(), ..apple.clone() }).is_err());
        }
    }
}
