//! Providers as owners see them.

use tenon_engine::{
    audit::{AuditFilter, Client},
    identity::providers::Provider,
};
use tenon_model::{Caller, Code, StudioRole, UserId};
use tenon_testkit::for_each_engine;

use super::{Issuer, definition, issuer::SECRET, person, save, to, travel};

#[tokio::test(flavor = "multi_thread")]
async fn secrets_stay_inside_and_stay_as_they_are() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        save(&test, &definition(&issuer, "idp")).await;
        let shown = test.providers(&Caller::Operator).await.unwrap().remove(0);
        assert!(shown.secret_set && shown.provider.client_secret.is_empty());
        assert_eq!(shown.callback_url, "http://127.0.0.1:3000/auth/v1/callback");
        save(&test, &Provider { label: "Ours".into(), ..shown.provider }).await;
        let end = travel(&test, &issuer, to("idp"), person("1", "ada@example.org", true)).await;
        assert!(end.fragment.contains_key("access_token"), "the secret still works: {end:?}");
        let choices = test.sign_in_choices().await.unwrap();
        assert_eq!((choices[0].name.as_str(), choices[0].label.as_str()), ("idp", "Ours"));

        let (who, client) = (Caller::Operator, Client::default());
        test.enable_provider(&who, &client, "idp", false).await.unwrap();
        assert!(test.sign_in_choices().await.unwrap().is_empty());
        assert!(test.authorize_url(to("idp"), &client).await.is_err());
        test.remove_provider(&who, &client, "idp").await.unwrap();
        assert_eq!(test.remove_provider(&who, &client, "idp").await.unwrap_err().code, Code::NotFound);
        let filter = AuditFilter { action: Some("provider.".into()), limit: 10, ..AuditFilter::default() };
        let entries = test.audit(&who, filter).await.unwrap().entries;
        let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["provider.removed", "provider.disabled", "provider.changed", "provider.added"]);
        assert!(!format!("{entries:?}").contains(SECRET));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owners_manage_and_nothing_half_is_saved() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        let client = Client::default();
        let builder = Caller::Studio {
            user: UserId(uuid::Uuid::new_v4()),
            role: StudioRole::Builder,
            email: "b@example.org".into(),
            acts_as: tenon_model::Role::Authenticated,
        };
        for caller in [builder, Caller::anon(), Caller::service()] {
            let saved = test.save_provider(&caller, &client, definition(&issuer, "idp")).await;
            assert_eq!(saved.unwrap_err().code, Code::Forbidden);
            assert_eq!(test.providers(&caller).await.unwrap_err().code, Code::Forbidden);
            assert_eq!(test.test_provider(&caller, "idp").await.unwrap_err().code, Code::Forbidden);
        }
        let base = definition(&issuer, "idp");
        for (field, provider) in [
            ("name", Provider { name: "email".into(), ..base.clone() }),
            ("name", Provider { name: "A b".into(), ..base.clone() }),
            ("client_id", Provider { client_id: String::new(), ..base.clone() }),
            ("issuer", Provider { issuer: "http://id.example".into(), ..base.clone() }),
            ("scopes", Provider { scopes: vec!["two words".into()], ..base.clone() }),
            ("authorize_params", Provider { authorize_params: [("state".into(), "x".into())].into(), ..base.clone() }),
        ] {
            let error = test.save_provider(&Caller::Operator, &client, provider).await.unwrap_err();
            assert_eq!((error.code, error.fields[0].column.as_str()), (Code::InvalidRecord, field));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_tells_what_works_and_what_does_not() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        save(&test, &definition(&issuer, "idp")).await;
        let steps = test.test_provider(&Caller::Operator, "idp").await.unwrap();
        assert!(steps.iter().all(|step| step.ok), "{steps:?}");
        assert!(steps.iter().any(|step| step.what == "The keys" && step.found.starts_with('2')), "{steps:?}");
        save(&test, &Provider { issuer: format!("{}/elsewhere", issuer.url), ..definition(&issuer, "bad") }).await;
        let steps = test.test_provider(&Caller::Operator, "bad").await.unwrap();
        let failed: Vec<&str> = steps.iter().filter(|step| !step.ok).map(|step| step.what.as_str()).collect();
        assert_eq!(failed, ["The discovery document"]);
    })
    .await;
}
