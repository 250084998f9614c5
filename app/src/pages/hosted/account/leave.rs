//! Taking one's data along, and leaving.

use leptos::{prelude::*, server_fn::ServerFn as _};

use crate::{
    components::{ErrorSummary, Field, form_error},
    errors::Result,
};

#[server]
async fn delete_own_account(confirmation: String) -> Result<()> {
    use super::super::{carried::Carried, server};
    use crate::{AppError, flash};
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let email = hosted.email.clone().unwrap_or_default();
    if !confirmation.trim().eq_ignore_ascii_case(&email) {
        return Err(AppError::field("confirmation", "This is not your address."));
    }
    engine.delete_own_account(&hosted.caller(), &server::client()).await?;
    server::leave(&engine).await?;
    flash::leave(flash::Flash::Done("Your account is deleted.".to_owned()));
    crate::context::redirect("/auth/sign-in");
    Ok(())
}

#[component]
pub(super) fn Leave() -> impl IntoView {
    let error = form_error(DeleteOwnAccount::PATH);
    let failed = error.with_untracked(Option::is_some);
    view! {
        <section class="section" aria-labelledby="leave-title">
            <h2 id="leave-title">"Your data"</h2>
            <div class="card stack">
                <p><a class="button" href="/auth/account/export" rel="external" download="account.json">"Export my data"</a></p>
                <details class="fold" open=failed>
                    <summary>"Delete my account"</summary>
                    <form class="stack fold-body" method="post" action=DeleteOwnAccount::url()>
                        <ErrorSummary error=error />
                        <p>"Your account is gone at once and cannot be brought back."</p>
                        <Field label="Your e-mail address, to confirm" name="confirmation" required=true error=error />
                        <button class="button danger" type="submit">"Delete my account"</button>
                    </form>
                </details>
            </div>
        </section>
    }
}
