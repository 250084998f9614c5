//! Recovery codes: made when asked for, and shown in the answer alone.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::{entry::Brand, frame::HostedPage};
use crate::{
    components::{CopyButton, loaded, page_data},
    errors::Result,
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
    let (caller, brand) = (hosted.caller(), server::brand(&engine.settings().auth));
    let has_codes = server::factors(&engine, &hosted).await?.iter().any(|factor| factor.kind == "recovery_code");
    if use_context::<Posted>().is_some() {
        let made = engine.make_recovery_codes(&caller, &server::client(), None, has_codes).await?;
        return Ok(Codes { brand, left: Some(made.total), made: made.codes });
    }
    let left = if has_codes { Some(engine.recovery_codes_left(&caller).await?.remaining) } else { None };
    Ok(Codes { brand, left, made: Vec::new() })
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
                        view! { <Make left=codes.left /> }.into_any()
                    } else {
                        view! { <Made codes=codes.made /> }.into_any()
                    }}
                </div>
                <p class="hosted-foot"><a href="/auth/account">"Back to your account"</a></p>
            </HostedPage>
        }
    })
}

#[component]
fn Make(left: Option<usize>) -> impl IntoView {
    let (text, button) = match left {
        Some(left) => (format!("{left} codes are left. New ones make them void."), "Make new codes"),
        None => ("You have none yet.".to_owned(), "Make codes"),
    };
    view! {
        <p>{text}</p>
        <form method="post" action="/auth/account/recovery">
            <button class="button primary wide" type="submit">{button}</button>
        </form>
    }
}

#[component]
fn Made(codes: Vec<String>) -> impl IntoView {
    let text = codes.join("\n");
    view! {
        <p>"These are shown this once."</p>
        <ul class="hosted-codes">{codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}</ul>
        <CopyButton text=text label="Copy the codes" />
    }
}
