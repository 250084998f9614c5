//! The layout of the hosted pages.

use leptos::prelude::*;
use leptos_meta::{Stylesheet, Title};
use leptos_router::hooks::use_url;

use super::{
    carried::Carried,
    entry::{Brand, Entry, Robots},
};
use crate::components::{Icon, Logo, Notice, title_text};

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
    /// Whether the page offers to sign out.
    #[prop(optional)]
    signed_in: bool,
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
                <div class="row apart">
                    <Face brand=brand />
                    {signed_in.then(|| view! { <SignOut /> })}
                </div>
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

/// Ends the session of this browser.
#[component]
pub(super) fn SignOut() -> impl IntoView {
    view! {
        <form method="post" action="/auth/sign-out">
            <button class="button quiet" type="submit"><Icon name="sign-out" />"Sign out"</button>
        </form>
    }
}

/// What a form hands on.
#[component]
pub(super) fn CarriedField(carried: Carried) -> impl IntoView {
    view! { <input type="hidden" name="carried" value=carried.query() /> }
}

/// The CAPTCHA, where the settings ask for one; its script fills the form's hidden answer.
#[component]
pub(super) fn CaptchaBox(entry: Entry) -> impl IntoView {
    entry.captcha.map(|Robots { class, script, key }| {
        if key.is_empty() {
            let text = "This form cannot be sent: it has to tell people from robots, and its CAPTCHA has no site key yet.";
            return view! { <p class="notice caution" role="alert">{text}</p> }.into_any();
        }
        view! {
            <noscript>
                <p class="notice caution">"This form needs scripts: they tell people from robots. Switch them on, and load the page anew."</p>
            </noscript>
            <div class=format!("captcha {class}") data-sitekey=key data-response-field-name=CAPTCHA_FIELD></div>
            <script src=script async=true defer=true></script>
        }
        .into_any()
    })
}

/// The field of the CAPTCHA's answer: hCaptcha knows no other name, and Turnstile takes it.
const CAPTCHA_FIELD: &str = "h-captcha-response";
