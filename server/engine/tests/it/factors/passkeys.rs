use jiff::SignedDuration;
use serde_json::{Value, json};
use tenon_engine::Caller;
use tenon_model::AuthCode;
use tenon_testkit::{Authenticator, TestEngine, for_each_engine};
use uuid::Uuid;

use super::{Person, assert_code, audited, client, set};

const SITE: &str = "https://example.org";

fn challenge_of(asked: &Value) -> Uuid {
    Uuid::parse_str(asked["challenge_id"].as_str().unwrap()).unwrap()
}

async fn register(test: &TestEngine, ada: &Person) -> (Authenticator, Uuid) {
    let asked = test.start_passkey_registration(&ada.caller).await.unwrap();
    let (key, credential) = Authenticator::create(&asked["options"], SITE);
    let made = test.finish_passkey_registration(&ada.caller, &client(), challenge_of(&asked), credential).await.unwrap();
    (key, Uuid::parse_str(&made.id).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_says_whose_it_is() {
    for_each_engine(async |test| {
        set(&test, "auth.site_url", json!(SITE)).await;
        let ada = Person::new(&test, "ada@example.org").await;
        let asked = test.start_passkey_registration(&ada.caller).await.unwrap();
        assert_eq!(asked["options"]["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(asked["options"]["authenticatorSelection"]["userVerification"], "required");
        let (mut key, credential) = Authenticator::create(&asked["options"], SITE);
        let finish = async |who: &Person| {
            test.finish_passkey_registration(&who.caller, &client(), challenge_of(&asked), credential.clone()).await
        };
        let eve = Person::new(&test, "eve@example.org").await;
        assert_code(finish(&eve).await, AuthCode::WebauthnChallengeNotFound);
        let made = finish(&ada).await.unwrap();
        assert_code(finish(&ada).await, AuthCode::WebauthnChallengeNotFound);

        let asked = test.start_passkey_sign_in().await.unwrap();
        assert!(asked["options"]["allowCredentials"].as_array().is_none_or(Vec::is_empty));
        let sign_in =
            async |asked: &Value, credential: Value| test.finish_passkey_sign_in(&client(), challenge_of(asked), credential).await;
        let phished = key.get(&asked["options"], "https://example.org.evil.com");
        assert_code(sign_in(&asked, phished).await, AuthCode::WebauthnVerificationFailed);
        let credential = key.get(&asked["options"], SITE);
        let session = sign_in(&asked, credential.clone()).await.unwrap();
        assert_eq!(session.user, ada.id);
        assert_code(sign_in(&asked, credential).await, AuthCode::WebauthnChallengeNotFound);
        let listed = test.passkeys(&ada.caller).await.unwrap();
        assert_eq!(listed[0].id, made.id);
        assert!(listed[0].last_used_at.is_some());

        let asked = test.start_passkey_sign_in().await.unwrap();
        let late = key.get(&asked["options"], SITE);
        test.database.config.clock.advance(SignedDuration::from_secs(300));
        assert_code(sign_in(&asked, late).await, AuthCode::WebauthnChallengeExpired);
        assert_eq!(audited(&test).await[1..], ["user.passkey_added", "user.signed_in"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_are_named_and_removed_by_their_user_or_who_manages_users() {
    for_each_engine(async |test| {
        set(&test, "auth.site_url", json!(SITE)).await;
        let (ada, eve) = (Person::new(&test, "ada@example.org").await, Person::new(&test, "eve@example.org").await);
        let (mut key, first) = register(&test, &ada).await;
        let (_, second) = register(&test, &ada).await;
        let named = test.rename_passkey(&ada.caller, &client(), first, " laptop ".into()).await.unwrap();
        assert_eq!(named.friendly_name.as_deref(), Some("laptop"));
        assert_code(test.rename_passkey(&eve.caller, &client(), first, "mine".into()).await, AuthCode::PasskeyNotFound);
        assert_code(test.delete_passkey(&eve.caller, &client(), first).await, AuthCode::PasskeyNotFound);
        assert_code(test.passkeys_of(&eve.caller, ada.id).await, AuthCode::NotAdmin);
        test.delete_passkey(&ada.caller, &client(), first).await.unwrap();
        let asked = test.start_passkey_sign_in().await.unwrap();
        let gone = key.get(&asked["options"], SITE);
        let signed = test.finish_passkey_sign_in(&client(), challenge_of(&asked), gone).await;
        assert_code(signed, AuthCode::WebauthnVerificationFailed);

        let admin = Caller::service();
        assert_eq!(test.passkeys_of(&admin, ada.id).await.unwrap().len(), 1);
        test.remove_passkey_of(&admin, &client(), ada.id, second).await.unwrap();
        assert!(test.passkeys(&ada.caller).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_second_factor_proves_it_before_adding_a_passkey_and_some_do_not_get_in() {
    for_each_engine(async |test| {
        let ada = Person::new(&test, "ada@example.org").await;
        assert_code(test.start_passkey_registration(&ada.caller).await, AuthCode::ValidationFailed);
        set(&test, "auth.site_url", json!(SITE)).await;
        let (mut key, _) = register(&test, &ada).await;
        ada.with_totp(&test).await;
        let low = Person::session(&test, ada.id).await;
        assert_code(test.start_passkey_registration(&low.caller).await, AuthCode::InsufficientAal);
        register(&test, &ada).await;

        let mut sign_in = async || {
            let asked = test.start_passkey_sign_in().await.unwrap();
            let credential = key.get(&asked["options"], SITE);
            test.finish_passkey_sign_in(&client(), challenge_of(&asked), credential).await
        };
        sign_in().await.unwrap();
        super::run(&test, "update _tenon_users set email_confirmed_at = null".into()).await;
        assert_code(sign_in().await, AuthCode::EmailNotConfirmed);
        let shut_out = "update _tenon_users set email_confirmed_at = created_at, banned_until = '2999-01-01T00:00:00.000000Z'";
        super::run(&test, shut_out.into()).await;
        assert_code(sign_in().await, AuthCode::UserBanned);
        set(&test, "auth.passkeys", json!(false)).await;
        assert_code(sign_in_disabled(&test).await, AuthCode::PasskeyDisabled);
    })
    .await;
}

async fn sign_in_disabled(test: &TestEngine) -> Result<Value, tenon_engine::Error> {
    test.start_passkey_sign_in().await
}
