//! Why somebody may do something to a row, or may not. For those who may build: others learn what a policy's comment says.
//!
//! The conditions are asked of the database, as they are when they are enforced, over the row's values; only `and`, `or` and
//! `not` between them are put together here.

mod question;
mod rows;
mod steps;
mod terms;

use indexmap::IndexMap;
use tenon_model::{Caller, Code, Command, Error, Expr, Ident, Result, Role, Value, explanation::Explanation};

pub use self::question::{Question, RowQuestion};
use self::{rows::States, steps::Steps};
use super::{access, policies::computed::expanded};
use crate::{Engine, records::block::Context};

/// The most rows explained at once.
const MAX_ROWS: u64 = 100;

impl Engine {
    /// Why `whom` may do that to that row, or may not.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may build; [`Code::NotFound`] if there is no such row.
    pub async fn explain(&self, caller: &Caller, whom: &Caller, question: Question) -> Result<Explanation> {
        require_builder(caller)?;
        let schema = self.schema();
        let table = access::table(&schema, &question.table)?.clone();
        let (written, who) = (question.written(), self.context(whom));
        let steps = Steps::new(&schema, &table, whom, who.clone(), question.command, (question.reads, &written))?;
        let schema = self.guard(&schema, whom).seen_all(&schema);
        self.database()
            .read_with(move |reader| {
                let context = Context { engine: reader.conn.kind(), schema: &schema };
                let states = match &question.row {
                    RowQuestion::New(records, missing) => States::new_row(&schema, &table, records, *missing, &who)?,
                    RowQuestion::Key(key) => {
                        let filter = super::record::by_key(&table, key).ok_or_else(not_there)?;
                        rows::read(reader, context, &table, &filter, 1)?.pop().ok_or_else(not_there)?
                    }
                };
                steps.explain(reader, context, &states.changed(&table, &question.set))
            })
            .await
    }

    /// As [`Engine::explain`], of the table as a whole: which privileges `whom` has, also on the columns that
    /// would be written, before any policy is asked.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may build.
    pub fn explain_access(
        &self,
        caller: &Caller,
        whom: &Caller,
        (table, command): (&Ident, Command),
        (reads, written): (bool, &[Ident]),
    ) -> Result<Explanation> {
        require_builder(caller)?;
        let schema = self.schema();
        let table = access::table(&schema, table)?;
        Ok(Steps::new(&schema, table, whom, self.context(whom), command, (reads, written))?.of_table())
    }

    /// As [`Engine::explain`], for the first rows that a filter meets (at most 100, by key), hidden from `whom` or not, with
    /// the values of each one's key.
    ///
    /// # Errors
    /// As [`Engine::explain`].
    pub async fn explain_rows(
        &self,
        caller: &Caller,
        whom: &Caller,
        (table, command): (&Ident, Command),
        filter: Expr,
        set: IndexMap<Ident, Value>,
    ) -> Result<Vec<(IndexMap<Ident, serde_json::Value>, Explanation)>> {
        require_builder(caller)?;
        let schema = self.schema();
        let table = access::table(&schema, table)?.clone();
        let filter = expanded(&schema, &table.name, filter);
        let written: Vec<Ident> = set.keys().cloned().collect();
        let steps = Steps::new(&schema, &table, whom, self.context(whom), command, (true, &written))?;
        let schema = self.guard(&schema, whom).seen_all(&schema);
        self.database()
            .read_with(move |reader| {
                let context = Context { engine: reader.conn.kind(), schema: &schema };
                let found = rows::read(reader, context, &table, &filter, MAX_ROWS)?;
                let explain = |states: States| {
                    let key = states.key(&table);
                    Ok((key, steps.explain(reader, context, &states.changed(&table, &set))?))
                };
                found.into_iter().map(explain).collect()
            })
            .await
    }
}

/// Refuses callers who must not know what policies say.
fn require_builder(caller: &Caller) -> Result<()> {
    let knows = match caller {
        Caller::Api { role: Role::ServiceRole, .. } => true,
        caller => caller.may_build(),
    };
    if knows { Ok(()) } else { Err(Error::new(Code::Forbidden, "only builders and owners see why")) }
}

fn not_there() -> Error {
    Error::new(Code::NotFound, "there is no such row")
}
