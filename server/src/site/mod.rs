//! The Studio: its pages, its server functions and its static files.

#[cfg(not(feature = "embed-site"))]
mod disk;
#[cfg(feature = "embed-site")]
mod embedded;
mod files;
mod names;
mod pages;

use std::borrow::Cow;

use axum::{Router, extract::Request, extract::State, response::Response, routing::get};
use http::Method;
use leptos::prelude::LeptosOptions;
use tenon_app::assets::Assets;

#[cfg(not(feature = "embed-site"))]
use self::disk::Files;
#[cfg(feature = "embed-site")]
use self::embedded::Files;
use crate::AppState;

/// The built site: inside the binary, or on disk during development.
pub struct Site {
    files: Files,
    #[cfg(feature = "embed-site")]
    assets: Assets,
}

/// One file of the site.
pub struct File {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// A hash of its bytes.
    pub hash: String,
}

impl Site {
    /// Finds the site.
    #[must_use]
    pub fn find() -> Self {
        let files = Files::find();
        #[cfg(feature = "embed-site")]
        let assets = names::assets(&files.in_pkg(), |name| files.get(&format!("pkg/{name}")));
        Self {
            files,
            #[cfg(feature = "embed-site")]
            assets,
        }
    }

    /// The file at a path without its leading slash.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<File> {
        self.files.get(path)
    }

    /// The addresses that every page loads.
    #[cfg(feature = "embed-site")]
    #[must_use]
    pub fn assets(&self) -> Assets {
        self.assets.clone()
    }

    /// The addresses that every page loads; during development they change under a running server.
    #[cfg(not(feature = "embed-site"))]
    #[must_use]
    pub fn assets(&self) -> Assets {
        names::assets(&self.files.in_pkg(), |name| self.files.get(&format!("pkg/{name}")))
    }

    /// What leptos wants to know. Fixed here, because the binary has no `Cargo.toml` beside it to read it from.
    #[must_use]
    pub fn leptos_options(&self) -> LeptosOptions {
        LeptosOptions::builder().output_name("tenon").site_root(self.files.root()).site_pkg_dir("pkg").build()
    }
}

/// The Studio's routes.
pub fn routes(state: &AppState) -> Router<AppState> {
    pages::routes(state).route("/pkg/{*path}", get(files::serve)).fallback(file_or_page)
}

/// Whatever is neither a page nor an API: a file of the site (an icon, a font), or the page that says there is none.
async fn file_or_page(State(state): State<AppState>, request: Request) -> Response {
    if request.uri().path().starts_with("/rest/v1/") {
        return crate::rest::no_such_path();
    }
    let readable = matches!(*request.method(), Method::GET | Method::HEAD);
    if readable && let Some(answer) = files::answer(state.site(), request.uri().path(), request.headers()) {
        return answer;
    }
    pages::missing(&state, request).await
}
