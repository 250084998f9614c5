//! Says on every page as whom it is seen, and leads back.

use leptos::prelude::*;
use leptos_router::hooks::use_url;
use serde::{Deserialize, Serialize};

use super::viewing::{applies, of_query, with};
use crate::{
    components::{Icon, page_data},
    errors::Result,
    paths,
};

/// As whom everything is seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Viewed {
    /// What they are called.
    name: String,
    /// In which role.
    role: String,
    /// What stands in the address to view as them, without writing and with.
    reading: String,
    writing: String,
    /// Whether writes go through.
    writes: bool,
}

#[server(endpoint = "viewing")]
async fn viewing(seen_as: String) -> Result<Viewed> {
    use tenon_model::{Caller, view_as::ViewAs};
    let (_, caller) = crate::context::viewer(&seen_as).await?;
    let view: ViewAs = seen_as.parse()?;
    let name = if let Caller::As(seen) = &caller { seen.seen_label() } else { caller.label().to_owned() };
    let role = match caller.seen() {
        Caller::Studio { .. } => "member of the Studio".to_owned(),
        Caller::Api { role, user: None, .. } => format!("anyone in the role {}", role.as_str()),
        Caller::Api { role, .. } => format!("signed in, in the role {}", role.as_str()),
        _ => String::new(),
    };
    let (reading, writing) = (view.writing(false).to_string(), view.writing(true).to_string());
    Ok(Viewed { name, role, reading, writing, writes: view.writes })
}

/// The banner, where the address views as somebody.
#[component]
pub(crate) fn ViewBanner() -> impl IntoView {
    let url = use_url();
    let address = Memo::new(move |_| url.with(|url| (url.path().to_owned(), url.search().to_owned())));
    let seen_as = Memo::new(move |_| address.with(|(path, query)| if applies(path) { of_query(query) } else { String::new() }));
    let data = page_data(
        move || seen_as.get(),
        |seen_as| async move { if seen_as.is_empty() { Ok(None) } else { viewing(seen_as).await.map(Some) } },
    );
    let banner = move || {
        Suspend::new(async move {
            let viewed = data.await.ok().flatten();
            viewed.map(|viewed| view! { <Banner viewed=viewed address=address /> })
        })
    };
    view! { <Transition>{banner}</Transition> }
}

#[component]
fn Banner(viewed: Viewed, address: Memo<(String, String)>) -> impl IntoView {
    let here = move || address.with(|(path, query)| if query.is_empty() { path.clone() } else { format!("{path}?{query}") });
    let leading = move |seen_as: &str| {
        let seen_as = seen_as.to_owned();
        move || with(&here(), &seen_as)
    };
    let change = move || format!("/view-as?next={}", paths::encode(&with(&here(), "")));
    let Viewed { name, role, reading, writing, writes } = viewed;
    let class = if writes { "view-banner writes" } else { "view-banner" };
    let says = if writes {
        "What you change here is done as them; the audit log has both names."
    } else {
        "Everything is as they see it, and nothing is written."
    };
    let dialog = (!writes).then(|| view! {
        <div id="confirm-writing" class="confirm" popover="auto" role="dialog" aria-label="Write as them">
            <h2>{format!("Write as {name}?")}</h2>
            <p>"What you save, add and delete from now on is done as by them, within what they may. The audit log has both names."</p>
            <div class="actions">
                <a class="button danger primary" href=leading(&writing)>"Write as them"</a>
                <button class="button" type="button" popovertarget="confirm-writing" popovertargetaction="hide">"Only look"</button>
            </div>
        </div>
    });
    let switch = if writes {
        view! { <a class="button small" href=leading(&reading)>"Stop writing"</a> }.into_any()
    } else {
        view! { <button class="button small" type="button" popovertarget="confirm-writing">"Write as them…"</button> }.into_any()
    };
    view! {
        <section class=class aria-label="Viewing as somebody else">
            <Icon name="eye" />
            <p><strong>{format!("Viewing as {name}")}</strong>" "<span class="muted">{role}"."</span>" "{says}</p>
            <div class="actions">
                {switch}
                <a class="button small" href=change>"Change"</a>
                <a class="button small primary" href=leading("")>"Stop"</a>
            </div>
        </section>
        {dialog}
    }
}
