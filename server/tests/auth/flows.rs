//! Signing up and in, with and without mail.

use serde_json::{Value, json};

use crate::support::{App, both, code_in, link_in};

const PASSWORD: &str = "correct horse battery";

async fn confirmed(app: &App, email: &str) -> crate::support::Answer {
    let user = app.call("POST /signup", None, json!({ "email": email, "password": PASSWORD, "data": { "plan": "free" } })).await;
    assert_eq!(user.status, 200, "{}", user.json);
    let code = code_in(&app.mail(email).await);
    let session = app.call("POST /verify", None, json!({ "type": "signup", "email": email, "token": code })).await;
    assert_eq!(session.status, 200, "{}", session.json);
    session
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_confirmed_before_it_signs_in() {
    both(async |app| {
        let body = json!({ "email": "ada@example.org", "password": PASSWORD });
        let user = app.call("POST /signup", None, body.clone()).await;
        assert_eq!((user.status, user.text("email").as_str()), (200, "ada@example.org"));
        assert!(user.json.get("access_token").is_none());
        let early = app.call("POST /token?grant_type=password", None, body.clone()).await;
        assert_eq!(early.failure(), "400 email_not_confirmed Email not confirmed");
        let again = app.call("POST /signup", None, body.clone()).await;
        assert_eq!(again.status, 200);
        assert_eq!(
            again.json.as_object().unwrap().keys().collect::<Vec<_>>(),
            user.json.as_object().unwrap().keys().collect::<Vec<_>>()
        );

        let wrong = json!({ "type": "signup", "email": "ada@example.org", "token": "000000" });
        let mail = app.mail("ada@example.org").await;
        assert_eq!(app.call("POST /verify", None, wrong).await.failure(), "403 otp_expired Token has expired or is invalid");
        let link = link_in(&mail);
        let followed = app.call(&format!("GET {link}"), None, Value::Null).await;
        assert_eq!(followed.status, 303);
        assert!(followed.location.unwrap().starts_with("http://127.0.0.1:3000#access_token=ey"));
        let twice = app.call(&format!("GET {link}"), None, Value::Null).await.location.unwrap();
        assert!(twice.contains("error=access_denied&error_code=otp_expired"), "{twice}");
        assert_eq!(app.call("POST /token?grant_type=password", None, body).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_cannot_tell_who_has_an_account() {
    both(async |app| {
        confirmed(&app, "ada@example.org").await;
        app.later(60);
        for email in ["ada@example.org", "nobody@example.org"] {
            let sign_in = app.call("POST /token?grant_type=password", None, json!({ "email": email, "password": "wrong" })).await;
            assert_eq!(sign_in.failure(), "400 invalid_credentials Invalid login credentials");
            let recover = json!({ "email": email });
            assert_eq!(app.call("POST /recover", None, recover.clone()).await.json, json!({}));
            assert_eq!(app.call("POST /recover", None, recover).await.json["error_code"], "over_email_send_rate_limit");
            let otp = json!({ "email": email, "create_user": false });
            assert_eq!(app.call("POST /otp", None, otp).await.json, json!({}));
        }
        let keys = |json: &Value| json.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let known = app.call("POST /signup", None, json!({ "email": "ada@example.org", "password": PASSWORD })).await.json;
        let unknown = app.call("POST /signup", None, json!({ "email": "new@example.org", "password": PASSWORD })).await.json;
        assert_eq!(keys(&known), keys(&unknown));
        assert_eq!(keys(&known["user_metadata"]), keys(&unknown["user_metadata"]));
        assert_eq!(keys(&known["identities"][0]), keys(&unknown["identities"][0]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_and_links_sign_in_and_recover() {
    both(async |app| {
        let otp = app.call("POST /otp", None, json!({ "email": "new@example.org", "data": { "plan": "pro" } })).await;
        assert_eq!((otp.status, otp.json), (200, json!({})));
        let code = code_in(&app.mail("new@example.org").await);
        let verify = json!({ "type": "email", "email": "new@example.org", "token": code });
        let session = app.call("POST /verify", None, verify.clone()).await;
        assert_eq!(session.json["user"]["user_metadata"]["plan"], "pro");
        assert_eq!(app.call("POST /verify", None, verify).await.json["error_code"], "otp_expired", "a code works once");

        app.later(60);
        app.call("POST /recover?redirect_to=http%3A%2F%2F127.0.0.1%3A5173%2Freset", None, json!({ "email": "new@example.org" }))
            .await;
        let link = link_in(&app.mail("new@example.org").await);
        let location = app.call(&format!("GET {link}"), None, Value::Null).await.location.unwrap();
        assert!(location.starts_with("http://127.0.0.1:5173/reset#access_token="), "{location}");
        assert!(location.ends_with("type=recovery"));

        app.later(60);
        app.call("POST /recover?redirect_to=https%3A%2F%2Fevil.example%2F", None, json!({ "email": "new@example.org" })).await;
        let link = link_in(&app.mail("new@example.org").await);
        let location = app.call(&format!("GET {link}"), None, Value::Null).await.location.unwrap();
        assert!(location.starts_with("http://127.0.0.1:3000#"), "{location}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_void_after_five_wrong_ones_and_after_its_time() {
    both(async |app| {
        app.call("POST /otp", None, json!({ "email": "a@example.org" })).await;
        let code = code_in(&app.mail("a@example.org").await);
        let verify = |code: &str| json!({ "type": "email", "email": "a@example.org", "token": code });
        let wrong = if code == "123456" { "654321" } else { "123456" };
        for _ in 0..5 {
            assert_eq!(app.call("POST /verify", None, verify(wrong)).await.status, 403);
        }
        assert_eq!(app.call("POST /verify", None, verify(&code)).await.json["error_code"], "otp_expired");
        app.later(60);
        app.call("POST /otp", None, json!({ "email": "a@example.org" })).await;
        let code = code_in(&app.mail("a@example.org").await);
        app.later(3601);
        assert_eq!(app.call("POST /verify", None, verify(&code)).await.json["error_code"], "otp_expired");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pkce_ends_with_a_code_that_only_its_maker_can_use() {
    both(async |app| {
        use base64::Engine as _;
        use sha2::Digest as _;
        let verifier = "a".repeat(64);
        let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(&verifier));
        let body = json!({ "email": "a@example.org", "code_challenge": challenge, "code_challenge_method": "s256" });
        assert_eq!(app.call("POST /otp", None, body).await.status, 200);
        let location =
            app.call(&format!("GET {}", link_in(&app.mail("a@example.org").await)), None, Value::Null).await.location.unwrap();
        let code = location.split("code=").nth(1).unwrap_or_else(|| panic!("{location}")).to_owned();
        let exchange = |verifier: &str| json!({ "auth_code": code, "code_verifier": verifier });
        let wrong = app.call("POST /token?grant_type=pkce", None, exchange(&"b".repeat(64))).await;
        assert_eq!(wrong.json["error_code"], "bad_code_verifier");
        assert_eq!(app.call("POST /token?grant_type=pkce", None, exchange(&verifier)).await.status, 200);
        assert_eq!(
            app.call("POST /token?grant_type=pkce", None, exchange(&verifier)).await.json["error_code"],
            "flow_state_not_found"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_addresses_confirm_a_change() {
    both(async |app| {
        let token = confirmed(&app, "old@example.org").await.text("access_token");
        app.later(1);
        let changed = app.call("PUT /user", Some(&token), json!({ "email": "new@example.org" })).await;
        assert_eq!((changed.text("email").as_str(), changed.text("new_email").as_str()), ("old@example.org", "new@example.org"));
        let verify = |email: &str, code: String| json!({ "type": "email_change", "email": email, "token": code });
        let first = verify("old@example.org", code_in(&app.mail("old@example.org").await));
        let half = app.call("POST /verify", None, first).await;
        assert_eq!(half.text("msg"), "Confirmation link accepted. Please proceed to confirm link sent to the other email");
        let second = verify("new@example.org", code_in(&app.mail("new@example.org").await));
        let done = app.call("POST /verify", None, second).await;
        assert_eq!(done.json["user"]["email"], "new@example.org", "{}", done.json);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymous_user_becomes_a_known_one() {
    both(async |app| {
        assert_eq!(app.call("POST /signup", None, json!({})).await.json["error_code"], "anonymous_provider_disabled");
        app.set("auth.allow_anonymous", json!(true)).await;
        let session = app.call("POST /signup", None, json!({ "data": { "seen": 1 } })).await;
        assert_eq!(session.json["user"]["is_anonymous"], true);
        let token = session.text("access_token");
        app.call("PUT /user", Some(&token), json!({ "email": "ada@example.org" })).await;
        let code = code_in(&app.mail("ada@example.org").await);
        let verify = json!({ "type": "email_change", "email": "ada@example.org", "token": code });
        let known = app.call("POST /verify", None, verify).await;
        assert_eq!(known.json["user"]["is_anonymous"], false, "{}", known.json);
        assert_eq!(known.json["user"]["id"], session.json["user"]["id"]);
        assert_eq!(known.json["user"]["user_metadata"]["seen"], 1);
        let password = app.call("PUT /user", Some(&token), json!({ "password": PASSWORD })).await;
        assert_eq!(password.status, 200, "{}", password.json);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_is_another_and_a_good_one() {
    both(async |app| {
        let token = confirmed(&app, "ada@example.org").await.text("access_token");
        let set = async |password: &str| app.call("PUT /user", Some(&token), json!({ "password": password })).await;
        assert_eq!(set(PASSWORD).await.json["error_code"], "same_password");
        let weak = set("short").await;
        assert_eq!((weak.status, &weak.json["weak_password"]["reasons"]), (422, &json!(["length"])), "{}", weak.json);
        assert_eq!(set("password123").await.json["weak_password"]["reasons"], json!(["pwned"]));
        assert_eq!(set("another good password").await.status, 200);
        app.set("auth.password_change_reauthenticates", json!(true)).await;
        assert_eq!(set("a third good password").await.status, 200, "the session is fresh");
        app.set("auth.access_token_lifetime", json!(604_800)).await;
        let sign_in = json!({ "email": "ada@example.org", "password": "a third good password" });
        let token = app.call("POST /token?grant_type=password", None, sign_in).await.text("access_token");
        app.later(25 * 3600);
        let set = async |body: Value| app.call("PUT /user", Some(&token), body).await;
        assert_eq!(set(json!({ "password": "a fourth password" })).await.json["error_code"], "reauthentication_needed");
        assert_eq!(app.call("GET /reauthenticate", Some(&token), Value::Null).await.status, 200);
        let wrong = set(json!({ "password": "a fourth password", "nonce": "0000000" })).await;
        assert_eq!(wrong.json["error_code"], "reauthentication_not_valid");
        let nonce = code_in(&app.mail("ada@example.org").await);
        assert_eq!(set(json!({ "password": "a fourth password", "nonce": nonce })).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_speak_the_clients_version() {
    both(async |app| {
        let body = json!({ "email": "nobody@example.org", "password": "wrong" });
        let new = app.call_with("POST /token?grant_type=password", None, &[("x-supabase-api-version", "2024-01-01")], body).await;
        assert_eq!(new.json, json!({ "code": "invalid_credentials", "message": "Invalid login credentials" }));
        assert_eq!(new.headers["x-supabase-api-version"], "2024-01-01");
        let old = app.call("GET /user", None, Value::Null).await;
        assert_eq!(old.failure(), "401 no_authorization This endpoint requires a valid Bearer token");
        assert_eq!(app.call("GET /user", Some("x.y.z"), Value::Null).await.failure(), "403 bad_jwt this is no valid key");
        let key = app.keys.publishable.clone();
        assert_eq!(app.call("GET /user", Some(&key), Value::Null).await.failure(), "403 bad_jwt invalid claim: missing sub claim");
    })
    .await;
}
