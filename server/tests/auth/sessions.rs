//! Sessions: tokens, refreshing, ending.

use serde_json::{Value, json};
use tenon_engine::{
    Caller,
    audit::{AuditFilter, Client},
};

use crate::support::{Answer, App, both};

async fn signed_up(app: &App, email: &str) -> Answer {
    app.set("auth.email_autoconfirm", json!(true)).await;
    let answer = app.call("POST /signup", None, json!({ "email": email, "password": "correct horse battery" })).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer
}

async fn refresh(app: &App, token: &str) -> Answer {
    app.call("POST /token?grant_type=refresh_token", None, json!({ "refresh_token": token })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_has_what_clients_rely_on() {
    both(async |app| {
        let session = signed_up(&app, "Ada@Example.org").await.json;
        assert_eq!(session["token_type"], "bearer");
        assert_eq!(session["expires_in"], 3600);
        assert_eq!(session["user"]["email"], "ada@example.org");
        assert_eq!(session["user"]["app_metadata"], json!({ "provider": "email", "providers": ["email"] }));
        assert_eq!(session["user"]["identities"][0]["provider"], "email");
        let token = session["access_token"].as_str().unwrap();
        let Caller::Api { claims: Some(claims), user: Some(user), .. } = app.engine.authenticate(token).unwrap() else { panic!() };
        assert_eq!(user.to_string(), session["user"]["id"].as_str().unwrap());
        assert_eq!(claims.all["aud"], "authenticated");
        assert_eq!(claims.all["iss"], "http://127.0.0.1:3000/auth/v1");
        assert_eq!(claims.all["amr"][0]["method"], "password");
        let user = app.call("GET /user", Some(token), Value::Null).await;
        assert_eq!((user.status, user.text("email").as_str()), (200, "ada@example.org"));
        app.later(3600);
        assert_eq!(app.call("GET /user", Some(token), Value::Null).await.failure(), "403 bad_jwt the token has expired");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_before_gets_the_same_answer_for_a_moment() {
    both(async |app| {
        let first = signed_up(&app, "ada@example.org").await.text("refresh_token");
        let second = refresh(&app, &first).await.text("refresh_token");
        assert_eq!(refresh(&app, &first).await.text("refresh_token"), second, "the answer may have been lost");
        let third = refresh(&app, &second).await.text("refresh_token");
        assert_ne!(second, third);
        app.later(11);
        assert_eq!(refresh(&app, &third).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_refresh_token_ends_the_session_for_both() {
    both(async |app| {
        let signed_up = signed_up(&app, "ada@example.org").await;
        let stolen = signed_up.text("refresh_token");
        let owners = refresh(&app, &stolen).await.text("refresh_token");
        app.later(11);
        let thief = refresh(&app, &stolen).await;
        assert_eq!(thief.failure(), "400 refresh_token_already_used Invalid Refresh Token: Already Used");
        let owner = refresh(&app, &owners).await;
        assert_eq!(owner.failure(), "400 refresh_token_not_found Invalid Refresh Token: Refresh Token Not Found");
        let user = app.call("GET /user", Some(&signed_up.text("access_token")), Value::Null).await;
        assert_eq!(user.json["error_code"], "session_not_found");
        let filter = AuditFilter { action: Some("session.".into()), limit: 10, ..AuditFilter::default() };
        let log = app.engine.audit(&Caller::Operator, filter).await.unwrap();
        assert_eq!(log.entries[0].action, "session.refresh_token_reused");
        assert!(log.entries[0].details.contains("used before was used again"));
        assert!(app.engine.verify_audit(&Caller::Operator).await.unwrap().entries >= 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_when_told_and_when_their_time_is_up() {
    both(async |app| {
        let one = signed_up(&app, "ada@example.org").await;
        let sign_in = json!({ "email": "ada@example.org", "password": "correct horse battery" });
        let two = app.call("POST /token?grant_type=password", None, sign_in.clone()).await;
        assert_eq!(app.call("POST /logout?scope=others", Some(&two.text("access_token")), Value::Null).await.status, 204);
        assert_eq!(refresh(&app, &one.text("refresh_token")).await.json["error_code"], "refresh_token_not_found");
        assert_eq!(refresh(&app, &two.text("refresh_token")).await.status, 200);
        assert_eq!(app.call("POST /logout", Some(&two.text("access_token")), Value::Null).await.status, 204);
        assert_eq!(
            app.call("GET /user", Some(&two.text("access_token")), Value::Null).await.json["error_code"],
            "session_not_found"
        );

        app.set("auth.session_inactivity", json!(600)).await;
        let three = app.call("POST /token?grant_type=password", None, sign_in).await;
        app.later(601);
        assert_eq!(refresh(&app, &three.text("refresh_token")).await.json["error_code"], "session_expired");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_rotate_and_nobody_is_signed_out() {
    both(async |app| {
        let session = signed_up(&app, "ada@example.org").await;
        let token = session.text("access_token");
        let published = |jwks: &Value| jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect::<Vec<_>>();
        let before = published(&app.call("GET /.well-known/jwks.json", None, Value::Null).await.json);
        app.engine.rotate_signing_keys(&Caller::Operator, &Client::default()).await.unwrap();
        let after = app.call("GET /.well-known/jwks.json", None, Value::Null).await.json;
        assert!(before.iter().all(|kid| published(&after).contains(kid)), "who knew the standby knows the current key");
        assert_eq!(published(&after).len(), 3);
        assert_eq!(app.call("GET /user", Some(&token), Value::Null).await.status, 200);
        let next = refresh(&app, &session.text("refresh_token")).await;
        assert_eq!(app.call("GET /user", Some(&next.text("access_token")), Value::Null).await.status, 200);

        let keys = app.engine.signing_keys(&Caller::Operator).unwrap();
        let previous = keys.iter().find(|key| key.status.as_str() == "previous").unwrap();
        app.engine.revoke_signing_key(&Caller::Operator, &Client::default(), previous.id.clone()).await.unwrap();
        assert_eq!(app.call("GET /user", Some(&token), Value::Null).await.json["error_code"], "bad_jwt");
        assert_eq!(app.call("GET /user", Some(&next.text("access_token")), Value::Null).await.status, 200);
    })
    .await;
}
