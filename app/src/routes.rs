//! Every page and its address, on one screen.

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route, Routes},
    path,
};

use crate::{
    answers,
    components::{Frame, NotFound},
    lazy::lazy_pages,
    pages::{advisor, api, hosted, imports, mail, people, records, session, settings, tables},
};

// Pages are sent whole: they work without scripts, and their status is that of what they show.
const WHOLE: SsrMode = SsrMode::Async;

lazy_pages! {
    /// A table's rows.
    Rows in rows_chunk, __preload_rows_chunk {
        Grid => records::Grid,
    }
}

lazy_pages! {
    /// The tables, and one record of one.
    Records in records_chunk, __preload_records_chunk {
        TableList => tables::TableList,
        NewRecord => records::NewRecord,
        Record => records::RecordPage,
        Why => answers::WhyPage,
        ViewAs => answers::ChooseView,
    }
}

lazy_pages! {
    /// What builders shape.
    Building in building_chunk, __preload_building_chunk {
        NewTable => tables::NewTable,
        Structure => tables::Structure,
        Policies => tables::Policies,
        States => tables::States,
        Types => tables::Types,
        Roles => tables::Roles,
        Review => tables::Review,
        Diagram => tables::Diagram,
        Advisor => advisor::Advisor,
        NewImport => imports::NewImport,
        ImportProgress => imports::ImportProgress,
    }
}

lazy_pages! {
    /// What is needed now and then.
    Settings in settings_chunk, __preload_settings_chunk {
        Api => api::ApiPage,
        Profile => settings::Profile,
        App => settings::StudioApp,
        Codes => settings::StudioCodes,
        Keys => settings::Keys,
        Providers => settings::Providers,
        History => settings::History,
        Mailbox => mail::Mailbox,
        Mail => mail::Letter,
        MailTemplates => mail::Templates,
        MailTemplate => mail::Template,
        Auth => settings::AuthSettings,
        Audit => settings::AuditLog,
    }
}

lazy_pages! {
    /// Coming in.
    Entrance in entrance_chunk, __preload_entrance_chunk {
        SignIn => session::SignIn,
        SecondFactor => session::SecondFactor,
    }
}

lazy_pages! {
    /// The users.
    People in people_chunk, __preload_people_chunk {
        Users => people::Users,
        NewUser => people::NewUser,
        Invite => people::Invite,
        User => people::UserPage,
    }
}

lazy_pages! {
    /// What the application's users see.
    Hosted in hosted_chunk, __preload_hosted_chunk {
        SignIn => hosted::HostedSignIn,
        SignUp => hosted::SignUp,
        MagicLink => hosted::MagicLink,
        Code => hosted::EnterCode,
        Confirm => hosted::Confirm,
        Reset => hosted::Reset,
        NewPassword => hosted::NewPassword,
        Link => hosted::ConsentToLink,
        SecondFactor => hosted::SecondFactor,
        Account => hosted::AccountPage,
        AddApp => hosted::AddApp,
        Recovery => hosted::RecoveryCodes,
    }
}

/// The page that the address names.
#[component]
pub(crate) fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/setup") view=session::Setup ssr=WHOLE />
            <Route path=path!("/sign-in") view=Entrance::SignIn ssr=WHOLE />
            <Route path=path!("/sign-in/second") view=Entrance::SecondFactor ssr=WHOLE />
            <Route path=path!("/welcome") view=session::Welcome ssr=WHOLE />
            <HostedPages />
            <ParentRoute path=path!("") view=Frame ssr=WHOLE>
                <Route path=path!("/") view=session::Home ssr=WHOLE />
                <TablePages />
                <Route path=path!("/view-as") view=Records::ViewAs ssr=WHOLE />
                <OtherPages />
                <PeoplePages />
                <SettingsPages />
            </ParentRoute>
        </Routes>
    }
}

