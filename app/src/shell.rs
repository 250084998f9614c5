//! The document around every page.

use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::components::Router;

use crate::{
    assets::AssetHead,
    components::{IconSprite, title_text},
    flash::provide_flash,
    routes::Pages,
    theme,
};

/// The document around every page.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let theme = theme::chosen();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.as_str()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content=theme.color_scheme() />
                <link rel="icon" type="image/svg+xml" href="/icon.svg" />
                <AutoReload options=options />
                <AssetHead />
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
    provide_flash();
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Tenon".to_owned() } else { format!("{} · Tenon", title_text(text)) } />
        <IconSprite />
        <Router>
            <Pages />
        </Router>
    }
}
