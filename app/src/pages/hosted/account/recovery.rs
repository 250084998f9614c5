//! Recovery codes: made when asked for, and shown in the answer alone.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::{entry::Brand, frame::HostedPage};
#[cfg(feature = "ssr")]
use crate::pages::factors::proof;
use crate::{
    components::{loaded, page_data},
    errors::Result,
    pages::factors::{MadeCodes, MakeCodes},
};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Codes {
    brand: Brand,
    /// How many are left, if there are any.
    left: Option<usize>,
    /// Those that were just made.
    made: Vec<String>,
}

#[server]
async fn load_recovery() -> Result<Codes> {
    use super::super::{carried::Carried, server};
    use crate::data::record::Posted;
    let (engine, hosted) = server::surely_signed_in(&Carried::default()).await?;
    let user = engine.user(hosted.user, hosted.session).await?;
    let make = use_context::<Posted>().is_some();
    let (left, made) = proof::recovery_codes(&engine, &hosted.caller(), &server::client(), &user, make).await?;
    Ok(Codes { brand: server::brand(&engine.settings().auth), left, made })
}

/// The page of one's recovery codes.
#[component]
pub fn RecoveryCodes() -> impl IntoView {
    loaded(page_data(|| (), |()| load_recovery()), |codes: Codes| {
        let about = "Each lets you in once when your other factors are gone. Keep them on paper, or in a password manager.";
        view! {
            <HostedPage brand=codes.brand title="Recovery codes" about=about>
                <div class="card stack">
                    {if codes.made.is_empty() {
                        view! { <MakeCodes left=codes.left page="/auth/account/recovery" /> }.into_any()
                    } else {
                        view! { <MadeCodes codes=codes.made /> }.into_any()
                    }}
                </div>
                <p class="hosted-foot"><a href="/auth/account">"Back to your account"</a></p>
            </HostedPage>
        }
    })
}
