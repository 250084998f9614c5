//! `alter table`.

use tenon_model::{
    Code, Column, DataType, Default, Error, ForeignKey, Ident, Identity, ReferentialAction, Result, ScalarType, Table,
    expression::Uses, value::casts,
};

use super::{
    Draft, Misfit,
    cast::implicit_cast,
    column::{self, MAX_COLUMNS, column_mut},
    compatible, constraint,
    create::add_constraint,
    default, dependent,
    drop::constraint_names,
    edit_all, generated, names, rules,
};
use crate::tables::{
    change::{AlterAction, ColumnDef, ConstraintDef, DefaultDef, TypeName},
    step::Step,
};

impl Draft {
    pub(super) fn alter_table(&mut self, name: &Ident, if_exists: bool, actions: &[AlterAction]) -> Result<(), Misfit> {
        if if_exists && !self.schema.tables.contains_key(name) {
            return Ok(());
        }
        // Of a view, dumps say whose it is.
        if self.schema.views.contains_key(name) && actions.iter().all(|action| matches!(action, AlterAction::RowSecurity(None))) {
            return Ok(());
        }
        actions.iter().try_for_each(|action| self.alter(name, action))
    }

    fn alter(&mut self, name: &Ident, action: &AlterAction) -> Result<(), Misfit> {
        let table = self.table(name)?;
        match action {
            AlterAction::AddColumn { column, if_not_exists } => return self.add_column(&table, column, *if_not_exists),
            AlterAction::SetExpression { column, expression } => return self.set_expression(&table, column, expression),
            AlterAction::DropExpression { column, if_exists } => self.drop_expression(&table, column, *if_exists),
            AlterAction::DropColumn { name, if_exists, cascade } => self.drop_column(&table, name, *if_exists, *cascade),
            AlterAction::RenameColumn { from, to } => self.rename_column(&table, from, to),
            AlterAction::RenameTable(to) => self.rename_table(&table, to),
            AlterAction::RenameConstraint { from, to } => self.rename_constraint(&table, from, to),
            AlterAction::SetDefault { column, default } => return self.set_default(&table, column, default.as_ref()),
            AlterAction::SetNotNull { column, not_null } => self.set_not_null(&table, column, *not_null),
            AlterAction::SetType { column, type_name, explicit } => self.set_type(&table, column, type_name, *explicit),
            AlterAction::AddIdentity { column, identity } => self.add_identity(&table, column, *identity),
            AlterAction::DropIdentity { column, if_exists } => self.drop_identity(&table, column, *if_exists),
            AlterAction::RowSecurity(on) => {
                if let Some(on) = on.filter(|on| *on != table.row_security) {
                    self.row_security(name, on);
                }
                Ok(())
            }
            AlterAction::AddConstraint(def) => return self.add_constraint(&table, def),
            AlterAction::ValidateConstraint(name) => self.validate_constraint(&table, name),
            AlterAction::DropConstraint { name, if_exists, cascade } => self.drop_constraint(&table, name, *if_exists, *cascade),
        }?;
        Ok(())
    }

    pub(super) fn edit_column(&mut self, table: &Table, name: &Ident, step: Step, edit: impl FnOnce(&mut Column)) {
        self.table_step(&table.name, step, |t| {
            if let Some(column) = column_mut(t, name) {
                edit(column);
            }
        });
    }

    fn add_column(&mut self, table: &Table, def: &ColumnDef, if_not_exists: bool) -> Result<(), Misfit> {
        if if_not_exists && table.column(def.name.as_str()).is_some() {
            return Ok(());
        }
        names::check_column(table, &def.name)?;
        if table.columns.len() >= MAX_COLUMNS {
            return Err(Error::new(Code::TooComplex, format!("a table has at most {MAX_COLUMNS} columns")).into());
        }
        let mut column = column::resolve(&self.schema, def)?;
        if let Some(made) = &def.generated {
            column.generated = Some(generated::resolve(&self.schema, table, &column, made)?);
        }
        let mut widened = table.clone();
        widened.columns.push(column.clone());
        column::check_one_identity(&widened)?;
        let step = Step::AddColumn { table: table.name.clone(), column: Box::new(column.clone()) };
        let place = generated::place(table, &column);
        self.table_step(&table.name, step, |t| t.columns.insert(place, column));
        self.renew_row_functions(&table.name)?;
        for constraint in &def.constraints {
            let table = self.table(&table.name)?;
            self.add_constraint(&table, constraint)?;
        }
        Ok(())
    }

