//! What guards an account, item by item, and what is added to it.

use leptos::prelude::*;

use super::{Guards, Item};
use crate::{
    AppError,
    components::{CopyButton, ErrorSummary, Field, Icon},
};

/// Second factors: what there is, the way to another, and to recovery codes. A button for a security key stands in the children.
#[component]
pub(crate) fn FactorItems(
    /// What there is.
    guards: Guards,
    /// Where the form goes that begins an authenticator app.
    begin: &'static str,
    /// Where the form goes that removes one.
    remove: &'static str,
    /// The page of the recovery codes.
    recovery: &'static str,
    /// What needs scripts.
    children: Children,
) -> impl IntoView {
    let has_any = !guards.factors.is_empty();
    let codes = match guards.recovery {
        Some(1) => "1 recovery code is left.".to_owned(),
        Some(left) => format!("{left} recovery codes are left."),
        None => "Recovery codes let you in when the factor is gone.".to_owned(),
    };
    view! {
        {(!has_any).then(|| view! { <p class="muted">"You have none yet."</p> })}
        {has_any.then(|| view! { <Items items=guards.factors action=remove field="factor" /> })}
        <div class="row">
            {guards.apps_on.then(|| view! {
                <form method="post" action=begin>
                    <button class="button" type="submit"><Icon name="plus" />"Add an authenticator app"</button>
                </form>
            })}
            {guards.keys_on.then(children)}
        </div>
        {has_any.then(|| view! { <p>{codes}" "<a href=recovery>"Recovery codes"</a></p> })}
    }
}

/// Passkeys: what there is. A button for another stands in the children.
#[component]
pub(crate) fn PasskeyItems(
    /// What there is.
    guards: Guards,
    /// Where the form goes that removes one.
    remove: &'static str,
    /// What needs scripts.
    children: Children,
) -> impl IntoView {
    let has_any = !guards.passkeys.is_empty();
    view! {
        {(!has_any).then(|| view! { <p class="muted">"You have none yet."</p> })}
        {has_any.then(|| view! { <Items items=guards.passkeys action=remove field="passkey" /> })}
        {guards.passkeys_on.then(children)}
    }
}

#[component]
fn Items(items: Vec<Item>, action: &'static str, field: &'static str) -> impl IntoView {
    let row = |item: Item| {
        let label = format!("Remove {}", item.name);
        view! {
            <li>
                <div><strong>{item.name}</strong>{(!item.about.is_empty()).then(|| view! { <p class="muted small-text">{item.about}</p> })}</div>
                <form method="post" action=action>
                    <input type="hidden" name=field value=item.id />
                    <button class="button small" type="submit" aria-label=label>"Remove"</button>
                </form>
            </li>
        }
    };
    view! { <ul class="hosted-list">{items.into_iter().map(row).collect_view()}</ul> }
}

/// The secret of an authenticator app as a picture and as text, and the form for its first code.
#[component]
pub(crate) fn PendingApp(
    /// An address of the picture.
    picture: String,
    /// The secret.
    secret: String,
    /// The factor's id.
    factor: String,
    /// Where the form goes.
    action: &'static str,
    /// The form's failure.
    error: Memo<Option<AppError>>,
) -> impl IntoView {
    view! {
        <form class="stack card" method="post" action=action>
            <ErrorSummary error=error />
            <img class="qr" src=picture alt="The secret as a QR code" width="200" height="200" />
            <p class="hosted-secret"><code>{secret.clone()}</code><CopyButton text=secret label="Copy the secret" /></p>
            <input type="hidden" name="factor" value=factor />
            <Field label="Code" name="code" autocomplete="one-time-code" inputmode="numeric" required=true error=error />
            <button class="button primary wide" type="submit">"Add"</button>
        </form>
    }
}

/// The way to recovery codes, or to new ones. The form's page is its own answer, since codes are shown once.
#[component]
pub(crate) fn MakeCodes(
    /// How many are left, if there are any.
    left: Option<usize>,
    /// The page itself.
    page: &'static str,
) -> impl IntoView {
    let (text, button) = match left {
        Some(left) => (format!("{left} codes are left. New ones make them void."), "Make new codes"),
        None => ("You have none yet.".to_owned(), "Make codes"),
    };
    view! {
        <p>{text}</p>
        <form method="post" action=page>
            <button class="button primary wide" type="submit">{button}</button>
        </form>
    }
}

/// Recovery codes that were just made.
#[component]
pub(crate) fn MadeCodes(
    /// The codes.
    codes: Vec<String>,
) -> impl IntoView {
    let text = codes.join("\n");
    view! {
        <p>"These are shown this once."</p>
        <ul class="hosted-codes">{codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}</ul>
        <CopyButton text=text label="Copy the codes" />
    }
}
