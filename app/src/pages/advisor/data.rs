//! What the advisor's page shows, and what is done there.

use leptos::prelude::*;
use tenon_model::advice::Advised;

use crate::errors::Result;

#[server]
pub(super) async fn load_advice() -> Result<Advised> {
    let (engine, caller) = crate::context::builder().await?;
    Ok(engine.advise(&caller).await?)
}

#[server]
pub(super) async fn dismiss_advice(key: String, reason: String) -> Result<()> {
    let (engine, caller) = crate::context::builder().await?;
    engine.dismiss_advice(&caller, key, reason).await?;
    crate::flash::leave(crate::flash::Flash::Done("The finding is dismissed.".to_owned()));
    crate::context::redirect("/advisor");
    Ok(())
}

#[server]
pub(super) async fn restore_advice(key: String) -> Result<()> {
    let (engine, caller) = crate::context::builder().await?;
    engine.restore_advice(&caller, key).await?;
    crate::flash::leave(crate::flash::Flash::Done("The finding is taken up again.".to_owned()));
    crate::context::redirect("/advisor");
    Ok(())
}