    fn add_constraint(&mut self, table: &Table, def: &ConstraintDef) -> Result<(), Misfit> {
        let resolved = constraint::resolve(&self.schema, table, def)?;
        let name = table.name.clone();
        let step = match &resolved {
            constraint::Resolved::PrimaryKey(key) => Step::AddPrimaryKey { table: name, key: key.clone() },
            constraint::Resolved::Unique(unique) => Step::AddUnique { table: name, unique: unique.clone() },
            constraint::Resolved::ForeignKey(key) => Step::AddForeignKey { table: name, key: key.clone() },
            constraint::Resolved::Check(check) => Step::AddCheck { table: name, check: check.clone() },
        };
        self.table_step(&table.name, step, |t| add_constraint(t, resolved));
        Ok(())
    }

    fn rename_column(&mut self, table: &Table, from: &Ident, to: &Ident) -> Result<()> {
        table.require_column(from.as_str())?;
        if from == to {
            return Err(super::already_exists(&format!("column \"{to}\" of \"{}\"", table.name)));
        }
        let mut without = table.clone();
        without.columns.retain(|c| c.name != *from);
        names::check_column(&without, to)?;
        let used = |uses: &Uses| uses.columns.contains(&(table.name.clone(), from.clone()));
        self.refuse_for_readers(&format!("column \"{from}\" of \"{}\"", table.name), used)?;
        let step = Step::RenameColumn { table: table.name.clone(), from: from.clone(), to: to.clone() };
        self.step(step, |schema| edit_all(schema, |t| rename_column_in(t, &table.name, from, to)));
        Ok(())
    }

    fn rename_table(&mut self, table: &Table, to: &Ident) -> Result<()> {
        let mut without = (*self.schema).clone();
        if *to != table.name {
            without.tables.shift_remove(&table.name);
        }
        names::check_table(&without, to)?;
        self.refuse_for_readers(&format!("table \"{}\"", table.name), |uses| uses.tables.contains(&table.name))?;
        self.step(Step::RenameTable { from: table.name.clone(), to: to.clone() }, |schema| {
            edit_all(schema, |t| {
                rules::carry(t, |rule| rule.renamed_table(&table.name, to));
                if t.name == table.name {
                    t.name = to.clone();
                }
                for key in t.foreign_keys.iter_mut().filter(|k| k.references == table.name) {
                    key.references = to.clone();
                }
            });
            if let Some(renamed) = schema.tables.shift_remove(&table.name) {
                schema.tables.insert(to.clone(), renamed);
            }
            schema.tables.sort_keys();
        });
        Ok(())
    }

    fn rename_constraint(&mut self, table: &Table, from: &Ident, to: &Ident) -> Result<()> {
        let unique = table.uniques.iter().any(|u| u.name == *from);
        let primary = table.primary_key.as_ref().is_some_and(|k| k.name == *from);
        if !unique && !primary && !names::has_constraint(table, from.as_str()) {
            return Err(no_constraint(table, from));
        }
        names::check_constraint(table, to)?;
        if unique || primary {
            names::check_relation(&self.schema, to)?;
        }
        let step = Step::RenameConstraint { table: table.name.clone(), from: from.clone(), to: to.clone(), unique };
        self.table_step(&table.name, step, |t| {
            let keys = t.primary_key.iter_mut().chain(&mut t.uniques).map(|u| &mut u.name);
            let others = t.foreign_keys.iter_mut().map(|k| &mut k.name).chain(t.checks.iter_mut().map(|c| &mut c.name));
            for name in keys.chain(others).filter(|n| *n == from) {
                *name = to.clone();
            }
        });
        Ok(())
    }

