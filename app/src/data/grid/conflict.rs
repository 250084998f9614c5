//! Two persons, one cell: the second is asked, and nothing is lost.

use leptos::prelude::*;

use super::session::{Clash, Session};

/// Shows both values and lets the person choose.
#[component]
pub(super) fn ConflictDialog(session: Session) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let clash = session.clash;
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if clash.with(Option::is_some) {
            let _ = dialog.show_modal();
        } else if dialog.open() {
            dialog.close();
        }
    });
    let body = move || {
        clash.get().map(|Clash { place, theirs, yours }| {
            let (for_theirs, for_yours) = (session.clone(), session.clone());
            let (kept, seen, mine) = (theirs.clone(), theirs.clone(), yours.clone());
            let keep = move |_| {
                for_theirs.put(place, kept.clone());
                for_theirs.clash.set(None);
                for_theirs.leave();
            };
            let save = move |_| {
                for_yours.clash.set(None);
                for_yours.save(place, seen.clone(), mine.clone());
            };
            view! {
                <h2>"Somebody else changed this meanwhile"</h2>
                <dl class="clash">
                    <dt>"Theirs"</dt><dd>{shown(theirs)}</dd>
                    <dt>"Yours"</dt><dd>{shown(yours)}</dd>
                </dl>
                <div class="actions">
                    <button class="button primary" type="button" on:click=save>"Save yours"</button>
                    <button class="button" type="button" on:click=keep>"Keep theirs"</button>
                </div>
            }
        })
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-label="Conflict" on:close=move |_| clash.set(None)>{body}</dialog>
    }
}

fn shown(value: Option<String>) -> String {
    match value {
        None => "null".to_owned(),
        Some(text) if text.is_empty() => "(empty text)".to_owned(),
        Some(text) => text,
    }
}
