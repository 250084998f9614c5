//! Recovery codes of one's account in the Studio: made when asked for, and shown in the answer alone.

use leptos::prelude::*;

use crate::{
    components::{PageHead, loaded, page_data},
    errors::Result,
    pages::factors::{MadeCodes, MakeCodes},
};

/// How many are left, if there are any, and those that were just made.
#[server]
async fn load_studio_codes() -> Result<(Option<usize>, Vec<String>)> {
    use crate::{context, data::record::Posted, pages::factors::proof};
    let (engine, session) = context::session().await?;
    let user = engine.user(session.account.id, session.session).await?;
    let make = use_context::<Posted>().is_some();
    Ok(proof::recovery_codes(&engine, &session.as_user(), &context::client(), &user, make).await?)
}

/// The page of one's recovery codes.
#[component]
pub fn StudioCodes() -> impl IntoView {
    loaded(page_data(|| (), |()| load_studio_codes()), |(left, made)| {
        let about = "Each lets you in once when your other factors are gone. Keep them on paper, or in a password manager.";
        view! {
            <PageHead title="Recovery codes" crumbs=vec![("Profile".to_owned(), "/settings/profile".to_owned())] about=about.to_owned() />
            <div class="card stack narrow">
                {if made.is_empty() {
                    view! { <MakeCodes left=left page="/settings/profile/recovery" /> }.into_any()
                } else {
                    view! { <MadeCodes codes=made /> }.into_any()
                }}
            </div>
        }
    })
}
