//! Ways to come into another's account, which lead nowhere.

use serde_json::{Value, json};
use tenon_engine::{Caller, audit::Client};
use tenon_model::StudioRole;
use totp_rs::{Builder, Secret};

use crate::support::{Answer, App, both, code_in};

const EMAIL: &str = "ada@example.org";
const ATTACKERS: &str = "the attacker's password";
const OWN: &str = "correct horse battery";

async fn sign_up(app: &App, password: &str) -> Answer {
    app.call("POST /signup", None, json!({ "email": EMAIL, "password": password })).await
}

async fn sign_in(app: &App, password: &str) -> Answer {
    app.call("POST /token?grant_type=password", None, json!({ "email": EMAIL, "password": password })).await
}

async fn confirm(app: &App, kind: &str) -> Answer {
    let body = json!({ "type": kind, "email": EMAIL, "token": code_in(&app.mail(EMAIL).await) });
    app.call("POST /verify", None, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_set_before_the_owner_came_does_not_open_the_account() {
    both(async |app| {
        assert_eq!(sign_up(&app, ATTACKERS).await.status, 200);
        app.later(61);
        assert_eq!(sign_up(&app, OWN).await.status, 200);
        let session = confirm(&app, "signup").await;
        assert_eq!(session.status, 200, "{}", session.json);
        assert_eq!(sign_in(&app, ATTACKERS).await.json["error_code"], "invalid_credentials");
        let set = app.call("PUT /user", Some(&session.text("access_token")), json!({ "password": OWN })).await;
        assert_eq!(set.status, 200, "{}", set.json);
        assert_eq!(sign_in(&app, OWN).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_does_it_if_they_come_by_a_link_to_sign_in_or_to_recover() {
    for (line, kind) in [("POST /otp", "email"), ("POST /magiclink", "magiclink"), ("POST /recover", "recovery")] {
        both(async |app| {
            assert_eq!(sign_up(&app, ATTACKERS).await.status, 200);
            app.later(61);
            assert_eq!(app.call(line, None, json!({ "email": EMAIL })).await.status, 200);
            assert_eq!(confirm(&app, kind).await.status, 200, "{line}");
            assert_eq!(sign_in(&app, ATTACKERS).await.json["error_code"], "invalid_credentials", "{line}");
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_does_not_confirm_it_either() {
    both(async |app| {
        assert_eq!(sign_up(&app, ATTACKERS).await.status, 200);
        let secret = app.keys.secret.clone();
        app.later(61);
        assert_eq!(app.call("POST /invite", Some(&secret), json!({ "email": EMAIL })).await.status, 200);
        assert_eq!(confirm(&app, "invite").await.status, 200);
        assert_eq!(sign_in(&app, ATTACKERS).await.json["error_code"], "invalid_credentials");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_up_twice_with_one_password_keeps_it() {
    both(async |app| {
        assert_eq!(sign_up(&app, OWN).await.status, 200);
        assert_eq!(sign_up(&app, OWN).await.status, 200);
        app.later(61);
        assert_eq!(sign_up(&app, OWN).await.status, 200);
        assert_eq!(confirm(&app, "signup").await.status, 200);
        assert_eq!(sign_in(&app, OWN).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_the_studio_takes_over_no_ways_in_that_strangers_made() {
    both(async |app| {
        app.set("auth.email_autoconfirm", json!(true)).await;
        app.engine.create_first_owner("owner@example.org".into(), OWN.into()).await.unwrap();
        let session = sign_up(&app, ATTACKERS).await;
        let user = session.json["user"]["id"].as_str().unwrap().to_owned();
        let add = format!(
            "insert into _tenon_identities (id, user_id, provider, provider_id, identity_data, created_at, updated_at)
             values ('5a41e1c4-0d5e-4d9a-b7a4-3b1c1e6f0a11', '{user}', 'github', '7', '{{}}', '', '');
             insert into _tenon_passkeys (id, user_id, credential_id, credential, created_at)
             values ('5a41e1c4-0d5e-4d9a-b7a4-3b1c1e6f0a12', '{user}', 'x', '{{}}', '')"
        );
        app.engine.database.sql(&add);
        app.engine.create_account(&Caller::Operator, EMAIL.into(), OWN.into(), StudioRole::Owner).await.unwrap();
        assert_eq!(app.lines("select provider as line from _tenon_identities where provider <> 'email'").await, [""; 0]);
        assert_eq!(app.lines("select id as line from _tenon_passkeys").await, [""; 0]);
        assert_eq!(sign_in(&app, ATTACKERS).await.json["error_code"], "invalid_credentials");
        let refresh = json!({ "refresh_token": session.text("refresh_token") });
        let gone = app.call("POST /token?grant_type=refresh_token", None, refresh).await;
        assert_eq!(gone.json["error_code"], "refresh_token_not_found");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_with_the_secret_key_do_not_become_people_of_the_studio() {
    both(async |app| {
        let owner = app.engine.create_first_owner(EMAIL.into(), OWN.into()).await.unwrap();
        let secret = app.keys.secret.clone();
        let path = format!("/admin/users/{}", owner.id);
        for (line, body) in [
            (format!("PUT {path}"), json!({ "password": ATTACKERS })),
            (format!("PUT {path}"), json!({ "email": "mallory@example.org" })),
            (format!("DELETE {path}"), json!({})),
            ("POST /admin/generate_link".into(), json!({ "type": "recovery", "email": EMAIL })),
            ("POST /admin/generate_link".into(), json!({ "type": "magiclink", "email": EMAIL })),
            (
                "POST /admin/generate_link".into(),
                json!({ "type": "email_change_new", "email": EMAIL, "new_email": "mallory@example.org" }),
            ),
        ] {
            let answer = app.call(&line, Some(&secret), body).await;
            assert_eq!(answer.json["error_code"], "not_admin", "{line}: {}", answer.json);
        }
        assert!(app.engine.sign_in(EMAIL.into(), OWN.into(), &Client::default()).await.is_ok());
    })
    .await;
}

fn totp(app: &App, secret: &str, steps: i64) -> String {
    let shown = Builder::new().with_secret(Secret::try_from_base32(secret).unwrap()).with_account_name("user").build().unwrap();
    let now = app.engine.database.config.clock.now().as_second() + 30 * steps;
    format!("{:0>6}", shown.generate(now.cast_unsigned()).to_string())
}

/// A user with a second factor: the secret of it, its id, and the session that has proved it.
async fn with_second_factor(app: &App) -> (String, String, Answer, Answer) {
    app.set("auth.email_autoconfirm", json!(true)).await;
    let first = sign_up(app, OWN).await;
    let token = first.text("access_token");
    let enrolled = app.call("POST /factors", Some(&token), json!({ "factor_type": "totp" })).await;
    let (id, secret) = (enrolled.text("id"), enrolled.json["totp"]["secret"].as_str().unwrap().to_owned());
    let challenge = app.call(&format!("POST /factors/{id}/challenge"), Some(&token), json!({})).await;
    let answer = json!({ "challenge_id": challenge.text("id"), "code": totp(app, &secret, 0) });
    let raised = app.call(&format!("POST /factors/{id}/verify"), Some(&token), answer).await;
    assert_eq!(raised.status, 200, "{}", raised.json);
    (secret, id, first, raised)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_from_before_the_second_factor_does_not_share_in_it() {
    both(async |app| {
        let (_, _, first, raised) = with_second_factor(&app).await;
        assert_ne!(first.text("refresh_token"), raised.text("refresh_token"));
        let stolen = json!({ "refresh_token": first.text("refresh_token") });
        let thief = app.call("POST /token?grant_type=refresh_token", None, stolen).await;
        assert_eq!(thief.failure(), "400 refresh_token_already_used Invalid Refresh Token: Already Used");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_and_no_old_token_goes_around_the_second_factor() {
    both(async |app| {
        let (_, id, _, raised) = with_second_factor(&app).await;
        for (line, kind) in [("POST /recover", "recovery"), ("POST /otp", "email")] {
            app.later(61);
            assert_eq!(app.call(line, None, json!({ "email": EMAIL })).await.status, 200);
            let low = confirm(&app, kind).await;
            let token = low.text("access_token");
            let low = async |line: &str, body: Value| app.call(line, Some(&token), body).await.json["error_code"].clone();
            assert_eq!(low("PUT /user", json!({ "password": ATTACKERS })).await, "insufficient_aal", "{kind}");
            assert_eq!(low("PUT /user", json!({ "email": "mallory@example.org" })).await, "insufficient_aal");
            assert_eq!(low("POST /factors", json!({ "factor_type": "totp", "friendly_name": "x" })).await, "insufficient_aal");
            assert_eq!(low(&format!("DELETE /factors/{id}"), Value::Null).await, "insufficient_aal");
            assert_eq!(low("POST /factors/recovery-codes", Value::Null).await, "insufficient_aal");
        }
        // A token says aal2 as long as it lasts; what counts is what the session is by now.
        let secret = app.keys.secret.clone();
        let user = raised.json["user"]["id"].as_str().unwrap();
        app.engine.database.sql(&format!("update _tenon_sessions set aal = 'aal1' where user_id = '{user}'"));
        let token = raised.text("access_token");
        let changed = app.call("PUT /user", Some(&token), json!({ "password": ATTACKERS })).await;
        assert_eq!(changed.json["error_code"], "insufficient_aal", "{}", changed.json);
        assert!(!secret.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_banned_or_gone_refreshes_nothing_and_changes_nothing() {
    both(async |app| {
        app.set("auth.email_autoconfirm", json!(true)).await;
        let secret = app.keys.secret.clone();
        for body in [json!({ "ban_duration": "1h" }), json!({})] {
            let session = app.call("POST /signup", None, json!({ "email": EMAIL, "password": OWN })).await;
            let user = session.json["user"]["id"].as_str().unwrap().to_owned();
            let method = if body == json!({}) { "DELETE" } else { "PUT" };
            let done = app.call(&format!("{method} /admin/users/{user}"), Some(&secret), body).await;
            assert_eq!(done.status, 200, "{}", done.json);
            let refresh = json!({ "refresh_token": session.text("refresh_token") });
            assert_eq!(app.call("POST /token?grant_type=refresh_token", None, refresh).await.status, 400);
            let token = session.text("access_token");
            assert_ne!(app.call("PUT /user", Some(&token), json!({ "data": { "a": 1 } })).await.status, 200);
            assert_ne!(app.call("GET /user", Some(&token), Value::Null).await.status, 200);
            app.call(&format!("DELETE /admin/users/{user}"), Some(&secret), json!({})).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_whose_addresses_are_taken_is_counted() {
    both(async |app| {
        app.set("auth.email_autoconfirm", json!(true)).await;
        let token = sign_up(&app, OWN).await.text("access_token");
        app.call("POST /signup", None, json!({ "email": "bob@example.org", "password": OWN })).await;
        let ask = async || app.call("PUT /user", Some(&token), json!({ "email": "bob@example.org" })).await;
        for _ in 0..20 {
            assert_eq!(ask().await.json["error_code"], "email_exists");
        }
        assert_eq!(ask().await.json["error_code"], "over_email_send_rate_limit");
        app.set("auth.signups_per_hour", json!(3)).await;
        let again = async || app.call("POST /signup", None, json!({ "email": "bob@example.org", "password": OWN })).await;
        app.later(3600);
        for _ in 0..3 {
            assert_eq!(again().await.json["error_code"], "user_already_exists");
        }
        assert_eq!(again().await.json["error_code"], "over_request_rate_limit", "a refusal is counted, too");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_of_many_users_cannot_be_tried_from_one_address() {
    both(async |app| {
        let attempt = async |n: u32| {
            let body = json!({ "type": "email", "email": format!("user{n}@example.org"), "token": "123456" });
            app.call("POST /verify", None, body).await.status
        };
        for n in 0..100 {
            assert_eq!(attempt(n).await, 403, "{n}");
        }
        assert_eq!(attempt(100).await, 429);
        app.later(2);
        assert_eq!(attempt(101).await, 403, "and later again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_learn_nothing_from_limits() {
    both(async |app| {
        app.set("auth.email_autoconfirm", json!(true)).await;
        assert_eq!(sign_up(&app, OWN).await.status, 200);
        app.set("auth.email_autoconfirm", json!(false)).await;
        for email in [EMAIL, "nobody@example.org"] {
            let resent = app.call("POST /resend", None, json!({ "type": "signup", "email": email })).await;
            assert_eq!(resent.json, json!({}));
            let body = json!({ "email": email, "password": OWN });
            let at_once = app.call("POST /signup", None, body).await;
            assert_eq!((at_once.status, at_once.json["confirmation_sent_at"].is_string()), (200, true), "{}", at_once.json);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_happened_leaves_nothing() {
    both(async |app| {
        let before = app.lines("select id as line from _tenon_users union all select id from _tenon_mail").await;
        for line in ["POST /recover", "POST /otp"] {
            let body = json!({ "email": "nobody@example.org", "create_user": false });
            assert_eq!(app.call(line, None, body).await.json, json!({}));
        }
        let after =
            "select id as line from _tenon_users union all select id from _tenon_mail union all select id from _tenon_flows";
        assert_eq!(app.lines(after).await, before);
        assert_eq!(app.lines("select token_hash as line from _tenon_one_time_tokens").await, [""; 0]);
        app.engine.deliver_mail().await.unwrap();
        assert!(app.engine.verify_audit(&Caller::Operator).await.is_ok());
    })
    .await;
}
