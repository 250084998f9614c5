//! Calls of SQL functions: what a function answers with is read as a table is.

use std::sync::Arc;

use indexmap::IndexMap;
use tenon_model::{
    Caller, Code, Column, DataType, Error, Expr, Ident, ReadQuery, Result, Role, Schema, Select, Table, Value,
    expression::instance,
    schema::{Argument, Function, Shape, Shown, nearest_name},
};

use super::{Format, ReadOptions, Rows};
use crate::Engine;

/// What an argument is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// As text says it.
    Text(String),
    /// As JSON says it.
    Json(String),
}

/// A call that was understood: what it answers with, as a table of a schema.
#[derive(Clone, Debug)]
pub struct Calling {
    /// The schema, with the answer as a table.
    pub schema: Arc<Schema>,
    /// That table's name.
    pub table: Ident,
    /// What the answer is.
    pub answering: Answering,
}

/// What a function answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answering {
    /// Nothing.
    Nothing,
    /// One value.
    Value,
    /// Values.
    Values,
    /// One row.
    Row,
    /// Rows.
    Rows,
}

impl Engine {
    /// Understands a call of a function of `public` by a caller; the schema is one that [`Engine::schema`] gave.
    ///
    /// # Errors
    /// [`Code::UnknownFunction`] where there is none of that name that takes these arguments; [`Code::Forbidden`];
    /// [`Code::InvalidValue`] and [`Code::OutOfRange`] for what is no value of an argument's type.
    pub fn calling(&self, caller: &Caller, schema: &Arc<Schema>, name: &str, given: &IndexMap<String, Given>) -> Result<Calling> {
        let function = schema.function(name).filter(|function| function.is_public());
        let function = function.ok_or_else(|| no_function(schema, name, given))?;
        require_execute(schema, caller, function)?;
        let values = arguments(schema, function, given)?;
        let mut next = 0;
        let mut select = instance(function, &values, &mut next)?;
        check_page(&select)?;
        let null = |value: &Expr| matches!(value, Expr::Literal { value: Value::Null, .. });
        if function.strict && values.iter().any(null) {
            select.limit = Some(Expr::Literal { value: Value::Int(0), data_type: tenon_model::ScalarType::BigInt.into() });
        }
        let table = answer_table(schema, function, &select)?;
        let table_name = table.name.clone();
        let mut own = (**schema).clone();
        own.tables.insert(table_name.clone(), Arc::new(table));
        let answering = match (&function.returns.shape, function.returns.many) {
            (Shape::Void, _) => Answering::Nothing,
            (Shape::Value(_), false) => Answering::Value,
            (Shape::Value(_), true) => Answering::Values,
            (Shape::Row(_) | Shape::Columns, false) => Answering::Row,
            (Shape::Row(_) | Shape::Columns, true) => Answering::Rows,
        };
        Ok(Calling { schema: Arc::new(own), table: table_name, answering })
    }

    /// Reads what a function answers with; `query` is one over [`Calling::table`].
    ///
    /// # Errors
    /// As [`Engine::read`].
    pub async fn call(&self, caller: &Caller, calling: &Calling, mut query: ReadQuery, mut options: ReadOptions) -> Result<Rows> {
        let single = matches!(calling.answering, Answering::Value | Answering::Row | Answering::Nothing);
        if single {
            query.limit = Some(query.limit.map_or(1, |limit| limit.min(1)));
        }
        let json = options.format == Format::Json;
        match calling.answering {
            Answering::Value | Answering::Values if options.format != Format::Csv => options.format = Format::Values,
            _ => {}
        }
        let columns: Vec<String> = query.select.iter().filter_map(key_of).collect();
        let mut rows = self.read_of(caller, Arc::clone(&calling.schema), query, options).await?;
        if !options.head && single && (json || options.format == Format::Values) {
            rows.body = alone(&rows.body, (calling.answering == Answering::Row).then_some(columns.as_slice()));
        }
        Ok(rows)
    }
}

fn key_of(item: &tenon_model::SelectItem) -> Option<String> {
    match item {
        tenon_model::SelectItem::Field(field) => Some(field.key.clone()),
        tenon_model::SelectItem::Embed(_) => None,
    }
}

/// The only element of a JSON array; without one null, or a row of nulls.
fn alone(body: &[u8], columns: Option<&[String]>) -> Vec<u8> {
    let inner = body.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).unwrap_or(body);
    match (inner.is_empty(), columns) {
        (false, _) => inner.to_vec(),
        (true, None) => b"null".to_vec(),
        (true, Some(columns)) => {
            let mut out = vec![b'{'];
            for (index, key) in columns.iter().enumerate() {
                out.extend_from_slice(if index > 0 { b"," } else { b"" });
                tenon_model::value::write_json_string(&mut out, key);
                out.extend_from_slice(b":null");
            }
            out.push(b'}');
            out
        }
    }
}

