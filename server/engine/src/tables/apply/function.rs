//! SQL functions.

use std::sync::Arc;

use tenon_model::{
    Code, DataType, Error, Ident, Result, Role, ScalarType, Schema, Select, Table,
    schema::{Argument, Function, Returns, Shape},
};

use super::{Draft, already_exists, dependent, edit_all, policy::Misfit, rules, transition};
use crate::{
    expressions::{Environment, check, select},
    sql::Located,
    tables::{
        change::{self, FunctionDef, ReturnsDef, TypeName},
        step::Step,
    },
};

/// So many functions may a schema have.
const MAX_FUNCTIONS: usize = 500;
/// So many arguments may a function have.
const MAX_ARGUMENTS: usize = 50;

impl Draft {
    pub(super) fn create_function(&mut self, def: &FunctionDef) -> Result<(), Misfit> {
        let known = self.schema.functions.get(&def.name).cloned();
        if known.is_some() && !def.replace {
            return Err(already_exists(&format!("function \"{}\"", def.name))
                .with_hint("there is one function of a name, whatever its arguments: use create or replace, or another name")
                .into());
        }
        if known.is_none() && self.schema.functions.len() >= MAX_FUNCTIONS {
            return Err(Error::new(Code::TooComplex, format!("there are at most {MAX_FUNCTIONS} functions")).into());
        }
        let readable = self.schema.readable();
        let function = self.resolve_function(def, known.as_deref(), &readable)?;
        if let Some(known) = &known {
            check_replaced(known, &function)?;
        }
        if calls_itself(&self.schema, &function) {
            let error = Error::new(Code::TooComplex, format!("function \"{}\" leads back to itself", function.name));
            return Err(Located::new(error, def.at).into());
        }
        let name = function.name.clone();
        self.step(Step::SetFunction(name.clone()), |schema| {
            schema.functions.insert(name, Arc::new(function));
            schema.functions.sort_keys();
        });
        if known.is_some() {
            self.renew_calls(&def.name)?;
        }
        Ok(())
    }

    fn resolve_function(&self, def: &FunctionDef, known: Option<&Function>, readable: &Schema) -> Result<Function, Misfit> {
        let mut arguments: Vec<Argument> = Vec::with_capacity(def.arguments.len());
        if def.arguments.len() > MAX_ARGUMENTS {
            return Err(Error::new(Code::TooComplex, format!("a function has at most {MAX_ARGUMENTS} arguments")).into());
        }
        for (index, argument) in def.arguments.iter().enumerate() {
            let data_type = value_type(readable, &argument.type_name).map_err(|e| Located::new(e, argument.at))?;
            let name = match &argument.name {
                Some(name) => name.clone(),
                None => Ident::new(format!("${}", index + 1))?,
            };
            if arguments.iter().any(|other| other.name == name) {
                let error = Error::new(Code::InvalidSyntax, format!("parameter name \"{name}\" used more than once"));
                return Err(Located::new(error, argument.at).into());
            }
            let default = match &argument.default {
                Some(node) => Some(check(node, readable, None, Some(&data_type))?),
                None if arguments.iter().any(|other| other.default.is_some()) => {
                    let message = "input parameters after one with a default value must also have defaults";
                    return Err(Located::new(Error::new(Code::InvalidSyntax, message), argument.at).into());
                }
                None => None,
            };
            arguments.push(Argument { name, data_type, default });
        }
        let (returns, wanted) = returns(readable, &def.returns, def)?;
        let own_name = def.name.as_str().rsplit('.').next().unwrap_or_default();
        let environment = Environment {
            function: Some(Ident::new(own_name)?),
            arguments: arguments.iter().map(|a| (a.name.clone(), a.data_type.clone())).collect(),
            owner: def.definer,
            ..Environment::default()
        };
        let mut body = select(&def.body, readable, environment, wanted.as_ref().map(|(types, _)| types.as_slice()))?;
        if let Some((_, Some(names))) = wanted {
            body = named(body, &names);
        }
        if matches!(returns.shape, Shape::Value(_))
            && let Some((name, _)) = body.columns.first_mut()
        {
            let before = std::mem::replace(name, Ident::new(own_name)?);
            let after = name.clone();
            rename_own(&mut body, &before, &after);
        }
        if def.definer {
            body = owned(body);
        }
        Ok(Function {
            name: def.name.clone(),
            arguments,
            returns,
            volatility: def.volatility,
            definer: def.definer,
            strict: def.strict,
            body,
            sql: def.sql.clone(),
            execute: known.map_or(&self.schema.default_privileges.functions, |known| &known.execute).clone(),
            comment: known.and_then(|known| known.comment.clone()),
        })
    }

