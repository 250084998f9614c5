//! The palette: every table and page by a few letters, on Ctrl or Command and K.

use leptos::{ev, prelude::*};
use leptos_router::hooks::use_navigate;

use super::{FrameData, Icon};
use crate::paths;

/// The pages that the palette offers besides the tables.
const PAGES: &[(&str, &str, &str)] = &[
    ("Tables", "/tables", "table"),
    ("New table", "/tables/new", "plus"),
    ("Diagram", "/diagram", "diagram"),
    ("Advisor", "/advisor", "sparkle"),
    ("Import a CSV file", "/import", "upload"),
    ("Types", "/types", "list"),
    ("Roles", "/roles", "lock"),
    ("Change with SQL", "/schema", "code"),
    ("API", "/api", "code"),
    ("Keys", "/settings/keys", "key"),
    ("Users", "/users", "user"),
    ("Invite somebody", "/users/invite", "mail"),
    ("Mailbox", "/mailbox", "mail"),
    ("Sign-in and mail", "/settings/auth", "lock"),
    ("Mail templates", "/settings/mail", "mail"),
    ("Providers", "/settings/providers", "globe"),
    ("Audit log", "/settings/audit", "history"),
    ("History", "/settings/history", "history"),
    ("Profile", "/settings/profile", "settings"),
];

#[derive(Clone, PartialEq, Eq)]
struct Entry {
    text: String,
    href: String,
    icon: &'static str,
}

fn entries(frame: &FrameData) -> Vec<Entry> {
    let pages = PAGES.iter().map(|(text, href, icon)| Entry { text: (*text).to_owned(), href: (*href).to_owned(), icon });
    let tables = frame.tables.iter().map(|table| Entry { text: table.clone(), href: paths::table(table), icon: "table" });
    tables.chain(pages.filter(|page| frame.may_open(&page.href))).collect()
}

/// The palette's dialog. Without scripts it never opens, and nothing is missed: it holds links that stand elsewhere too.
#[component]
pub fn Palette(
    /// What there is to go to.
    frame: FrameData,
) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let input = NodeRef::<leptos::html::Input>::new();
    let needle = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let all = entries(&frame);
    let found = Memo::new(move |_| {
        let needle = needle.get().to_lowercase();
        all.iter().filter(|entry| entry.text.to_lowercase().contains(&needle)).take(12).cloned().collect::<Vec<_>>()
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let open = move || {
        let (Some(dialog), Some(input)) = (dialog.get_untracked(), input.get_untracked()) else { return };
        needle.set(String::new());
        chosen.set(0);
        input.set_value("");
        let _ = dialog.show_modal();
    };
    Effect::new(move |_| {
        let handle = window_event_listener(ev::keydown, move |event| {
            if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                open();
            }
        });
        on_cleanup(move || handle.remove());
    });
    let navigate = use_navigate();
    let on_key = move |event: web_sys::KeyboardEvent| {
        let count = found.with_untracked(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|n| *n = (*n + 1) % count),
            "ArrowUp" => chosen.update(|n| *n = (*n + count - 1) % count),
            "Enter" => {
                if let Some(entry) = found.with_untracked(|found| found.get(chosen.get_untracked()).cloned()) {
                    close();
                    navigate(&entry.href, Default::default());
                }
            }
            // Once: a search field would empty itself first.
            "Escape" => close(),
            _ => return,
        }
        event.prevent_default();
    };
    let items = move || {
        let item = |(n, entry): (usize, Entry)| {
            view! {
                <li id=format!("palette-{n}") role="option" aria-selected=move || (chosen.get() == n).to_string()>
                    <a href=entry.href tabindex="-1" on:click=move |_| close()>
                        <Icon name=entry.icon />
                        {entry.text}
                    </a>
                </li>
            }
        };
        found.get().into_iter().enumerate().map(item).collect_view()
    };
    let nothing = move || found.with(Vec::is_empty).then(|| view! { <p class="palette-nothing">"Nothing is called that."</p> });
    view! {
        <dialog class="palette" node_ref=dialog aria-label="Go to">
            <input
                node_ref=input
                type="search"
                role="combobox"
                aria-label="Go to a table or page"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant=move || format!("palette-{}", chosen.get())
                placeholder="Go to…"
                autocomplete="off"
                on:input=move |event| {
                    needle.set(event_target_value(&event));
                    chosen.set(0);
                }
                on:keydown=on_key
            />
            <ul id="palette-list" role="listbox" aria-label="Tables and pages">{items}</ul>
            <div role="status">{nothing}</div>
        </dialog>
    }
}