    fn set_default(&mut self, table: &Table, name: &Ident, def: Option<&DefaultDef>) -> Result<(), Misfit> {
        let column = table.require_column(name.as_str())?;
        if column.generated.is_some() {
            let message = format!("column \"{name}\" of \"{}\" is a computed column and has no default", table.name);
            return Err(Error::new(Code::InvalidValue, message).into());
        }
        if column.identity.is_some() {
            let message = format!("column \"{name}\" is an identity column and has no default");
            return Err(Error::new(Code::InvalidValue, message).into());
        }
        let default = match def {
            Some(def) => default::resolve(&self.schema, column, def)?,
            None => None,
        };
        if default != column.default {
            self.check_default_is_set(table, &Column { default: default.clone(), ..column.clone() })?;
            let step = Step::SetDefault { table: table.name.clone(), column: name.clone() };
            self.edit_column(table, name, step, |c| c.default = default);
        }
        Ok(())
    }

    /// Refuses a default that a reference's `set default` could not give.
    fn check_default_is_set(&self, table: &Table, column: &Column) -> Result<()> {
        let set = |key: &ForeignKey| [key.on_delete, key.on_update].contains(&ReferentialAction::SetDefault);
        let mut keys = table.foreign_keys.iter().filter(|key| key.columns.contains(&column.name));
        if keys.any(set) { constraint::check_set_default(column) } else { Ok(()) }
    }

    fn set_not_null(&mut self, table: &Table, name: &Ident, not_null: bool) -> Result<()> {
        let column = table.require_column(name.as_str())?;
        if column.not_null == not_null {
            return Ok(());
        }
        if not_null && (column.is_virtual() || column.is_stored_from_others()) {
            let message = format!("column \"{name}\" of \"{}\" is computed and may be null", table.name);
            return Err(Error::new(Code::Unsupported, message));
        }
        let refused = |why: &str| Err(Error::new(Code::Dependent, format!("column \"{name}\" is {why}, which is never null")));
        if !not_null && table.key_columns().contains(name) {
            return refused("in the primary key");
        }
        if !not_null && column.identity.is_some() {
            return refused("an identity column");
        }
        if !not_null {
            self.keep_for_transitions("allow null in", &table.name, name, false)?;
        }
        let step = Step::SetNotNull { table: table.name.clone(), column: name.clone(), not_null };
        self.edit_column(table, name, step, |c| c.not_null = not_null);
        Ok(())
    }

    fn add_identity(&mut self, table: &Table, name: &Ident, identity: Identity) -> Result<()> {
        let column = table.require_column(name.as_str())?;
        generated::refuse_in_key(table, std::slice::from_ref(name), "an identity")?;
        if column.identity.is_some() || column.default.is_some() {
            let message = format!("column \"{name}\" has an identity or a default already");
            return Err(Error::new(Code::AlreadyExists, message));
        }
        if !column.not_null {
            let message = format!("column \"{name}\" must be not null before it becomes an identity column");
            return Err(Error::new(Code::InvalidValue, message));
        }
        let mut changed = column.clone();
        column::set_identity(&mut changed, identity)?;
        let mut numbered = table.clone();
        numbered.columns.push(changed.clone());
        column::check_one_identity(&numbered)?;
        let step = Step::SetIdentity { table: table.name.clone(), column: name.clone() };
        self.edit_column(table, name, step, |c| *c = changed);
        Ok(())
    }

    fn drop_identity(&mut self, table: &Table, name: &Ident, if_exists: bool) -> Result<()> {
        if table.require_column(name.as_str())?.identity.is_some() {
            let step = Step::SetIdentity { table: table.name.clone(), column: name.clone() };
            self.edit_column(table, name, step, |c| c.identity = None);
        } else if !if_exists {
            let message = format!("column \"{name}\" of \"{}\" is no identity column", table.name);
            return Err(Error::new(Code::NotFound, message));
        }
        Ok(())
    }

