//! Taking one's data along, and leaving.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::section::Section;
use crate::{
    components::{ErrorSummary, Field, Icon, form_error},
    errors::Result,
};

/// What people without an address enter before their account goes.
const WORD: &str = "delete";

#[server]
async fn delete_own_account(confirmation: String) -> Result<()> {
    use super::super::{carried::Carried, server};
    use crate::{AppError, flash};
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let wanted = hosted.email.clone().unwrap_or_else(|| WORD.to_owned());
    if !confirmation.trim().eq_ignore_ascii_case(&wanted) {
        return Err(AppError::field("confirmation", &format!("Enter {wanted} to confirm.")));
    }
    engine.delete_own_account(&hosted.caller(), &server::client()).await?;
    server::leave(&engine).await?;
    flash::leave(flash::Flash::Done("Your account is deleted.".to_owned()));
    crate::context::redirect("/auth/sign-in");
    Ok(())
}

#[component]
pub(super) fn Leave(email: String) -> impl IntoView {
    let error = form_error(DeleteOwnAccount::PATH);
    let label = match email.is_empty() {
        true => format!("“{WORD}”, to confirm"),
        false => "Your e-mail address, to confirm".to_owned(),
    };
    let failed = error.with_untracked(Option::is_some);
    view! {
        <Section id="leave" title="Your data" about="Take it along, or leave for good.">
                <p>
                    <a class="button" href="/auth/account/export" rel="external" download="account.json">
                        <Icon name="download" />
                        "Export my data"
                    </a>
                </p>
                <details class="fold" open=failed>
                    <summary>"Delete my account"<Icon name="chevron-down" /></summary>
                    <form class="stack fold-body" method="post" action=DeleteOwnAccount::url()>
                        <ErrorSummary error=error />
                        <p>"Your account is gone at once and cannot be brought back."</p>
                        <Field label=label name="confirmation" required=true error=error />
                        <button class="button danger" type="submit">"Delete my account"</button>
                    </form>
                </details>
        </Section>
    }
}
