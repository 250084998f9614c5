//! The audit log: who did what.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::audit_state::AuditState;
use crate::{
    components::{Empty, Failure, Icon, PageHead, Pagination, SearchInput, Toolbar, loaded, page_data, page_query},
    errors::Result,
    numbers::grouped,
};

/// A page of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct AuditData {
    state: AuditState,
    entries: Vec<EntryData>,
    more: bool,
    total: u64,
    verified: Option<VerifiedData>,
}

/// What looking at every entry came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum VerifiedData {
    Whole { entries: u64, head: String },
    Broken(tenon_model::Error),
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct EntryData {
    number: u64,
    at: String,
    actor: String,
    actor_kind: String,
    action: String,
    target: String,
    target_user: Option<String>,
    address: String,
    details: String,
}

#[server]
async fn load_audit(query: String) -> Result<AuditData> {
    use tenon_engine::audit::AuditEntry;
    let (engine, caller) = crate::context::owner().await?;
    let state = AuditState::parse(&query);
    let page = engine.audit(&caller, state.filter()).await?;
    let total = u64::try_from(engine.audit_entries(&caller).await?).unwrap_or(0);
    let verified = if state.verify {
        Some(match engine.verify_audit(&caller).await {
            Ok(whole) => VerifiedData::Whole { entries: u64::try_from(whole.entries).unwrap_or(0), head: whole.head },
            Err(error) if error.code == tenon_model::Code::Conflict => VerifiedData::Broken(error),
            Err(error) => return Err(error.into()),
        })
    } else {
        None
    };
    let describe = |entry: AuditEntry| EntryData {
        number: u64::try_from(entry.number).unwrap_or(0),
        at: crate::moments::second(&entry.at),
        actor: entry.actor,
        actor_kind: entry.actor_kind,
        action: entry.action,
        target: entry.target.unwrap_or_default(),
        target_user: entry.target_id.filter(|_| entry.target_kind.as_deref() == Some("user")),
        address: entry.address.unwrap_or_default(),
        details: if entry.details == "{}" { String::new() } else { entry.details },
    };
    Ok(AuditData { state, entries: page.entries.into_iter().map(describe).collect(), more: page.more, total, verified })
}

/// The page of the audit log, newest first.
#[component]
pub fn AuditLog() -> impl IntoView {
    let query = page_query();
    loaded(page_data(move || query.get(), load_audit), |data| {
        let AuditData { state, entries, more, total, verified } = data;
        let next = more.then(|| entries.last().map(|entry| state.before(entry.number))).flatten();
        let newest = state.before.is_some().then(|| state.newest());
        let summary = if total == 1 { "1 entry in all".to_owned() } else { format!("{} entries in all", grouped(total)) };
        let (verify, csv, json) = (state.verified(), state.export("csv"), state.export("json"));
        let list = if entries.is_empty() {
            view! { <Empty icon="history" title="Nothing here" text="Sign-ins and everything that owners and programs do to users and settings stand here." /> }.into_any()
        } else {
            view! { <List entries=entries /> }.into_any()
        };
        view! {
            <PageHead title="Audit log" about="Who did what, to whom, from where. Each entry carries the hash of the one before, so that none can be changed or taken away unseen.".to_owned()>
                <a class="button" href=verify><Icon name="check" />"Verify"</a>
                <a class="button" href=csv rel="external" download=""><Icon name="download" />"CSV"</a>
                <a class="button" href=json rel="external" download=""><Icon name="download" />"JSON"</a>
            </PageHead>
            {verified.map(|verified| view! { <Verified verified=verified /> })}
            <Filter state=state />
            {list}
            <Pagination summary=summary previous=newest next=next />
        }
    })
}

#[component]
fn Verified(verified: VerifiedData) -> impl IntoView {
    match verified {
        VerifiedData::Whole { entries, head } => view! {
            <div class="notice done" role="status">
                <Icon name="check" />
                <div>
                    <p>{format!("The log is whole: {} entries.", grouped(entries))}</p>
                    <p class="muted small-text">"Keep the hash of the last one elsewhere; tenon audit verify --expect tells later whether any was taken away: "<code>{head}</code></p>
                </div>
            </div>
        }
        .into_any(),
        VerifiedData::Broken(error) => view! { <Failure error=error /> }.into_any(),
    }
}

#[component]
fn Filter(state: AuditState) -> impl IntoView {
    view! {
        <Toolbar action="/settings/audit">
            <SearchInput name="action" value=state.action label="What was done begins with" placeholder="What begins with, e.g. user." />
            <input type="text" name="user" value=state.user placeholder="Id of a user" aria-label="Id of a user" />
            <label class="row"><span>"From"</span><input type="date" name="since" value=state.since /></label>
            <label class="row"><span>"to"</span><input type="date" name="until" value=state.until /></label>
        </Toolbar>
    }
}

#[component]
fn List(entries: Vec<EntryData>) -> impl IntoView {
    let rows = entries.into_iter().map(|entry| view! { <Entry entry=entry /> }).collect_view();
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label="Entries">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"When (UTC)"</th>
                        <th scope="col">"Who"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"To whom"</th>
                        <th scope="col">"From"</th>
                        <th scope="col" class="wide-only">"More"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Entry(entry: EntryData) -> impl IntoView {
    let target = match entry.target_user {
        Some(id) => view! { <a href=format!("/users/{id}")>{entry.target}</a> }.into_any(),
        None => view! { <span>{entry.target}</span> }.into_any(),
    };
    view! {
        <tr>
            <td class="numbers"><span title=format!("Entry {}", entry.number)>{entry.at}</span></td>
            <td>{entry.actor}" "<span class="badge">{entry.actor_kind}</span></td>
            <th scope="row">{entry.action}</th>
            <td>{target}</td>
            <td class="numbers">{entry.address}</td>
            <td class="wide-only small-text"><code>{entry.details}</code></td>
        </tr>
    }
}
