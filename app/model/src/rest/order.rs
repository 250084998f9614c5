//! `order=`: columns, JSON paths and columns of to-one relations, directions, nulls.

use serde::{Deserialize, Serialize};

use super::{
    ColumnPath,
    parser::{Budget, Parser},
};
use crate::{Nulls, Result, SortDirection};

/// One key of a sort order, names unchecked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTerm {
    /// What to sort by.
    pub target: OrderTarget,
    /// Which way; ascending if it is not said.
    pub direction: Option<SortDirection>,
    /// Where nulls go; last ascending and first descending if it is not said.
    pub nulls: Option<Nulls>,
}

/// What to sort by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderTarget {
    /// A column or a path into a json column.
    Column(ColumnPath),
    /// `relation(column)`: a column of an embedded to-one relation.
    Related {
        /// The embedded relation's name or alias.
        relation: String,
        /// Its column.
        column: ColumnPath,
    },
}

impl OrderTerm {
    /// Reads a list of sort keys.
    ///
    /// # Errors
    /// [`crate::Code::InvalidSyntax`], [`crate::Code::TooComplex`].
    pub fn parse_list(text: &str) -> Result<Vec<Self>> {
        parse_order(text, &mut Budget::default())
    }
}

pub(super) fn parse_order(text: &str, budget: &mut Budget) -> Result<Vec<OrderTerm>> {
    let mut parser = Parser::new("order", text, budget);
    let mut terms = Vec::new();
    loop {
        parser.skip_spaces();
        parser.budget.term()?;
        terms.push(term(&mut parser)?);
        parser.skip_spaces();
        if !parser.eat(",") {
            parser.require_end()?;
            return Ok(terms);
        }
    }
}

fn term(parser: &mut Parser<'_, '_>) -> Result<OrderTerm> {
    let name = parser.name()?;
    let target = if parser.eat("(") {
        let column = parser.column_path()?;
        parser.require(")")?;
        OrderTarget::Related { relation: name, column }
    } else {
        OrderTarget::Column(parser.json_path(name)?)
    };
    let direction = if parser.eat(".asc") {
        Some(SortDirection::Ascending)
    } else if parser.eat(".desc") {
        Some(SortDirection::Descending)
    } else {
        None
    };
    let nulls = if parser.eat(".nullsfirst") {
        Some(Nulls::First)
    } else if parser.eat(".nullslast") {
        Some(Nulls::Last)
    } else {
        None
    };
    if !parser.at_end() && !parser.rest().starts_with([',', ' ']) {
        return Err(parser.expected("\",\", order direction (asc, desc) or nulls (nullsfirst, nullslast)"));
    }
    Ok(OrderTerm { target, direction, nulls })
}
