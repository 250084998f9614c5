//! Enum types.

use std::sync::Arc;

use tenon_model::{Code, DataType, Default, EnumType, Error, Ident, Result, ScalarType, Table, Value};

use super::{Draft, already_exists, edit_all, names, rules};
use crate::tables::{
    change::{Drop, Place},
    step::Step,
};

/// The longest value of an enum, in bytes (PostgreSQL's).
const MAX_VALUE_BYTES: usize = 63;
/// The most values of an enum.
const MAX_VALUES: usize = 1_000;

impl Draft {
    fn enum_type(&self, name: &Ident) -> Result<Arc<EnumType>> {
        let found = self.schema.enums.get(name).cloned();
        found.ok_or_else(|| Error::new(Code::NotFound, format!("there is no type \"{name}\"")))
    }

    pub(super) fn create_enum(&mut self, name: &Ident, values: &[String]) -> Result<()> {
        names::check_type(&self.schema, name)?;
        let mut made = EnumType { name: name.clone(), values: Vec::new(), comment: None };
        for value in values {
            check_value(&made, value)?;
            made.values.push(value.clone());
        }
        self.step(Step::CreateEnum(made.clone()), |schema| {
            schema.enums.insert(made.name.clone(), Arc::new(made));
            schema.enums.sort_keys();
        });
        Ok(())
    }

    pub(super) fn add_enum_value(&mut self, name: &Ident, value: &str, if_not_exists: bool, place: Option<&Place>) -> Result<()> {
        let found = self.enum_type(name)?;
        if if_not_exists && found.values.iter().any(|v| v == value) {
            return Ok(());
        }
        check_value(&found, value)?;
        let at = match place {
            None => found.values.len(),
            Some(Place::Before(other)) => position(&found, other)?,
            Some(Place::After(other)) => position(&found, other)? + 1,
        };
        let before = found.values.get(at).cloned();
        let step = Step::AddEnumValue { name: name.clone(), value: value.to_owned(), before };
        self.edit_enum(name, step, |e| e.values.insert(at, value.to_owned()));
        Ok(())
    }

    pub(super) fn rename_enum_value(&mut self, name: &Ident, from: &str, to: &str) -> Result<()> {
        let found = self.enum_type(name)?;
        let at = position(&found, from)?;
        check_value(&found, to)?;
        let array = DataType::Array(ScalarType::Enum(name.clone()));
        if let Some(table) = self.schema.tables.values().find(|t| t.columns.iter().any(|c| c.data_type == array)) {
            let message = format!("a value of \"{name}\" cannot be renamed: \"{}\" has arrays of it", table.name);
            return Err(Error::new(Code::Unsupported, message));
        }
        self.refuse_for_readers(&format!("a value of the type \"{name}\""), |uses| uses.enums.contains(name))?;
        let step = Step::RenameEnumValue { name: name.clone(), from: from.to_owned(), to: to.to_owned() };
        let data_type = DataType::Scalar(ScalarType::Enum(name.clone()));
        self.step(step, |schema| {
            if let Some(found) = schema.enums.get_mut(name) {
                to.clone_into(&mut Arc::make_mut(found).values[at]);
            }
            edit_all(schema, |table| {
                rules::carry(table, |rule| rules::renamed_value(rule, name, from, to));
                rename_state(table, &data_type, from, to);
                for column in table.columns.iter_mut().filter(|c| c.data_type == data_type) {
                    if column.default == Some(Default::Literal(Value::Text(from.to_owned()))) {
                        column.default = Some(Default::Literal(Value::Text(to.to_owned())));
                    }
                }
            });
        });
        Ok(())
    }

    pub(super) fn rename_enum(&mut self, name: &Ident, to: &Ident) -> Result<()> {
        self.enum_type(name)?;
        names::check_type(&self.schema, to)?;
        self.refuse_for_readers(&format!("the type \"{name}\""), |uses| uses.enums.contains(name))?;
        self.step(Step::RenameEnum { from: name.clone(), to: to.clone() }, |schema| {
            if let Some(mut found) = schema.enums.shift_remove(name) {
                Arc::make_mut(&mut found).name = to.clone();
                schema.enums.insert(to.clone(), found);
                schema.enums.sort_keys();
            }
            edit_all(schema, |table| {
                rules::carry(table, |rule| rule.renamed_type(name, to));
                for column in &mut table.columns {
                    let (DataType::Scalar(scalar) | DataType::Array(scalar)) = &mut column.data_type;
                    if *scalar == ScalarType::Enum(name.clone()) {
                        *scalar = ScalarType::Enum(to.clone());
                    }
                }
            });
        });
        Ok(())
    }

    pub(super) fn drop_enums(&mut self, drop: &Drop) -> Result<()> {
        for name in &drop.names {
            if drop.if_exists && !self.schema.enums.contains_key(name) {
                continue;
            }
            self.enum_type(name)?;
            let uses: Vec<_> = self.schema.tables.values().flat_map(|t| columns_of(t, name)).collect();
            if !uses.is_empty() {
                let error = super::dependent(&format!("type \"{name}\""), &uses);
                return Err(error.with_hint("change the type of these columns, or drop them, first"));
            }
            self.release_policies(&format!("type \"{name}\""), drop.cascade, &[], |uses| uses.enums.contains(name))?;
            self.release_calculations(name, drop.cascade)?;
            self.release_readers(&format!("type \"{name}\""), drop.cascade, &[], |uses| uses.enums.contains(name))?;
            self.step(Step::DropEnum(name.clone()), |schema| {
                schema.enums.shift_remove(name);
            });
        }
        Ok(())
    }

    pub(super) fn edit_enum(&mut self, name: &Ident, step: Step, edit: impl FnOnce(&mut EnumType)) {
        self.step(step, |schema| {
            if let Some(found) = schema.enums.get_mut(name) {
                edit(Arc::make_mut(found));
            }
        });
    }
}

fn columns_of(table: &Table, name: &Ident) -> Vec<String> {
    let columns = table.columns.iter().filter(|c| *c.data_type.element() == ScalarType::Enum(name.clone()));
    columns.map(|c| format!("column \"{}\" of \"{}\"", c.name, table.name)).collect()
}

/// Carries the new text of a state through the transitions of the columns that have it.
fn rename_state(table: &mut Table, data_type: &DataType, from: &str, to: &str) {
    let columns: Vec<Ident> = table.columns.iter().filter(|c| c.data_type == *data_type).map(|c| c.name.clone()).collect();
    let transitions = table.transitions.iter_mut().filter(|t| columns.contains(&t.column));
    let states = transitions.flat_map(|t| t.from.iter_mut().chain([&mut t.to]));
    states.filter(|state| *state == from).for_each(|state| to.clone_into(state));
}

fn position(found: &EnumType, value: &str) -> Result<usize> {
    let at = found.values.iter().position(|v| v == value);
    at.ok_or_else(|| Error::new(Code::NotFound, format!("type \"{}\" has no value \"{value}\"", found.name)))
}

fn check_value(of: &EnumType, value: &str) -> Result<()> {
    if value.is_empty() || value.len() > MAX_VALUE_BYTES {
        return Err(Error::new(Code::InvalidName, format!("the values of an enum have 1 to {MAX_VALUE_BYTES} bytes")));
    }
    if of.values.iter().any(|v| v == value) {
        return Err(already_exists(&format!("value \"{value}\" of type \"{}\"", of.name)));
    }
    if of.values.len() >= MAX_VALUES {
        return Err(Error::new(Code::TooComplex, format!("an enum has at most {MAX_VALUES} values")));
    }
    Ok(())
}
