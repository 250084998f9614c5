use tenon_engine::Code;
use tenon_model::AuthCode;
use tenon_testkit::for_each_engine;

use super::{Person, assert_code, client};

#[tokio::test(flavor = "multi_thread")]
async fn each_code_works_once_and_a_new_set_replaces_the_old() {
    for_each_engine(async |test| {
        let ada = Person::new(&test, "ada@example.org").await;
        assert_code(test.make_recovery_codes(&ada.caller, &client(), None, false).await, AuthCode::InsufficientAal);
        assert_code(test.recovery_codes_left(&ada.caller).await, AuthCode::MfaFactorNotFound);
        ada.with_totp(&test).await;
        assert_code(test.make_recovery_codes(&ada.caller, &client(), None, true).await, AuthCode::MfaFactorNotFound);
        let made = test.make_recovery_codes(&ada.caller, &client(), None, false).await.unwrap();
        assert_eq!((made.codes.len(), made.friendly_name.as_str()), (10, "Recovery codes"));
        assert_code(test.make_recovery_codes(&ada.caller, &client(), None, false).await, AuthCode::MfaVerifiedFactorExists);
        let stored = super::lines(&test, "select code_hash as line from _tenon_recovery_codes".into()).await;
        assert!(stored.iter().all(|hash| hash.len() == 64), "only hashes are kept");

        let low = Person::session(&test, ada.id).await;
        let typed = made.codes[3].to_uppercase().replace('-', " ");
        let session = test.verify_recovery_code(&low.caller, &client(), &typed).await.unwrap();
        assert_eq!((session.user, session.session), (low.id, low.session));
        assert_eq!(low.level(&test).await.as_deref(), Some("aal2"));
        assert_code(test.verify_recovery_code(&low.caller, &client(), &typed).await, AuthCode::MfaVerificationFailed);
        let left = test.recovery_codes_left(&ada.caller).await.unwrap();
        assert_eq!((left.total, left.remaining, &left.id), (10, 9, &made.id));

        let again = test.make_recovery_codes(&ada.caller, &client(), None, true).await.unwrap();
        assert_eq!(again.id, made.id);
        assert_code(test.verify_recovery_code(&low.caller, &client(), &made.codes[0]).await, AuthCode::MfaVerificationFailed);
        test.verify_recovery_code(&low.caller, &client(), &again.codes[0]).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_nobodys_only_second_factor_and_are_not_guessed() {
    for_each_engine(async |test| {
        let (ada, eve) = (Person::new(&test, "ada@example.org").await, Person::new(&test, "eve@example.org").await);
        let (factor, _) = ada.with_totp(&test).await;
        let made = test.make_recovery_codes(&ada.caller, &client(), Some("paper".into()), false).await.unwrap();
        assert_code(test.verify_recovery_code(&eve.caller, &client(), &made.codes[0]).await, AuthCode::MfaVerificationFailed);
        for _ in 0..4 {
            assert_code(test.verify_recovery_code(&eve.caller, &client(), "x").await, AuthCode::MfaVerificationFailed);
        }
        let error = test.verify_recovery_code(&eve.caller, &client(), "x").await.map(drop).unwrap_err();
        assert_eq!(error.code, Code::Throttled);

        test.unenrol_factor(&ada.caller, &client(), factor).await.unwrap();
        assert_code(test.recovery_codes_left(&ada.caller).await, AuthCode::MfaFactorNotFound);
        assert_code(test.verify_recovery_code(&ada.caller, &client(), &made.codes[0]).await, AuthCode::MfaVerificationFailed);

        ada.with_totp(&test).await;
        let made = test.make_recovery_codes(&ada.caller, &client(), None, false).await.unwrap();
        assert_eq!(test.delete_recovery_codes(&ada.caller, &client()).await.unwrap(), made.id);
        assert_eq!(ada.level(&test).await.as_deref(), Some("aal2"), "the app is still there");
    })
    .await;
}
