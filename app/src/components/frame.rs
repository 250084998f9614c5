//! The frame around the pages of a signed-in person: the sidebar and the page.

use leptos::prelude::*;
use leptos_router::{
    components::{A, Outlet},
    hooks::use_url,
};
use serde::{Deserialize, Serialize};
use tenon_model::StudioRole;

use super::{Icon, PageData, Palette, page_data};
use crate::{
    answers::{ViewBanner, viewing},
    errors::Result,
    pages::session::SignOut,
    paths,
};

/// What the frame shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameData {
    /// The account's address.
    pub email: String,
    /// What the account may do.
    pub role: StudioRole,
    /// The tables' names, in order.
    pub tables: Vec<String>,
    /// Errors and warnings of the advisor; none for those whom it does not advise.
    pub advice: u64,
}

impl FrameData {
    /// Whether the account may shape tables.
    #[must_use]
    pub fn may_build(&self) -> bool {
        self.role >= StudioRole::Builder
    }

    /// Whether the account may manage accounts and keys.
    #[must_use]
    pub fn may_own(&self) -> bool {
        self.role == StudioRole::Owner
    }

    /// Whether a page is one that the account sees.
    #[must_use]
    pub fn may_open(&self, path: &str) -> bool {
        match path {
            "/users" | "/users/new" | "/users/invite" | "/settings/providers" | "/settings/auth" | "/settings/audit" => {
                self.may_own()
            }
            "/advisor" | "/tables/new" | "/diagram" | "/import" | "/types" | "/roles" | "/schema" | "/settings/keys"
            | "/settings/history" | "/mailbox" | "/settings/mail" => self.may_build(),
            _ => true,
        }
    }
}

#[server]
async fn frame() -> Result<FrameData> {
    let (engine, account) = crate::context::account().await?;
    let caller = account.caller();
    let tables = engine.schema_for(&caller)?.tables.keys().map(|name| name.as_str().to_owned()).collect();
    // The mark is no reason for a page to fail.
    let advice = if caller.may_build() { engine.advice_count(&caller).await.unwrap_or(0) } else { 0 };
    Ok(FrameData { email: account.email, role: account.role, tables, advice })
}

/// The frame's data, for pages inside it.
#[must_use]
pub fn use_frame() -> Option<PageData<FrameData>> {
    use_context()
}

/// The frame.
#[component]
pub fn Frame() -> impl IntoView {
    let data = page_data(|| (), |()| frame());
    provide_context(data);
    super::disclosure::close_details();
    let sidebar = move || Suspend::new(async move { data.await.ok().map(|frame| view! { <Sidebar frame=frame /> }) });
    view! {
        <a class="skip" href="#content">"Skip to content"</a>
        <div class="frame">
            <header class="topbar">
                <button class="button quiet icon-only" type="button" popovertarget="sidebar" aria-label="Menu"><Icon name="menu" /></button>
                <a class="brand" href="/tables"><Logo />"Tenon"</a>
            </header>
            <Transition>{sidebar}</Transition>
            <main id="content" class="page" tabindex="-1"><ViewBanner /><Outlet /></main>
        </div>
    }
}

#[component]
fn Sidebar(frame: FrameData) -> impl IntoView {
    let link = |href: &'static str, icon: &'static str, text: &'static str| {
        frame.may_open(href).then(|| view! { <li><A href=href exact=true><Icon name=icon />{text}</A></li> })
    };
    let url = use_url();
    // From a table's records to those of another one goes on seeing as somebody else.
    let seen_as = Memo::new(move |_| {
        url.with(|url| if viewing::applies(url.path()) { viewing::of_query(url.search()) } else { String::new() })
    });
    let tables = frame
        .tables
        .clone()
        .into_iter()
        .map(|name| {
            let path = paths::table(&name);
            (path, name)
        })
        .map(|(path, name)| view! { <li><A href=move || viewing::with(&path, &seen_as.get())><Icon name="table" /><span class="clip">{name}</span></A></li> })
        .collect_view();
    view! {
        <aside id="sidebar" class="sidebar" popover="auto" aria-label="Sidebar">
            <a class="brand" href="/tables"><Logo />"Tenon"</a>
            <nav aria-label="Main">
                <ul>
                    {link("/tables", "list", "Tables")}
                    {link("/diagram", "diagram", "Diagram")}
                    {frame.may_open("/advisor").then(|| view! { <AdvisorLink count=frame.advice /> })}
                    {link("/import", "upload", "Import")}
                    {link("/api", "code", "API")}
                    {link("/types", "sort", "Types")}
                    {link("/roles", "lock", "Roles")}
                    {link("/users", "user", "Users")}
                    {link("/mailbox", "mail", "Mailbox")}
                    <li><A href="/settings"><Icon name="settings" />"Settings"</A></li>
                </ul>
            </nav>
            <nav class="sidebar-tables" aria-labelledby="sidebar-tables">
                <div class="sidebar-label">
                    <h2 id="sidebar-tables">"Tables"</h2>
                    {frame.may_build().then(|| view! {
                        <a class="button quiet icon-only small" href="/tables/new" aria-label="New table" title="New table"><Icon name="plus" /></a>
                    })}
                </div>
                <ul>{tables}</ul>
            </nav>
            <SignedIn email=frame.email.clone() role=frame.role />
        </aside>
        <Palette frame=frame />
    }
}

#[component]
fn AdvisorLink(count: u64) -> impl IntoView {
    let mark = (count > 0).then(|| {
        let words = if count == 1 { " error or warning" } else { " errors and warnings" };
        view! { <span class="badge warning">{count}<span class="visually-hidden">{words}</span></span> }
    });
    view! { <li><A href="/advisor" exact=true><Icon name="sparkle" />"Advisor"{mark}</A></li> }
}

#[component]
fn SignedIn(email: String, role: StudioRole) -> impl IntoView {
    use leptos::server_fn::ServerFn as _;
    view! {
        <div class="signed-in">
            <a href="/settings/profile" title="Profile">
                <span class="clip">{email}</span>
                <span class="muted">{role.as_str()}</span>
            </a>
            <form method="post" action=SignOut::url()>
                <button class="button quiet icon-only" type="submit" aria-label="Sign out" title="Sign out"><Icon name="sign-out" /></button>
            </form>
        </div>
    }
}

/// Tenon's mark: the joint it is named after.
#[component]
pub(crate) fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <rect class="logo-ground" width="20" height="20" rx="5" />
            <path class="logo-mark" d="M4 5h12v3.5h-3.500V16h-5V8.500H4z" />
        </svg>
    }
}