    fn set_type(&mut self, table: &Table, name: &Ident, type_name: &TypeName, explicit: bool) -> Result<()> {
        let column = table.require_column(name.as_str())?;
        if matches!(type_name, TypeName::Serial(_)) {
            let error = Error::new(Code::Unsupported, "a column cannot become serial");
            return Err(error.with_hint("use: alter column … add generated by default as identity"));
        }
        let to = column::data_type(&self.schema, type_name)?;
        let from = &column.data_type;
        if to == *from {
            return Ok(());
        }
        generated::refuse_new_type(column, &to)?;
        casts::check_cast(from, &to)?;
        if !explicit && !implicit_cast(from, &to) {
            let message = format!("column \"{name}\" cannot be converted from {from} to {to} without being asked to");
            return Err(Error::new(Code::InvalidValue, message).with_hint(format!("add: using {}::{to}", name.quoted())));
        }
        self.check_type_dependents(table, name, &to)?;
        self.check_policies_of_type(&table.name, name)?;
        self.keep_for_transitions("change the type of", &table.name, name, true)?;
        Self::check_checks_of_type(table, name)?;
        let used = |uses: &Uses| uses.columns.contains(&(table.name.clone(), name.clone()));
        self.refuse_for_readers(&format!("the type of column \"{name}\""), used)?;
        let mut changed = column.clone();
        changed.data_type = to.clone();
        if let Some(identity) = column.identity {
            column::set_identity(&mut changed, identity)?;
        }
        changed.default = self.converted_default(column, &to)?;
        let step = Step::SetType { table: table.name.clone(), column: name.clone(), explicit };
        self.edit_column(table, name, step, |c| *c = changed);
        Ok(())
    }

    fn converted_default(&self, column: &Column, to: &DataType) -> Result<Option<Default>> {
        let refused = |why: &str| {
            let message = format!("the default of column \"{}\" cannot be converted to {to}{why}", column.name);
            Error::new(Code::InvalidValue, message).with_hint("drop the default first")
        };
        match &column.default {
            Some(Default::Literal(value)) => {
                let value = value.cast(&column.data_type, to, &self.schema).map_err(|e| refused(&format!(": {}", e.message)))?;
                Ok(Some(Default::Literal(value)))
            }
            Some(Default::Expression(expr)) => match default::assigned((**expr).clone(), to) {
                Some(expr) => Ok(Some(Default::Expression(Box::new(expr)))),
                None => Err(refused("")),
            },
            Some(computed) if !default_fits(computed, to) => Err(refused("")),
            other => Ok(other.clone()),
        }
    }

    /// Keys, indexes and references that include the column must allow the new type.
    fn check_type_dependents(&self, table: &Table, name: &Ident, to: &DataType) -> Result<()> {
        let mut changed = table.clone();
        if let Some(column) = column_mut(&mut changed, name) {
            column.data_type = to.clone();
        }
        for unique in changed.primary_key.iter().chain(&changed.uniques) {
            constraint::check_key_columns(&changed, &unique.columns)?;
        }
        for index in &changed.indexes {
            let columns: Vec<_> = index.columns.iter().map(|c| c.column.clone()).collect();
            constraint::check_key_columns(&changed, &columns)?;
        }
        let type_of = |table: &Table, column: &Ident| {
            let source = if table.name == changed.name { &changed } else { table };
            source.column(column.as_str()).map(|c| c.data_type.clone())
        };
        for holder in self.schema.tables.values() {
            for key in &holder.foreign_keys {
                let Some(target) = self.schema.table(key.references.as_str()) else { continue };
                let mut pairs = key.columns.iter().zip(&key.referenced_columns);
                let fits = pairs.all(|(from, to)| match (type_of(holder, from), type_of(target, to)) {
                    (Some(from), Some(to)) => compatible(&from, &to),
                    _ => true,
                });
                if !fits {
                    let what = format!("constraint \"{}\" of \"{}\"", key.name, holder.name);
                    let message = format!("cannot change the type of column \"{name}\" because {what} depends on it");
                    return Err(Error::new(Code::Dependent, message).with_details(what));
                }
            }
        }
        Ok(())
    }

