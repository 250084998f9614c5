//! The Studio: pages and server functions, rendered by the server and hydrated in the browser.

pub mod assets;
#[cfg(feature = "ssr")]
pub mod client;

use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

/// The document around every page.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <AutoReload options=options />
                <assets::AssetHead />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// All pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=|| "There is no such page.">
                <Route path=path!("/") view=|| view! { <h1>"Tenon"</h1> } />
            </Routes>
        </Router>
    }
}
