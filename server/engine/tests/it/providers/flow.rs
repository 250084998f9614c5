//! The way to a provider and back.

use jiff::SignedDuration;
use jsonwebtoken::Algorithm;
use serde_json::json;
use tenon_engine::{
    audit::Client,
    identity::providers::{Attributes, Authorize, Provider, ProviderKind, Returned},
};
use tenon_model::{AuthCode, Code};
use tenon_testkit::for_each_engine;
use url::Url;

use super::{Issuer, definition, issuer::SECRET, oidc, parts, person, save, to, travel};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_comes_in_with_tokens_in_the_fragment() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        oidc(&test, &issuer, "idp").await;
        for algorithm in [Algorithm::ES256, Algorithm::RS256] {
            *issuer.algorithm.lock() = algorithm;
            let asked = Authorize { redirect_to: Some("http://127.0.0.1:3000/in?a=b".into()), ..to("idp") };
            let end = travel(&test, &issuer, asked, person("1", "Ada@example.org", true)).await;
            assert_eq!((end.base.as_str(), end.query["a"].as_str()), ("http://127.0.0.1:3000/in", "b"), "{end:?}");
            assert_eq!((end.fragment["provider_token"].as_str(), end.fragment["token_type"].as_str()), ("access 1", "bearer"));
            assert!(!end.fragment["refresh_token"].is_empty());
            let claims = end.claims();
            assert_eq!((&claims["email"], &claims["amr"][0]["method"]), (&json!("ada@example.org"), &json!("oauth")));
            assert_eq!(claims["app_metadata"], json!({ "provider": "idp", "providers": ["idp"] }));
            assert_eq!(claims["user_metadata"]["full_name"], "Ada");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_pkce_a_code_goes_back_that_only_its_verifier_opens() {
    for_each_engine(async |test| {
        use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
        use sha2::{Digest, Sha256};
        let issuer = Issuer::start().await;
        oidc(&test, &issuer, "idp").await;
        let verifier = "v".repeat(50);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let asked = Authorize { code_challenge: Some(challenge), code_challenge_method: Some("s256".into()), ..to("idp") };
        let end = travel(&test, &issuer, asked, person("1", "ada@example.org", true)).await;
        assert!(end.fragment.is_empty(), "{end:?}");
        let code = end.query["code"].clone();
        let wrong = test.exchange_code(code.clone(), "w".repeat(50), &Client::default()).await;
        assert_eq!(wrong.err().unwrap().code, Code::Auth(AuthCode::BadCodeVerifier));
        let session = test.exchange_code(code.clone(), verifier.clone(), &Client::default()).await.unwrap();
        assert_eq!(session.json["provider_token"], "access 1");
        assert_eq!(session.json["provider_refresh_token"], "refresh");
        assert_eq!(session.json["user"]["identities"][0]["provider"], "idp");
        let again = test.exchange_code(code, verifier, &Client::default()).await;
        assert_eq!(again.err().unwrap().code, Code::Auth(AuthCode::FlowStateNotFound));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_carries_what_was_asked_and_nothing_that_would_bend_it() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        oidc(&test, &issuer, "idp").await;
        let params =
            [("prompt", "consent"), ("state", "mine"), ("response_mode", "query"), ("redirect_uri", "https://evil.example")];
        let params = params.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let asked = Authorize { params, scopes: Some("calendar email".into()), ..to("idp") };
        let away = test.authorize_url(asked, &Client::default()).await.unwrap();
        let sent = parts(&away.url).query;
        assert_eq!((sent["prompt"].as_str(), sent["scope"].as_str()), ("consent", "openid email calendar"));
        assert!(sent["state"] != "mine" && sent["state"].len() == 43 && sent.contains_key("nonce"));
        assert_eq!(Url::parse(&away.url).unwrap().query_pairs().filter(|(name, _)| name == "redirect_uri").count(), 1);
        assert!(!sent.contains_key("response_mode"));
        let unknown = test.authorize_url(to("nobody"), &Client::default()).await.unwrap_err();
        assert_eq!(unknown.code, Code::Auth(AuthCode::ProviderDisabled));
        let half = Authorize { code_challenge: Some("c".repeat(43)), ..to("idp") };
        let half = test.authorize_url(half, &Client::default()).await.unwrap_err();
        assert_eq!(half.code, Code::Auth(AuthCode::ValidationFailed));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_state_another_browser_and_a_second_time_are_refused() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        oidc(&test, &issuer, "idp").await;
        let away = test.authorize_url(to("idp"), &Client::default()).await.unwrap();
        let other = test.authorize_url(to("idp"), &Client::default()).await.unwrap();
        let (code, state) = issuer.approve(&away.url, person("1", "ada@example.org", true));
        let back = async |state: Option<&str>, browser: Option<&str>| {
            let returned = Returned { code: Some(code.clone()), state: state.map(str::to_owned), ..Returned::default() };
            parts(&test.callback(returned, browser.map(str::to_owned), Client::default()).await)
        };
        for (state, browser) in [
            (None, Some(away.browser.as_str())),
            (Some("made up"), Some(away.browser.as_str())),
            (Some(state.as_str()), None),
            (Some(state.as_str()), Some(other.browser.as_str())),
        ] {
            let end = back(state, browser).await;
            assert_eq!((end.error(), end.base.as_str()), ("bad_oauth_state", "http://127.0.0.1:3000/"));
            assert_eq!(end.fragment["error_code"], "bad_oauth_state");
        }
        assert!(back(Some(&state), Some(&away.browser)).await.fragment.contains_key("access_token"));
        assert_eq!(back(Some(&state), Some(&away.browser)).await.error(), "bad_oauth_state");
        let two = Authorize { browser: Some(away.browser.clone()), ..to("idp") };
        let two = test.authorize_url(two, &Client::default()).await.unwrap();
        assert_eq!(two.browser, away.browser, "two ways at once in one browser share its cookie");
        test.database.config.clock.advance(SignedDuration::from_secs(two.max_age));
        let (_, state) = issuer.approve(&two.url, person("1", "ada@example.org", true));
        assert_eq!(back(Some(&state), Some(&two.browser)).await.error(), "bad_oauth_state");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_at_the_provider_is_told_to_the_application() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        oidc(&test, &issuer, "idp").await;
        let away = test.authorize_url(to("idp"), &Client::default()).await.unwrap();
        let (_, state) = issuer.approve(&away.url, person("1", "ada@example.org", true));
        let returned = Returned {
            state: Some(state),
            error: Some("access_denied".into()),
            error_description: Some("They said no".into()),
            ..Returned::default()
        };
        let end = parts(&test.callback(returned, Some(away.browser.clone()), Client::default()).await);
        assert_eq!((end.query["error"].as_str(), end.query["error_description"].as_str()), ("access_denied", "They said no"));

        save(&test, &Provider { client_secret: "wrong".into(), ..definition(&issuer, "idp") }).await;
        let end = travel(&test, &issuer, to("idp"), person("1", "ada@example.org", true)).await;
        assert_eq!(end.query["error"], "server_error");
        assert!(end.query["error_description"].contains("invalid_client"), "{end:?}");
        assert!(!end.query["error_description"].contains(SECRET));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_that_does_not_fit_is_not_believed() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        oidc(&test, &issuer, "idp").await;
        for bent in [
            json!({ "nonce": "another" }),
            json!({ "nonce": null }),
            json!({ "aud": "another" }),
            json!({ "aud": ["tenon", "another"] }),
            json!({ "iss": "https://evil.example" }),
            json!({ "exp": 1000 }),
            json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" }),
        ] {
            *issuer.bent.lock() = bent.clone();
            let end = travel(&test, &issuer, to("idp"), person("1", "ada@example.org", true)).await;
            assert!(!end.error().is_empty() && !end.fragment.contains_key("access_token"), "{bent}");
        }
        *issuer.bent.lock() = json!({});
        *issuer.algorithm.lock() = Algorithm::HS256;
        let end = travel(&test, &issuer, to("idp"), person("1", "ada@example.org", true)).await;
        assert_eq!(end.error(), "validation_failed", "signed with the shared secret");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generic_provider_describes_its_users_at_an_address() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        let at = |path: &str| format!("{}{path}", issuer.url);
        let provider = Provider {
            kind: ProviderKind::Oauth2,
            issuer: String::new(),
            authorize_url: at("/authorize"),
            token_url: at("/token"),
            userinfo_url: at("/userinfo"),
            emails_url: at("/emails"),
            attributes: Attributes { id: "account.id".into(), ..Attributes::default() },
            ..definition(&issuer, "forge")
        };
        save(&test, &provider).await;
        let who = json!({
            "sub": "x", "account": { "id": 77 }, "login": "ada",
            "emails": [{ "email": "a@example.org", "verified": true }, { "email": "ada@example.org", "primary": true, "verified": true }],
        });
        let end = travel(&test, &issuer, to("forge"), who).await;
        let claims = end.claims();
        assert_eq!((&claims["email"], &claims["user_metadata"]["provider_id"]), (&json!("ada@example.org"), &json!("77")));
    })
    .await;
}
