//! `/rest/v1`: tables over HTTP as PostgREST has them, for `@supabase/supabase-js` and its siblings.

mod accept;
mod error;
mod key;
mod prefer;
mod range;

use axum::Router;

use crate::AppState;

/// The routes of the API.
pub fn routes() -> Router<AppState> {
    Router::new()
}
