//! Our typed expressions and queries as SQL of either engine.

mod builder;
mod calculation;
mod cast;
mod expr;
mod json;
mod like;
mod order;
pub(crate) mod select;
mod shapes;
mod shown;
mod statement;
mod subquery;
mod value;
mod whole;

pub(crate) use builder::{Alias, Builder, Root};
pub(crate) use cast::narrowed;
pub(crate) use select::Rows;
pub(crate) use shown::Shown;
pub(crate) use statement::{Bind, Statement};
pub(crate) use value::{bind, postgres_type};

#[cfg(test)]
mod tests;