#[component(transparent)]
fn HostedPages() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/auth") view=Outlet ssr=WHOLE>
            <Route path=path!("/sign-in") view=Hosted::SignIn ssr=WHOLE />
            <Route path=path!("/sign-up") view=Hosted::SignUp ssr=WHOLE />
            <Route path=path!("/magic-link") view=Hosted::MagicLink ssr=WHOLE />
            <Route path=path!("/code") view=Hosted::Code ssr=WHOLE />
            <Route path=path!("/confirm") view=Hosted::Confirm ssr=WHOLE />
            <Route path=path!("/reset") view=Hosted::Reset ssr=WHOLE />
            <Route path=path!("/new-password") view=Hosted::NewPassword ssr=WHOLE />
            <Route path=path!("/link") view=Hosted::Link ssr=WHOLE />
            <Route path=path!("/mfa") view=Hosted::SecondFactor ssr=WHOLE />
            <Route path=path!("/account") view=Hosted::Account ssr=WHOLE />
            <Route path=path!("/account/app") view=Hosted::AddApp ssr=WHOLE />
            <Route path=path!("/account/recovery") view=Hosted::Recovery ssr=WHOLE />
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn TablePages() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/tables") view=Outlet ssr=WHOLE>
            <Route path=path!("/") view=Records::TableList ssr=WHOLE />
            <Route path=path!("/new") view=Building::NewTable ssr=WHOLE />
            <Route path=path!("/:table") view=Rows::Grid ssr=WHOLE />
            <Route path=path!("/:table/structure") view=Building::Structure ssr=WHOLE />
            <Route path=path!("/:table/policies") view=Building::Policies ssr=WHOLE />
            <Route path=path!("/:table/states") view=Building::States ssr=WHOLE />
            <Route path=path!("/:table/why") view=Records::Why ssr=WHOLE />
            <Route path=path!("/:table/new") view=Records::NewRecord ssr=WHOLE />
            <Route path=path!("/:table/records/:key") view=Records::Record ssr=WHOLE />
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn OtherPages() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("") view=Outlet ssr=WHOLE>
            <Route path=path!("/import") view=Building::NewImport ssr=WHOLE />
            <Route path=path!("/import/:id") view=Building::ImportProgress ssr=WHOLE />
            <Route path=path!("/types") view=Building::Types ssr=WHOLE />
            <Route path=path!("/roles") view=Building::Roles ssr=WHOLE />
            <Route path=path!("/schema") view=Building::Review ssr=WHOLE />
            <Route path=path!("/diagram") view=Building::Diagram ssr=WHOLE />
            <Route path=path!("/advisor") view=Building::Advisor ssr=WHOLE />
            <Route path=path!("/api") view=Settings::Api ssr=WHOLE />
            <Route path=path!("/mailbox") view=Settings::Mailbox ssr=WHOLE />
            <Route path=path!("/mailbox/:id") view=Settings::Mail ssr=WHOLE />
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn PeoplePages() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/users") view=Outlet ssr=WHOLE>
            <Route path=path!("/") view=People::Users ssr=WHOLE />
            <Route path=path!("/new") view=People::NewUser ssr=WHOLE />
            <Route path=path!("/invite") view=People::Invite ssr=WHOLE />
            <Route path=path!("/:id") view=People::User ssr=WHOLE />
        </ParentRoute>
    }
    .into_inner()
}

#[component(transparent)]
fn SettingsPages() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! {
        <ParentRoute path=path!("/settings") view=settings::SettingsFrame ssr=WHOLE>
            <Route path=path!("/") view=Settings::Profile ssr=WHOLE />
            <Route path=path!("/profile") view=Settings::Profile ssr=WHOLE />
            <Route path=path!("/profile/app") view=Settings::App ssr=WHOLE />
            <Route path=path!("/profile/recovery") view=Settings::Codes ssr=WHOLE />
            <Route path=path!("/keys") view=Settings::Keys ssr=WHOLE />
            <Route path=path!("/providers") view=Settings::Providers ssr=WHOLE />
            <Route path=path!("/history") view=Settings::History ssr=WHOLE />
            <Route path=path!("/mail") view=Settings::MailTemplates ssr=WHOLE />
            <Route path=path!("/mail/:kind/:locale") view=Settings::MailTemplate ssr=WHOLE />
            <Route path=path!("/auth") view=Settings::Auth ssr=WHOLE />
            <Route path=path!("/audit") view=Settings::Audit ssr=WHOLE />
        </ParentRoute>
    }
    .into_inner()
}
