//! The two keys of programs: masked, shown on purpose, replaced on purpose.

use leptos::{prelude::*, server_fn::ServerFn as _};
use serde::{Deserialize, Serialize};

use crate::{
    components::{CopyButton, Icon, PageHead, loaded, page_data},
    errors::Result,
};

/// The keys, and whether this account may replace them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KeysData {
    publishable: String,
    secret: String,
    may_replace: bool,
    /// The keys that sign access tokens, as status and id; owners alone see them.
    signing: Vec<(String, String)>,
}

#[server]
async fn load_keys() -> Result<KeysData> {
    let (engine, caller) = crate::context::builder().await?;
    let keys = engine.keys(&caller).await?;
    let may_replace = caller.may_own();
    let signing = if may_replace { engine.signing_keys(&caller)? } else { Vec::new() };
    let signing = signing.into_iter().map(|key| (key.status.as_str().to_owned(), key.id)).collect();
    Ok(KeysData { publishable: keys.publishable, secret: keys.secret, may_replace, signing })
}

#[server]
async fn replace_key(kind: String) -> Result<()> {
    use tenon_engine::identity::KeyKind;

    use crate::{AppError, context, flash};
    let (engine, caller) = context::owner().await?;
    let which = match kind.as_str() {
        "publishable" => KeyKind::Publishable,
        "secret" => KeyKind::Secret,
        _ => return Err(AppError::new(tenon_model::Code::NotFound, "There is no such key.")),
    };
    engine.replace_key(&caller, which).await?;
    flash::leave(flash::Flash::Done(format!("The {kind} key is replaced; the old one is refused from now on.")));
    context::redirect("/settings/keys");
    Ok(())
}

#[server]
async fn rotate_signing_keys() -> Result<()> {
    use crate::{context, flash};
    let (engine, caller) = context::owner().await?;
    engine.rotate_signing_keys(&caller, &context::client()).await?;
    flash::leave(flash::Flash::Done("The standby key signs from now on. Nobody is signed out.".to_owned()));
    context::redirect("/settings/keys");
    Ok(())
}

/// The page of the keys.
#[component]
pub fn Keys() -> impl IntoView {
    loaded(page_data(|| (), |()| load_keys()), |keys| {
        let may_replace = keys.may_replace;
        view! {
            <PageHead title="Keys" about="Programs send one of these as apikey. Give yours the weaker one that will do.".to_owned() />
            <div class="cards narrow">
                <KeyCard
                    kind="publishable"
                    title="Publishable key"
                    about="For browsers and phones. It sees of a table what the table's access opens to it."
                    key_text=keys.publishable
                    may_replace=may_replace
                />
                <KeyCard
                    kind="secret"
                    title="Secret key"
                    about="For your own servers alone. It sees and changes everything."
                    key_text=keys.secret
                    may_replace=may_replace
                />
                {may_replace.then(|| view! { <SigningKeys keys=keys.signing /> })}
            </div>
        }
    })
}

#[component]
fn SigningKeys(keys: Vec<(String, String)>) -> impl IntoView {
    let rows = keys
        .into_iter()
        .map(|(status, id)| view! { <li class="row apart"><code>{id}</code><span class="badge">{status}</span></li> })
        .collect_view();
    view! {
        <section class="card stack" aria-labelledby="signing-keys">
            <div>
                <h2 id="signing-keys">"Signing keys"</h2>
                <p class="muted small-text">"They sign the access tokens of your users. The standby is published already, so that nobody is signed out when it takes over."</p>
            </div>
            <ul class="stack">{rows}</ul>
            <form class="row end" method="post" action=RotateSigningKeys::url()>
                <button class="button" type="submit">"Rotate the signing keys"</button>
            </form>
        </section>
    }
}

#[component]
fn KeyCard(kind: &'static str, title: &'static str, about: &'static str, key_text: String, may_replace: bool) -> impl IntoView {
    let id = format!("{kind}-key");
    let tail: String = key_text.chars().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect();
    view! {
        <section class="card stack" aria-labelledby=id.clone()>
            <div>
                <h2 id=id.clone()>{title}</h2>
                <p class="muted small-text">{about}</p>
            </div>
            <div class="row apart">
                <code class="masked">{format!("••••••••••••{tail}")}</code>
                <CopyButton text=key_text.clone() label=format!("Copy the {kind} key") />
            </div>
            <details class="fold">
                <summary><Icon name="eye" />"Show the key"</summary>
                <div class="fold-body"><pre class="code-block wrap" tabindex="0" aria-label=title><code>{key_text}</code></pre></div>
            </details>
            {may_replace.then(|| view! { <Replace kind=kind /> })}
        </section>
    }
}

#[component]
fn Replace(kind: &'static str) -> impl IntoView {
    view! {
        <details class="fold">
            <summary><Icon name="refresh" />"Replace the key…"</summary>
            <form class="fold-body stack" method="post" action=ReplaceKey::url()>
                <p class="small-text">"Programs that use the present key are refused at once, until you give them the new one."</p>
                <input type="hidden" name="kind" value=kind />
                <label class="check">
                    <input type="checkbox" required=true />
                    <span>"I know that they stop working."</span>
                </label>
                <div class="row end"><button class="button danger" type="submit">{format!("Replace the {kind} key")}</button></div>
            </form>
        </details>
    }
}
