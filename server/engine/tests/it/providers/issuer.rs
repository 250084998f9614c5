//! A provider on this machine: OpenID Connect and OAuth 2 as far as a client sees them, and as wrong as a test wants it.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use parking_lot::Mutex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::keys;

pub(super) const CLIENT: &str = "tenon";
pub(super) const SECRET: &str = "the client's secret";

/// What somebody let the application have.
#[derive(Clone)]
struct Grant {
    user: Value,
    nonce: Option<String>,
    challenge: Option<String>,
}

/// A provider on this machine.
#[derive(Clone)]
pub(super) struct Issuer {
    pub(super) url: String,
    grants: Arc<Mutex<HashMap<String, Grant>>>,
    /// What replaces claims of the next ID tokens.
    pub(super) bent: Arc<Mutex<Value>>,
    pub(super) algorithm: Arc<Mutex<Algorithm>>,
}

impl Issuer {
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            grants: Arc::default(),
            bent: Arc::new(Mutex::new(json!({}))),
            algorithm: Arc::new(Mutex::new(Algorithm::ES256)),
        };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(jwks))
            .route("/authorize", get(async || "sign in here"))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .route("/emails", get(emails))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        issuer
    }

    /// A person signs in at the address they were sent to, and lets the application have who they are: the code and the state
    /// that go back.
    pub(super) fn approve(&self, url: &str, user: Value) -> (String, String) {
        assert!(url.starts_with(&format!("{}/authorize?", self.url)), "{url}");
        let sent: HashMap<String, String> = Url::parse(url).unwrap().query_pairs().into_owned().collect();
        assert_eq!((sent["client_id"].as_str(), sent["response_type"].as_str()), (CLIENT, "code"));
        assert_eq!(sent["redirect_uri"], "http://127.0.0.1:3000/auth/v1/callback");
        let code = format!("code {}", self.grants.lock().len());
        let grant = Grant { user, nonce: sent.get("nonce").cloned(), challenge: sent.get("code_challenge").cloned() };
        self.grants.lock().insert(code.clone(), grant);
        (code, sent["state"].clone())
    }

    /// An ID token of a person.
    pub(super) fn id_token(&self, user: &Value, further: &Value) -> String {
        let now = jiff::Timestamp::now().as_second();
        let mut claims = json!({ "iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 600 });
        for from in [user, further, &self.bent.lock()] {
            for (name, value) in from.as_object().unwrap() {
                claims[name] = value.clone();
            }
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let algorithm = *self.algorithm.lock();
        let (kid, key) = match algorithm {
            Algorithm::ES256 => ("ec", EncodingKey::from_ec_der(&STANDARD.decode(keys::EC).unwrap())),
            Algorithm::RS256 => ("rsa", EncodingKey::from_rsa_der(&STANDARD.decode(keys::RSA).unwrap())),
            _ => ("shared", EncodingKey::from_secret(SECRET.as_bytes())),
        };
        encode(&Header { kid: Some(kid.into()), ..Header::new(algorithm) }, &claims, &key).unwrap()
    }
}

async fn discovery(State(issuer): State<Issuer>) -> Json<Value> {
    let at = |path: &str| format!("{}{path}", issuer.url);
    Json(json!({
        "issuer": issuer.url,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/keys"),
    }))
}

async fn jwks() -> Json<Value> {
    Json(json!({ "keys": [
        { "kty": "EC", "crv": "P-256", "kid": "ec", "use": "sig", "alg": "ES256", "x": keys::EC_X, "y": keys::EC_Y },
        { "kty": "RSA", "kid": "rsa", "use": "sig", "alg": "RS256", "n": keys::RSA_N, "e": "AQAB" },
        { "kty": "of tomorrow", "kid": "new" },
    ] }))
}

async fn token(
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Json<Value>, (StatusCode, Json<Value>)> {
    let refused = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error, "error_description": SECRET })));
    let basic = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let escape = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let expected = format!("Basic {}", STANDARD.encode(format!("{}:{}", escape(CLIENT), escape(SECRET))));
    if basic.is_some_and(|basic| basic != expected) || form.get("client_secret").is_some_and(|secret| secret != SECRET) {
        return Err(refused("invalid_client"));
    }
    let grant = issuer.grants.lock().get(&form["code"]).cloned().ok_or_else(|| refused("invalid_grant"))?;
    let challenge = form.get("code_verifier").map(|verifier| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)));
    if challenge != grant.challenge {
        return Err(refused("invalid_grant"));
    }
    let id = grant.user["sub"].as_str().unwrap_or_default();
    let access_token = format!("access {id}");
    issuer.grants.lock().insert(access_token.clone(), grant.clone());
    let at_hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(&access_token)[..16]);
    let id_token = issuer.id_token(&grant.user, &json!({ "nonce": grant.nonce, "at_hash": at_hash }));
    Ok(Json(json!({
        "access_token": access_token, "token_type": "Bearer", "expires_in": 60, "refresh_token": "refresh", "id_token": id_token,
    })))
}

fn bearer(issuer: &Issuer, headers: &HeaderMap) -> Result<Value, StatusCode> {
    let token = headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let grant = token.and_then(|token| issuer.grants.lock().get(token).cloned());
    grant.map(|grant| grant.user).ok_or(StatusCode::UNAUTHORIZED)
}

async fn userinfo(State(issuer): State<Issuer>, headers: HeaderMap) -> Result<Json<Value>, StatusCode> {
    bearer(&issuer, &headers).map(Json)
}

async fn emails(State(issuer): State<Issuer>, headers: HeaderMap) -> Result<Json<Value>, StatusCode> {
    bearer(&issuer, &headers).map(|user| Json(user["emails"].clone()))
}
