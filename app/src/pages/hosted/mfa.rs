//! The second factor: a code of an authenticator app, a security key, or a recovery code.

use leptos::{prelude::*, server_fn::ServerFn as _};
use serde::{Deserialize, Serialize};

use super::{
    carried::Carried,
    entry::Brand,
    frame::{CarriedField, HostedPage, carried},
    passkey::KeyButton,
};
use crate::{
    components::{ErrorSummary, Field, Icon, SelectField, form_error, loaded, page_data},
    errors::Result,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    brand: Brand,
    /// Id and name of each.
    apps: Vec<(String, String)>,
    keys: Vec<(String, String)>,
    recovery: bool,
}

#[server]
async fn load_asked(carried: String) -> Result<Asked> {
    use super::server;
    let carried = Carried::parse(&carried);
    let (engine, hosted) = server::signed_in(&carried).await?;
    let brand = server::brand(&engine.settings().auth);
    if !hosted.wants_second {
        // Nothing is asked any more: pages that lead here may be reloaded, or gone back to.
        crate::context::redirect(&carried.to("/auth/sign-in"));
        return Ok(Asked { brand, apps: Vec::new(), keys: Vec::new(), recovery: false });
    }
    let known = server::factors(&engine, &hosted).await?;
    let of = |kind: &str| known.iter().filter(|f| f.verified && f.kind == kind).map(|f| (f.id.clone(), f.name.clone())).collect();
    let recovery = known.iter().any(|factor| factor.kind == "recovery_code");
    Ok(Asked { brand, apps: of("totp"), keys: of("webauthn"), recovery })
}

#[server]
async fn answer_with_app(factor: String, code: String, carried: String) -> Result<()> {
    use super::server;
    let carried = Carried::parse(&carried);
    let (engine, hosted) = server::signed_in(&carried).await?;
    let session = server::answer_app(&engine, &hosted, &factor, code).await.map_err(|error| server::refused(error, ""))?;
    server::go(&server::admit(&engine, &session, &carried).await?);
    Ok(())
}

#[server]
async fn answer_with_recovery(recovery: String, carried: String) -> Result<()> {
    use super::server;
    use crate::AppError;
    use tenon_model::{AuthCode, Code};
    let carried = Carried::parse(&carried);
    let (engine, hosted) = server::signed_in(&carried).await?;
    let session = engine.verify_recovery_code(&hosted.caller(), &server::client(), &recovery).await;
    let session = session.map_err(|error| match error.code {
        Code::Auth(AuthCode::MfaVerificationFailed) => {
            AppError::field("recovery", "This is none of your codes, or you have used it before.")
        }
        _ => error.into(),
    })?;
    server::go(&server::admit(&engine, &session, &carried).await?);
    Ok(())
}

/// The page that asks for a second factor.
#[component]
pub fn SecondFactor() -> impl IntoView {
    let carried = carried();
    let query = carried.query();
    loaded(page_data(move || query.clone(), load_asked), move |asked: Asked| {
        let carried = carried.clone();
        let query = carried.query();
        let keys = asked
            .keys
            .into_iter()
            .map(|(id, name)| view! { <KeyButton factor=id name=name carried=query.clone() /> })
            .collect_view();
        view! {
            <HostedPage brand=asked.brand title="One more proof" about="This account is guarded by a second factor." signed_in=true>
                {(!asked.apps.is_empty()).then(|| view! { <AppForm apps=asked.apps carried=carried.clone() /> })}
                {keys}
                {asked.recovery.then(|| view! { <RecoveryForm carried=carried.clone() /> })}
            </HostedPage>
        }
    })
}

#[component]
fn AppForm(apps: Vec<(String, String)>, carried: Carried) -> impl IntoView {
    let error = form_error(AnswerWithApp::PATH);
    let one = (apps.len() == 1).then(|| apps.first().map(|(id, _)| id.clone()).unwrap_or_default());
    view! {
        <form class="stack card" method="post" action=AnswerWithApp::url()>
            <ErrorSummary error=error />
            <CarriedField carried=carried />
            {match one {
                Some(id) => view! { <input type="hidden" name="factor" value=id /> }.into_any(),
                None => view! { <SelectField label="Authenticator app" name="factor" options=apps /> }.into_any(),
            }}
            <Field
                label="Code of your authenticator app"
                name="code"
                autocomplete="one-time-code"
                inputmode="numeric"
                required=true
                error=error
            />
            <button class="button primary wide" type="submit">"Continue"</button>
        </form>
    }
}

#[component]
fn RecoveryForm(carried: Carried) -> impl IntoView {
    let error = form_error(AnswerWithRecovery::PATH);
    let failed = error.with_untracked(Option::is_some);
    view! {
        <details class="fold" open=failed>
            <summary>"Use a recovery code"<Icon name="chevron-down" /></summary>
            <form class="stack fold-body" method="post" action=AnswerWithRecovery::url()>
                <ErrorSummary error=error />
                <CarriedField carried=carried />
                <Field label="Recovery code" name="recovery" required=true error=error />
                <button class="button wide" type="submit">"Continue"</button>
            </form>
        </details>
    }
}
