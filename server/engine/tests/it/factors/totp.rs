use jiff::SignedDuration;
use serde_json::json;
use tenon_engine::{Caller, Code};
use tenon_model::AuthCode;
use tenon_testkit::for_each_engine;
use uuid::Uuid;

use super::{Person, assert_code, audited, client, code, new_factor, set, wrong_code};

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_added_verified_asked_and_removed() {
    for_each_engine(async |test| {
        let ada = Person::new(&test, "ada@example.org").await;
        let elsewhere = Person::session(&test, ada.id).await;
        let enrolled = test.enrol_factor(&ada.caller, &client(), new_factor("totp", "phone")).await.unwrap();
        let totp = &enrolled["totp"];
        assert_eq!((&enrolled["type"], &enrolled["friendly_name"]), (&json!("totp"), &json!("phone")));
        assert!(totp["uri"].as_str().unwrap().contains("ada%40example.org"), "{totp}");
        assert!(totp["qr_code"].as_str().unwrap().contains("<svg"));
        let (factor, secret) = (super::id_of(&enrolled), totp["secret"].as_str().unwrap());

        let challenge = test.challenge_factor(&ada.caller, factor, None).await.unwrap();
        let now = test.database.config.clock.now().as_second();
        assert_eq!((&challenge["type"], &challenge["expires_at"]), (&json!("totp"), &json!(now + 300)));
        let leftover = ada.enrol_totp(&test, "never finished").await.0;
        let session = ada.verify(&test, factor, super::id_of(&challenge), &code(&test, secret, 0)).await.unwrap();
        assert_eq!(session["user"]["factors"].as_array().unwrap().len(), 1, "the unverified one made way: {session}");
        assert_eq!(session["user"]["factors"][0]["status"], "verified");
        assert_eq!(ada.level(&test).await.as_deref(), Some("aal2"));
        assert_eq!(elsewhere.level(&test).await, None, "a session of one factor ends");
        assert_code(test.challenge_factor(&ada.caller, leftover, None).await, AuthCode::MfaFactorNotFound);
        assert_code(test.challenge_factor(&elsewhere.caller, factor, None).await, AuthCode::SessionNotFound);

        let low = Person::session(&test, ada.id).await;
        assert_code(test.unenrol_factor(&low.caller, &client(), factor).await, AuthCode::InsufficientAal);
        assert_code(test.enrol_factor(&low.caller, &client(), new_factor("totp", "")).await, AuthCode::InsufficientAal);
        test.unenrol_factor(&ada.caller, &client(), factor).await.unwrap();
        assert_eq!(ada.level(&test).await.as_deref(), Some("aal1"));
        let done = audited(&test).await;
        let expected = ["user.factor_enrolled", "user.factor_enrolled", "user.second_factor_verified", "user.factor_added"];
        assert_eq!(done[..4], expected);
        assert_eq!(done[4..], ["user.factor_removed"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_and_a_challenge_work_once() {
    for_each_engine(async |test| {
        let ada = Person::new(&test, "ada@example.org").await;
        let (factor, secret) = ada.with_totp(&test).await;
        let used = code(&test, &secret, 0);
        let challenge = ada.challenge(&test, factor).await;
        assert_code(ada.verify(&test, factor, challenge, &used).await, AuthCode::MfaVerificationFailed);
        assert_code(ada.verify(&test, factor, challenge, &code(&test, &secret, -1)).await, AuthCode::MfaVerificationFailed);
        ada.verify(&test, factor, challenge, &code(&test, &secret, 1)).await.unwrap();
        test.database.config.clock.advance(SignedDuration::from_secs(60));
        assert_code(ada.verify(&test, factor, challenge, &code(&test, &secret, 0)).await, AuthCode::MfaChallengeExpired);

        let one = ada.challenge(&test, factor).await;
        let two = ada.challenge(&test, factor).await;
        let now = code(&test, &secret, 0);
        let (a, b) = tokio::join!(ada.verify(&test, factor, one, &now), ada.verify(&test, factor, two, &now));
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "of two at once one gets in");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn challenges_expire_and_wear_out() {
    for_each_engine(async |test| {
        let ada = Person::new(&test, "ada@example.org").await;
        let (factor, secret) = ada.with_totp(&test).await;
        let challenge = ada.challenge(&test, factor).await;
        test.database.config.clock.advance(SignedDuration::from_secs(300));
        assert_code(ada.verify(&test, factor, challenge, &code(&test, &secret, 0)).await, AuthCode::MfaChallengeExpired);

        let challenge = ada.challenge(&test, factor).await;
        let wrong = wrong_code(&test, &secret);
        for _ in 0..5 {
            assert_code(ada.verify(&test, factor, challenge, &wrong).await, AuthCode::MfaVerificationFailed);
        }
        assert_code(ada.verify(&test, factor, challenge, &code(&test, &secret, 0)).await, AuthCode::MfaChallengeExpired);
        let challenge = ada.challenge(&test, factor).await;
        let error = ada.verify(&test, factor, challenge, &code(&test, &secret, 0)).await.unwrap_err();
        assert_eq!((error.code, error.retry_after), (Code::Throttled, Some(1)), "guessing is slowed down");
        test.database.config.clock.advance(SignedDuration::from_secs(1));
        ada.verify(&test, factor, challenge, &code(&test, &secret, 0)).await.unwrap();
        assert_eq!(audited(&test).await.iter().filter(|action| *action == "user.factor_failed").count(), 5);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_added_is_limited() {
    for_each_engine(async |test| {
        let ada = Person::new(&test, "ada@example.org").await;
        let enrol = async |kind: &str, name: &str| test.enrol_factor(&ada.caller, &client(), new_factor(kind, name)).await;
        assert_code(enrol("phone", "").await, AuthCode::MfaPhoneEnrollDisabled);
        assert_code(enrol("smoke", "").await, AuthCode::ValidationFailed);
        enrol("totp", "phone").await.unwrap();
        assert_code(enrol("webauthn", " phone ").await, AuthCode::MfaFactorNameConflict);
        set(&test, "auth.mfa_max_factors", json!(2)).await;
        enrol("totp", "").await.unwrap();
        assert_code(enrol("totp", "").await, AuthCode::TooManyEnrolledMfaFactors);
        test.database.config.clock.advance(SignedDuration::from_secs(301));
        enrol("totp", "phone").await.unwrap();
        set(&test, "auth.mfa_totp", json!(false)).await;
        assert_code(enrol("totp", "other").await, AuthCode::MfaTotpEnrollDisabled);
        let anyone = test.enrol_factor(&Caller::anon(), &client(), new_factor("totp", "")).await;
        assert_code(anyone, AuthCode::NoAuthorization);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reaches_anothers_factor_but_who_manages_users() {
    for_each_engine(async |test| {
        let (ada, eve) = (Person::new(&test, "ada@example.org").await, Person::new(&test, "eve@example.org").await);
        let (factor, secret) = ada.with_totp(&test).await;
        let challenge = ada.challenge(&test, factor).await;
        let right = code(&test, &secret, 1);
        assert_code(eve.verify(&test, factor, challenge, &right).await, AuthCode::MfaFactorNotFound);
        assert_code(test.challenge_factor(&eve.caller, factor, None).await, AuthCode::MfaFactorNotFound);
        assert_code(test.unenrol_factor(&eve.caller, &client(), factor).await, AuthCode::MfaFactorNotFound);
        assert_code(test.factors_of(&eve.caller, ada.id).await, AuthCode::NotAdmin);
        assert_code(test.reset_user_factors(&ada.caller, &client(), ada.id).await, AuthCode::NotAdmin);

        let admin = Caller::service();
        assert_eq!(test.factors_of(&admin, ada.id).await.unwrap()[0]["id"], factor.to_string());
        assert_code(test.remove_factor_of(&admin, &client(), eve.id, factor).await, AuthCode::MfaFactorNotFound);
        assert_code(test.remove_factor_of(&admin, &client(), ada.id, Uuid::new_v4()).await, AuthCode::MfaFactorNotFound);
        test.remove_factor_of(&admin, &client(), ada.id, factor).await.unwrap();
        assert_eq!(ada.level(&test).await.as_deref(), Some("aal1"));
        ada.with_totp(&test).await;
        test.reset_user_factors(&admin, &client(), ada.id).await.unwrap();
        assert!(test.factors_of(&admin, ada.id).await.unwrap().is_empty());
        assert_eq!(ada.level(&test).await.as_deref(), Some("aal1"));
        assert_eq!(audited(&test).await.last().unwrap(), "user.factors_reset");
    })
    .await;
}
