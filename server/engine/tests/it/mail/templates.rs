//! Templates and languages.

use tenon_engine::{
    Caller, Code,
    audit::Client,
    mail::{LetterKind, TemplateSource},
};
use tenon_model::{StudioRole, UserId};
use tenon_testkit::for_each_engine;

use super::{mails, queue, set};

fn template(subject: &str) -> TemplateSource {
    TemplateSource {
        subject: subject.into(),
        html: "<a href=\"{{ .SiteURL }}/confirm?token_hash={{ .TokenHash }}\">{{ .Data.name }}</a>".into(),
        text: "{{ .ConfirmationURL }} {{ .Token }}".into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_in_the_language_that_fits_best() {
    for_each_engine(async |engine| {
        let subject = async |locale: Option<&str>| {
            queue(&engine, LetterKind::MagicLink, "ada@example.com", locale).await;
            let newest = mails(&engine).await.remove(0);
            let client = Client::default();
            engine.delete_mail(&Caller::Operator, &client, newest.id).await.unwrap();
            newest.subject.unwrap()
        };
        set(&engine, serde_json::json!({ "auth.brand_name": "Ash" })).await;
        assert_eq!(subject(None).await, "Sign in to Ash");
        assert_eq!(subject(Some("de-AT")).await, "Anmelden bei Ash");
        assert_eq!(subject(Some("ja")).await, "Sign in to Ash");
        set(&engine, serde_json::json!({ "mail.default_locale": "es-MX" })).await;
        assert_eq!(subject(Some("ja")).await, "Inicia sesión en Ash");

        let save = async |locale: &str, subject: &str| {
            let (caller, client) = (Caller::Operator, Client::default());
            engine.save_mail_template(&caller, &client, LetterKind::MagicLink, locale.into(), template(subject)).await.unwrap();
        };
        save("de_at", "Servus {{ .Data.name }}").await;
        save("ja", "ログイン").await;
        assert_eq!(subject(Some("de-AT")).await, "Servus Ada");
        assert_eq!(subject(Some("de-CH")).await, "Anmelden bei Ash");
        assert_eq!(subject(Some("ja-JP")).await, "ログイン");

        // One that has come to harm keeps nobody out.
        engine.database.sql("update _tenon_mail_templates set subject = '{{ .Broken' where locale = 'de-at'");
        assert_eq!(subject(Some("de-AT")).await, "Anmelden bei Ash");

        let reset = async || {
            let (caller, client) = (Caller::Operator, Client::default());
            engine.reset_mail_template(&caller, &client, LetterKind::MagicLink, "ja".into()).await
        };
        reset().await.unwrap();
        assert_eq!(subject(Some("ja-JP")).await, "Inicia sesión en Ash");
        assert_eq!(reset().await.unwrap_err().code, Code::NotFound);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_checked_when_they_are_saved() {
    for_each_engine(async |engine| {
        let save = async |caller: &Caller, locale: &str, source: TemplateSource| {
            engine.save_mail_template(caller, &Client::default(), LetterKind::Signup, locale.into(), source).await
        };
        let wrong = TemplateSource { html: "<p>\n{{ .ConfirmationUrl }}</p>".into(), ..template("Hello") };
        let error = save(&Caller::Operator, "en", wrong.clone()).await.unwrap_err();
        assert_eq!((error.code, error.fields.len()), (Code::InvalidRecord, 1));
        assert!(
            error.fields[0].column == "html" && error.fields[0].message.starts_with("line 2: there is no variable ConfirmationUrl")
        );
        assert_eq!(engine.preview_mail(&Caller::Operator, LetterKind::Signup, &wrong).unwrap_err().code, Code::InvalidRecord);
        assert_eq!(save(&Caller::Operator, "../en", template("Hello")).await.unwrap_err().fields[0].column, "locale");
        let builder = Caller::Studio {
            user: UserId(uuid_of(1)),
            role: StudioRole::Builder,
            email: "builder@example.com".into(),
            acts_as: tenon_model::Role::Authenticated,
        };
        assert_eq!(save(&builder, "en", template("Hello")).await.unwrap_err().code, Code::Forbidden);

        save(&Caller::Operator, "en", template("Hello")).await.unwrap();
        let stored = engine.mail_template(&builder, LetterKind::Signup, "en".into()).await.unwrap();
        assert!(stored.is_own && stored.source == template("Hello"));
        let own: Vec<_> = engine.mail_templates(&builder).await.unwrap().into_iter().filter(|entry| entry.is_own).collect();
        assert_eq!(own.len(), 1);
        let shown = engine.preview_mail(&builder, LetterKind::Signup, &stored.source).unwrap();
        assert!(shown.html.contains("Ada Lovelace") && shown.text.ends_with("123456"), "{shown:?}");
    })
    .await;
}

fn uuid_of(n: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(n)
}