    pub(super) fn drop_functions(&mut self, drop: &change::Drop) -> Result<()> {
        for name in &drop.names {
            if drop.if_exists && !self.schema.functions.contains_key(name) {
                continue;
            }
            self.function(name)?;
            let what = format!("function \"{name}\"");
            self.release_callers(&what, drop, name)?;
            self.step(Step::DropFunction(name.clone()), |schema| {
                schema.functions.shift_remove(name);
            });
        }
        Ok(())
    }

    /// Drops what calls a function that is to go, or refuses because of it.
    fn release_callers(&mut self, what: &str, drop: &change::Drop, name: &Ident) -> Result<()> {
        let policies: Vec<(Ident, Ident)> = self.policies_where(|rule| rule.calls(name));
        let views = self.schema.views.values().filter(|view| view.select.calls(name)).map(|view| view.name.clone());
        let views: Vec<Ident> = views.collect();
        let functions = self.schema.functions.values().filter(|f| f.name != *name && f.calls(name)).map(|f| f.name.clone());
        let functions: Vec<Ident> = functions.filter(|f| !drop.names.contains(f)).collect();
        if let Some(calculated) = self.calculated_by(name) {
            return Err(dependent(what, &[calculated]).with_hint("drop that first"));
        }
        if !(drop.cascade || (policies.is_empty() && views.is_empty() && functions.is_empty())) {
            let mut all: Vec<String> = policies.iter().map(|(table, name)| super::policy::described(name, table)).collect();
            all.extend(views.iter().map(|name| format!("view \"{name}\"")));
            all.extend(functions.iter().map(|name| format!("function \"{name}\"")));
            return Err(dependent(what, &all));
        }
        self.release_calling(what, drop.cascade, name)?;
        for (table, policy) in policies {
            self.table_step(&table, Step::SetPolicies(table.clone()), |t| t.policies.retain(|p| p.name != policy));
        }
        let cascade = |name: Ident| change::Drop { names: vec![name], if_exists: true, cascade: true };
        views.into_iter().try_for_each(|name| self.drop_views(&cascade(name)))?;
        functions.into_iter().try_for_each(|name| self.drop_functions(&cascade(name)))
    }

    pub(super) fn function(&self, name: &Ident) -> Result<Arc<Function>> {
        let missing = || Error::new(Code::NotFound, format!("there is no function \"{name}\"")).with_details(name.as_str());
        self.schema.functions.get(name).cloned().ok_or_else(missing)
    }

    pub(super) fn edit_function(&mut self, name: &Ident, edit: impl FnOnce(&mut Function)) {
        self.step(Step::SetFunction(name.clone()), |schema| {
            if let Some(function) = schema.functions.get_mut(name) {
                edit(Arc::make_mut(function));
            }
        });
    }

    pub(super) fn grant_execute(&mut self, give: bool, functions: &[Ident], roles: &[Ident]) -> Result<()> {
        for role in roles.iter().filter(|role| **role != Role::PUBLIC) {
            self.known_role(role)?;
        }
        let all: Vec<Ident> = if functions.is_empty() {
            self.schema.functions.values().filter(|f| f.is_public()).map(|f| f.name.clone()).collect()
        } else {
            functions.to_vec()
        };
        for name in &all {
            self.function(name)?;
            self.edit_function(name, |function| roles.iter().for_each(|role| function.execute.set(role, give)));
        }
        Ok(())
    }

