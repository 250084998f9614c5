//! What every handler shares.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::extract::FromRef;
use leptos::prelude::LeptosOptions;
use tenon_engine::Engine;

use crate::{HttpConfig, site::Site};

/// What every handler shares. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

struct Inner {
    engine: Engine,
    http: HttpConfig,
    site: Site,
    leptos: LeptosOptions,
    draining: AtomicBool,
}

impl AppState {
    /// The state of a server over this engine.
    #[must_use]
    pub fn new(engine: Engine, http: HttpConfig) -> Self {
        let site = Site::find();
        let leptos = site.leptos_options();
        Self(Arc::new(Inner { engine, http, site, leptos, draining: AtomicBool::new(false) }))
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// The HTTP server's limits and habits.
    #[must_use]
    pub fn http(&self) -> &HttpConfig {
        &self.0.http
    }

    /// The Studio's static files.
    #[must_use]
    pub fn site(&self) -> &Site {
        &self.0.site
    }

    /// From now on the instance tells load balancers that it is going.
    pub fn start_draining(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    /// Whether the instance is going.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.0.leptos.clone()
    }
}
