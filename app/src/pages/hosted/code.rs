//! Entering the code that a mail carried.

use leptos::{prelude::*, server_fn::ServerFn as _};

#[cfg(feature = "ssr")]
use super::carried::Carried;
use super::{
    entry::{Entry, load_entry},
    frame::{CarriedField, HostedPage, carried, parameter},
};
use crate::{
    components::{ErrorSummary, Field, form_error, loaded, page_data},
    errors::Result,
};

#[server]
async fn take_mail_code(kind: String, email: String, code: String, carried: String) -> Result<()> {
    use super::server;
    use tenon_engine::identity::flows::{Proof, VerifyKind};
    let (engine, carried) = (crate::context::engine()?, Carried::parse(&carried));
    let kind = VerifyKind::parse(&kind).unwrap_or(VerifyKind::Email);
    let verified = engine.verify(kind, Proof::Code { email: email.clone(), code }, &server::client()).await;
    let verified = verified.map_err(|error| server::refused(error, &email))?;
    server::after_mail(&engine, verified, &carried).await
}

/// The page that asks for the code.
#[component]
pub fn EnterCode() -> impl IntoView {
    let (carried, kind, email) = (carried(), parameter("type"), parameter("email"));
    let error = form_error(TakeMailCode::PATH);
    loaded(page_data(|| (), |()| load_entry()), move |entry: Entry| {
        let (carried, kind, email) = (carried.clone(), kind.clone(), email.clone());
        let about = "If this address can be used here, a mail is on its way: follow its link, or enter its code.";
        let again = if kind == "recovery" { "/auth/reset" } else { "/auth/magic-link" };
        view! {
            <HostedPage brand=entry.brand title="Look into your mail" about=about>
                <form class="stack card" method="post" action=TakeMailCode::url()>
                    <ErrorSummary error=error />
                    <CarriedField carried=carried.clone() />
                    <input type="hidden" name="kind" value=kind />
                    <Field label="E-mail" name="email" kind="email" value=email autocomplete="username" required=true error=error />
                    <Field label="Code" name="code" autocomplete="one-time-code" inputmode="numeric" required=true error=error />
                    <button class="button primary wide" type="submit">"Continue"</button>
                </form>
                <p class="hosted-foot">
                    "Nothing came? "
                    <a href=carried.clone().then("").to(again) rel="external">"Ask for another mail"</a>
                </p>
                <p class="hosted-foot"><a href=carried.to("/auth/sign-in") rel="external">"Back to sign-in"</a></p>
            </HostedPage>
        }
    })
}
