//! The list of users.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::state::{PER_PAGE, SHOW, SORT, UsersState};
use crate::{
    components::{Choice, Empty, Icon, PageHead, Pagination, SearchInput, Toolbar, loaded, page_data, page_query},
    errors::Result,
    numbers::{counted, grouped},
};

/// A page of users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct UsersData {
    state: UsersState,
    rows: Vec<RowData>,
    total: u64,
}

/// A user in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RowData {
    id: String,
    name: String,
    /// What the user may do in the Studio; empty for most.
    role: String,
    badges: Vec<String>,
    created: String,
    last_sign_in: String,
}

#[server]
async fn load_users(query: String) -> Result<UsersData> {
    use crate::moments::minute;
    let (engine, caller) = crate::context::owner().await?;
    let state = UsersState::parse(&query);
    let found = engine.users(&caller, state.query()).await?;
    let row = |user: tenon_engine::identity::UserSummary| {
        let mut badges = Vec::new();
        badges.extend(user.banned_until.is_some().then(|| "banned".to_owned()));
        badges.extend(user.anonymous.then(|| "anonymous".to_owned()));
        badges.extend((!user.confirmed && !user.anonymous).then(|| "not confirmed".to_owned()));
        RowData {
            name: user.email.or(user.phone).unwrap_or_else(|| user.id.to_string()),
            id: user.id.to_string(),
            role: user.studio_role.map(|role| role.as_str().to_owned()).unwrap_or_default(),
            badges,
            created: minute(&user.created_at),
            last_sign_in: user.last_sign_in_at.map_or_else(|| "never".to_owned(), |at| minute(&at)),
        }
    };
    let total = u64::try_from(found.total).unwrap_or(0);
    Ok(UsersData { state, rows: found.users.into_iter().map(row).collect(), total })
}

/// The page of the users.
#[component]
pub fn Users() -> impl IntoView {
    let query = page_query();
    loaded(page_data(move || query.get(), load_users), |data| {
        let UsersData { state, rows, total } = data;
        let page = state.page;
        let last = total.div_ceil(PER_PAGE).max(1);
        let first_row = (page - 1) * PER_PAGE + 1;
        let summary = match rows.len() as u64 {
            0 => counted(total, "user"),
            count => format!("{}–{} of {}", grouped(first_row), grouped(first_row + count - 1), grouped(total)),
        };
        let previous = (page > 1).then(|| state.at(page - 1));
        let next = (page < last).then(|| state.at(page + 1));
        let list = if rows.is_empty() {
            view! { <Empty icon="user" title="Nobody here" text="Nobody fits what is searched for. Users appear here as they sign up, or as you make them." /> }.into_any()
        } else {
            view! { <List rows=rows /> }.into_any()
        };
        view! {
            <PageHead title="Users" about="Everyone who can sign in: the application's people and those who work in this Studio.".to_owned()>
                <a class="button" href="/users/invite"><Icon name="mail" />"Invite"</a>
                <a class="button primary" href="/users/new"><Icon name="plus" />"New user"</a>
            </PageHead>
            <Tools state=state />
            {list}
            <Pagination summary=summary previous=previous next=next />
        }
    })
}

#[component]
fn Tools(state: UsersState) -> impl IntoView {
    view! {
        <Toolbar action="/users">
            <SearchInput value=state.q label="Search users" placeholder="E-mail, phone or id" />
            <Choice name="show" label="Show" options=SHOW chosen=state.show />
            <Choice name="sort" label="Order" options=SORT chosen=state.sort />
        </Toolbar>
    }
}

#[component]
fn List(rows: Vec<RowData>) -> impl IntoView {
    let rows = rows.into_iter().map(|row| view! { <Row row=row /> }).collect_view();
    view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label="List of users">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"User"</th>
                        <th scope="col">"Role and state"</th>
                        <th scope="col" class="wide-only">"Since"</th>
                        <th scope="col" class="wide-only">"Last signed in"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(row: RowData) -> impl IntoView {
    let badge = |text: String| {
        let class = if text == "banned" { "badge danger" } else { "badge" };
        view! { <span class=class>{text}</span>" " }
    };
    let badges = row.badges.into_iter().map(badge).collect_view();
    let role = (!row.role.is_empty()).then(|| {
        let class = if row.role == "owner" { "badge accent" } else { "badge" };
        view! { <span class=class>{row.role}</span>" " }
    });
    view! {
        <tr>
            <th scope="row"><a href=format!("/users/{}", row.id)>{row.name}</a></th>
            <td>{role}{badges}</td>
            <td class="wide-only numbers">{row.created}</td>
            <td class="wide-only numbers">{row.last_sign_in}</td>
        </tr>
    }
}
