//! The head of a page, and the page that has nothing to show yet.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{Icon, Notice};

/// A page's title, its way back, and its actions (the children).
#[component]
pub fn PageHead(
    /// The page's title, also the window's.
    #[prop(into)]
    title: Signal<String>,
    /// Where the page belongs: text and address of each step.
    #[prop(optional, into)]
    crumbs: Vec<(String, String)>,
    /// A sentence on what the page is for.
    #[prop(optional, into)]
    about: String,
    /// Links and buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let has_crumbs = !crumbs.is_empty();
    let steps = crumbs.into_iter().map(|(text, href)| view! { <li><a href=href>{text}</a></li> }).collect_view();
    view! {
        <Title text=title />
        <header class="page-head">
            <div class="page-title">
                {has_crumbs.then(|| view! { <nav class="crumbs" aria-label="Breadcrumb"><ol>{steps}</ol></nav> })}
                <h1>{title}</h1>
                {(!about.is_empty()).then(|| view! { <p class="muted">{about}</p> })}
            </div>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </header>
        <Notice />
    }
}

/// In place of a list that is empty: what it is for and what to do next (the children).
#[component]
pub fn Empty(
    /// An icon of the sprite.
    icon: &'static str,
    /// What there is none of yet.
    #[prop(into)]
    title: String,
    /// What it would be good for.
    #[prop(into)]
    text: String,
    /// What to do next.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <section class="empty">
            <Icon name=icon />
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </section>
    }
}
