//! Passwords that were brought along.

use serde_json::{Value, json};

use crate::support::{App, both};

/// Of the test vectors of crypt_blowfish: "U*U".
const BCRYPT: &str = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

async fn stored(app: &App) -> String {
    app.lines("select password_hash as line from _tenon_users where email = 'ada@example.org'").await.pop().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_another_backend_keeps_their_password_and_gets_a_better_hash() {
    both(async |app| {
        let secret = app.keys.secret.clone();
        let body = json!({ "email": "ada@example.org", "password_hash": BCRYPT, "email_confirm": true });
        let made = app.call("POST /admin/users", Some(&secret), body).await;
        assert_eq!(made.status, 200, "{}", made.json);
        assert!(!made.body.contains("$2a$"), "a hash is told to nobody");
        let sign_in = async |password: &str| {
            app.call("POST /token?grant_type=password", None, json!({ "email": "ada@example.org", "password": password })).await
        };
        assert_eq!(sign_in("u*u").await.json["error_code"], "invalid_credentials");
        assert_eq!(stored(&app).await, BCRYPT, "a wrong password renews nothing");
        assert_eq!(sign_in("U*U").await.status, 200);
        let renewed = stored(&app).await;
        assert!(renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{renewed}");
        assert_eq!(sign_in("U*U").await.status, 200, "it is the same password");
        assert_eq!(sign_in("U*U!").await.json["error_code"], "invalid_credentials");
        assert_eq!(stored(&app).await, renewed, "and is renewed once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hashes_that_are_none_or_too_dear_are_not_taken() {
    both(async |app| {
        let secret = app.keys.secret.clone();
        let dear = BCRYPT.replace("$05$", "$16$");
        let huge = "$argon2id$v=19$m=4194304,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$4pWkBWPMKRX0sgtMKz6hhPD7EiGuXHW3XVXOLWPVdFM";
        for hash in ["plain", "$1$abc$def", "$2a$05$short", dear.as_str(), huge] {
            let body = json!({ "email": "ada@example.org", "password_hash": hash });
            let answer = app.call("POST /admin/users", Some(&secret), body).await;
            assert_eq!(answer.json["error_code"], "validation_failed", "{hash}: {}", answer.json);
        }
        assert_eq!(app.call("GET /admin/users", Some(&secret), Value::Null).await.json["users"], json!([]));
    })
    .await;
}
