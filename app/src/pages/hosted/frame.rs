//! The layout of the hosted pages.

use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title};
use leptos_router::hooks::use_url;

use super::{
    carried::Carried,
    entry::{Brand, Entry},
};
use crate::components::{Logo, Notice, title_text};

/// What this page's address carries.
pub(super) fn carried() -> Carried {
    let url = use_url();
    Carried::parse(url.read_untracked().search())
}

/// A parameter of this page's address.
pub(super) fn parameter(name: &str) -> String {
    let url = use_url();
    url.read_untracked().search_params().get(name).unwrap_or_default()
}

/// A page with the application's face, a title, a sentence, and what there is to do (the children).
#[component]
pub(super) fn HostedPage(
    /// Whose page it is.
    brand: Brand,
    /// The page's title, also the window's.
    title: &'static str,
    /// A sentence below it.
    #[prop(into)]
    about: String,
    /// Whether the page is wide.
    #[prop(optional)]
    wide: bool,
    /// What there is to do.
    children: Children,
) -> impl IntoView {
    let name = brand.name.clone();
    let window = move |text: String| title_text(if name.is_empty() { text } else { format!("{text} · {name}") });
    let style = (!brand.color.is_empty()).then(|| format!("/auth/brand.css?color={}", brand.color));
    view! {
        <Title text=title formatter=window />
        {style.map(|href| view! { <Stylesheet href=href /> })}
        <main class="lone hosted" class:wide=wide>
            <div class="lone-head">
                <Face brand=brand />
                <h1>{title}</h1>
                {(!about.is_empty()).then(|| view! { <p class="muted">{about}</p> })}
            </div>
            <Notice />
            {children()}
        </main>
    }
}

#[component]
fn Face(brand: Brand) -> impl IntoView {
    let Brand { name, logo, .. } = brand;
    view! {
        <div class="brand">
            {if logo.is_empty() { Logo().into_any() } else { view! { <img class="brand-logo" src=logo alt="" /> }.into_any() }}
            {(!name.is_empty()).then(|| view! { <span class="brand-name">{name}</span> })}
        </div>
    }
}

/// What a form hands on.
#[component]
pub(super) fn CarriedField(carried: Carried) -> impl IntoView {
    view! { <input type="hidden" name="carried" value=carried.query() /> }
}

/// The CAPTCHA, where the settings ask for one; its script fills the form's hidden answer. Nothing without.
#[component]
pub(super) fn CaptchaBox(entry: Entry) -> impl IntoView {
    entry.captcha.map(|(class, script, key)| {
        view! {
            <div class=class data-sitekey=key data-response-field-name="captcha"></div>
            <script src=script async=true defer=true></script>
            <noscript><p class="hint">"This form needs scripts: they tell people from robots."</p></noscript>
        }
    })
}
