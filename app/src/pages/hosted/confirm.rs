//! Where a mail's link comes out. Programs follow links in mails to look at them, so a person presses a button first.

use leptos::{prelude::*, server_fn::ServerFn as _};

#[cfg(feature = "ssr")]
use super::carried::Carried;
use super::{
    entry::{Entry, load_entry},
    frame::{CarriedField, HostedPage, carried, parameter},
};
use crate::{
    components::{ErrorSummary, form_error, loaded, page_data},
    errors::Result,
};

#[server]
async fn take_mail_link(token: String, kind: String, carried: String) -> Result<()> {
    use super::server;
    use tenon_engine::identity::flows::{Proof, VerifyKind};
    use tenon_model::{AuthCode, Code, Error};
    let (engine, carried) = (crate::context::engine()?, Carried::parse(&carried));
    let over = || {
        let error = Error::auth(AuthCode::OtpExpired, "This link has been used, or its time is over.");
        error.with_hint("Go back to sign-in and ask for a new one.")
    };
    let kind = VerifyKind::parse(&kind).ok_or_else(over)?;
    let verified = engine.verify(kind, Proof::Link(token), &server::client()).await;
    let verified = verified.map_err(|error| if error.code == Code::Auth(AuthCode::OtpExpired) { over() } else { error })?;
    server::after_mail(&engine, verified, &carried).await
}

/// The page that a mail's link leads to.
#[component]
pub fn Confirm() -> impl IntoView {
    let (carried, token, kind) = (carried(), parameter("token"), parameter("type"));
    let error = form_error(TakeMailLink::PATH);
    loaded(page_data(|| (), |()| load_entry()), move |entry: Entry| {
        let (carried, token, kind) = (carried.clone(), token.clone(), kind.clone());
        let about = match kind.as_str() {
            "recovery" => "You are about to choose a new password.",
            "email_change" => "You are about to confirm your new address.",
            "signup" | "invite" => "You are about to confirm your address.",
            _ => "You are about to sign in.",
        };
        view! {
            <HostedPage brand=entry.brand title="One more step" about=about>
                <form class="stack card" method="post" action=TakeMailLink::url()>
                    <ErrorSummary error=error />
                    <CarriedField carried=carried.clone() />
                    <input type="hidden" name="token" value=token />
                    <input type="hidden" name="kind" value=kind />
                    <button class="button primary wide" type="submit">"Continue"</button>
                </form>
                <p class="hosted-foot"><a href=carried.to("/auth/sign-in") rel="external">"Back to sign-in"</a></p>
            </HostedPage>
        }
    })
}