    /// Functions that answer with rows of a table, after that has another column: what they select is read again.
    pub(super) fn renew_row_functions(&mut self, table: &Ident) -> Result<()> {
        let of = |function: &&Arc<Function>| function.returns.shape == Shape::Row(table.clone());
        let found: Vec<Arc<Function>> = self.schema.functions.values().filter(of).cloned().collect();
        for known in found {
            let mut statements = crate::tables::parse::parse(&known.sql)?;
            let Some(change::Change::CreateFunction(def)) = statements.pop().map(|statement| statement.change) else { continue };
            let readable = self.schema.readable();
            let new = self.resolve_function(&def, Some(&known), &readable).map_err(|misfit| {
                let error = Error::from(misfit);
                let message =
                    format!("function \"{}\" would no longer answer with rows of \"{table}\": {}", known.name, error.message);
                Error::new(Code::Dependent, message).with_hint("drop the function, make the change, and create it again")
            })?;
            self.edit_function(&known.name, |function| *function = new);
        }
        Ok(())
    }

    /// Puts the new body of a function wherever it is called.
    fn renew_calls(&mut self, name: &Ident) -> Result<()> {
        if let Some(calculated) = self.calculated_by(name) {
            let message = format!("cannot replace function \"{name}\" because {calculated} uses it");
            return Err(Error::new(Code::Dependent, message)
                .with_details(calculated)
                .with_hint("drop that, replace the function, and add it again"));
        }
        let schema = self.schema.clone();
        let mut failure = None;
        let mut changed: Vec<(Ident, Step)> = Vec::new();
        let mut renewed = (*schema).clone();
        edit_all(&mut renewed, |table: &mut Table| {
            let moves = table.transitions.iter().any(|transition| transition::calls(transition, name));
            let calls = rules::policies_call(table, name);
            if calls || moves {
                rules::carry(table, |rule| {
                    rule.clone().with_functions(&schema).unwrap_or_else(|error| {
                        failure.replace(error);
                        rule.clone()
                    })
                });
                changed.extend(calls.then(|| Step::SetPolicies(table.name.clone())).map(|step| (table.name.clone(), step)));
                changed.extend(moves.then(|| Step::SetTransitions(table.name.clone())).map(|step| (table.name.clone(), step)));
            }
        });
        if let Some(error) = failure {
            return Err(error.with_hint("policies or transitions call it: it must stay what an expression can be"));
        }
        let tables = renewed.tables;
        for (table, step) in changed {
            let Some(new) = tables.get(&table).cloned() else { continue };
            self.step(step, |schema| {
                schema.tables.insert(table, new);
                schema.tables.sort_keys();
            });
        }
        self.renew_readers(name)
    }

    /// Views and other functions that call it.
    fn renew_readers(&mut self, name: &Ident) -> Result<()> {
        let views: Vec<Ident> =
            self.schema.views.values().filter(|view| view.select.calls(name)).map(|view| view.name.clone()).collect();
        for view in views {
            let select = self.view(&view)?.select.clone().with_functions(&self.schema)?;
            self.edit_view(&view, |view| view.select = select);
        }
        let callers: Vec<Ident> = self
            .schema
            .functions
            .values()
            .filter(|function| function.name != *name && function.calls(name))
            .map(|function| function.name.clone())
            .collect();
        for caller in callers {
            let mut body = self.function(&caller)?.body.clone().with_functions(&self.schema)?;
            if self.function(&caller)?.definer {
                body = owned(body);
            }
            self.edit_function(&caller, |function| function.body = body);
            self.renew_calls(&caller)?;
        }
        Ok(())
    }
}

/// As in PostgreSQL, a function that is replaced keeps its arguments' types and names and what it answers with.
fn check_replaced(known: &Function, new: &Function) -> Result<()> {
    let arguments = |f: &Function| f.arguments.iter().map(|a| (a.name.clone(), a.data_type.clone())).collect::<Vec<_>>();
    if arguments(known) != arguments(new) {
        let message = format!("there is a function {}, which has other arguments", known.signature());
        return Err(Error::new(Code::Dependent, message)
            .with_details(known.name.as_str())
            .with_hint("there is one function of a name, whatever its arguments: drop it first, or use another name"));
    }
    let columns = |f: &Function| (f.returns.clone(), f.body.columns.clone());
    if known.returns != new.returns || (new.returns.shape == Shape::Columns && columns(known) != columns(new)) {
        return Err(Error::new(Code::Dependent, "cannot change return type of existing function")
            .with_details(known.name.as_str())
            .with_hint("drop the function first"));
    }
    Ok(())
}

