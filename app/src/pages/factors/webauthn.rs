//! The browser's side of passkeys and security keys: options in, the authenticator's answer out, both as JSON.

use js_sys::{Function, JSON, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What an authenticator does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// It makes a credential.
    Create,
    /// It shows that it has one.
    Get,
}

/// Asks an authenticator. The error is a sentence for the person.
pub(crate) async fn ask(act: Act, options: &str) -> Result<String, String> {
    perform(act, options).await.map_err(|error| sentence(&error))
}

async fn perform(act: Act, options: &str) -> Result<String, JsValue> {
    let (reader, method) = match act {
        Act::Create => ("parseCreationOptionsFromJSON", "create"),
        Act::Get => ("parseRequestOptionsFromJSON", "get"),
    };
    let credentials = Reflect::get(&window().navigator(), &"credentials".into())?;
    let class = Reflect::get(&window(), &"PublicKeyCredential".into())?;
    let read = Reflect::get(&class, &reader.into())?.dyn_into::<Function>()?.call1(&class, &JSON::parse(options)?)?;
    let wanted = Object::new();
    Reflect::set(&wanted, &"publicKey".into(), &read)?;
    let asked = Reflect::get(&credentials, &method.into())?.dyn_into::<Function>()?.call1(&credentials, &wanted)?;
    let answer = JsFuture::from(asked.dyn_into::<Promise>()?).await?;
    // Credentials write themselves as JSON with everything binary in base64url.
    Ok(String::from(JSON::stringify(&answer)?))
}

fn sentence(error: &JsValue) -> String {
    let name = Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default();
    let text = match name.as_str() {
        "NotAllowedError" | "AbortError" => "Nothing was chosen, or it took too long. Try again.",
        "InvalidStateError" => "This authenticator is known already.",
        "SecurityError" => "Passkeys do not work at this address.",
        _ => "This browser cannot do it here.",
    };
    text.to_owned()
}
