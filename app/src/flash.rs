//! A message that survives one redirect, in a short-lived cookie: it works without scripts, and a link cannot forge it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use tenon_model::Error;

/// What the last action has to say on the next page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Flash {
    /// It is done.
    Done(String),
    /// It failed, and why.
    Failed(Error),
}

/// Gives the pages the message that the request carries, once.
pub(crate) fn provide_flash() {
    let flash = SharedValue::new(|| {
        #[cfg(feature = "ssr")]
        return take();
        #[cfg(not(feature = "ssr"))]
        None::<Flash>
    });
    provide_context(RwSignal::new(flash.into_inner()));
}

/// The message of the last action, if there is one; pages show it through `Notice`.
#[must_use]
pub fn use_flash() -> RwSignal<Option<Flash>> {
    use_context().unwrap_or_default()
}

#[cfg(feature = "ssr")]
pub(crate) const COOKIE: &str = "tenon_flash";

/// Cookies end at about 4096 bytes; an encoded message beyond this is shortened.
#[cfg(feature = "ssr")]
const MAX_BYTES: usize = 1200;

/// Leaves a message for the next page.
#[cfg(feature = "ssr")]
pub fn leave(flash: Flash) {
    crate::cookies::set(COOKIE, &text(flash), 60);
}

/// A message as its cookie holds it.
#[cfg(feature = "ssr")]
pub(crate) fn text(mut flash: Flash) -> String {
    if let Flash::Failed(error) = &mut flash {
        truncate(&mut error.message);
        for text in [&mut error.details, &mut error.hint].into_iter().flatten() {
            truncate(text);
        }
        error.fields.clear();
    }
    serde_json::to_string(&flash).map(|json| crate::paths::encode(&json)).unwrap_or_default()
}

#[cfg(feature = "ssr")]
fn truncate(text: &mut String) {
    if text.len() > MAX_BYTES / 3 {
        text.truncate(text.floor_char_boundary(MAX_BYTES / 3));
        text.push('…');
    }
}

#[cfg(feature = "ssr")]
fn take() -> Option<Flash> {
    let raw = crate::cookies::get(COOKIE)?;
    crate::cookies::set(COOKIE, "", 0);
    let json: String = url::form_urlencoded::parse(format!("j={}", raw.replace('+', "%2B")).as_bytes()).next()?.1.into_owned();
    serde_json::from_str(&json).ok()
}
