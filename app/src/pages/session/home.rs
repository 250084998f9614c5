//! The address without a path.

use leptos::prelude::*;

use crate::{
    components::{loaded, page_data},
    errors::Result,
};

#[server]
async fn go_home() -> Result<()> {
    let (engine, caller) = crate::context::caller().await?;
    let is_new = caller.may_build() && engine.schema().tables.is_empty();
    crate::context::redirect(if is_new { "/welcome" } else { "/tables" });
    Ok(())
}

/// Leads on to the tables, or to what to start with.
#[component]
pub fn Home() -> impl IntoView {
    loaded(page_data(|| (), |()| go_home()), |()| view! { <p class="loading"><a href="/tables">"All tables"</a></p> })
}
