//! Check constraints.

use std::sync::Arc;

use tenon_model::{Check, Code, Error, Expr, Ident, Result, Schema, Table, expression::functions::BOOLEAN};

use super::{Draft, Misfit, names};
use crate::{
    expressions::{Node, Place, check_at},
    sql::Located,
    tables::{
        change::{CheckDef, ConstraintDef},
        step::Step,
    },
};

/// Checks that one table may have.
const MAX_CHECKS: usize = 100;

/// Looks a check of `table` up; the table may not be in the schema yet.
pub(super) fn resolve(schema: &Schema, table: &Table, def: &ConstraintDef, check: &CheckDef) -> Result<Check, Misfit> {
    if table.checks.len() >= MAX_CHECKS {
        return Err(Error::new(Code::TooComplex, format!("a table has at most {MAX_CHECKS} checks")).into());
    }
    let expr = condition(schema, table, &check.expr)?;
    let used = expr.uses(&table.name).columns;
    let computed = |name: &Ident| table.column(name.as_str()).is_some_and(|c| c.generated.is_some());
    if let Some((_, column)) = used.iter().find(|(_, name)| computed(name)) {
        let message = format!("a check cannot look at \"{column}\", which is computed: say what it is computed from");
        return Err(Located::new(Error::new(Code::Unsupported, message), check.expr.at).into());
    }
    let name = match &def.name {
        Some(name) => {
            names::check_constraint(table, name)?;
            name.clone()
        }
        None => choose(schema, table, &expr)?,
    };
    Ok(Check { name, expr, message: None, not_valid: check.not_valid })
}

/// The name that PostgreSQL makes up: it tells the column, if there is but one.
pub(crate) fn choose(schema: &Schema, table: &Table, expr: &Expr) -> Result<Ident> {
    let used = expr.uses(&table.name).columns;
    let mut columns = used.iter().map(|(_, column)| column);
    match (columns.next(), columns.next()) {
        (Some(only), None) => names::choose(schema, table, [only], "check"),
        _ => names::choose(schema, table, [], "check"),
    }
}

fn condition(schema: &Schema, table: &Table, node: &Node) -> Result<Expr, Located> {
    let mut schema = schema.clone();
    schema.tables.insert(table.name.clone(), Arc::new(table.clone()));
    check_at(Place::Check, node, &schema, Some(&table.name), Some(&BOOLEAN))
}

impl Draft {
    pub(super) fn validate_constraint(&mut self, table: &Table, name: &Ident) -> Result<()> {
        let Some(check) = table.checks.iter().find(|c| c.name == *name) else {
            // Keys and references are never anything but valid.
            return if names::has_constraint(table, name.as_str()) {
                Ok(())
            } else {
                Err(super::alter::no_constraint(table, name))
            };
        };
        if check.not_valid {
            let step = Step::ValidateCheck { table: table.name.clone(), check: check.clone() };
            self.table_step(&table.name, step, |t| {
                t.checks.iter_mut().filter(|c| c.name == *name).for_each(|c| c.not_valid = false);
            });
        }
        Ok(())
    }

    pub(super) fn drop_check(&mut self, table: &Ident, name: &Ident) {
        let step = Step::DropCheck { table: table.clone(), name: name.clone() };
        self.table_step(table, step, |t| t.checks.retain(|c| c.name != *name));
    }

    pub(super) fn comment_constraint(&mut self, table: &Ident, name: &Ident, text: Option<&str>) -> Result<()> {
        let found = self.table(table)?;
        if !found.checks.iter().any(|c| c.name == *name) {
            return Err(if names::has_constraint(&found, name.as_str()) {
                Error::new(
                    Code::Unsupported,
                    format!("constraint \"{name}\" of \"{table}\" is no check: only checks can have comments"),
                )
            } else {
                super::alter::no_constraint(&found, name)
            });
        }
        let step = Step::CommentCheck { table: table.clone(), name: name.clone() };
        self.table_step(table, step, |t| {
            for check in t.checks.iter_mut().filter(|c| c.name == *name) {
                check.message = text.map(str::to_owned);
            }
        });
        Ok(())
    }

    /// Refuses a new type for a column that a check looks at: what the check means may depend on it.
    pub(super) fn check_checks_of_type(table: &Table, column: &Ident) -> Result<()> {
        let Some(check) = table.checks.iter().find(|check| check.columns(table).contains(&column)) else { return Ok(()) };
        let what = format!("check \"{}\" of \"{}\"", check.name, table.name);
        Err(Error::new(Code::Dependent, format!("cannot change the type of column \"{column}\" because {what} uses it"))
            .with_details(what)
            .with_hint("drop the check, change the type, and add the check again"))
    }
}
