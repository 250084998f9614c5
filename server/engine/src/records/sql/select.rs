//! Whole selects: of a table, of the rows related to others, of counts.

use tenon_model::{CompareOp, DataType, Expr, Ident, OrderBy, Relation, Result, ScalarType, Schema, Table};

use super::{Alias, Bind, Builder, Shown, Statement, postgres_type};
use crate::{database::EngineKind, records::keys::Keys};

/// Which rows of a table, in which order.
pub(crate) struct Rows<'q> {
    pub(crate) table: &'q Ident,
    pub(crate) filter: &'q Expr,
    pub(crate) order: &'q [OrderBy],
    pub(crate) limit: Option<u64>,
    pub(crate) offset: u64,
}

/// Selects columns of rows.
///
/// # Errors
/// As [`Builder::expr`].
pub(crate) fn select(engine: EngineKind, schema: &Schema, columns: &[Shown<'_>], rows: &Rows<'_>) -> Result<Statement> {
    let mut b = Builder::new(engine, schema);
    b.push("select ");
    b.select_list(Some(Alias::ROOT), columns)?;
    b.push(" from ").table(rows.table, Alias::ROOT);
    b.where_filter(Alias::ROOT, rows.filter)?;
    b.order_and_limit(rows)?;
    b.finish()
}

/// Counts rows, at most `most` if given.
///
/// # Errors
/// As [`Builder::expr`].
pub(crate) fn count(engine: EngineKind, schema: &Schema, table: &Ident, filter: &Expr, most: Option<u64>) -> Result<Statement> {
    let mut b = Builder::new(engine, schema);
    b.push("select count(*)");
    b.push(if engine == EngineKind::Sqlite { " from " } else { "::text from " });
    if most.is_some() {
        b.push("(select 1 from ");
    }
    b.table(table, Alias::ROOT);
    b.where_filter(Alias::ROOT, filter)?;
    if let Some(most) = most {
        b.limit(Some(most), 0).push(") as counted");
    }
    b.finish()
}

/// Selects columns of the rows that a relation leads to from any of `keys`; the first column is the key's position.
/// Limit and offset are for each key.
///
/// # Errors
/// As [`Builder::expr`].
pub(crate) fn related(
    engine: EngineKind,
    schema: &Schema,
    columns: &[Shown<'_>],
    relation: &Relation,
    keys: &Keys,
    rows: &Rows<'_>,
) -> Result<Statement> {
    let mut b = Builder::new(engine, schema);
    let limited = !relation.to_one && (rows.limit.is_some() || rows.offset > 0);
    let position = if engine == EngineKind::Sqlite { "k.key" } else { "k.n" };
    if limited {
        b.push("select s.g");
        b.push(if engine == EngineKind::Sqlite { "" } else { "::text" });
        for index in 0..columns.len() {
            b.push(", s.c").number(index as u64);
        }
        b.push(" from (select ").push(position).push(" as g");
        for (index, column) in columns.iter().enumerate() {
            b.push(", ");
            b.select_column(Some(Alias::ROOT), column)?;
            b.push(" as c").number(index as u64);
        }
        b.push(", row_number() over (partition by ").push(position).push(" order by ");
        if !b.order(rows.table, Alias::ROOT, rows.order, true)? {
            b.push("1");
        }
        b.push(") as r");
    } else {
        b.push("select ").push(position).push(if engine == EngineKind::Sqlite { "" } else { "::text" });
        if !columns.is_empty() {
            b.push(", ");
            b.select_list(Some(Alias::ROOT), columns)?;
        }
    }
    b.join_keys(relation, keys)?;
    b.where_filter(Alias::ROOT, rows.filter)?;
    if limited {
        let first = i64::try_from(rows.offset).unwrap_or(i64::MAX);
        let last = rows.limit.map_or(i64::MAX, |limit| first.saturating_add(i64::try_from(limit).unwrap_or(i64::MAX)));
        b.push(") as s where s.r > ").bind(Bind::Int(first)).push(" and s.r <= ").bind(Bind::Int(last));
        b.push(" order by s.g, s.r");
    } else {
        b.push(" order by ").push(position);
        if !relation.to_one {
            let keyed = !b.require_table(rows.table)?.key_columns().is_empty();
            if keyed || !rows.order.is_empty() {
                b.push(", ");
                b.order(rows.table, Alias::ROOT, rows.order, true)?;
            }
        }
    }
    b.finish()
}

impl Builder<'_> {
    /// `order by … limit … offset …`.
    pub(crate) fn order_and_limit(&mut self, rows: &Rows<'_>) -> Result<()> {
        let table = self.require_table(rows.table)?;
        let tie_break = !is_point(rows.filter, table);
        if (tie_break && !table.key_columns().is_empty()) || !rows.order.is_empty() {
            self.push(" order by ");
            self.order(rows.table, Alias::ROOT, rows.order, tie_break)?;
        }
        self.limit(rows.limit, rows.offset);
        Ok(())
    }

    /// `limit … offset …`, both bound.
    pub(crate) fn limit(&mut self, limit: Option<u64>, offset: u64) -> &mut Self {
        let number = |n: u64| Bind::Int(i64::try_from(n).unwrap_or(i64::MAX));
        match limit {
            Some(limit) => self.push(" limit ").bind(number(limit)),
            None if offset > 0 && self.is_sqlite() => self.push(" limit -1"),
            None => self,
        };
        if offset > 0 {
            self.push(" offset ").bind(number(offset));
        }
        self
    }

    /// ` from keys join table …`: the rows that `keys` lead to; the target is the root.
    fn join_keys(&mut self, relation: &Relation, keys: &Keys) -> Result<()> {
        let (joined, joined_table) = match &relation.through {
            Some(through) => (self.fresh_alias(), &through.table),
            None => (Alias::ROOT, &relation.target),
        };
        let foreign = self.require_table(joined_table)?;
        if self.is_sqlite() {
            self.push(" from json_each(").bind(Bind::Text(keys.as_json())).push(") as k cross join ");
        } else {
            self.push(" from unnest(");
            for index in 0..relation.foreign.len() {
                self.push(if index > 0 { ", " } else { "" });
                self.bind(Bind::Text(keys.as_postgres_array(index))).push("::text[]");
            }
            self.push(") with ordinality as k(");
            for index in 0..relation.foreign.len() {
                self.push("c").number(index as u64).push(", ");
            }
            self.push("n) join ");
        }
        self.table(joined_table, joined).push(" on ");
        for (index, name) in relation.foreign.iter().enumerate() {
            if index > 0 {
                self.push(" and ");
            }
            let data_type = &foreign.require_column(name.as_str())?.data_type;
            self.column(joined, name).push(" = ");
            self.key_value(data_type, index, relation.foreign.len());
        }
        if let Some(through) = &relation.through {
            self.push(if self.is_sqlite() { " cross join " } else { " join " });
            self.table(&relation.target, Alias::ROOT).push(" on ");
            self.join_columns(Alias::ROOT, &through.target, joined, &through.local);
            if let Some(filter) = &through.filter {
                self.and_filter(joined, filter)?;
            }
        }
        Ok(())
    }

    fn key_value(&mut self, data_type: &DataType, index: usize, width: usize) {
        if !self.is_sqlite() {
            self.push("k.c").number(index as u64).push("::").push(&postgres_type(data_type));
            return;
        }
        let blob = matches!(data_type, DataType::Scalar(ScalarType::Bytea));
        self.push(if blob { "unhex(" } else { "" });
        if width == 1 {
            self.push("k.value");
        } else {
            self.push("json_extract(k.value, '$[").number(index as u64).push("]')");
        }
        self.push(if blob { ")" } else { "" });
    }
}

/// Whether a filter asks for one value of every column of the primary key: at most one row is met.
pub(crate) fn is_point(filter: &Expr, table: &Table) -> bool {
    let key = table.key_columns();
    let is_equal = |expr: &Expr, column: &Ident| match expr {
        Expr::Compare { op: CompareOp::Eq, left, right } => {
            matches!(&**left, Expr::Column { name, .. } if name == column) && matches!(&**right, Expr::Literal { .. })
        }
        _ => false,
    };
    let pins = |column: &Ident| match filter {
        Expr::And(terms) => terms.iter().any(|term| is_equal(term, column)),
        other => is_equal(other, column),
    };
    !key.is_empty() && key.iter().all(pins)
}
