//! What to start with.

use leptos::prelude::*;

use super::Lone;
use crate::{
    components::{Icon, loaded},
    errors::Result,
};

#[server]
async fn welcome() -> Result<()> {
    crate::context::builder().await?;
    Ok(())
}

/// The page after the first owner was made: three ways to start.
#[component]
pub fn Welcome() -> impl IntoView {
    let choices = |()| {
        view! {
            <Lone title="What would you like to start with?" about="You can do the others at any time." wide=true>
                <ul class="choices">
                    <li><a class="choice" href="/tables/new">
                        <Icon name="plus" />
                        <span class="choice-title">"Start empty"</span>
                        <span class="muted">"Make a first table, column by column."</span>
                    </a></li>
                    <li><a class="choice" href="/import">
                        <Icon name="upload" />
                        <span class="choice-title">"Import a CSV file"</span>
                        <span class="muted">"Types are guessed, and you can change them."</span>
                    </a></li>
                </ul>
            </Lone>
        }
    };
    loaded(Resource::new_blocking(|| (), |()| welcome()), choices)
}
