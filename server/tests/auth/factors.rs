//! Second factors, recovery codes and passkeys.

use serde_json::{Value, json};
use tenon_testkit::Authenticator;
use totp_rs::{Builder, Secret};

use crate::support::{Answer, App, both};

const SITE: &str = "https://example.org";
const PASSWORD: &str = "correct horse battery";

/// A new user's access token.
async fn signed_up(app: &App) -> Answer {
    app.set("auth.email_autoconfirm", json!(true)).await;
    app.set("auth.site_url", json!(SITE)).await;
    app.call("POST /signup", None, json!({ "email": "ada@example.org", "password": PASSWORD })).await
}

/// What an app shows now, or some steps on.
fn code(app: &App, secret: &str, steps: i64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let shown = Builder::new().with_secret(secret).with_account_name("user").build().unwrap();
    let now = app.engine.database.config.clock.now().as_second() + 30 * steps;
    format!("{:0>6}", shown.generate(now.cast_unsigned()).to_string())
}

fn claims(app: &App, session: &Answer) -> Value {
    let caller = app.engine.authenticate(&session.text("access_token")).unwrap();
    let tenon_engine::Caller::Api { claims: Some(claims), .. } = caller else { panic!() };
    claims.all.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authenticator_app_raises_the_session() {
    both(async |app| {
        let first = signed_up(&app).await;
        let token = first.text("access_token");
        let call = async |line: &str, body: Value| app.call(line, Some(&token), body).await;
        assert_eq!(app.call("POST /factors", None, json!({ "factor_type": "totp" })).await.status, 401);
        let refused = call("POST /factors", json!({ "factor_type": "phone", "phone": "+4912345" })).await;
        assert_eq!(refused.failure(), "422 mfa_phone_enroll_not_enabled MFA enroll is disabled for Phone");
        let enrolled = call("POST /factors", json!({ "factor_type": "totp", "friendly_name": "phone" })).await;
        let (id, secret) = (enrolled.text("id"), enrolled.json["totp"]["secret"].as_str().unwrap());
        let challenge = call(&format!("POST /factors/{id}/challenge"), json!({ "factorId": id })).await;
        assert_eq!((challenge.status, challenge.text("type").as_str()), (200, "totp"));
        let answer = |code: &str| json!({ "challenge_id": challenge.text("id"), "code": code });
        let verify = format!("POST /factors/{id}/verify");
        assert_eq!(call(&verify, answer("12345")).await.failure(), "422 mfa_verification_failed Invalid TOTP code entered");
        let session = call(&verify, answer(&code(&app, secret, 0))).await;
        let said = claims(&app, &session);
        assert_eq!((&said["aal"], &said["amr"][0]["method"]), (&json!("aal2"), &json!("totp")));
        let refreshed =
            app.call("POST /token?grant_type=refresh_token", None, json!({ "refresh_token": session.text("refresh_token") })).await;
        assert_eq!(claims(&app, &refreshed)["aal"], "aal2");

        let token = refreshed.text("access_token");
        let codes = app.call("POST /factors/recovery-codes", Some(&token), Value::Null).await;
        assert_eq!(codes.json["total"], 10);
        let low =
            app.call("POST /token?grant_type=password", None, json!({ "email": "ada@example.org", "password": PASSWORD })).await;
        let low = low.text("access_token");
        let removed = app.call(&format!("DELETE /factors/{id}"), Some(&low), Value::Null).await;
        assert_eq!(removed.failure(), "403 insufficient_aal AAL2 required to unenroll verified factor");
        let spent = json!({ "code": codes.json["codes"][0] });
        let recovered = app.call("POST /factors/recovery-codes/verify", Some(&low), spent).await;
        assert_eq!(claims(&app, &recovered)["amr"][0]["method"], "recovery_code");
        let left = app.call("GET /factors/recovery-codes", Some(&low), Value::Null).await;
        assert_eq!(left.json["remaining"], 9);
        let user = app.call("GET /user", Some(&low), Value::Null).await;
        assert_eq!(user.json["factors"].as_array().unwrap().len(), 2);
        let removed = app.call(&format!("DELETE /factors/{id}"), Some(&low), Value::Null).await;
        assert_eq!((removed.status, removed.text("id")), (200, id));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in() {
    both(async |app| {
        let token = signed_up(&app).await.text("access_token");
        let asked = app.call("POST /passkeys/registration/options", Some(&token), json!({})).await;
        let (mut key, credential) = Authenticator::create(&asked.json["options"], SITE);
        let answer = json!({ "challenge_id": asked.text("challenge_id"), "credential": credential });
        let made = app.call("POST /passkeys/registration/verify", Some(&token), answer).await;
        assert_eq!(made.status, 200, "{}", made.json);
        let path = format!("/passkeys/{}", made.text("id"));
        let named = app.call(&format!("PATCH {path}"), Some(&token), json!({ "friendly_name": "laptop" })).await;
        assert_eq!(named.text("friendly_name"), "laptop");

        let asked = app.call("POST /passkeys/authentication/options", None, json!({ "gotrue_meta_security": {} })).await;
        let answer = json!({ "challenge_id": asked.text("challenge_id"), "credential": key.get(&asked.json["options"], SITE) });
        let session = app.call("POST /passkeys/authentication/verify", None, answer.clone()).await;
        assert_eq!(claims(&app, &session)["amr"][0]["method"], "passkey");
        let again = app.call("POST /passkeys/authentication/verify", None, answer).await;
        assert_eq!(again.failure(), "400 webauthn_challenge_not_found Challenge not found or already used");
        let listed = app.call("GET /passkeys", Some(&token), Value::Null).await;
        assert!(listed.json[0]["last_used_at"].is_string(), "{}", listed.json);
        assert_eq!(app.call(&format!("DELETE {path}"), Some(&token), Value::Null).await.status, 204);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_security_key_raises_the_session_and_programs_with_the_secret_key_remove_it() {
    both(async |app| {
        let session = signed_up(&app).await;
        let (token, user) = (session.text("access_token"), session.json["user"]["id"].as_str().unwrap());
        let enrolled = app.call("POST /factors", Some(&token), json!({ "factor_type": "webauthn" })).await;
        let id = enrolled.text("id");
        let party = json!({ "rpId": "example.org", "rpOrigins": [SITE] });
        let body = json!({ "factorId": id, "webauthn": party });
        let challenge = app.call(&format!("POST /factors/{id}/challenge"), Some(&token), body).await;
        let options = &challenge.json["webauthn"]["credential_options"]["publicKey"];
        let (_, credential) = Authenticator::create(options, SITE);
        let mut signed = party;
        signed["type"] = "create".into();
        signed["credential_response"] = credential;
        let body = json!({ "challenge_id": challenge.text("id"), "webauthn": signed });
        let session = app.call(&format!("POST /factors/{id}/verify"), Some(&token), body).await;
        assert_eq!(claims(&app, &session)["amr"][0]["method"], "webauthn");

        let list = format!("GET /admin/users/{user}/factors");
        assert_eq!(app.call(&list, Some(&token), Value::Null).await.failure(), "403 not_admin User not allowed");
        let secret = Some(app.keys.secret.as_str());
        assert_eq!(app.call(&list, secret, Value::Null).await.json[0]["factor_type"], "webauthn");
        let removed = app.call(&format!("DELETE /admin/users/{user}/factors/{id}"), secret, Value::Null).await;
        assert_eq!((removed.status, removed.text("id")), (200, id));
        assert_eq!(app.call(&format!("GET /admin/users/{user}/passkeys"), secret, Value::Null).await.json, json!([]));
    })
    .await;
}
