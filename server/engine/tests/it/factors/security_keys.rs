use jiff::SignedDuration;
use serde_json::{Value, json};
use tenon_engine::{
    Error,
    identity::{ClaimedParty, FactorAnswer, SignedAnswer},
};
use tenon_model::AuthCode;
use tenon_testkit::{Authenticator, TestEngine, for_each_engine};
use uuid::Uuid;

use super::{Person, assert_code, client, id_of, new_factor, set};

const SITE: &str = "https://example.org";

async fn answer(test: &TestEngine, ada: &Person, factor: Uuid, challenge: &Value, credential: Value) -> Result<Value, Error> {
    let signed = json!({ "rpId": "example.org", "rpOrigins": [SITE], "type": "create", "credential_response": credential });
    let signed: SignedAnswer = serde_json::from_value(signed).unwrap();
    let answer = FactorAnswer { challenge_id: id_of(challenge), code: None, webauthn: Some(signed) };
    test.verify_factor(&ada.caller, &client(), factor, answer).await.map(|session| session.json)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_security_key_is_added_and_asked() {
    for_each_engine(async |test| {
        set(&test, "auth.site_url", json!(SITE)).await;
        let ada = Person::new(&test, "ada@example.org").await;
        let enrolled = test.enrol_factor(&ada.caller, &client(), new_factor("webauthn", "key")).await.unwrap();
        let factor = id_of(&enrolled);
        let claimed: ClaimedParty = serde_json::from_value(json!({ "rpId": "evil.com" })).unwrap();
        assert_code(test.challenge_factor(&ada.caller, factor, Some(claimed)).await, AuthCode::ValidationFailed);

        let challenge = test.challenge_factor(&ada.caller, factor, None).await.unwrap();
        assert_eq!((&challenge["type"], &challenge["webauthn"]["type"]), (&json!("webauthn"), &json!("create")));
        let options = &challenge["webauthn"]["credential_options"]["publicKey"];
        assert_eq!((&options["rp"]["id"], &options["user"]["name"]), (&json!("example.org"), &json!("ada@example.org")));
        let strict = options["extensions"].get("credentialProtectionPolicy");
        assert_eq!(
            (strict, &options["authenticatorSelection"]["userVerification"]),
            (None, &json!("preferred")),
            "browsers refuse both"
        );
        let (_, phished) = Authenticator::create(options, "https://evil.com");
        assert_code(answer(&test, &ada, factor, &challenge, phished).await, AuthCode::MfaVerificationFailed);
        assert_code(answer(&test, &ada, factor, &challenge, json!({})).await, AuthCode::ValidationFailed);
        let (mut key, credential) = Authenticator::create(options, SITE);
        let session = answer(&test, &ada, factor, &challenge, credential.clone()).await.unwrap();
        assert_eq!(session["user"]["factors"][0]["factor_type"], "webauthn");
        assert_eq!(ada.level(&test).await.as_deref(), Some("aal2"));
        assert_code(answer(&test, &ada, factor, &challenge, credential).await, AuthCode::MfaChallengeExpired);

        let low = Person::session(&test, ada.id).await;
        let challenge = test.challenge_factor(&low.caller, factor, None).await.unwrap();
        assert_eq!(challenge["webauthn"]["type"], "request");
        let options = &challenge["webauthn"]["credential_options"]["publicKey"];
        assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 1);
        let credential = key.get(options, SITE);
        answer(&test, &low, factor, &challenge, credential.clone()).await.unwrap();
        assert_eq!(low.level(&test).await.as_deref(), Some("aal2"));

        let next = test.challenge_factor(&low.caller, factor, None).await.unwrap();
        assert_code(answer(&test, &low, factor, &next, credential).await, AuthCode::MfaVerificationFailed);
        key.counter = 0;
        let cloned = key.get(&next["webauthn"]["credential_options"]["publicKey"], SITE);
        assert_code(answer(&test, &low, factor, &next, cloned).await, AuthCode::MfaVerificationFailed);
        key.counter = 7;
        let late = key.get(&next["webauthn"]["credential_options"]["publicKey"], SITE);
        test.database.config.clock.advance(SignedDuration::from_secs(300));
        assert_code(answer(&test, &low, factor, &next, late).await, AuthCode::MfaChallengeExpired);
    })
    .await;
}
