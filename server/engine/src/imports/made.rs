//! A table that an import made for itself, and takes back if nothing came of it.

use std::sync::Arc;

use tenon_model::{Caller, Code, Error, Ident, Result, Table};

use crate::Engine;

/// The table as it was made, and for whom.
pub(super) struct Made {
    table: Arc<Table>,
    caller: Caller,
}

impl Made {
    /// Makes the table.
    pub(super) async fn make(engine: &Engine, caller: &Caller, name: &Ident, sql: String) -> Result<Self> {
        // What was there before is nothing to take back.
        if engine.refresh_schema().await?.table(name.as_str()).is_some() {
            return Err(Error::new(Code::AlreadyExists, format!("table \"{name}\" already exists")));
        }
        engine.change_schema(caller, sql).await?;
        let table = Arc::clone(engine.schema().require_table(name.as_str())?);
        Ok(Self { table, caller: caller.clone() })
    }

    /// Drops the table, unless somebody changed or filled it meanwhile.
    pub(super) async fn take_back(self, engine: &Engine) {
        if let Err(error) = engine.discard_table(&self.caller, self.table).await {
            // The import's own failure is the one to tell; the table can be dropped by hand.
            tracing::warn!("the table of an import that came to nothing stays: {}", error.message);
        }
    }
}
