//! Every page and its address, on one screen.

use leptos::prelude::*;
use leptos_router::{
    MatchNestedRoutes, SsrMode,
    components::{Outlet, ParentRoute, Route, Routes},
    path,
};

use crate::{
    components::{Frame, NotFound},
    pages::{api, imports, records, session, settings, tables},
};

// Pages are sent whole: they work without scripts, and their status is that of what they show.
const WHOLE: SsrMode = SsrMode::Async;

/// The page that the address names.
#[component]
pub(crate) fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/setup") view=session::Setup ssr=WHOLE />
            <Route path=path!("/sign-in") view=session::SignIn ssr=WHOLE />
            <Route path=path!("/welcome") view=session::Welcome ssr=WHOLE />
            <ParentRoute path=path!("") view=Frame ssr=WHOLE>
                <Route path=path!("/") view=session::Home ssr=WHOLE />
                <TablePages />
                <OtherPages />
                <SettingsPages />
            </ParentRoute>
        </Routes>
    }
}

#[component(transparent)]
fn TablePages() -> impl MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/tables") view=Outlet ssr=WHOLE>
            <Route path=path!("/") view=tables::TableList ssr=WHOLE />
            <Route path=path!("/new") view=tables::NewTable ssr=WHOLE />
            <Route path=path!("/:table") view=records::Grid ssr=WHOLE />
            <Route path=path!("/:table/structure") view=tables::Structure ssr=WHOLE />
            <Route path=path!("/:table/new") view=records::NewRecord ssr=WHOLE />
            <Route path=path!("/:table/records/:key") view=records::RecordPage ssr=WHOLE />
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn OtherPages() -> impl MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=Outlet ssr=WHOLE>
            <Route path=path!("/import") view=imports::NewImport ssr=WHOLE />
            <Route path=path!("/import/:id") view=imports::ImportProgress ssr=WHOLE />
            <Route path=path!("/types") view=tables::Types ssr=WHOLE />
            <Route path=path!("/schema") view=tables::Review ssr=WHOLE />
            <Route path=path!("/diagram") view=tables::Diagram ssr=WHOLE />
            <Route path=path!("/api") view=api::ApiPage ssr=WHOLE />
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn SettingsPages() -> impl MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/settings") view=settings::SettingsFrame ssr=WHOLE>
            <Route path=path!("/") view=settings::Profile ssr=WHOLE />
            <Route path=path!("/profile") view=settings::Profile ssr=WHOLE />
            <Route path=path!("/keys") view=settings::Keys ssr=WHOLE />
            <Route path=path!("/accounts") view=settings::Accounts ssr=WHOLE />
            <Route path=path!("/history") view=settings::History ssr=WHOLE />
        </ParentRoute>
    }
    .into_inner()
}
