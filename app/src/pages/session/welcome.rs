//! What to start with.

use leptos::{prelude::*, server_fn::ServerFn as _};

use super::Lone;
use crate::{
    components::{ErrorSummary, Icon, form_error, loaded, page_data},
    errors::Result,
};

#[server]
async fn welcome() -> Result<()> {
    crate::context::builder().await?;
    Ok(())
}

#[server]
async fn make_sample() -> Result<()> {
    use crate::{context, flash};
    let (engine, caller) = context::builder().await?;
    super::sample::make(&engine, &caller).await?;
    flash::leave(flash::Flash::Done("The bookshop is yours: look around, change it, drop it.".to_owned()));
    context::redirect("/tables");
    Ok(())
}

/// The page after the first owner was made: three ways to start.
#[component]
pub fn Welcome() -> impl IntoView {
    let error = form_error(MakeSample::PATH);
    loaded(page_data(|| (), |()| welcome()), move |()| {
        view! {
            <Lone title="What would you like to start with?" about="You can do the others at any time." wide=true>
                <ErrorSummary error=error />
                <ul class="choices">
                    <li>
                        <a class="choice" href="/tables/new">
                            <Icon name="plus" />
                            <span class="choice-title">"Start empty"</span>
                            <span class="muted">"Make a first table, column by column."</span>
                        </a>
                    </li>
                    <li>
                        <a class="choice" href="/import">
                            <Icon name="upload" />
                            <span class="choice-title">"Import a CSV file"</span>
                            <span class="muted">"Types are guessed, and you can change them."</span>
                        </a>
                    </li>
                    <li>
                        <form method="post" action=MakeSample::url()>
                            <button class="choice" type="submit">
                                <Icon name="sparkle" />
                                <span class="choice-title">"Try a sample"</span>
                                <span class="muted">"A small bookshop: five related tables with rows."</span>
                            </button>
                        </form>
                    </li>
                </ul>
                <p><a href="/tables">"Skip to the tables"</a></p>
            </Lone>
        }
    })
}
