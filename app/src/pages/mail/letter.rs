//! One letter.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_params_map;

#[cfg(feature = "ssr")]
use super::model::MailItem;
use super::{badge, model::MailData};
use crate::{
    components::{ErrorSummary, Icon, PageHead, form_error, loaded, page_data},
    errors::Result,
    moments::minute,
};

#[server]
async fn load_mail(id: String) -> Result<MailData> {
    let (engine, caller) = crate::context::builder().await?;
    let mail = engine.mail(&caller, id).await?;
    Ok(MailData {
        has_html: mail.html.is_some(),
        text: mail.text,
        attempts: mail.attempts,
        last_error: mail.last_error,
        sent_at: mail.sent_at,
        item: MailItem {
            label: super::label_of(&mail.kind),
            id: mail.id,
            recipient: mail.recipient,
            subject: mail.subject,
            status: mail.status,
            created_at: mail.created_at,
        },
    })
}

#[server]
async fn delete_mail(mail: String) -> Result<()> {
    let (engine, caller) = crate::context::builder().await?;
    engine.delete_mail(&caller, &crate::context::client(), mail).await?;
    crate::flash::leave(crate::flash::Flash::Done("The mail is deleted.".to_owned()));
    crate::context::redirect("/mailbox");
    Ok(())
}

#[server]
async fn retry_mail(mail: String) -> Result<()> {
    let (engine, caller) = crate::context::builder().await?;
    engine.retry_mail(&caller, &crate::context::client(), mail.clone()).await?;
    crate::flash::leave(crate::flash::Flash::Done("The mail is on its way again.".to_owned()));
    crate::context::redirect(&format!("/mailbox/{}", crate::paths::encode(&mail)));
    Ok(())
}

/// One letter: as plain text, whose links can be followed, and as it looks.
#[component]
pub fn Letter() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let failure = [DeleteMail::PATH, RetryMail::PATH].map(form_error);
    let failure = Signal::derive(move || failure.iter().find_map(|error| error.get()));
    loaded(page_data(move || id.get(), load_mail), move |mail| {
        let title = mail.item.subject.clone().unwrap_or_else(|| mail.item.label.clone());
        let (id, is_failed) = (mail.item.id.clone(), mail.item.status == "failed");
        view! {
            <PageHead title=title crumbs=vec![("Mailbox".to_owned(), "/mailbox".to_owned())]>
                {is_failed.then(|| view! {
                    <form method="post" action=RetryMail::url()>
                        <input type="hidden" name="mail" value=id.clone() />
                        <button class="button" type="submit"><Icon name="refresh" />"Send again"</button>
                    </form>
                })}
                <form method="post" action=DeleteMail::url()>
                    <input type="hidden" name="mail" value=id.clone() />
                    <button class="button danger" type="submit"><Icon name="trash" />"Delete"</button>
                </form>
            </PageHead>
            <ErrorSummary error=failure />
            <Facts mail=mail.clone() />
            <Body mail=mail />
        }
    })
}

#[component]
fn Facts(mail: MailData) -> impl IntoView {
    let (class, text) = badge(&mail.item.status);
    let attempts = match mail.attempts {
        0 => String::new(),
        1 => "tried once".to_owned(),
        n => format!("tried {n} times"),
    };
    view! {
        <section class="card stack tight mail-facts" aria-label="About this mail">
            <p><strong>"To "</strong>{mail.item.recipient}</p>
            <p class="row">
                <span class=class>{text}</span>
                <span class="badge">{mail.item.label}</span>
                <span class="muted small-text">{attempts}</span>
            </p>
            <p class="muted small-text numbers">
                "Written "<time datetime=mail.item.created_at.clone()>{minute(&mail.item.created_at)}" UTC"</time>
                {mail.sent_at.map(|at| format!(", sent {} UTC", minute(&at)))}
            </p>
            {mail.last_error.map(|error| view! { <p class="field-error">{error}</p> })}
        </section>
    }
}

#[component]
fn Body(mail: MailData) -> impl IntoView {
    let Some(text) = mail.text else {
        let why = if mail.item.status == "sent" {
            "What it said is forgotten: it held a code or a link."
        } else {
            "What it says is shown to its recipient and to owners alone: it may let its reader in."
        };
        return view! { <p class="muted">{why}</p> }.into_any();
    };
    let source = format!("/mailbox/{}/html", mail.item.id);
    view! {
        <section class="section" aria-labelledby="text">
            <h2 id="text">"Text"</h2>
            <div class="card mail-text">{linked(&text)}</div>
        </section>
        {mail.has_html.then(|| view! {
            <section class="section" aria-labelledby="html">
                <h2 id="html">"As it looks"</h2>
                <iframe class="mail-frame" src=source title="The mail as it looks" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
            </section>
        })}
    }
    .into_any()
}

/// A text whose addresses of the web are links.
fn linked(text: &str) -> Vec<AnyView> {
    let shown = |(piece, is_link): (String, bool)| {
        let href = is_link.then(|| piece.clone());
        match href {
            Some(href) => view! { <a href=href rel="noreferrer">{piece}</a> }.into_any(),
            None => piece.into_any(),
        }
    };
    pieces(text).into_iter().map(shown).collect()
}

/// The pieces of a text, with whether each is an address.
fn pieces(text: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c: char| c.is_whitespace() || "<>\"".contains(c)).unwrap_or(from.len());
        let address = from[..end].trim_end_matches(['.', ',', ')', ';']);
        found.push((before.to_owned(), false));
        found.push((address.to_owned(), true));
        rest = &from[address.len()..];
    }
    found.push((rest.to_owned(), false));
    found
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn addresses_in_texts_are_found() {
        let text = "Go to https://a.test/x?y=1&z=2.\nOr (http://b.test) now: https://";
        let links: Vec<_> = pieces(text).into_iter().filter(|(_, link)| *link).map(|(piece, _)| piece).collect();
        assert_eq!(links, ["https://a.test/x?y=1&z=2", "http://b.test", "https://"]);
        let whole: String = pieces(text).into_iter().map(|(piece, _)| piece).collect();
        assert_eq!(whole, text);
    }
}
