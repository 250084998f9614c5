//! Mail, up to a mail server of the test's own.

mod courier;
mod mailbox;
mod secure;
mod server;
mod templates;

use serde_json::json;
use tenon_engine::{
    Caller, Engine,
    audit::Client,
    mail::{LetterKind, Mail, MailFilter, Variables},
};

/// Changes settings as the operator.
async fn set(engine: &Engine, settings: serde_json::Value) {
    let client = Client::default();
    let changed = engine.change_settings(&Caller::Operator, &client, move |before| {
        let mut pairs = settings.as_object().into_iter().flatten();
        pairs.try_fold(before.clone(), |settings, (name, value)| settings.with(name, value.clone()))
    });
    changed.await.unwrap();
}

/// Makes the engine send through a server on this machine.
async fn use_server(engine: &Engine, port: u16) {
    let settings = json!({ "mail.smtp_host": "127.0.0.1", "mail.smtp_port": port, "mail.smtp_tls": "none" });
    set(engine, settings).await;
}

fn variables(email: &str) -> Variables {
    Variables {
        confirmation_url: "https://app.test/verify?token=abc&type=signup".into(),
        token: "654321".into(),
        token_hash: "abc".into(),
        site_url: "https://app.test".into(),
        email: email.into(),
        data: json!({ "name": "Ada" }),
        ..Variables::default()
    }
}

/// Queues a letter, as a flow would.
async fn queue(engine: &Engine, kind: LetterKind, to: &str, locale: Option<&str>) {
    let locale = locale.map(str::to_owned);
    engine.queue_mail(&Caller::Operator, kind, to.into(), locale, variables(to)).await.unwrap();
}

/// The mailbox, newest first.
async fn mails(engine: &Engine) -> Vec<Mail> {
    engine.mailbox(&Caller::Operator, MailFilter::default()).await.unwrap().mails
}

/// The only letter, whole.
async fn only(engine: &Engine) -> Mail {
    let all = mails(engine).await;
    assert_eq!(all.len(), 1, "{all:?}");
    engine.mail(&Caller::Operator, all[0].id.clone()).await.unwrap()
}
