//! The URL grammar of PostgREST: text to an editable, untyped form, that form to a typed [`crate::ReadQuery`], and back to
//! text. REST, the grid and exports share it.
//!
//! Depth and number of terms are bounded, so a hostile URL costs no more than its length.

mod filter;
mod order;
mod params;
mod parser;
mod print;
mod relations;
mod resolve;
mod select;
mod type_name;

#[cfg(test)]
mod tests;

pub use self::{
    filter::{FilterNode, LogicOp, Operand, Operator, Quantifier},
    order::{OrderTarget, OrderTerm},
    params::{RestQuery, Scoped},
    relations::find_relation,
    resolve::{resolve_filter, resolve_order, resolve_select},
    select::{ColumnPath, Join, SelectNode},
    type_name::parse_type,
};

/// The deepest nesting of embedded rows.
pub const MAX_EMBED_DEPTH: usize = 20;
/// The deepest nesting of `and` and `or`.
pub const MAX_LOGIC_DEPTH: usize = 50;
/// The most terms of one request: columns, embeds, conditions, sort keys.
pub const MAX_TERMS: usize = 1_000;
/// The most values of all lists (`in.(…)`) of one request.
pub const MAX_LIST_VALUES: usize = 50_000;
