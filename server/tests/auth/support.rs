//! An instance, and requests that read like HTTP.

use axum::{Router, body::Body};
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::Value;
use tenon_engine::{Caller, audit::Client, database::EngineKind, identity::Keys};
use tenon_server::{AppState, HttpConfig, router};
use tenon_testkit::TestEngine;
use tower::ServiceExt as _;

/// An instance on one engine.
pub(crate) struct App {
    router: Router,
    pub(crate) keys: Keys,
    pub(crate) engine: TestEngine,
}

/// What a request was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) headers: http::HeaderMap,
    pub(crate) json: Value,
    pub(crate) body: String,
}

impl Answer {
    /// Status, error code and message, for snapshots.
    pub(crate) fn failure(&self) -> String {
        format!("{} {} {}", self.status, self.json["error_code"].as_str().unwrap_or(""), self.json["msg"].as_str().unwrap_or(""))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.json[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.json)).to_owned()
    }
}

impl App {
    pub(crate) async fn on(kind: EngineKind) -> Self {
        Self::of(TestEngine::on(kind).await, HttpConfig::default()).await
    }

    /// The instance of an engine.
    pub(crate) async fn of(engine: TestEngine, http: HttpConfig) -> Self {
        let keys = engine.keys(&Caller::Operator).await.unwrap();
        let router = router(AppState::new((*engine).clone(), http));
        Self { router, keys, engine }
    }

    /// Changes settings as the operator.
    pub(crate) async fn set(&self, name: &'static str, value: Value) {
        let change = move |settings: &tenon_engine::settings::Settings| settings.with(name, value.clone());
        self.engine.change_settings(&Caller::Operator, &Client::default(), change).await.unwrap();
    }

    /// Sends `METHOD path` below the API, with a token if there is one.
    pub(crate) async fn call(&self, line: &str, token: Option<&str>, body: Value) -> Answer {
        self.call_with(line, token, &[], body).await
    }

    /// As [`App::call`], with headers.
    pub(crate) async fn call_with(&self, line: &str, token: Option<&str>, headers: &[(&str, &str)], body: Value) -> Answer {
        let (method, path) = line.split_once(' ').unwrap();
        let mut request = Request::builder().method(method).uri(format!("/auth/v1{path}")).header("apikey", &self.keys.publishable);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.send(request.body(body).unwrap()).await
    }

    /// Sends a request to wherever it says.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let location = parts.headers.get("location").map(|value| value.to_str().unwrap().to_owned());
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status.as_u16(), location, headers: parts.headers, json, body: text }
    }

    /// Reads elsewhere, with a user's token.
    pub(crate) async fn read(&self, path: &str, token: &str) -> Answer {
        let request = Request::builder().uri(path).header("apikey", &self.keys.publishable);
        self.send(request.header("authorization", format!("Bearer {token}")).body(Body::empty()).unwrap()).await
    }

    /// The plain text of the newest mail to an address.
    pub(crate) async fn mail(&self, to: &str) -> String {
        use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
        #[derive(QueryableByName)]
        struct Mail {
            #[diesel(sql_type = Text)]
            text_body: String,
        }
        let sql = format!("select text_body from _tenon_mail where recipient = '{to}' order by created_at desc, attempts limit 1");
        let unit = move |conn: &mut tenon_engine::database::Conn| {
            use tenon_engine::database::Translate as _;
            sql_query(sql).load::<Mail>(conn).translate()
        };
        self.engine.database().read(unit).await.unwrap().pop().unwrap_or_else(|| panic!("no mail to {to}")).text_body
    }

    /// The first column, a text, of what SQL finds.
    pub(crate) async fn lines(&self, sql: &str) -> Vec<String> {
        use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
        #[derive(QueryableByName)]
        struct Line {
            #[diesel(sql_type = Text)]
            line: String,
        }
        let sql = sql.to_owned();
        let unit = move |conn: &mut tenon_engine::database::Conn| {
            use tenon_engine::database::Translate as _;
            sql_query(sql).load::<Line>(conn).translate()
        };
        self.engine.database().read(unit).await.unwrap().into_iter().map(|row| row.line).collect()
    }

    /// Lets so much time go by.
    pub(crate) fn later(&self, seconds: i64) {
        self.engine.database.config.clock.advance(jiff::SignedDuration::from_secs(seconds));
    }
}

/// The first run of digits as long as a code.
pub(crate) fn code_in(mail: &str) -> String {
    mail.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 6).unwrap_or_else(|| panic!("no code in {mail}")).to_owned()
}

/// The path and query of the link that a mail carries.
pub(crate) fn link_in(mail: &str) -> String {
    let start = mail.find("/auth/v1/verify").unwrap_or_else(|| panic!("no link in {mail}"));
    let link = &mail[start + "/auth/v1".len()..];
    link.split(|c: char| c.is_whitespace() || matches!(c, '"' | ')' | '>')).next().unwrap().to_owned()
}

/// Runs the same on both engines.
pub(crate) async fn both(test: impl AsyncFn(App)) {
    for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
        println!("on {kind:?}");
        test(App::on(kind).await).await;
    }
}
