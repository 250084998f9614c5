//! Signing in by providers elsewhere.

mod consent;
mod flow;
mod id_tokens;
mod issuer;
mod keys;
mod linking;
mod manage;

use std::{collections::HashMap, sync::Arc};

use diesel::connection::SimpleConnection as _;
use issuer::{CLIENT, Issuer, SECRET};
use serde_json::{Value, json};
use tenon_engine::{
    Engine,
    audit::Client,
    database::Translate as _,
    identity::providers::{Authorize, Provider, Returned},
};
use tenon_model::{Aal, Caller, Claims, Role, SessionId, UserId};
use tenon_testkit::TestEngine;
use url::Url;
use uuid::Uuid;

/// A provider that speaks OpenID Connect, under this name.
async fn oidc(test: &TestEngine, issuer: &Issuer, name: &str) {
    save(test, &definition(issuer, name)).await;
}

fn definition(issuer: &Issuer, name: &str) -> Provider {
    Provider {
        name: name.into(),
        enabled: true,
        client_id: CLIENT.into(),
        client_secret: SECRET.into(),
        issuer: issuer.url.clone(),
        scopes: vec!["openid".into(), "email".into()],
        pkce: true,
        ..Provider::default()
    }
}

async fn save(test: &TestEngine, provider: &Provider) {
    test.save_provider(&Caller::Operator, &Client::default(), provider.clone()).await.unwrap();
}

fn person(sub: &str, email: &str, verified: bool) -> Value {
    json!({ "sub": sub, "email": email, "email_verified": verified, "name": "Ada" })
}

/// Goes to the provider and back in one browser; where it ends.
async fn travel(engine: &Engine, issuer: &Issuer, asked: Authorize, who: Value) -> Parts {
    let away = engine.authorize_url(asked, &Client::default()).await.unwrap();
    let (code, state) = issuer.approve(&away.url, who);
    let returned = Returned { code: Some(code), state: Some(state), ..Returned::default() };
    parts(&engine.callback(returned, Some(away.browser.clone()), Client::default()).await)
}

fn to(provider: &str) -> Authorize {
    Authorize { provider: provider.into(), ..Authorize::default() }
}

/// An address taken apart.
#[derive(Debug)]
struct Parts {
    base: String,
    query: HashMap<String, String>,
    fragment: HashMap<String, String>,
}

impl Parts {
    fn error(&self) -> &str {
        self.query.get("error_code").map_or("", String::as_str)
    }

    /// The claims of the access token.
    fn claims(&self) -> Value {
        use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
        let token = self.fragment.get("access_token").unwrap_or_else(|| panic!("{self:?}"));
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
    }

    fn user(&self) -> String {
        self.claims()["sub"].as_str().unwrap().to_owned()
    }
}

fn parts(url: &str) -> Parts {
    let url = Url::parse(url).unwrap();
    let pairs = |text: Option<&str>| {
        url::form_urlencoded::parse(text.unwrap_or_default().as_bytes()).into_owned().collect::<HashMap<_, _>>()
    };
    let base = url.as_str().split(['?', '#']).next().unwrap().to_owned();
    Parts { base, query: pairs(url.query()), fragment: pairs(url.fragment()) }
}

/// What happens to the database from outside.
async fn sql(test: &TestEngine, text: &str) {
    let text = text.to_owned();
    test.database().write(move |conn| conn.batch_execute(&text).translate()).await.unwrap();
}

/// A user in a session of one factor, and the session's id.
async fn session(test: &TestEngine, user: &str) -> (Caller, Uuid) {
    let id = Uuid::new_v4();
    let text = format!(
        "insert into _tenon_sessions (id, user_id, kind, aal, amr, created_at, refreshed_at_ms, expires_at) values \
         ('{id}', '{user}', 'app', 'aal1', '[]', 0, 0, 99999999999)"
    );
    test.database().write(move |conn| conn.batch_execute(&text).translate()).await.unwrap();
    let claims = Claims { session: Some(SessionId(id)), aal: Aal::Aal1, email: None, all: Value::Null };
    let user = Some(UserId(user.parse().unwrap()));
    (Caller::Api { role: Role::Authenticated, user, claims: Some(Arc::new(claims)) }, id)
}

async fn caller(test: &TestEngine, user: &str) -> Caller {
    session(test, user).await.0
}
