//! Expressions in PostgreSQL's dialect: read, checked against the schema, and turned into the one typed form
//! ([`tenon_model::Expr`]) that both engines and the memory evaluate.

mod check;
mod editing;
mod parse;
mod syntax;

use tenon_model::{DataType, Expr, Ident, Result, Schema, expression::functions::BOOLEAN};

pub use self::editing::{Writing, complete};
pub(crate) use self::{
    check::{Environment, Place, check, check_at, select},
    editing::{PartOf, diagnose, parts},
    parse::{begins, expression, select as select_node, whole},
    syntax::{Body, Item, Kind, Node, PlainNode, SelectNode},
};

/// Reads what a check constraint of a table says.
///
/// # Errors
/// As [`compile`]; [`tenon_model::Code::Unsupported`] for what a check cannot hold.
pub fn compile_check(sql: &str, schema: &Schema, table: &Ident) -> Result<Expr> {
    let compiled = whole(sql).and_then(|node| check_at(Place::Check, &node, schema, Some(table), Some(&BOOLEAN)));
    compiled.map_err(|located| located.into_error(None))
}

/// Reads what stands behind `default`, of whatever type it is.
///
/// # Errors
/// As [`compile`]; [`tenon_model::Code::Unsupported`] for what a default cannot hold.
pub fn compile_default(sql: &str, schema: &Schema) -> Result<Expr> {
    let compiled = whole(sql).and_then(|node| check_at(Place::Default, &node, schema, None, None));
    compiled.map_err(|located| located.into_error(None))
}

/// Reads an expression over a row of a table and checks it.
///
/// # Errors
/// [`tenon_model::Code::InvalidSyntax`], [`tenon_model::Code::Unsupported`], [`tenon_model::Code::UnknownColumn`],
/// [`tenon_model::Code::UnknownTable`], [`tenon_model::Code::UnknownFunction`], [`tenon_model::Code::InvalidValue`], with
/// `line L, column C` in `details`; a misspelt name has the nearest one in `hint`.
pub fn compile(sql: &str, schema: &Schema, table: &Ident, wanted: Option<&DataType>) -> Result<Expr> {
    let compiled = whole(sql).and_then(|node| check(&node, schema, Some(table), wanted));
    compiled.map_err(|located| located.into_error(None))
}
