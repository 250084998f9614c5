//! The tabs of the settings.

use leptos::prelude::*;
use leptos_router::components::{A, Outlet};

use crate::components::use_frame;

const TABS: &[(&str, &str)] = &[
    ("/settings/profile", "Profile"),
    ("/settings/keys", "Keys"),
    ("/settings/auth", "Sign-in"),
    ("/settings/mail", "Mail"),
    ("/settings/providers", "Providers"),
    ("/settings/audit", "Audit log"),
    ("/settings/history", "History"),
];

/// The tabs of the settings, and the page below them.
#[component]
pub fn SettingsFrame() -> impl IntoView {
    let frame = use_frame();
    let tabs = move || {
        Suspend::new(async move {
            let frame = match frame {
                Some(frame) => frame.await.ok(),
                None => None,
            };
            TABS.iter()
                .filter(|(href, _)| frame.as_ref().is_some_and(|frame| frame.may_open(href)))
                .map(|(href, text)| view! { <li><A href=*href>{*text}</A></li> })
                .collect_view()
        })
    };
    view! {
        <nav class="tabs" aria-label="Settings"><ul><Transition>{tabs}</Transition></ul></nav>
        <Outlet />
    }
}