    fn drop_constraint(&mut self, table: &Table, name: &Ident, if_exists: bool, cascade: bool) -> Result<()> {
        if table.foreign_keys.iter().any(|k| k.name == *name) {
            self.drop_foreign_key(&table.name, name);
            return Ok(());
        }
        if table.checks.iter().any(|c| c.name == *name) {
            self.drop_check(&table.name, name);
            return Ok(());
        }
        if !table.primary_key.iter().chain(&table.uniques).any(|u| u.name == *name) {
            return if if_exists { Ok(()) } else { Err(no_constraint(table, name)) };
        }
        self.release(table, name, cascade, &format!("constraint \"{name}\" of \"{}\"", table.name))?;
        self.drop_unique(table, name);
        Ok(())
    }

    /// Makes sure that no foreign key rests on the unique thing called `name`: drops those that do, or refuses.
    pub(super) fn release(&mut self, table: &Table, name: &Ident, cascade: bool, what: &str) -> Result<()> {
        let resting = constraint::resting_on(&self.schema, table, name);
        if !cascade && !resting.is_empty() {
            return Err(dependent(what, &constraint_names(&resting)));
        }
        for (holder, key) in resting {
            self.drop_foreign_key(&holder, &key);
        }
        Ok(())
    }

    /// Drops the primary key or unique constraint of that name.
    pub(super) fn drop_unique(&mut self, table: &Table, name: &Ident) {
        let (own, name) = (table.name.clone(), name.clone());
        if table.primary_key.as_ref().is_some_and(|k| k.name == name) {
            self.table_step(&table.name, Step::DropPrimaryKey { table: own, name }, |t| t.primary_key = None);
        } else {
            let step = Step::DropUnique { table: own, name: name.clone() };
            self.table_step(&table.name, step, |t| t.uniques.retain(|u| u.name != name));
        }
    }

    pub(super) fn drop_foreign_key(&mut self, table: &Ident, name: &Ident) {
        let step = Step::DropForeignKey { table: table.clone(), name: name.clone() };
        self.table_step(table, step, |t| t.foreign_keys.retain(|k| k.name != *name));
    }
}

/// Carries the new name of a column of `table` through a table: its own columns, or references to them.
fn rename_column_in(t: &mut Table, table: &Ident, from: &Ident, to: &Ident) {
    let own = t.name.clone();
    rules::carry(t, |rule| rule.renamed_column(&own, table, from, to));
    let rename = |names: &mut [Ident]| names.iter_mut().filter(|n| *n == from).for_each(|n| *n = to.clone());
    if t.name == *table {
        t.columns.iter_mut().filter(|c| c.name == *from).for_each(|c| c.name = to.clone());
        t.access.rename_column(from, to);
        t.primary_key.iter_mut().chain(&mut t.uniques).for_each(|u| rename(&mut u.columns));
        t.foreign_keys.iter_mut().for_each(|k| rename(&mut k.columns));
        let indexed = t.indexes.iter_mut().flat_map(|i| &mut i.columns);
        indexed.filter(|c| c.column == *from).for_each(|c| c.column = to.clone());
        t.transitions.iter_mut().filter(|t| t.column == *from).for_each(|t| t.column = to.clone());
    }
    t.foreign_keys.iter_mut().filter(|k| k.references == *table).for_each(|k| rename(&mut k.referenced_columns));
}

pub(super) fn no_constraint(table: &Table, name: &Ident) -> Error {
    Error::new(Code::NotFound, format!("there is no constraint \"{name}\" of \"{}\"", table.name))
}

/// Whether a computed default is of a type.
fn default_fits(default: &Default, to: &DataType) -> bool {
    use ScalarType as T;
    matches!(
        (default, to.scalar()),
        (Default::Now, Some(T::Timestamp | T::Timestamptz))
            | (Default::CurrentDate, Some(T::Date))
            | (Default::RandomUuid, Some(T::Uuid))
    )
}
