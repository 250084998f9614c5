//! Sign-in with an ID token that an app got by itself.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tenon_engine::{
    audit::Client,
    identity::providers::{IdTokenGrant, Provider},
};
use tenon_model::{AuthCode, Caller, Code};
use tenon_testkit::{TestEngine, for_each_engine};

use super::{Issuer, caller, definition, person, save};

async fn sign_in(test: &TestEngine, token: String, nonce: Option<&str>, access: Option<&str>) -> Result<Value, AuthCode> {
    let grant = IdTokenGrant {
        provider: "idp".into(),
        id_token: token,
        nonce: nonce.map(str::to_owned),
        access_token: access.map(str::to_owned),
        link_identity: false,
    };
    match test.sign_in_with_id_token(&Caller::anon(), grant, &Client::default()).await {
        Ok(session) => Ok(session.json),
        Err(error) => match error.code {
            Code::Auth(code) => Err(code),
            _ => panic!("{error:?}"),
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_signs_in_whom_it_names() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        save(&test, &Provider { audiences: vec!["phone".into()], ..definition(&issuer, "idp") }).await;
        let ada = person("1", "ada@example.org", true);
        let plain = issuer.id_token(&ada, &json!({}));
        let session = sign_in(&test, plain.clone(), None, Some("any")).await.unwrap();
        assert_eq!((&session["user"]["email"], &session["token_type"]), (&json!("ada@example.org"), &json!("bearer")));
        let phone = issuer.id_token(&ada, &json!({ "aud": "phone" }));
        assert_eq!(sign_in(&test, phone, None, None).await.unwrap()["user"]["id"], session["user"]["id"]);
        let other = issuer.id_token(&ada, &json!({ "aud": "other" }));
        assert_eq!(sign_in(&test, other, None, None).await, Err(AuthCode::UnexpectedAudience));

        let nonced = issuer.id_token(&ada, &json!({ "nonce": hex::encode(Sha256::digest("n")) }));
        assert!(sign_in(&test, nonced.clone(), Some("n"), None).await.is_ok());
        for (token, nonce) in [(&nonced, Some("m")), (&nonced, None), (&plain, Some("n"))] {
            assert_eq!(sign_in(&test, token.clone(), nonce, None).await, Err(AuthCode::ValidationFailed));
        }
        let hashed = issuer.id_token(&ada, &json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" }));
        assert_eq!(sign_in(&test, hashed.clone(), None, Some("any")).await, Err(AuthCode::ValidationFailed));
        let old = issuer.id_token(&ada, &json!({ "exp": 1000 }));
        assert_eq!(sign_in(&test, old, None, None).await, Err(AuthCode::ValidationFailed));
        let mut forged = plain.clone();
        forged.replace_range(forged.len() - 6.., "AAAAAA");
        assert_eq!(sign_in(&test, forged, None, None).await, Err(AuthCode::ValidationFailed));
        for nonsense in ["", "a.b.c", "e30.e30.", "x"] {
            assert_eq!(sign_in(&test, nonsense.into(), None, None).await, Err(AuthCode::ValidationFailed));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_links_its_identity_to_who_asks() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        save(&test, &definition(&issuer, "idp")).await;
        save(&test, &definition(&issuer, "other")).await;
        let token = issuer.id_token(&person("1", "ada@example.org", true), &json!({}));
        let id = sign_in(&test, token.clone(), None, None).await.unwrap()["user"]["id"].as_str().unwrap().to_owned();
        let grant = |token: &str| IdTokenGrant {
            provider: "other".into(),
            id_token: token.into(),
            link_identity: true,
            ..IdTokenGrant::default()
        };
        let away = issuer.id_token(&person("9", "elsewhere@example.org", true), &json!({}));
        let stranger = test.sign_in_with_id_token(&Caller::anon(), grant(&away), &Client::default()).await;
        assert_eq!(stranger.err().unwrap().code, Code::Auth(AuthCode::NoAuthorization));
        let linked = test.sign_in_with_id_token(&caller(&test, &id).await, grant(&away), &Client::default()).await.unwrap();
        assert_eq!(linked.json["user"]["id"], id.as_str());
        assert_eq!(linked.json["user"]["app_metadata"]["providers"], json!(["idp", "other"]));
        let twice = test.sign_in_with_id_token(&caller(&test, &id).await, grant(&away), &Client::default()).await;
        assert_eq!(twice.err().unwrap().code, Code::Auth(AuthCode::IdentityAlreadyExists));
    })
    .await;
}
