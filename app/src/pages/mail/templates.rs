//! The templates there are, and a test.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::model::{KindData, TemplatesData};
use crate::{
    components::{ErrorSummary, Field, Icon, PageHead, SelectField, form_error, loaded, page_data},
    errors::Result,
};

#[server]
async fn load_templates() -> Result<TemplatesData> {
    let (engine, account) = crate::context::account().await?;
    let caller = account.caller();
    let entries = engine.mail_templates(&caller).await?;
    let kinds = tenon_engine::mail::LetterKind::ALL.map(|kind| KindData {
        kind: kind.as_str().to_owned(),
        label: kind.label().to_owned(),
        locales: entries.iter().filter(|e| e.kind == kind).map(|e| (e.locale.clone(), e.is_own)).collect(),
    });
    let mail = &engine.settings().mail;
    Ok(TemplatesData {
        kinds: kinds.to_vec(),
        server: Some(mail.smtp_host.clone()).filter(|host| !host.is_empty()),
        default_locale: mail.default_locale.clone(),
        own_address: account.email,
        may_own: caller.may_own(),
    })
}

#[server]
async fn send_test(to: String, kind: String, locale: String) -> Result<()> {
    use tenon_engine::mail::Tested;

    use crate::{AppError, context, flash};
    let (engine, caller) = context::owner().await?;
    let entered = [("to", to.as_str()), ("kind", kind.as_str()), ("locale", locale.as_str())];
    let keep = |error: tenon_model::Error| AppError::from(error).keeping(entered);
    let tested = engine.test_mail(&caller, &crate::context::client(), super::parse_kind(&kind)?, locale.clone(), to.clone()).await;
    let text = match tested.map_err(keep)? {
        Tested::Sent => format!("The mail server took the mail to {}.", to.trim()),
        Tested::Kept => "There is no mail server, so the mail is in the mailbox.".to_owned(),
    };
    flash::leave(flash::Flash::Done(text));
    context::redirect("/settings/mail");
    Ok(())
}

/// The templates by kind and language, and a test.
#[component]
pub fn Templates() -> impl IntoView {
    loaded(page_data(|| (), |()| load_templates()), |data| {
        let about = "What mail to your users says, in their language. Tenon brings templates along; yours come first.";
        let kinds = data.kinds.clone();
        let rows = data.kinds.iter().cloned().map(|kind| view! { <Kind kind=kind /> }).collect_view();
        let server = match &data.server {
            Some(host) => format!("Mail leaves by {host}."),
            None => "There is no mail server yet: mail lands in the mailbox.".to_owned(),
        };
        view! {
            <PageHead title="Mail" about=about.to_owned()>
                <a class="button" href="/mailbox"><Icon name="mail" />"Mailbox"</a>
            </PageHead>
            <p class="muted">{server}</p>
            <ul class="effects narrow">{rows}</ul>
            <Another kinds=kinds.clone() />
            {data.may_own.then(|| view! { <Test kinds=kinds to=data.own_address locale=data.default_locale /> })}
        }
    })
}

#[component]
fn Kind(kind: KindData) -> impl IntoView {
    let KindData { kind, label, locales } = kind;
    let links = locales
        .into_iter()
        .map(|(locale, is_own)| {
            let href = format!("/settings/mail/{kind}/{locale}");
            let name = if is_own { format!("{label}, {locale}, your own") } else { format!("{label}, {locale}") };
            let class = if is_own { "badge accent" } else { "badge" };
            view! { <a class=class href=href aria-label=name>{locale}</a>" " }
        })
        .collect_view();
    view! {
        <li>
            <strong>{label.clone()}</strong>
            <span>{links}</span>
        </li>
    }
}

fn options(kinds: Vec<KindData>) -> Vec<(String, String)> {
    kinds.into_iter().map(|kind| (kind.kind, kind.label)).collect()
}

/// A template in a language that has none yet.
#[component]
fn Another(kinds: Vec<KindData>) -> impl IntoView {
    view! {
        <section class="section narrow" aria-labelledby="another">
            <h2 id="another">"Another language"</h2>
            <form class="card stack" method="get" action="/settings/mail/new">
                <SelectField label="Mail" name="template" options=options(kinds) />
                <Field label="Language" name="language" required=true placeholder="pt-BR" hint="As a BCP 47 tag: pt, pt-BR, ja." />
                <div class="card-foot"><button class="button" type="submit">"Write it"</button></div>
            </form>
        </section>
    }
}

#[component]
fn Test(kinds: Vec<KindData>, to: String, locale: String) -> impl IntoView {
    let error = form_error(SendTest::PATH);
    let kept = |name: &str| error.with_untracked(|error| error.as_ref().and_then(|error| error.kept(name)));
    let kind = kept("kind").unwrap_or_else(|| "test".to_owned());
    view! {
        <section class="section narrow" aria-labelledby="test">
            <h2 id="test">"Send a test"</h2>
            <form class="card stack" method="post" action=SendTest::url()>
                <ErrorSummary error=error />
                <Field label="To" name="to" kind="email" value=to required=true error=error />
                <SelectField label="Mail to send" name="kind" options=options(kinds) value=kind hint="With made-up values; its link leads nowhere." />
                <Field label="In" name="locale" value=locale required=true error=error />
                <div class="card-foot"><button class="button primary" type="submit">"Send test"</button></div>
            </form>
        </section>
    }
}
