//! Computed columns: what they are computed from, checked; what they rest on.

use std::sync::Arc;

use tenon_model::{Code, Column, DataType, Error, Expr, Generated, Ident, Result, Schema, Table};

use super::{Draft, Misfit, cast::implicit_cast};
use crate::{
    expressions::{Node, check},
    sql::Located,
    tables::{
        change::{ExpressionDef, GeneratedDef, Position},
        computed::{Link, base, moment_or_person},
        late::is_late,
        step::Step,
    },
};

/// What a column of `table` is computed from; the table need not be in the schema yet, nor the column in the table.
///
/// # Errors
/// What the expression gets wrong, with its place.
pub(super) fn resolve(schema: &Schema, table: &Table, column: &Column, def: &GeneratedDef) -> Result<Generated, Misfit> {
    let mut known = schema.clone();
    let mut without = table.clone();
    without.columns.retain(|c| c.name != column.name);
    known.tables.insert(table.name.clone(), Arc::new(without));
    let ExpressionDef { node, at } = &def.expression;
    let expr = typed(&known, &table.name, column, node, *at)?;
    if weight(&known, &table.name, &expr) > MAX_WEIGHT {
        let message = format!("column \"{}\" would be computed from too many others, which are computed themselves", column.name);
        return Err(Located::new(Error::new(Code::TooComplex, message), *at).into());
    }
    if def.stored {
        check_stored(&known, &table.name, column, &expr).map_err(|e| Located::new(e, *at))?;
    } else if column.not_null {
        let message = format!("column \"{}\" is computed on read and cannot be not null", column.name);
        return Err(Error::new(Code::Unsupported, message).with_hint("make it stored").into());
    }
    Ok(Generated { expr, stored: def.stored })
}

/// So many parts may an expression come to with all that it is computed from in its place.
const MAX_WEIGHT: u64 = 200_000;

/// How many parts an expression may come to, at most, with computed columns in their place.
fn weight(schema: &Schema, table: &Ident, expr: &Expr) -> u64 {
    let mut parts: u64 = 0;
    expr.visit(&mut |_| parts += 1);
    let used = expr.uses(table).columns;
    let computed = used.iter().filter_map(|(table, name)| {
        let generated = schema.table(table.as_str())?.column(name.as_str())?.generated.as_ref()?;
        Some(weight(schema, table, &generated.expr))
    });
    parts.saturating_mul(computed.max().unwrap_or(1))
}

/// The expression as a value of the column's type.
fn typed(schema: &Schema, table: &Ident, column: &Column, node: &Node, at: Position) -> Result<Expr, Located> {
    let wanted = &column.data_type;
    // A text in quotes becomes what is wanted, whatever else there is stays what it is.
    let expr = check(node, schema, Some(table), None)?;
    let own = expr.data_type();
    if own == *wanted {
        return Ok(expr);
    }
    if let Expr::Literal { .. } = expr {
        return check(node, schema, Some(table), Some(wanted));
    }
    if !implicit_cast(&own, wanted) {
        let message = format!("column \"{}\" is of type {wanted} but its expression is of type {own}", column.name);
        return Err(Located::new(Error::new(Code::InvalidValue, message).with_hint(format!("add a cast: (…)::{wanted}")), at));
    }
    Ok(Expr::Cast { expr: Box::new(expr), to: wanted.clone() })
}

/// A stored value must be the same for everybody and at every moment, and it must be known which rows it rests on.
fn check_stored(schema: &Schema, table: &Ident, column: &Column, expr: &Expr) -> Result<()> {
    let base = base(schema, table, expr.clone());
    let refused =
        |message: String| Err(Error::new(Code::Unsupported, message).with_hint("make it virtual: it is then computed on read"));
    if let Some(value) = moment_or_person(&base) {
        let value = value.as_sql();
        return refused(format!(
            "column \"{}\" is stored and cannot rest on {value}, which differs from request to request",
            column.name
        ));
    }
    if column.not_null && base.reads_tables() {
        return refused(format!("column \"{}\" is stored from other rows and cannot be not null", column.name));
    }
    match Link::all(schema, table, &base) {
        Ok(_) => Ok(()),
        Err(why) => refused(format!("column \"{}\" cannot be stored: {why}", column.name)),
    }
}

