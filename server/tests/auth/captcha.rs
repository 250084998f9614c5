//! The CAPTCHA, checked by a stand-in for the service.

use std::{collections::HashMap, sync::Arc};

use axum::{Form, Json, Router, extract::State, routing::post};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tenon_engine::database::EngineKind;
use tenon_server::HttpConfig;
use tenon_testkit::{TestDatabase, TestEngine};

use crate::support::{App, code_in};

const SECRET: &str = "the secret of the site";
const PASSWORD: &str = "correct horse battery";

/// What the service was asked.
type Asked = Arc<Mutex<Vec<HashMap<String, String>>>>;

/// As hCaptcha and Turnstile: `right` is the only token that is.
async fn siteverify(State(asked): State<Asked>, Form(form): Form<HashMap<String, String>>) -> Json<Value> {
    let right = form["response"] == "right" && form["secret"] == SECRET;
    asked.lock().push(form);
    Json(if right { json!({ "success": true }) } else { json!({ "success": false, "error-codes": ["invalid-input-response"] }) })
}

async fn service() -> (String, Asked) {
    let asked = Asked::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/siteverify", listener.local_addr().unwrap());
    let routes = Router::new().route("/siteverify", post(siteverify)).with_state(Arc::clone(&asked));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (url, asked)
}

async fn guarded(kind: EngineKind, url: String, service: &str) -> App {
    let mut database = TestDatabase::on(kind);
    database.config.captcha_url = Some(url);
    let app = App::of(TestEngine::open(database).await, HttpConfig::default()).await;
    app.set("auth.captcha_secret", json!(SECRET)).await;
    app.set("auth.captcha_site_key", json!("the site")).await;
    app.set("auth.captcha", json!(service)).await;
    app
}

fn with(token: Option<&str>, mut body: Value) -> Value {
    if let Some(token) = token {
        body["gotrue_meta_security"] = json!({ "captcha_token": token });
    }
    body
}

/// Everything that strangers may ask for.
fn calls() -> [(&'static str, Value); 6] {
    let known = json!({ "email": "ada@example.org", "password": PASSWORD });
    [
        ("POST /signup", known.clone()),
        ("POST /token?grant_type=password", known),
        ("POST /otp", json!({ "email": "ada@example.org" })),
        ("POST /magiclink", json!({ "email": "ada@example.org" })),
        ("POST /recover", json!({ "email": "ada@example.org" })),
        ("POST /resend", json!({ "type": "signup", "email": "ada@example.org" })),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_show_that_they_are_people() {
    for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
        for name in ["hcaptcha", "turnstile"] {
            let (url, asked) = service().await;
            let app = guarded(kind, url, name).await;
            for (line, body) in calls() {
                let missing = app.call(line, None, with(None, body.clone())).await;
                let why = "400 captcha_failed captcha protection: request disallowed";
                assert_eq!(missing.failure(), format!("{why} (no captcha_token found)"), "{line}");
                assert_eq!(app.call(line, None, with(Some(""), body.clone())).await.failure(), missing.failure());
                let wrong = app.call(line, None, with(Some("wrong"), body)).await;
                assert_eq!(wrong.failure(), format!("{why} (invalid-input-response)"), "{line}");
            }
            assert_eq!(asked.lock().len(), calls().len(), "a missing token is not worth a question");
            let last = asked.lock().pop().unwrap();
            assert_eq!((last["secret"].as_str(), last["response"].as_str()), (SECRET, "wrong"));
            assert_eq!(last.contains_key("sitekey"), name == "hcaptcha");

            for (line, body) in calls() {
                app.later(61);
                let right = app.call(line, None, with(Some("right"), body)).await;
                assert_ne!(right.json["error_code"], "captcha_failed", "{line}");
                if line == "POST /signup" {
                    let token = code_in(&app.mail("ada@example.org").await);
                    let verify = json!({ "type": "signup", "email": "ada@example.org", "token": token });
                    assert_eq!(app.call("POST /verify", None, verify).await.status, 200, "a mailed code needs none");
                } else {
                    assert_eq!(right.status, 200, "{line}: {}", right.json);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_service_is_down_nobody_is_let_through() {
    for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let app = guarded(kind, format!("http://127.0.0.1:{port}/siteverify"), "hcaptcha").await;
        for (line, body) in calls() {
            let answer = app.call(line, None, with(Some("right"), body)).await;
            assert_eq!(answer.failure(), "500 unexpected_failure captcha verification process failed", "{line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_key_and_refreshes_need_none() {
    for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
        let (url, _) = service().await;
        let app = guarded(kind, url, "turnstile").await;
        let secret = app.keys.secret.clone();
        let body = json!({ "email": "ada@example.org", "password": PASSWORD, "email_confirm": true });
        assert_eq!(app.call("POST /admin/users", Some(&secret), body.clone()).await.status, 200);
        let session = app.call("POST /token?grant_type=password", None, with(Some("right"), body)).await;
        let refresh = json!({ "refresh_token": session.text("refresh_token") });
        assert_eq!(app.call("POST /token?grant_type=refresh_token", None, refresh).await.status, 200);
    }
}
