//! The site's files as they were built: the server finds their hashed names and tells the document.

use std::{collections::HashMap, sync::Arc};

use leptos::{WasmSplitManifest, prelude::*};

/// The file name of the loader, and which chunks each lazily loaded part needs.
pub type Split = (String, HashMap<String, Vec<String>>);

/// The addresses of the files that every page loads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// The stylesheet, e.g. `/pkg/tenon.4f….css`.
    pub css: Arc<str>,
    /// The script that loads the wasm.
    pub js: Arc<str>,
    /// The wasm.
    pub wasm: Arc<str>,
    /// For a build with lazily loaded parts: the file name of their loader, and which chunks each part needs.
    pub split: Option<Arc<Split>>,
}

/// What every page's head loads. Works from the [`Assets`] that the server provides, not from files beside the binary as
/// leptos' own `HydrationScripts` does, because the binary is one file that runs anywhere.
#[component]
pub fn AssetHead() -> impl IntoView {
    let assets = use_context::<Assets>().unwrap_or_default();
    if let Some((loader, chunks)) = assets.split.as_deref() {
        let manifest = ("/pkg".to_owned(), chunks.clone(), loader.clone());
        provide_context(WasmSplitManifest(ArcStoredValue::new(manifest)));
    }
    let nonce = leptos::nonce::use_nonce();
    let start =
        format!("import({:?}).then(m => m.default({{module_or_path: {:?}}}).then(() => m.hydrate()))", &*assets.js, &*assets.wasm);
    view! {
        <link rel="stylesheet" id="tenon" href=assets.css.to_string() />
        <link rel="modulepreload" href=assets.js.to_string() />
        <link rel="preload" href=assets.wasm.to_string() r#as="fetch" r#type="application/wasm" crossorigin="" />
        <script type="module" nonce=nonce>
            {start}
        </script>
    }
}
