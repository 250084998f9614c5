//! What the editor asks of the server: the parser is not in the browser's wasm.

use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};
use tenon_model::trial::{Ask, Suggestions, Trial};

use crate::errors::Result;

/// A text that is being written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Written {
    pub(super) table: String,
    pub(super) text: String,
    /// In UTF-16 code units.
    pub(super) cursor: u32,
    pub(super) asked: bool,
    pub(super) old: bool,
    pub(super) queries: bool,
}

#[server(endpoint = "expression/suggest", input = Json)]
pub(super) async fn suggest(written: Written) -> Result<Suggestions> {
    let (engine, _) = crate::context::builder().await?;
    let schema = engine.schema();
    let table = &schema.require_table(&written.table)?.name;
    let Written { ref text, cursor, asked, old, queries, .. } = written;
    let writing = tenon_engine::expressions::Writing { schema: &schema, table, text, cursor, asked, old, queries };
    Ok(tenon_engine::expressions::complete(&writing))
}

#[server(endpoint = "expression/try", input = Json)]
pub(super) async fn try_expression(ask: Ask) -> Result<Trial> {
    let (engine, caller) = crate::context::builder().await?;
    Ok(answer(&engine, &caller, ask).await?)
}

/// What an expression says of rows. A person who does not exist is something to tell, not a failure of the page.
#[cfg(feature = "ssr")]
pub(crate) async fn answer(engine: &tenon_engine::Engine, caller: &tenon_model::Caller, ask: Ask) -> tenon_model::Result<Trial> {
    match engine.try_expression(caller, ask).await {
        Err(error) if error.code == tenon_model::Code::NotFound => Ok(Trial { note: Some(error.message), ..Trial::default() }),
        other => other,
    }
}

#[server(endpoint = "expression/people")]
pub(super) async fn find_people(text: String) -> Result<Vec<String>> {
    let (engine, caller) = crate::context::builder().await?;
    Ok(engine.people(&caller, &text).await?)
}
