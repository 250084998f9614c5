//! Choosing a file, by its button or by dropping it.

use leptos::{ev, html, prelude::*};

use crate::components::Icon;

/// The form that sends a file. Dropping one on it needs scripts.
#[component]
pub(super) fn UploadForm(table: String, failed: String) -> impl IntoView {
    let form = NodeRef::<html::Form>::new();
    let input = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let sending = RwSignal::new(false);
    let send = move || {
        if let Some(form) = form.get_untracked() {
            sending.set(true);
            let _ = form.request_submit();
        }
    };
    let on_drop = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        let files = event.data_transfer().and_then(|transfer| transfer.files());
        if let (Some(files), Some(input)) = (files.filter(|files| files.length() > 0), input.get_untracked()) {
            input.set_files(Some(&files));
            send();
        }
    };
    let on_over = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let into = (!table.is_empty()).then(|| view! { <p class="muted">"Into the table "<strong>{table.clone()}</strong></p> });
    let problem = match failed.as_str() {
        "" => None,
        "too-large" => Some("The file is larger than this instance takes."),
        "full" => Some("The disk of this instance is full. Nothing was kept."),
        "empty" => Some("The file is empty, or none was chosen."),
        _ => Some("The upload broke off. Try again."),
    };
    let problem = problem.map(|text| view! { <p class="notice failed" role="alert"><Icon name="warning" />{text}</p> });
    view! {
        {problem}
        <form
            class="drop"
            class:over=over
            node_ref=form
            method="post"
            action="/import/upload"
            enctype="multipart/form-data"
            on:drop=on_drop
            on:dragover=on_over
            on:dragleave=move |_| over.set(false)
        >
            <Icon name="upload" />
            <h2>"Drop a CSV file here"</h2>
            <p class="muted">"Or choose one. Separator, encoding and types are found by looking at it; nothing is stored in a table yet."</p>
            {into}
            <input type="hidden" name="table" value=table />
            <input
                node_ref=input
                type="file"
                name="file"
                required=true
                accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
                aria-label="CSV file"
                on:change=move |_| send()
            />
            <button class="button primary" class:busy=sending>{move || if sending.get() { "Sending…" } else { "Look at it" }}</button>
        </form>
    }
}
