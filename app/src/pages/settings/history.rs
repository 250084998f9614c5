//! The history of the schema.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    components::{Empty, PageHead, loaded, page_data},
    errors::Result,
};

/// A change of the schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ChangeData {
    version: i64,
    who: String,
    at: String,
    sql: String,
    file: Option<String>,
    milliseconds: String,
}

#[server]
async fn load_history() -> Result<Vec<ChangeData>> {
    const SHOWN: u32 = 200;
    let (engine, caller) = crate::context::builder().await?;
    let describe = |change: tenon_engine::tables::SchemaChange| ChangeData {
        version: change.version,
        who: change.who,
        at: change.at,
        sql: change.sql,
        file: change.file,
        milliseconds: format!("{}.{}", change.duration_us / 1000, change.duration_us % 1000 / 100),
    };
    Ok(engine.schema_changes(&caller, SHOWN).await?.into_iter().map(describe).collect())
}

/// The page of the schema's history, newest first.
#[component]
pub fn History() -> impl IntoView {
    loaded(page_data(|| (), |()| load_history()), |changes| {
        let is_empty = changes.is_empty();
        let items = changes.into_iter().map(|change| view! { <Change change=change /> }).collect_view();
        view! {
            <PageHead title="History" about="Every change of the schema: who made it, when, its SQL, and how long it took.".to_owned() />
            {if is_empty {
                view! { <Empty icon="history" title="No changes yet" text="The first table you make is the first entry here." /> }.into_any()
            } else {
                view! { <ol class="cards">{items}</ol> }.into_any()
            }}
        }
    })
}

#[component]
fn Change(change: ChangeData) -> impl IntoView {
    let when = crate::moments::second(&change.at);
    let label = format!("SQL of version {}", change.version);
    view! {
        <li class="card stack tight">
            <div class="row apart small-text">
                <span class="row">
                    <span class="badge accent numbers">{format!("version {}", change.version)}</span>
                    <strong>{change.who}</strong>
                    {change.file.map(|file| view! { <span class="badge">{file}</span> })}
                </span>
                <span class="muted numbers"><time datetime=change.at>{when}" UTC"</time>{format!(" · {} ms", change.milliseconds)}</span>
            </div>
            <pre class="code-block wrap" tabindex="0" aria-label=label><code>{change.sql}</code></pre>
        </li>
    }
}
