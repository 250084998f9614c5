//! Hashes of passwords that were made elsewhere or long ago.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, SaltString},
};
use serde_json::json;
use tenon_engine::{Code, audit::Client, identity::UserAttributes};
use tenon_model::{AuthCode, Caller};
use tenon_testkit::{TestEngine, for_each_engine};

const PASSWORD: &str = "correct horse battery";

/// As it was made when machines were slower.
fn weak_argon2() -> String {
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(4096, 1, 1, None).unwrap());
    let salt = SaltString::encode_b64(b"0123456789abcdef").unwrap();
    argon2.hash_password(PASSWORD.as_bytes(), &salt).unwrap().to_string()
}

async fn stored(test: &TestEngine, email: &str) -> String {
    use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
    #[derive(QueryableByName)]
    struct Hash {
        #[diesel(sql_type = Text)]
        password_hash: String,
    }
    let sql = format!("select password_hash from _tenon_users where email = '{email}'");
    let read = test.database().read(move |conn| {
        use tenon_engine::database::Translate as _;
        sql_query(sql).load::<Hash>(conn).translate()
    });
    read.await.unwrap().remove(0).password_hash
}

#[tokio::test(flavor = "multi_thread")]
async fn old_hashes_are_renewed_when_their_owner_signs_in() {
    for_each_engine(async |test| {
        for (email, hash) in [("a@example.org", weak_argon2()), ("b@example.org", bcrypt::hash(PASSWORD, 4).unwrap())] {
            let attributes = json!({ "email": email, "password_hash": hash, "email_confirm": true });
            let attributes: UserAttributes = serde_json::from_value(attributes).unwrap();
            test.create_user(&Caller::service(), &Client::default(), attributes).await.unwrap();
            let sign_in = async |password: &str| {
                let answer = test.sign_in_with_password(email.into(), password.into(), &Client::default()).await;
                answer.map(drop).map_err(|error| error.code)
            };
            assert_eq!(sign_in("wrong").await, Err(Code::Auth(AuthCode::InvalidCredentials)));
            assert_eq!(stored(&test, email).await, hash);
            assert_eq!(sign_in(PASSWORD).await, Ok(()));
            let renewed = stored(&test, email).await;
            assert!(renewed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{renewed}");
            assert_eq!(sign_in(PASSWORD).await, Ok(()));
            assert_eq!(stored(&test, email).await, renewed, "once is enough");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_are_those_of_the_studios_people() {
    for_each_engine(async |test| {
        test.create_first_owner("ada@example.org".into(), PASSWORD.into()).await.unwrap();
        let hash = weak_argon2();
        test.database.sql(&format!("update _tenon_users set password_hash = '{hash}'"));
        let client = Client { address: "127.0.0.1".into(), ..Client::default() };
        assert!(test.sign_in("ada@example.org".into(), "wrong".into(), &client).await.is_err());
        assert_eq!(stored(&test, "ada@example.org").await, hash);
        assert!(test.sign_in("ada@example.org".into(), PASSWORD.into(), &client).await.is_ok());
        assert!(stored(&test, "ada@example.org").await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(test.sign_in("ada@example.org".into(), PASSWORD.into(), &client).await.is_ok());
    })
    .await;
}
