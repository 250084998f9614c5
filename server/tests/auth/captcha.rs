//! The CAPTCHA, with a stand-in for where its answers are checked.

use std::{collections::HashMap, sync::Arc};

use axum::{Form, Json, Router, extract::State, routing::post};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tenon_engine::database::EngineKind;
use tenon_testkit::TestEngine;

use crate::support::App;

type Asked = Arc<Mutex<Vec<HashMap<String, String>>>>;

/// Knows one right answer, and notes what it is asked.
async fn verify(
    State(asked): State<Asked>,
    Form(form): Form<HashMap<String, String>>,
) -> ([(&'static str, &'static str); 1], Json<Value>) {
    let right = form.get("response").is_some_and(|answer| answer == "right");
    asked.lock().push(form);
    let answer =
        if right { json!({ "success": true }) } else { json!({ "success": false, "error-codes": ["invalid-input-response"] }) };
    // A connection that stays open would outlive the service.
    ([("connection", "close")], Json(answer))
}

async fn service(asked: Asked) -> (String, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/siteverify", listener.local_addr().unwrap());
    let routes = Router::new().route("/siteverify", post(verify)).with_state(asked);
    (url, tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() }))
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_right_answer_passes_and_a_service_that_is_down_lets_nobody_in() {
    for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
        let asked = Asked::default();
        let (url, running) = service(asked.clone()).await;
        let app = App::of(TestEngine::with(kind, |config| config.captcha_url = Some(url)).await).await;
        app.set("auth.captcha_secret", json!("the secret")).await;
        app.set("auth.captcha_site_key", json!("the key")).await;
        app.set("auth.captcha", json!("hcaptcha")).await;
        let sign_up = async |token: Value| {
            let body = json!({ "email": "ada@example.org", "password": "correct horse battery", "gotrue_meta_security": { "captcha_token": token } });
            app.call("POST /signup", None, body).await
        };
        assert_eq!(
            sign_up(Value::Null).await.failure(),
            "400 captcha_failed captcha protection: request disallowed (no captcha_token found)"
        );
        assert!(asked.lock().is_empty());
        assert_eq!(
            sign_up(json!("wrong")).await.failure(),
            "400 captcha_failed captcha protection: request disallowed (invalid-input-response)"
        );
        assert_eq!(sign_up(json!("right")).await.status, 200);
        let last = asked.lock().last().cloned().unwrap();
        assert_eq!((last["secret"].as_str(), last["sitekey"].as_str()), ("the secret", "the key"));
        running.abort();
        let _ = running.await;
        assert_eq!(sign_up(json!("right")).await.status, 500);
    }
}