impl Draft {
    pub(super) fn set_expression(&mut self, table: &Table, name: &Ident, expression: &ExpressionDef) -> Result<(), Misfit> {
        let column = table.require_column(name.as_str())?;
        let Some(before) = &column.generated else { return Err(not_computed(table, name).into()) };
        let def = GeneratedDef { expression: expression.clone(), stored: before.stored };
        let made = resolve(&self.schema, table, column, &def)?;
        self.refuse_circle(table, name, &made.expr).map_err(|e| Located::new(e, expression.at))?;
        let step = Step::SetExpression { table: table.name.clone(), column: name.clone() };
        self.edit_column(table, name, step, |c| c.generated = Some(made));
        Ok(())
    }

    pub(super) fn drop_expression(&mut self, table: &Table, name: &Ident, if_exists: bool) -> Result<()> {
        let column = table.require_column(name.as_str())?;
        match &column.generated {
            None if if_exists => Ok(()),
            None => Err(not_computed(table, name)),
            Some(generated) if !generated.stored => {
                let message = format!("column \"{name}\" of \"{}\" is computed on read: there are no values to keep", table.name);
                Err(Error::new(Code::Unsupported, message).with_hint("drop the column and add another"))
            }
            Some(_) => {
                let step = Step::SetExpression { table: table.name.clone(), column: name.clone() };
                self.edit_column(table, name, step, |c| c.generated = None);
                Ok(())
            }
        }
    }

    /// Refuses what would be computed from itself.
    fn refuse_circle(&self, table: &Table, name: &Ident, expr: &Expr) -> Result<()> {
        let goal = (table.name.clone(), name.clone());
        let mut open: Vec<(Ident, Ident)> = expr.uses(&table.name).columns.into_iter().collect();
        let mut seen = Vec::new();
        while let Some(next) = open.pop() {
            if next == goal {
                let message = format!("column \"{name}\" of \"{}\" would be computed from itself", table.name);
                return Err(Error::new(Code::InvalidValue, message));
            }
            if !seen.contains(&next) {
                let column = self.schema.table(next.0.as_str()).and_then(|t| t.column(next.1.as_str()));
                let uses = column.and_then(|c| c.generated.as_ref()).map(|g| g.expr.uses(&next.0).columns);
                open.extend(uses.into_iter().flatten());
                seen.push(next);
            }
        }
        Ok(())
    }
}

fn not_computed(table: &Table, name: &Ident) -> Error {
    Error::new(Code::NotFound, format!("column \"{name}\" of \"{}\" is no computed column", table.name))
}

/// Refuses computed columns in keys and references, which must be there before a row is.
pub(super) fn refuse_in_key(table: &Table, columns: &[Ident], what: &str) -> Result<()> {
    match columns.iter().filter_map(|name| table.column(name.as_str())).find(|column| column.generated.is_some()) {
        Some(column) => Err(refused_in(column, what)),
        None => Ok(()),
    }
}

/// Refuses columns that no index can be made of: those computed on read.
pub(super) fn refuse_virtual(table: &Table, columns: &[Ident]) -> Result<()> {
    match columns.iter().filter_map(|name| table.column(name.as_str())).find(|column| column.is_virtual()) {
        Some(column) => Err(refused_in(column, "an index").with_hint("make it stored")),
        None => Ok(()),
    }
}

/// Refuses columns that are kept from other rows: they change with those, whatever would be broken.
pub(super) fn refuse_from_others(table: &Table, columns: &[Ident]) -> Result<()> {
    match columns.iter().filter_map(|name| table.column(name.as_str())).find(|column| column.is_stored_from_others()) {
        Some(column) => Err(refused_in(column, "a unique constraint")),
        None => Ok(()),
    }
}

fn refused_in(column: &Column, what: &str) -> Error {
    Error::new(Code::Unsupported, format!("column \"{}\" is computed and cannot be in {what}", column.name))
}

/// Where a new column goes: what looks into other tables stands behind all others, so that a table can be made before them.
pub(super) fn place(table: &Table, column: &Column) -> usize {
    if is_late(table, column) {
        return table.columns.len();
    }
    table.columns.iter().position(|c| is_late(table, c)).unwrap_or(table.columns.len())
}

/// Refuses another type for a computed column.
pub(super) fn refuse_new_type(column: &Column, to: &DataType) -> Result<()> {
    if column.generated.is_none() {
        return Ok(());
    }
    let message = format!("the type of the computed column \"{}\" cannot be changed to {to}", column.name);
    Err(Error::new(Code::Unsupported, message).with_hint("drop the column and add it with another expression"))
}
