//! `create table` and `create index`.

use std::sync::Arc;

use tenon_model::{Code, Column, Error, Ident, Index, IndexColumn, Result, Table};

use super::{
    Draft, Misfit,
    column::{self, MAX_COLUMNS},
    constraint::{self, Resolved},
    generated, names, sort_parts,
};
use crate::tables::{
    change::{ColumnDef, ConstraintDef, ConstraintKind},
    late::is_late,
    step::Step,
};

impl Draft {
    pub(super) fn create_table(
        &mut self,
        name: &Ident,
        if_not_exists: bool,
        columns: &[ColumnDef],
        constraints: &[ConstraintDef],
    ) -> Result<(), Misfit> {
        if if_not_exists && self.schema.tables.contains_key(name) {
            return Ok(());
        }
        names::check_table(&self.schema, name)?;
        let mut table = self.resolve_table(name, columns, constraints)?;
        table.access = self.schema.default_privileges.tables.clone();
        let table = Arc::new(table);
        self.step(Step::CreateTable(table.clone()), |schema| {
            schema.tables.insert(table.name.clone(), table);
            schema.tables.sort_keys();
        });
        Ok(())
    }

    fn resolve_table(&self, name: &Ident, columns: &[ColumnDef], constraints: &[ConstraintDef]) -> Result<Table, Misfit> {
        if columns.is_empty() {
            return Err(Error::new(Code::InvalidSyntax, format!("table \"{name}\" needs at least one column")).into());
        }
        if columns.len() > MAX_COLUMNS {
            return Err(Error::new(Code::TooComplex, format!("a table has at most {MAX_COLUMNS} columns")).into());
        }
        let mut table = Table::new(name.clone());
        for def in columns {
            names::check_column(&table, &def.name)?;
            table.columns.push(column::resolve(&self.schema, def)?);
        }
        column::check_one_identity(&table)?;
        self.resolve_computed(&mut table, columns)?;
        let all = columns.iter().flat_map(|c| &c.constraints).chain(constraints);
        // Keys first: references of a table to itself rest on them.
        let (keys, others): (Vec<_>, Vec<_>) = all.partition(|c| !matches!(c.kind, ConstraintKind::ForeignKey { .. }));
        for def in keys.into_iter().chain(others) {
            let resolved = constraint::resolve(&self.schema, &table, def)?;
            add_constraint(&mut table, resolved);
        }
        sort_parts(&mut table);
        Ok(table)
    }

    /// Fills in what columns are computed from: each may use those that are computed before it, and all that are not.
    fn resolve_computed(&self, table: &mut Table, columns: &[ColumnDef]) -> Result<(), Misfit> {
        let computed = columns.iter().filter_map(|def| def.generated.as_ref().map(|generated| (def, generated)));
        let mut rest: Vec<Column> = Vec::new();
        for (def, _) in computed.clone() {
            if let Some(at) = table.columns.iter().position(|c| c.name == def.name) {
                rest.push(table.columns.remove(at));
            }
        }
        let places: Vec<Ident> = columns.iter().map(|def| def.name.clone()).collect();
        for (mut column, (_, generated)) in rest.into_iter().zip(computed) {
            column.generated = Some(generated::resolve(&self.schema, table, &column, generated)?);
            let mut place = generated::place(table, &column);
            let rank = |name: &Ident| places.iter().position(|n| n == name);
            if !is_late(table, &column) {
                place = table.columns[..place].iter().position(|c| rank(&c.name) > rank(&column.name)).unwrap_or(place);
            }
            table.columns.insert(place, column);
        }
        Ok(())
    }

    pub(super) fn create_index(
        &mut self,
        name: Option<&Ident>,
        if_not_exists: bool,
        table: &Ident,
        columns: &[IndexColumn],
        unique: bool,
    ) -> Result<()> {
        let table = self.table(table)?;
        if let Some(name) = name.filter(|_| if_not_exists)
            && self.schema.tables.values().any(|t| t.indexes.iter().any(|i| i.name == *name))
        {
            return Ok(());
        }
        let bare: Vec<Ident> = columns.iter().map(|c| c.column.clone()).collect();
        constraint::check_key_columns(&table, &bare)?;
        if unique {
            generated::refuse_from_others(&table, &bare)?;
        }
        let name = match name {
            Some(name) => {
                names::check_relation(&self.schema, name)?;
                name.clone()
            }
            None => names::choose(&self.schema, &table, &bare, "idx")?,
        };
        let index = Index { name, columns: columns.to_vec(), unique };
        let step = Step::CreateIndex { table: table.name.clone(), index: index.clone() };
        self.table_step(&table.name, step, |t| t.indexes.push(index));
        Ok(())
    }
}

/// Adds a constraint to a table; the columns of a primary key become not null.
pub(super) fn add_constraint(table: &mut Table, constraint: Resolved) {
    match constraint {
        Resolved::PrimaryKey(key) => {
            for column in &mut table.columns {
                column.not_null |= key.columns.contains(&column.name);
            }
            table.primary_key = Some(key);
        }
        Resolved::Unique(unique) => table.uniques.push(unique),
        Resolved::ForeignKey(key) => table.foreign_keys.push(key),
        Resolved::Check(check) => table.checks.push(check),
    }
}