/// Whether a function calls itself, or one that calls it.
fn calls_itself(schema: &Schema, function: &Function) -> bool {
    function.calls(&function.name)
        || schema.functions.values().any(|other| function.calls(&other.name) && other.calls(&function.name))
}

/// The body read with the owner's eyes throughout.
fn owned(body: Select) -> Select {
    body.map(
        &mut |part| match part {
            tenon_model::Expr::Subquery(mut query) => {
                query.from.iter_mut().for_each(|source| source.owner = true);
                tenon_model::Expr::Subquery(query)
            }
            other => other,
        },
        &mut |source| source.owner = true,
    )
}

/// The type of a value that a function takes or gives.
fn value_type(schema: &Schema, name: &TypeName) -> Result<DataType> {
    match name {
        TypeName::Known(data_type) => Ok(data_type.clone()),
        TypeName::Serial(_) => Err(Error::new(Code::Unsupported, "serial is no type of values")),
        TypeName::Named { name, array } => {
            if !schema.enums.contains_key(name) {
                let hint = if schema.tables.contains_key(name) { "rows are answered, not taken: returns setof" } else { "" };
                let error = Error::new(Code::NotFound, format!("there is no type \"{name}\"")).with_details(name.as_str());
                return Err(if hint.is_empty() { error } else { error.with_hint(hint) });
            }
            let scalar = ScalarType::Enum(name.clone());
            Ok(if *array { DataType::Array(scalar) } else { scalar.into() })
        }
    }
}

/// The columns that a body must have, with their names where the function says them.
type Wanted = Option<(Vec<DataType>, Option<Vec<Ident>>)>;

fn returns(schema: &Schema, def: &ReturnsDef, function: &FunctionDef) -> Result<(Returns, Wanted), Misfit> {
    Ok(match def {
        ReturnsDef::Void => (Returns { many: false, shape: Shape::Void }, None),
        ReturnsDef::Trigger => {
            let error = Error::new(Code::Unsupported, "a function of triggers is not understood");
            return Err(Located::new(error, function.at).into());
        }
        ReturnsDef::Table(columns) => {
            let types = columns.iter().map(|(_, name)| value_type(schema, name)).collect::<Result<Vec<_>>>();
            let types = types.map_err(|e| Located::new(e, function.at))?;
            let names = columns.iter().map(|(name, _)| name.clone()).collect();
            (Returns { many: true, shape: Shape::Columns }, Some((types, Some(names))))
        }
        ReturnsDef::Type { many, type_name, at } => match type_name {
            TypeName::Named { name, array: false } if schema.tables.contains_key(name) => {
                let table = schema.require_table(name.as_str())?;
                let types = table.columns.iter().map(|column| column.data_type.clone()).collect();
                let names = table.columns.iter().map(|column| column.name.clone()).collect();
                (Returns { many: *many, shape: Shape::Row(name.clone()) }, Some((types, Some(names))))
            }
            other => {
                let data_type = value_type(schema, other).map_err(|e| Located::new(e, *at))?;
                (Returns { many: *many, shape: Shape::Value(data_type.clone()) }, Some((vec![data_type], None)))
            }
        },
    })
}

/// The select with these names for its columns.
fn named(mut select: Select, names: &[Ident]) -> Select {
    let before: Vec<Ident> = select.columns.iter().map(|(name, _)| name.clone()).collect();
    for ((own, _), name) in select.columns.iter_mut().zip(names) {
        *own = name.clone();
    }
    for key in &mut select.order {
        if let tenon_model::Expr::Of { source, name, .. } = &mut key.expr
            && *source == Select::OWN
            && let Some(index) = before.iter().position(|own| own == name)
        {
            *name = select.columns[index].0.clone();
        }
    }
    select
}

fn rename_own(select: &mut Select, from: &Ident, to: &Ident) {
    for key in &mut select.order {
        if let tenon_model::Expr::Of { source, name, .. } = &mut key.expr
            && *source == Select::OWN
            && name == from
        {
            *name = to.clone();
        }
    }
}
