//! Managing users with the secret key.

use serde_json::{Value, json};

use crate::support::{App, both, code_in};

const PASSWORD: &str = "correct horse battery";

async fn made(app: &App, secret: &str, email: &str) -> String {
    let user = app.call("POST /admin/users", Some(secret), json!({ "email": email, "email_confirm": true })).await;
    assert_eq!(user.status, 200, "{}", user.json);
    user.text("id")
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_secret_key_manages_users() {
    both(async |app| {
        for line in ["GET /admin/users", "POST /admin/users", "POST /invite", "POST /admin/generate_link", "GET /admin/audit"] {
            let anyone = app.call(line, None, json!({ "email": "a@example.org" })).await;
            assert_eq!(anyone.failure(), "401 no_authorization This endpoint requires a valid Bearer token", "{line}");
            let publishable = app.keys.publishable.clone();
            let key = app.call(line, Some(&publishable), json!({ "email": "a@example.org" })).await;
            assert_eq!(key.failure(), "403 not_admin User not allowed", "{line}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_made_listed_changed_and_deleted() {
    both(async |app| {
        let secret = app.keys.secret.clone();
        let secret = Some(secret.as_str());
        let body =
            json!({ "email": "Ada@example.org", "password": PASSWORD, "email_confirm": true, "app_metadata": { "plan": "pro" } });
        let user = app.call("POST /admin/users", secret, body).await;
        assert_eq!((user.status, user.text("email").as_str()), (200, "ada@example.org"));
        let path = format!("/admin/users/{}", user.text("id"));
        let sign_in = json!({ "email": "ada@example.org", "password": PASSWORD });
        assert_eq!(app.call("POST /token?grant_type=password", None, sign_in.clone()).await.status, 200);

        let twin = app.call("POST /admin/users", secret, json!({ "email": "ada@example.org" })).await;
        assert_eq!(twin.failure(), "422 email_exists A user with this email address has already been registered");
        let weak = app.call("POST /admin/users", secret, json!({ "email": "b@example.org", "password": "dragon" })).await;
        assert_eq!((weak.status, &weak.json["weak_password"]["reasons"]), (422, &json!(["length", "pwned"])));

        let listed = app.call("GET /admin/users?page=1&per_page=1", secret, Value::Null).await;
        assert_eq!((&listed.json["aud"], &listed.json["users"][0]["email"]), (&json!("authenticated"), &json!("ada@example.org")));
        assert_eq!(listed.headers["x-total-count"], "1");
        assert_eq!(listed.headers["link"], r#"</admin/users?page=1&per_page=1>; rel="last""#);
        assert_eq!(app.call("GET /admin/users?filter=nobody", secret, Value::Null).await.json["users"], json!([]));
        let bad = app.call("GET /admin/users?page=x", secret, Value::Null).await;
        assert_eq!(bad.failure(), "400 validation_failed Bad Pagination Parameters: a page is a number from 1");

        let banned = app.call(&format!("PUT {path}"), secret, json!({ "ban_duration": "1h", "user_metadata": { "a": 1 } })).await;
        assert!(banned.json["banned_until"].is_string() && banned.json["user_metadata"] == json!({ "a": 1 }));
        assert_eq!(app.call("POST /token?grant_type=password", None, sign_in.clone()).await.json["error_code"], "user_banned");
        assert_eq!(app.call(&format!("PUT {path}"), secret, json!({ "ban_duration": "none" })).await.status, 200);
        assert_eq!(app.call("POST /token?grant_type=password", None, sign_in).await.status, 200);

        assert_eq!(app.call(&format!("DELETE {path}"), secret, json!({ "should_soft_delete": false })).await.json, json!({}));
        assert_eq!(app.call(&format!("GET {path}"), secret, Value::Null).await.failure(), "404 user_not_found User not found");
        let bad = app.call("GET /admin/users/me", secret, Value::Null).await;
        assert_eq!(bad.failure(), "400 validation_failed user_id must be an UUID");
        let log = app.call("GET /admin/audit?per_page=1", secret, Value::Null).await;
        assert_eq!(log.json[0]["payload"]["action"], "user.deleted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_invited_and_links_made() {
    both(async |app| {
        let secret = app.keys.secret.clone();
        let secret = Some(secret.as_str());
        let invited = app.call("POST /invite", secret, json!({ "email": "new@example.org", "data": { "team": "x" } })).await;
        assert!(invited.status == 200 && invited.json["invited_at"].is_string(), "{}", invited.json);
        let code = code_in(&app.mail("new@example.org").await);
        let verify = json!({ "type": "invite", "email": "new@example.org", "token": code });
        let session = app.call("POST /verify", None, verify).await;
        assert_eq!(session.json["user"]["user_metadata"]["team"], "x", "{}", session.json);
        let again = app.call("POST /invite", secret, json!({ "email": "new@example.org" })).await;
        assert_eq!(again.json["error_code"], "email_exists");

        for kind in ["magiclink", "recovery"] {
            let link = app.call("POST /admin/generate_link", secret, json!({ "type": kind, "email": "new@example.org" })).await;
            assert_eq!((link.status, link.text("verification_type").as_str()), (200, kind), "{}", link.json);
            assert!(link.text("action_link").contains(&link.text("hashed_token")) && link.json["email_otp"].is_string());
            let used = json!({ "type": kind, "token_hash": link.text("hashed_token") });
            assert_eq!(app.call("POST /verify", None, used).await.status, 200);
        }
        let nobody = app.call("POST /admin/generate_link", secret, json!({ "type": "recovery", "email": "no@example.org" })).await;
        assert_eq!(nobody.failure(), "404 user_not_found User with this email not found");
        let bad = app.call("POST /admin/generate_link", secret, json!({ "type": "x", "email": "no@example.org" })).await;
        assert_eq!(bad.failure(), "400 validation_failed Invalid email action link type requested: x");
        let sign_up = json!({ "type": "signup", "email": "third@example.org", "password": PASSWORD });
        assert_eq!(app.call("POST /admin/generate_link", secret, sign_up).await.text("verification_type"), "signup");
        made(&app, app.keys.secret.clone().as_str(), "fourth@example.org").await;
    })
    .await;
}
