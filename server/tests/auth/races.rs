//! The same thing several times at once: it works once.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tenon_engine::{Caller, audit::Client};

use crate::support::{Answer, App, both, code_in, link_in};

const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "correct horse battery";
/// Requests at once; more than an engine of the tests has connections.
const MANY: usize = 12;

/// Sends so many of the same request at once.
async fn at_once(app: &App, many: usize, line: &str, token: Option<&str>, body: &Value) -> Vec<Answer> {
    let calls = (0..many).map(|_| app.call(line, token, body.clone()));
    futures::future::join_all(calls).await
}

fn succeeded(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status == 200).count()
}

async fn signed_up(app: &App) -> Answer {
    app.set("auth.email_autoconfirm", json!(true)).await;
    app.call("POST /signup", None, json!({ "email": EMAIL, "password": PASSWORD })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_at_once_gives_everybody_the_same_next_one() {
    both(async |app| {
        let session = signed_up(&app).await;
        let body = json!({ "refresh_token": session.text("refresh_token") });
        let answers = at_once(&app, MANY, "POST /token?grant_type=refresh_token", None, &body).await;
        assert_eq!(succeeded(&answers), MANY, "tabs of one browser are no thieves");
        let next = answers[0].text("refresh_token");
        assert!(answers.iter().all(|answer| answer.text("refresh_token") == next));
        assert_ne!(next, session.text("refresh_token"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_and_a_code_at_once_sign_in_once() {
    both(async |app| {
        signed_up(&app).await;
        for by_link in [true, false] {
            app.later(61);
            app.call("POST /otp", None, json!({ "email": EMAIL })).await;
            let mail = app.mail(EMAIL).await;
            let answers = if by_link {
                let hash = link_in(&mail).split("token=").nth(1).unwrap().split('&').next().unwrap().to_owned();
                at_once(&app, MANY, "POST /verify", None, &json!({ "type": "magiclink", "token_hash": hash })).await
            } else {
                at_once(&app, MANY, "POST /verify", None, &json!({ "type": "email", "email": EMAIL, "token": code_in(&mail) }))
                    .await
            };
            assert_eq!(succeeded(&answers), 1, "by link: {by_link}");
            let late = answers.iter().filter(|answer| answer.status == 403 || answer.status == 429).count();
            assert_eq!(late, MANY - 1);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_once_are_all_counted() {
    both(async |app| {
        signed_up(&app).await;
        app.later(61);
        app.call("POST /otp", None, json!({ "email": EMAIL })).await;
        let code = code_in(&app.mail(EMAIL).await);
        let wrong = if code == "123456" { "654321" } else { "123456" };
        let guess = |code: &str| json!({ "type": "email", "email": EMAIL, "token": code });
        assert_eq!(succeeded(&at_once(&app, 8, "POST /verify", None, &guess(wrong)).await), 0);
        let failures = app.lines("select cast(failures as text) as line from _tenon_one_time_tokens").await;
        assert_eq!(failures, ["8"]);
        assert_eq!(app.call("POST /verify", None, guess(&code)).await.json["error_code"], "otp_expired");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_pkce_at_once_is_exchanged_once() {
    both(async |app| {
        use base64::Engine as _;
        use sha2::Digest as _;
        let verifier = "a".repeat(64);
        let challenge = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(&verifier));
        let body = json!({ "email": EMAIL, "code_challenge": challenge, "code_challenge_method": "s256" });
        app.call("POST /otp", None, body).await;
        let link = link_in(&app.mail(EMAIL).await);
        let followed = at_once(&app, MANY, &format!("GET {link}"), None, &Value::Null).await;
        let codes: Vec<String> =
            followed.iter().filter_map(|answer| answer.location.as_deref()?.split("?code=").nth(1).map(str::to_owned)).collect();
        assert_eq!(codes.len(), 1);
        let exchange = json!({ "auth_code": codes[0], "code_verifier": verifier });
        assert_eq!(succeeded(&at_once(&app, MANY, "POST /token?grant_type=pkce", None, &exchange).await), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_sign_ups_at_once_one_makes_the_user() {
    both(async |app| {
        let body = json!({ "email": EMAIL, "password": PASSWORD });
        let answers = at_once(&app, MANY, "POST /signup", None, &body).await;
        assert!(answers.iter().all(|answer| answer.status < 500), "{:?}", answers.iter().map(|a| a.status).collect::<Vec<_>>());
        assert_eq!(app.lines("select email as line from _tenon_users").await, [EMAIL]);
    })
    .await;
}

/// Who reads while the keys rotate, and how many of them refresh their sessions, too.
const READERS: usize = 64;
const REFRESHERS: usize = 12;
const ROTATIONS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn keys_rotate_under_load_and_no_request_fails() {
    both(async |app| {
        app.engine.schema("create table notes (id bigint primary key, body text); grant select on notes to authenticated").await;
        let first = signed_up(&app).await;
        let mut sessions = Vec::new();
        for _ in 0..REFRESHERS {
            let body = json!({ "email": EMAIL, "password": PASSWORD });
            sessions.push(app.call("POST /token?grant_type=password", None, body).await);
        }
        let done = AtomicBool::new(false);
        let rotations = async {
            for _ in 0..ROTATIONS {
                app.engine.rotate_signing_keys(&Caller::Operator, &Client::default()).await.unwrap();
            }
            done.store(true, Ordering::Relaxed);
        };
        let reader = async |number: usize| {
            let session = &sessions[number % REFRESHERS];
            let (mut refresh, mut token) = (session.text("refresh_token"), session.text("access_token"));
            let mut rounds = 0;
            while rounds < 2 || !done.load(Ordering::Relaxed) {
                let read = app.read("/rest/v1/notes", &token).await;
                assert_eq!(read.status, 200, "{}", read.body);
                rounds += 1;
                if number >= REFRESHERS {
                    continue;
                }
                let next = app.call("POST /token?grant_type=refresh_token", None, json!({ "refresh_token": refresh })).await;
                assert_eq!(next.status, 200, "{}", next.body);
                (refresh, token) = (next.text("refresh_token"), next.text("access_token"));
            }
            rounds
        };
        let ((), rounds) = tokio::join!(rotations, futures::future::join_all((0..READERS).map(reader)));
        println!("{} reads of {READERS} users during {ROTATIONS} rotations", rounds.iter().sum::<usize>());
        assert_eq!(app.engine.signing_keys(&Caller::Operator).unwrap().len(), ROTATIONS + 2);
        let user = app.call("GET /user", Some(&first.text("access_token")), Value::Null).await;
        assert_eq!(user.status, 200, "a token from before all of them is still good");
    })
    .await;
}
