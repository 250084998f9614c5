//! `/auth/v1`: sign-up, sign-in and accounts over HTTP as GoTrue has them, for `@supabase/auth-js` and its siblings.

mod admin;
mod admin_factors;
mod call;
mod error;
mod factors;
mod instance;
mod mails;
mod passkeys;
mod providers;
mod sign_up;
mod token;
mod user;
mod verify;

use axum::{Router, middleware::from_fn};

use self::{call::Call, error::AuthError};
use crate::AppState;

/// What a handler answers.
type Reply = Result<axum::response::Response, AuthError>;

/// The routes of the API, an endpoint family a file.
pub(crate) fn routes() -> Router<AppState> {
    let families = Router::new()
        .merge(instance::routes()) //  health, settings, keys
        .merge(sign_up::routes()) //   signup
        .merge(token::routes()) //     token, logout
        .merge(mails::routes()) //     otp, magiclink, recover, resend
        .merge(verify::routes()) //    verify
        .merge(providers::routes()) // authorize, callback, user/identities
        .merge(user::routes()) //      user, reauthenticate
        .merge(factors::routes()) //   second factors, recovery codes
        .merge(passkeys::routes())
        .merge(admin::routes()) //     admin/users, admin/audit, admin/generate_link, invite
        .merge(admin_factors::routes());
    Router::new().nest("/auth/v1", families.fallback(error::no_such_path).layer(from_fn(error::in_the_clients_words)))
}
