//! Signing out.

use leptos::prelude::*;

use crate::errors::Result;

/// Ends the session. Always a post, so that no link or image of another site can do it.
#[server]
pub async fn sign_out() -> Result<()> {
    use crate::{context, cookies};
    if let Some(token) = cookies::get(cookies::session_name()) {
        context::engine()?.sign_out(&token).await?;
    }
    cookies::set(cookies::session_name(), "", 0);
    context::redirect("/sign-in");
    Ok(())
}
