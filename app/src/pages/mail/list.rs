//! The mailbox.

use leptos::prelude::*;

use super::{
    badge,
    model::{MailItem, MailboxData},
};
use crate::{
    components::{Choice, Empty, Icon, PageHead, Pagination, SearchInput, Toolbar, loaded, page_data, page_query},
    errors::Result,
    moments::minute,
    paths::encode,
};

#[server]
async fn load_mailbox(query: String) -> Result<MailboxData> {
    use tenon_engine::mail::{MailFilter, PAGE};
    let (engine, caller) = crate::context::builder().await?;
    let pairs = crate::data::urls::pairs(&query);
    let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.trim().to_owned());
    let (status, search) = (value("status").unwrap_or_default(), value("q").unwrap_or_default());
    let page: u32 = value("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1);
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let filter = MailFilter { status: some(&status), recipient: some(&search), page: page - 1 };
    let found = engine.mailbox(&caller, filter).await?;
    let item = |mail: tenon_engine::mail::Mail| MailItem {
        label: super::label_of(&mail.kind),
        id: mail.id,
        recipient: mail.recipient,
        subject: mail.subject,
        status: mail.status,
        created_at: mail.created_at,
    };
    let sends = !engine.settings().mail.smtp_host.is_empty();
    let mails = found.mails.into_iter().map(item).collect();
    Ok(MailboxData { mails, total: found.total, page, per_page: PAGE, status, search, sends })
}

/// The letters that wait, were sent, failed, or were kept because there is no mail server.
#[component]
pub fn Mailbox() -> impl IntoView {
    let query = page_query();
    loaded(page_data(move || query.get(), load_mailbox), |data| {
        let about = if data.sends {
            "Mail that this instance sends. What held a code or link is emptied once it is sent."
        } else {
            "There is no mail server yet: mail is kept here, and its links work from here."
        };
        let is_filtered = !data.status.is_empty() || !data.search.is_empty();
        let list = if data.mails.is_empty() {
            let (title, text) = if is_filtered {
                ("Nothing found", "No mail fits the search.")
            } else {
                ("No mail yet", "When somebody signs up or asks for a link, the mail to them shows here.")
            };
            view! { <Empty icon="mail" title=title text=text /> }.into_any()
        } else {
            view! { <Found data=data.clone() /> }.into_any()
        };
        view! {
            <PageHead title="Mailbox" about=about.to_owned()>
                <a class="button" href="/settings/mail"><Icon name="edit" />"Templates"</a>
            </PageHead>
            <Search status=data.status search=data.search />
            {list}
        }
    })
}

const STATES: &[(&str, &str)] =
    &[("", "Any state"), ("queued", "On its way"), ("sent", "Sent"), ("failed", "Failed"), ("kept", "Kept here")];

#[component]
fn Search(status: String, search: String) -> impl IntoView {
    view! {
        <Toolbar action="/mailbox">
            <SearchInput value=search label="Search recipients" placeholder="Search recipients" />
            <Choice name="status" label="State" options=STATES chosen=status />
        </Toolbar>
    }
}

#[component]
fn Found(data: MailboxData) -> impl IntoView {
    let (page, per_page) = (i64::from(data.page), i64::from(data.per_page));
    let first = (page - 1) * per_page + 1;
    let last = first - 1 + i64::try_from(data.mails.len()).unwrap_or_default();
    let address = |page: i64| format!("/mailbox?q={}&status={}&page={page}", encode(&data.search), encode(&data.status));
    let previous = (page > 1).then(|| address(page - 1));
    let next = (last < data.total).then(|| address(page + 1));
    let rows = data.mails.into_iter().map(|item| view! { <Row item=item /> }).collect_view();
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label="Mail">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"To"</th>
                        <th scope="col">"Subject"</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="wide-only">"Written (UTC)"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <Pagination summary=format!("{first}–{last} of {}", data.total) previous=previous next=next />
    }
}

#[component]
fn Row(item: MailItem) -> impl IntoView {
    let (class, text) = badge(&item.status);
    view! {
        <tr>
            <th scope="row"><a href=format!("/mailbox/{}", item.id)>{item.recipient}</a></th>
            <td>{item.subject.unwrap_or(item.label)}</td>
            <td><span class=class>{text}</span></td>
            <td class="wide-only numbers muted"><time datetime=item.created_at.clone()>{minute(&item.created_at)}</time></td>
        </tr>
    }
}
