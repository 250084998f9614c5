//! Reads: one statement for the rows, one for each embed, one for the total where it must be counted.

use std::sync::Arc;

use tenon_model::{Caller, Code, Error, Expr, ReadQuery, Result, Schema};

use super::{
    Count, ReadOptions, Rows,
    access::Rights,
    block::Context,
    count, load,
    plan::{Level, effective_filter},
    run,
    sql::{self, select},
};
use crate::{
    Engine,
    database::{EngineKind, Inline, Reader},
};

/// Reads of at most so many rows may run on the calling thread, while they are short.
const INLINE_ROWS: u64 = 200;

/// A read, ready to run.
struct Reading {
    schema: Arc<Schema>,
    query: ReadQuery,
    options: ReadOptions,
    /// Whether rows are hidden from the caller: a guess would be made from all of them.
    hides: bool,
}

impl Engine {
    /// Reads rows, with their related rows, from one snapshot.
    ///
    /// # Errors
    /// [`Code::Forbidden`] if the caller may not read the table or an embedded one; [`Code::RangeNotSatisfiable`];
    /// [`Code::NotSingular`]; [`Code::Timeout`].
    pub async fn read(&self, caller: &Caller, query: ReadQuery, options: ReadOptions) -> Result<Rows> {
        self.read_of(caller, self.schema(), query, options).await
    }

    /// As [`Engine::read`], of tables of that schema.
    pub(crate) async fn read_of(
        &self,
        caller: &Caller,
        schema: Arc<Schema>,
        query: ReadQuery,
        options: ReadOptions,
    ) -> Result<Rows> {
        Rights::of(caller, &schema)?.require_read(&query)?;
        let guard = self.guard(&schema, caller);
        // Of what is no table there is no guess.
        let hides = guard.binds(&query.table) || schema.table(query.table.as_str()).is_some_and(|table| table.is_shown());
        let mut query = guard.read(query)?;
        let schema = guard.views_seen(&schema, &query)?;
        let most = self.config().max_rows;
        query.limit = Some(query.limit.map_or(most, |limit| limit.min(most)));
        let reading = Reading { schema, query, options, hides };
        if reading.is_short()
            && let Inline::Done(rows) = self.database().read_inline(|reader| reading.run(reader))?
        {
            return Ok(rows);
        }
        self.database().read_with(move |reader| reading.run(reader)).await
    }
}

impl Reading {
    /// Whether it may be tried on the calling thread, where longer work is stopped and repeated elsewhere.
    fn is_short(&self) -> bool {
        self.query.limit.is_some_and(|limit| limit <= INLINE_ROWS)
            || self.schema.tables.get(self.query.table.as_str()).is_some_and(|table| select::is_point(&self.query.filter, table))
    }

    fn run(&self, reader: &mut Reader) -> Result<Rows> {
        let context = Context { engine: reader.conn.kind(), schema: &self.schema };
        let filter = effective_filter(&self.query);
        let level = Level::new(&self.schema, &self.query.table, &self.query.select)?;
        if self.options.count.is_some() || level.embeds > 0 {
            reader.snapshot()?;
        }
        let mut rows =
            if self.options.head { self.count_page(reader, &filter)? } else { self.load(reader, context, &level, &filter)? };
        if let Some(how) = self.options.count {
            let total = self.total(reader, &filter, how, rows.rows)?;
            if how == Count::Exact && self.query.offset > total {
                return Err(beyond(self.query.offset, total));
            }
            rows.total = Some(total);
        }
        Ok(rows)
    }

    fn rows<'q>(&'q self, filter: &'q Expr) -> sql::Rows<'q> {
        let query = &self.query;
        sql::Rows { table: &query.table, filter, order: &query.order, limit: query.limit, offset: query.offset }
    }

    fn load<'q>(&self, reader: &mut Reader, context: Context<'q>, level: &Level<'q>, filter: &Expr) -> Result<Rows> {
        // A single row out of none beyond the end is a wrong range first.
        match load::load(&mut reader.conn, context, level, &self.rows(filter), self.options.format) {
            Err(error) if self.options.count == Some(Count::Exact) && error.code == Code::NotSingular => {
                let total = self.total(reader, filter, Count::Exact, 0)?;
                Err(if self.query.offset > total { beyond(self.query.offset, total) } else { error })
            }
            other => other,
        }
    }

    /// How many rows the page would have, without reading them.
    fn count_page(&self, reader: &mut Reader, filter: &Expr) -> Result<Rows> {
        let most = self.query.limit.map(|limit| limit.saturating_add(self.query.offset));
        let statement = select::count(reader.conn.kind(), &self.schema, &self.query.table, filter, most)?;
        let met = u64::try_from(run::number(&mut reader.conn, &statement)?).unwrap_or(0);
        Ok(Rows { rows: met.saturating_sub(self.query.offset), ..Rows::default() })
    }

    /// How many rows the filter meets; known without counting if the page is the last one.
    fn total(&self, reader: &mut Reader, filter: &Expr, how: Count, rows: u64) -> Result<u64> {
        let query = &self.query;
        let is_last = query.limit.is_none_or(|limit| rows < limit) && (rows > 0 || query.offset == 0);
        if is_last && query.limit != Some(0) {
            return Ok(query.offset + rows);
        }
        let how = if self.hides { Count::Exact } else { how };
        count::count(reader, &self.schema, &query.table, filter, how)
    }
}

fn beyond(offset: u64, total: u64) -> Error {
    Error::new(Code::RangeNotSatisfiable, "Requested range not satisfiable")
        .with_details(format!("An offset of {offset} was requested, but there are only {total} rows."))
}

impl Context<'_> {
    /// Whether rows come from SQLite.
    pub(crate) fn is_sqlite(self) -> bool {
        self.engine == EngineKind::Sqlite
    }
}