fn require_execute(schema: &Schema, caller: &Caller, function: &Function) -> Result<()> {
    let allowed = caller.bound_by().is_none_or(|role| function.execute.of(&schema.held_by(role)));
    if allowed { Ok(()) } else { Err(Error::new(Code::Forbidden, format!("permission denied for function {}", function.name))) }
}

/// The values of a function's arguments, as literals in their order.
fn arguments(schema: &Schema, function: &Function, given: &IndexMap<String, Given>) -> Result<Vec<Expr>> {
    let takes = |name: &String| function.arguments.iter().any(|argument| argument.name == **name);
    if !given.keys().all(takes) {
        return Err(no_function(schema, function.name.as_str(), given));
    }
    let one = |argument: &Argument| match given.get(argument.name.as_str()) {
        Some(given) => value(schema, argument, given),
        None => argument.default.clone().ok_or_else(|| no_function(schema, function.name.as_str(), given)),
    };
    function.arguments.iter().map(one).collect()
}

fn value(schema: &Schema, argument: &Argument, given: &Given) -> Result<Expr> {
    let data_type = argument.data_type.clone();
    let value = match given {
        Given::Text(text) => Value::parse(text, &data_type, schema)?,
        Given::Json(json) => from_json(schema, json, &data_type)?,
    };
    Ok(Expr::Literal { value, data_type })
}

fn from_json(schema: &Schema, json: &str, data_type: &DataType) -> Result<Value> {
    // To an argument that is json, its null is a value as any; only SQL's null is none.
    Value::from_json(json, data_type, schema)
}

/// PostgreSQL refuses negative numbers of rows; SQLite would take them for none.
fn check_page(select: &Select) -> Result<()> {
    for (count, word) in [(&select.limit, "LIMIT"), (&select.offset, "OFFSET")] {
        if let Some(expr) = count
            && let Expr::Literal { value: Value::Int(count), .. } = without_cast(expr)
            && *count < 0
        {
            return Err(Error::new(Code::InvalidValue, format!("{word} must not be negative")));
        }
    }
    Ok(())
}

fn without_cast(expr: &Expr) -> &Expr {
    match expr {
        Expr::Cast { expr, .. } => without_cast(expr),
        other => other,
    }
}

/// What the function answers with, as a table that whoever may call it may read.
fn answer_table(schema: &Schema, function: &Function, select: &Select) -> Result<Table> {
    let mut name = function.name.clone();
    while schema.tables.contains_key(&name) {
        name = Ident::new(format!("{name}_"))?;
    }
    let mut table = Table::new(name);
    let columns = select.columns.iter().map(|(name, data_type)| Column::new(name.clone(), data_type.clone()));
    table.columns = columns.collect();
    let base = match &function.returns.shape {
        Shape::Row(of) => schema.table(of.as_str()).map(|of| {
            table.foreign_keys.clone_from(&of.foreign_keys);
            (of.name.clone(), of.columns.iter().map(|column| (column.name.clone(), column.name.clone())).collect())
        }),
        _ => None,
    };
    let everybody = Ident::new(Role::PUBLIC)?;
    table.access.change(&everybody, |grants| grants.table.select = true);
    table.shows = Some(Arc::new(Shown { select: select.clone(), invoker: true, base }));
    Ok(table)
}

/// PostgREST's PGRST202.
fn no_function(schema: &Schema, name: &str, given: &IndexMap<String, Given>) -> Error {
    let names: Vec<&str> = given.keys().map(String::as_str).collect();
    let list = names.join(", ");
    let shown = if names.is_empty() { String::new() } else { format!("({list})") };
    let with = if names.is_empty() {
        "without parameters".to_owned()
    } else {
        let word = if names.len() == 1 { "parameter" } else { "parameters" };
        format!("with {word} {list}")
    };
    let error = Error::new(Code::UnknownFunction, format!("Could not find the function public.{name}{shown} in the schema cache"))
        .with_details(format!("Searched for the function public.{name} {with}, but no matches were found in the schema cache."));
    let public = schema.functions.values().filter(|function| function.is_public());
    if let Some(function) = schema.function(name).filter(|function| function.is_public()) {
        let arguments: Vec<&str> = function.arguments.iter().map(|argument| argument.name.as_str()).collect();
        return error.with_hint(format!("Perhaps you meant to call the function public.{name}({})", arguments.join(", ")));
    }
    match nearest_name(name, public.map(|function| function.name.as_str())) {
        Some(other) => error.with_hint(format!("Perhaps you meant to call the function public.{other}")),
        None => error,
    }
}
