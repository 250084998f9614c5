//! The second factor of people who work in the Studio.

use tenon_engine::{Caller, Code, identity::FactorAnswer};
use tenon_model::{AuthCode, StudioRole};
use tenon_testkit::{TestEngine, for_each_engine};
use uuid::Uuid;

use super::{assert_code, client, code, id_of, new_factor, wrong_code};

const EMAIL: &str = "ada@example.org";
const PASSWORD: &str = "correct horse battery";

async fn sign_in(test: &TestEngine) -> tenon_engine::identity::NewSession {
    test.sign_in(EMAIL.into(), PASSWORD.into(), &client()).await.unwrap()
}

/// Answers with a code as the user of a session of the Studio.
async fn answer(
    test: &TestEngine,
    caller: &Caller,
    factor: Uuid,
    code: String,
) -> tenon_model::Result<tenon_engine::identity::Session> {
    let challenge_id = id_of(&test.challenge_factor(caller, factor, None).await?);
    test.verify_factor(caller, &client(), factor, FactorAnswer { challenge_id, code: Some(code), webauthn: None }).await
}

/// Signs in and adds an app; gives the token, which stands for both factors, and the app.
async fn with_app(test: &TestEngine) -> (String, Uuid, String) {
    let session = test.studio_session(&sign_in(test).await.token).await.unwrap().unwrap();
    let made = test.enrol_factor(&session.as_user(), &client(), new_factor("totp", "")).await.unwrap();
    let (factor, secret) = (id_of(&made), made["totp"]["secret"].as_str().unwrap().to_owned());
    let raised = answer(test, &session.as_user(), factor, code(test, &secret, 0)).await.unwrap();
    let admitted = test.admit_to_studio(&raised, &client()).await.unwrap();
    assert!(!admitted.wants_second);
    (admitted.token, factor, secret)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_alone_opens_nothing_where_there_is_a_second_factor() {
    for_each_engine(async |test| {
        test.create_first_owner(EMAIL.into(), PASSWORD.into()).await.unwrap();
        let before = sign_in(&test).await;
        assert!(!before.wants_second && test.session(&before.token).await.unwrap().is_some());
        let (raised, factor, secret) = with_app(&test).await;
        assert!(test.session(&raised).await.unwrap().is_some());
        assert!(test.session(&before.token).await.unwrap().is_none(), "sessions from before prove it, too");

        let half = sign_in(&test).await;
        assert!(half.wants_second && test.session(&half.token).await.unwrap().is_none());
        let session = test.studio_session(&half.token).await.unwrap().unwrap();
        let refused = answer(&test, &session.as_user(), factor, wrong_code(&test, &secret)).await;
        assert_code(refused, AuthCode::MfaVerificationFailed);
        assert_code(test.unenrol_factor(&session.as_user(), &client(), factor).await, AuthCode::InsufficientAal);

        let right = answer(&test, &session.as_user(), factor, code(&test, &secret, 1)).await.unwrap();
        let whole = test.admit_to_studio(&right, &client()).await.unwrap();
        assert_eq!(test.session(&whole.token).await.unwrap().unwrap().email, EMAIL);
        assert!(test.studio_session(&half.token).await.unwrap().is_none(), "the token from before means nothing any more");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_a_second_factor_are_slowed_down() {
    for_each_engine(async |test| {
        test.create_first_owner(EMAIL.into(), PASSWORD.into()).await.unwrap();
        let (_, factor, secret) = with_app(&test).await;
        let session = test.studio_session(&sign_in(&test).await.token).await.unwrap().unwrap();
        let wrong = wrong_code(&test, &secret);
        for _ in 0..5 {
            assert_code(answer(&test, &session.as_user(), factor, wrong.clone()).await, AuthCode::MfaVerificationFailed);
        }
        let throttled = answer(&test, &session.as_user(), factor, code(&test, &secret, 1)).await.map(drop).unwrap_err();
        assert_eq!(throttled.code, Code::Throttled);
        let elsewhere = test.verify_recovery_code(&session.as_user(), &client(), "none of them").await.map(drop).unwrap_err();
        assert_eq!(elsewhere.code, Code::Throttled, "recovery codes are no way around it");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_their_factors_is_let_in_by_the_operator() {
    for_each_engine(async |test| {
        let owner = test.create_first_owner(EMAIL.into(), PASSWORD.into()).await.unwrap();
        with_app(&test).await;
        test.reset_user_factors(&Caller::Operator, &client(), owner.id).await.unwrap();
        let again = sign_in(&test).await;
        assert!(!again.wants_second && test.session(&again.token).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_works_in_the_studio_is_admitted() {
    for_each_engine(async |test| {
        let owner = test.create_first_owner(EMAIL.into(), PASSWORD.into()).await.unwrap();
        let second = test.create_account(&owner.caller(), "bob@example.org".into(), PASSWORD.into(), StudioRole::Member).await;
        let begin = async |email: &str| test.sign_in_with_password(email.into(), PASSWORD.into(), &client()).await.unwrap();
        // A session of the application becomes one of the Studio, as one that a passkey began does.
        let begun = begin("bob@example.org").await;
        let admitted = test.admit_to_studio(&begun, &client()).await.unwrap();
        assert_eq!(test.session(&admitted.token).await.unwrap().unwrap().email, "bob@example.org");
        assert!(test.refresh(&begun.refresh_token, &client()).await.is_err(), "it is the application's no more");

        test.set_studio_role(&owner.caller(), &client(), second.unwrap().id, None).await.unwrap();
        let begun = begin("bob@example.org").await;
        let refused = test.admit_to_studio(&begun, &client()).await.map(drop).unwrap_err();
        assert_eq!(refused.code, Code::InvalidCredentials);
        assert!(test.refresh(&begun.refresh_token, &client()).await.is_err(), "and it ended");
    })
    .await;
}
