//! Adding an authenticator app to one's account in the Studio.

use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_query_map;

use crate::{
    components::{PageHead, form_error, loaded, page_data},
    errors::Result,
    pages::factors::PendingApp,
};

/// The picture and the secret.
#[server]
async fn load_studio_app(factor: String) -> Result<(String, String)> {
    let (engine, session) = crate::context::session().await?;
    Ok(crate::pages::factors::proof::pending_app(&engine, &session.as_user(), &factor).await?)
}

#[server]
async fn finish_studio_app(factor: String, code: String) -> Result<()> {
    use crate::{context, flash, pages::factors::proof};
    let (engine, session) = context::session().await?;
    let client = context::client();
    let raised = proof::answer_app(&engine, &session.as_user(), &client, &factor, &code).await;
    let raised = raised.map_err(|error| proof::wrong_code(error, "code"))?;
    let user = engine.user(session.account.id, session.session).await?;
    let next = if proof::proofs(&user).recovery { "/settings/profile" } else { "/settings/profile/recovery" };
    flash::leave(flash::Flash::Done("The authenticator app guards your account now.".to_owned()));
    context::redirect(&context::admit(&engine.admit_to_studio(&raised, &client).await?, next));
    Ok(())
}

/// The page that adds an authenticator app.
#[component]
pub fn StudioApp() -> impl IntoView {
    let query = use_query_map();
    let factor = move || query.with(|query| query.get("factor").unwrap_or_default());
    let error = form_error(FinishStudioApp::PATH);
    loaded(page_data(factor, load_studio_app), move |(picture, secret)| {
        let about = "Scan the picture with your app, or type the secret, then enter the code that the app shows.";
        view! {
            <PageHead title="Add an authenticator app" crumbs=vec![("Profile".to_owned(), "/settings/profile".to_owned())] about=about.to_owned() />
            <div class="narrow">
                <PendingApp picture=picture secret=secret factor=factor() action=FinishStudioApp::url() error=error />
            </div>
        }
    })
}
