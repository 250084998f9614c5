//! Second factors and passkeys.

mod passkeys;
mod recovery;
mod security_keys;
mod studio;
mod totp;

use std::sync::Arc;

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use serde_json::Value;
use tenon_engine::{Caller, Code, Error, audit::Client, database::Translate, identity::FactorAnswer};
use tenon_model::{Aal, AuthCode, Claims, Role, SessionId, UserId};
use tenon_testkit::TestEngine;
use totp_rs::{Builder, Secret};
use uuid::Uuid;

/// A signed-in user of the application.
struct Person {
    id: UserId,
    session: SessionId,
    caller: Caller,
}

impl Person {
    /// A user with a confirmed address and one session of one factor.
    async fn new(engine: &TestEngine, email: &str) -> Self {
        let id = UserId(Uuid::new_v4());
        let at = "2026-01-01T00:00:00.000000Z";
        run(
            engine,
            format!(
                "insert into _tenon_users (id, role, email, email_confirmed_at, app_metadata, user_metadata, created_at, \
                 updated_at) values ('{id}', 'authenticated', '{email}', '{at}', '{{}}', '{{}}', '{at}', '{at}')"
            ),
        )
        .await;
        Self::session(engine, id).await
    }

    /// One more session of a user.
    async fn session(engine: &TestEngine, id: UserId) -> Self {
        let session = SessionId(Uuid::new_v4());
        run(
            engine,
            format!(
                "insert into _tenon_sessions (id, user_id, kind, aal, amr, created_at, refreshed_at_ms, expires_at) values \
                 ('{session}', '{id}', 'app', 'aal1', '[{{\"method\":\"password\",\"timestamp\":1}}]', 0, 0, 99999999999)"
            ),
        )
        .await;
        let claims = Claims { session: Some(session), aal: Aal::Aal1, email: None, all: Value::Null };
        let caller = Caller::Api { role: Role::Authenticated, user: Some(id), claims: Some(Arc::new(claims)) };
        Self { id, session, caller }
    }

    /// Its session's level, or nothing once that ended.
    async fn level(&self, engine: &TestEngine) -> Option<String> {
        lines(engine, format!("select aal as line from _tenon_sessions where id = '{}'", self.session)).await.pop()
    }

    /// Adds an authenticator app and gives the factor's id and the secret.
    async fn enrol_totp(&self, engine: &TestEngine, name: &str) -> (Uuid, String) {
        let new = new_factor("totp", name);
        let enrolled = engine.enrol_factor(&self.caller, &client(), new).await.unwrap();
        (id_of(&enrolled), enrolled["totp"]["secret"].as_str().unwrap().to_owned())
    }

    /// A challenge of a factor.
    async fn challenge(&self, engine: &TestEngine, factor: Uuid) -> Uuid {
        id_of(&engine.challenge_factor(&self.caller, factor, None).await.unwrap())
    }

    /// Answers a challenge by a code.
    async fn verify(&self, engine: &TestEngine, factor: Uuid, challenge_id: Uuid, code: &str) -> Result<Value, Error> {
        let answer = FactorAnswer { challenge_id, code: Some(code.into()), webauthn: None };
        engine.verify_factor(&self.caller, &client(), factor, answer).await.map(|session| session.json)
    }

    /// Adds and verifies an authenticator app.
    async fn with_totp(&self, engine: &TestEngine) -> (Uuid, String) {
        let (factor, secret) = self.enrol_totp(engine, "phone").await;
        let challenge = self.challenge(engine, factor).await;
        self.verify(engine, factor, challenge, &code(engine, &secret, 0)).await.unwrap();
        (factor, secret)
    }
}

fn new_factor(kind: &str, name: &str) -> tenon_engine::identity::NewFactor {
    let friendly_name = (!name.is_empty()).then(|| name.to_owned());
    tenon_engine::identity::NewFactor { factor_type: kind.into(), friendly_name, issuer: None }
}

fn client() -> Client {
    Client { address: "203.0.113.7".into(), user_agent: "test".into(), languages: String::new() }
}

fn id_of(json: &Value) -> Uuid {
    Uuid::parse_str(json["id"].as_str().unwrap()).unwrap()
}

/// What an app shows now, or some steps on.
fn code(engine: &TestEngine, secret: &str, steps: i64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let app = Builder::new().with_secret(secret).with_account_name("user").build().unwrap();
    let now = engine.database.config.clock.now().as_second() + 30 * steps;
    format!("{:0>6}", app.generate(now.cast_unsigned()).to_string())
}

/// A code that is of no step near.
fn wrong_code(engine: &TestEngine, secret: &str) -> String {
    let near: Vec<String> = (-2..=2).map(|step| code(engine, secret, step)).collect();
    (0..10).map(|digit| digit.to_string().repeat(6)).find(|code| !near.contains(code)).unwrap()
}

fn assert_code<T>(result: Result<T, Error>, code: AuthCode) {
    match result {
        Ok(_) => panic!("this was to be refused with {code:?}"),
        Err(error) => assert_eq!(error.code, Code::Auth(code), "{error:?}"),
    }
}

async fn run(engine: &TestEngine, sql: String) {
    engine.database().write(move |conn| sql_query(&sql).execute(conn).map(drop).translate()).await.unwrap();
}

async fn lines(engine: &TestEngine, sql: String) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let rows = engine.database().read(move |conn| sql_query(&sql).load::<Line>(conn).translate()).await.unwrap();
    rows.into_iter().map(|row| row.line).collect()
}

/// What the audit log says was done, oldest first.
async fn audited(engine: &TestEngine) -> Vec<String> {
    lines(engine, "select action as line from _tenon_audit order by number".into()).await
}

/// Changes settings.
async fn set(engine: &TestEngine, name: &'static str, value: Value) {
    let change = move |settings: &tenon_engine::settings::Settings| settings.with(name, value.clone());
    engine.change_settings(&Caller::Operator, &client(), change).await.unwrap();
}
