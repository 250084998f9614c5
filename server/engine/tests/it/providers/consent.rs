//! What the hosted pages ask before an identity joins an account.

use tenon_engine::{
    Engine,
    audit::Client,
    identity::{
        hosted::{Hosted, new_verifier},
        providers::Authorize,
    },
};
use tenon_model::{AuthCode, Caller, Code, Error};
use tenon_testkit::{TestEngine, for_each_engine};

use super::{Issuer, oidc, parts, person, sql, to, travel};

/// Goes to the provider from a hosted page and back: the verifier, and where it ends.
async fn hosted_travel(test: &Engine, issuer: &Issuer, link_to: Option<&Caller>, who: serde_json::Value) -> (String, super::Parts) {
    let (verifier, challenge) = new_verifier().unwrap();
    let asked = Authorize { code_challenge: Some(challenge), code_challenge_method: Some("s256".into()), ..to("idp") };
    let url = test.hosted_provider_url(link_to, asked, &Client::default()).await.unwrap();
    let ticket = Authorize { ticket: Some(parts(&url).query["ticket"].clone()), ..Authorize::default() };
    (verifier, travel(test, issuer, ticket, who).await)
}

/// A session of the hosted pages for whoever the provider knows by this id.
async fn signed_in(test: &Engine, issuer: &Issuer, who: serde_json::Value) -> Hosted {
    let (verifier, end) = hosted_travel(test, issuer, None, who).await;
    let session = test.exchange_code(end.query["code"].clone(), verifier, &Client::default()).await.unwrap();
    test.host(&session).await.unwrap().hosted
}

fn code<T>(answer: Result<T, Error>) -> Option<Code> {
    answer.err().map(|error| error.code)
}

async fn start(test: &TestEngine) -> Issuer {
    let issuer = Issuer::start().await;
    oidc(test, &issuer, "idp").await;
    issuer
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_a_verified_address_is_linked_once_its_person_agrees() {
    for_each_engine(async |test| {
        let issuer = start(&test).await;
        let ada = signed_in(&test, &issuer, person("1", "ada@example.org", true)).await;
        let (verifier, end) = hosted_travel(&test, &issuer, None, person("2", "ada@example.org", true)).await;
        let token = end.query["link"].clone();
        assert!(!end.query.contains_key("code"));
        let pending = test.pending_link(token.clone(), verifier.clone()).await.unwrap();
        assert_eq!((pending.user, pending.known_as.as_deref()), (ada.user, Some("ada@example.org")));
        assert!(!pending.needs_session);

        let (other, _) = new_verifier().unwrap();
        let client = Client::default();
        let missing = Some(Code::Auth(AuthCode::FlowStateNotFound));
        assert_eq!(code(test.pending_link(token.clone(), other.clone()).await), missing, "another browser");
        assert_eq!(code(test.accept_link(token.clone(), other, None, &client).await), missing, "another browser");
        assert_eq!(code(test.exchange_code(token.clone(), verifier.clone(), &client).await), missing, "it is no code");

        let session = test.accept_link(token.clone(), verifier.clone(), None, &client).await.unwrap().unwrap();
        assert_eq!(session.user, ada.user);
        assert_eq!(code(test.accept_link(token, verifier, None, &client).await), missing, "once");
        assert_eq!(signed_in(&test, &issuer, person("2", "ada@example.org", true)).await.user, ada.user);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_ends() {
    for_each_engine(async |test| {
        let issuer = start(&test).await;
        signed_in(&test, &issuer, person("1", "ada@example.org", true)).await;
        let (verifier, end) = hosted_travel(&test, &issuer, None, person("2", "ada@example.org", true)).await;
        test.database.config.clock.advance(jiff::SignedDuration::from_mins(15));
        let answer = test.accept_link(end.query["link"].clone(), verifier, None, &Client::default()).await;
        assert_eq!(code(answer), Some(Code::Auth(AuthCode::FlowStateExpired)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_changed_meanwhile_is_not_linked() {
    for_each_engine(async |test| {
        let issuer = start(&test).await;
        signed_in(&test, &issuer, person("1", "ada@example.org", true)).await;
        for change in ["email = 'new@example.org'", "studio_role = 'builder', email = 'ada@example.org'"] {
            let (verifier, end) = hosted_travel(&test, &issuer, None, person("2", "ada@example.org", true)).await;
            sql(&test, &format!("update _tenon_users set {change}")).await;
            let answer = test.accept_link(end.query["link"].clone(), verifier, None, &Client::default()).await;
            assert_eq!(code(answer), Some(Code::Auth(AuthCode::FlowStateNotFound)), "{change}");
            sql(&test, "update _tenon_users set email = 'ada@example.org', studio_role = null").await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_signed_in_links_to_themselves_or_to_an_account_of_the_studio() {
    for_each_engine(async |test| {
        let issuer = start(&test).await;
        let client = Client::default();
        let ada = signed_in(&test, &issuer, person("1", "ada@example.org", true)).await;
        let bob = signed_in(&test, &issuer, person("2", "bob@example.org", true)).await;
        let (verifier, end) = hosted_travel(&test, &issuer, Some(&ada.caller()), person("3", "work@example.org", true)).await;
        let token = end.query["link"].clone();
        assert!(test.pending_link(token.clone(), verifier.clone()).await.unwrap().needs_session);
        let agree = async |who: Option<&Hosted>| test.accept_link(token.clone(), verifier.clone(), who, &client).await;
        assert_eq!(code(agree(None).await), Some(Code::Forbidden));
        assert_eq!(code(agree(Some(&bob)).await), Some(Code::Forbidden));
        let halfway = Hosted { wants_second: true, ..ada.clone() };
        assert_eq!(code(agree(Some(&halfway)).await), Some(Code::Forbidden));
        assert!(agree(Some(&ada)).await.unwrap().is_none());
        assert_eq!(signed_in(&test, &issuer, person("3", "work@example.org", true)).await.user, ada.user);

        sql(&test, "update _tenon_users set studio_role = 'builder' where email = 'bob@example.org'").await;
        let (verifier, end) = hosted_travel(&test, &issuer, None, person("4", "bob@example.org", true)).await;
        let token = end.query["link"].clone();
        let agree = async |who: Option<&Hosted>| test.accept_link(token.clone(), verifier.clone(), who, &client).await;
        assert_eq!(code(agree(None).await), Some(Code::Forbidden));
        assert!(agree(Some(&bob)).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_no_way_back_from_a_provider() {
    for_each_engine(async |test| {
        use tenon_engine::identity::providers::Returned;
        let issuer = start(&test).await;
        signed_in(&test, &issuer, person("1", "ada@example.org", true)).await;
        let (_, end) = hosted_travel(&test, &issuer, None, person("2", "ada@example.org", true)).await;
        let token = end.query["link"].clone();
        let returned = Returned { code: Some("x".into()), state: Some(token.clone()), ..Returned::default() };
        let back = test.callback(returned, Some(token.clone()), Client::default()).await;
        assert_eq!(parts(&back).error(), "bad_oauth_state");
        let ticket = Authorize { ticket: Some(token), ..Authorize::default() };
        let away = test.authorize_url(ticket, &Client::default()).await;
        assert_eq!(code(away), Some(Code::Auth(AuthCode::FlowStateNotFound)));
    })
    .await;
}
