//! The layout of pages outside the frame.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::{Logo, Notice};

/// A page with one thing to do: the mark, a title, a sentence, and the form (the children).
#[component]
pub(crate) fn Lone(
    /// The page's title, also the window's.
    title: &'static str,
    /// A sentence below it.
    about: &'static str,
    /// Whether the page is wide.
    #[prop(optional)]
    wide: bool,
    /// What there is to do.
    children: Children,
) -> impl IntoView {
    view! {
        <Title text=title />
        <main class="lone" class:wide=wide>
            <div class="lone-head">
                <Logo />
                <h1>{title}</h1>
                <p class="muted">{about}</p>
            </div>
            <Notice />
            {children()}
        </main>
    }
}
