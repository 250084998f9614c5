//! Checks and calculated defaults, from forms to schema SQL. As with policies, what was typed never stands in a statement as it
//! is: it is compiled, and what it means is written anew.

use tenon_engine::{
    expressions::{compile_check, compile_default},
    tables::{check_name, check_to_sql},
};
use tenon_model::{Check, Code, Error, Ident, Result, Schema, Table};

use super::{
    Params,
    sql::{literal, name},
};

/// The SQL of a change of a table's checks.
pub(super) fn change_checks(schema: &Schema, params: &Params, change: &str) -> Result<String> {
    let table = schema.require_table(params.get("table"))?;
    let quoted = table.name.quoted();
    match change {
        "add-check" => add(schema, table, params),
        "validate-check" => Ok(format!("alter table {quoted} validate constraint {};", name("a check", params.get("name"))?)),
        _ => change_one(table, params),
    }
}

fn add(schema: &Schema, table: &Table, params: &Params) -> Result<String> {
    let typed = params.get("expr");
    if typed.is_empty() {
        return Err(Error::new(Code::InvalidSyntax, "Say what every row must fulfil."));
    }
    let expr = compile_check(typed, schema, &table.name).map_err(|error| placed(error, "the check"))?;
    let name = match params.get("name") {
        "" => check_name(schema, table, &expr)?,
        name => Ident::new(name)?,
    };
    let message = Some(params.get("message").to_owned()).filter(|text| !text.is_empty());
    Ok(check_to_sql(table, &Check { name, expr, message, not_valid: params.is("notvalid") }))
}

/// A new message, a new name.
fn change_one(table: &Table, params: &Params) -> Result<String> {
    let old = params.get("name");
    let found = table.checks.iter().find(|check| check.name.as_str() == old);
    let found = found.ok_or_else(|| Error::new(Code::NotFound, format!("There is no check \"{old}\" any more.")))?;
    let (own, quoted) = (table.name.quoted(), found.name.quoted());
    let mut statements = Vec::new();
    let message = params.get("message");
    if message != found.message.as_deref().unwrap_or_default() {
        let text = if message.is_empty() { "null".to_owned() } else { literal(message) };
        statements.push(format!("comment on constraint {quoted} on {own} is {text};"));
    }
    if params.get("newname") != old {
        statements.push(format!("alter table {own} rename constraint {quoted} to {};", name("a name", params.get("newname"))?));
    }
    if statements.is_empty() {
        return Err(Error::new(Code::InvalidValue, "Nothing is different."));
    }
    Ok(statements.join("\n"))
}

/// A calculated default as it stands behind `default`.
pub(super) fn default_expression(schema: &Schema, column: &str, typed: &str) -> Result<String> {
    if typed.is_empty() {
        return Err(Error::new(Code::InvalidSyntax, format!("Say how “{column}” is calculated, for example auth.uid().")));
    }
    let expr = compile_default(typed, schema).map_err(|error| placed(error, &format!("the calculation of “{column}”")))?;
    Ok(format!("({})", expr.to_sql(&Ident::new(column)?)))
}

/// The failure with its place in what was typed, which is not its place in any statement.
fn placed(error: Error, what: &str) -> Error {
    let message = match &error.details {
        Some(place) => format!("In {what}, {place}: {}", error.message),
        None => format!("In {what}: {}", error.message),
    };
    Error { message, details: None, ..error }
}
