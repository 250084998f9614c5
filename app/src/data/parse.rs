//! The texts of an address as typed things, by the one parser of REST's grammar.

use tenon_model::{DataType, Result, Schema, Value};

#[cfg(feature = "ssr")]
pub(crate) use self::server::*;

/// A value of a column from the text of a form.
pub(crate) fn value(schema: &Schema, data_type: &DataType, text: &str) -> Result<Value> {
    // A JSON array stands for an array, as the screens show it.
    match data_type {
        DataType::Array(_) if text.trim_start().starts_with('[') => Value::from_json(text, data_type, schema),
        _ => Value::parse(text, data_type, schema),
    }
}

#[cfg(feature = "ssr")]
mod server {
    use tenon_model::{
        Code, Error, Expr, OrderBy, Result, Schema, Table, Value,
        rest::{FilterNode, OrderTerm, SelectNode, resolve_filter, resolve_order},
    };

    use super::value;
    use crate::data::{grid::sort, key};

    /// The rows that a grid's `filter` names.
    pub(crate) fn filter(schema: &Schema, table: &Table, text: &str) -> Result<Expr> {
        if text.is_empty() {
            return Ok(Expr::always());
        }
        resolve_filter(&FilterNode::parse(text)?, schema, table)
    }

    /// The order that a grid's `order` names.
    pub(crate) fn order(table: &Table, text: &str) -> Result<Vec<OrderBy>> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        resolve_order(&OrderTerm::parse_list(text)?, table)
    }

    /// The order as header links know it.
    pub(crate) fn sort_terms(text: &str) -> Result<Vec<sort::SortTerm>> {
        if text.is_empty() { Ok(Vec::new()) } else { sort::parse(text) }
    }

    /// The columns that a grid's `select` names; none for all.
    pub(crate) fn names(text: &str) -> Result<Vec<String>> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let name = |node: SelectNode| match node {
            SelectNode::All => Ok(None),
            SelectNode::Column { column, .. } if column.steps.is_empty() => Ok(Some(column.name)),
            _ => Err(Error::new(Code::Unsupported, "A grid shows whole columns.")),
        };
        let names: Vec<Option<String>> = SelectNode::parse_list(text)?.into_iter().map(name).collect::<Result<_>>()?;
        Ok(names.into_iter().flatten().collect())
    }

    /// A record's key from its segment in an address.
    pub(crate) fn key(schema: &Schema, table: &Table, segment: &str) -> Result<Vec<Value>> {
        let unknown = || Error::new(Code::NotFound, format!("There is no such record in \"{}\".", table.name));
        let texts = key::decode(segment).ok_or_else(unknown)?;
        let names = table.key_columns();
        if names.is_empty() || texts.len() != names.len() {
            return Err(unknown());
        }
        let read = |(name, text): (&tenon_model::Ident, &String)| {
            let column = table.require_column(name.as_str())?;
            value(schema, &column.data_type, text).map_err(|_| unknown())
        };
        names.iter().zip(&texts).map(read).collect()
    }
}
