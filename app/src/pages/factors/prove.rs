//! Forms that prove a second factor. What the form hands on besides stands in the children.

use leptos::prelude::*;

use crate::{
    AppError,
    components::{ErrorSummary, Field, Icon, SelectField},
};

/// The code of an authenticator app.
#[component]
pub(crate) fn AppForm(
    /// Id and name of each app.
    apps: Vec<(String, String)>,
    /// Where the form goes.
    action: &'static str,
    /// The form's failure.
    error: Memo<Option<AppError>>,
    /// What it hands on.
    children: Children,
) -> impl IntoView {
    let one = (apps.len() == 1).then(|| apps.first().map(|(id, _)| id.clone()).unwrap_or_default());
    view! {
        <form class="stack card" method="post" action=action>
            <ErrorSummary error=error />
            {children()}
            {match one {
                Some(id) => view! { <input type="hidden" name="factor" value=id /> }.into_any(),
                None => view! { <SelectField label="Authenticator app" name="factor" options=apps /> }.into_any(),
            }}
            <Field
                label="Code of your authenticator app"
                name="code"
                autocomplete="one-time-code"
                required=true
                error=error
            />
            <button class="button primary wide" type="submit">"Continue"</button>
        </form>
    }
}

/// A recovery code in place of a factor that is gone.
#[component]
pub(crate) fn RecoveryForm(
    /// Where the form goes.
    action: &'static str,
    /// The form's failure.
    error: Memo<Option<AppError>>,
    /// What it hands on.
    children: Children,
) -> impl IntoView {
    let failed = error.with_untracked(Option::is_some);
    view! {
        <details class="fold" open=failed>
            <summary>"Use a recovery code"<Icon name="chevron-down" /></summary>
            <form class="stack fold-body" method="post" action=action>
                <ErrorSummary error=error />
                {children()}
                <Field label="Recovery code" name="recovery" required=true error=error />
                <button class="button wide" type="submit">"Continue"</button>
            </form>
        </details>
    }
}
