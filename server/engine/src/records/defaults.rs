//! Defaults that are calculated where a row is made.

use tenon_model::{
    Column, Error, Expr, Result, Schema, Value,
    expression::{
        Context,
        evaluate::{Environment, Row},
    },
};

use super::write;

/// What a default comes to for one who asks now.
///
/// # Errors
/// What the expression's operators refuse.
pub(crate) fn value(schema: &Schema, context: &Context, expr: &Expr) -> Result<Value> {
    Environment { schema, context, data: None }.evaluate(expr, &Row::new())
}

/// Refuses what does not fit the column, null apart.
///
/// # Errors
/// What is wrong with the value.
pub(crate) fn check(schema: &Schema, column: &Column, value: &Value) -> Result<()> {
    match write::misfit(schema, column, value) {
        Some(fault) => Err(Error::new(fault.code, fault.message)),
        None => Ok(()),
    }
}
