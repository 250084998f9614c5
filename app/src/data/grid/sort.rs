//! The order of a grid, as header links change it.

use serde::{Deserialize, Serialize};
use tenon_model::{
    Nulls, Result, SortDirection,
    rest::{ColumnPath, OrderTarget, OrderTerm},
};

/// One key of the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SortTerm {
    /// The column.
    pub column: String,
    /// Largest first.
    pub descending: bool,
    /// Where nulls go, if it is said.
    pub nulls_first: Option<bool>,
}

impl SortTerm {
    /// A column, one way, nulls last either way: what is missing interests last.
    #[must_use]
    pub fn new(column: &str, descending: bool) -> Self {
        Self { column: column.to_owned(), descending, nulls_first: descending.then_some(false) }
    }
}

/// The order in REST's grammar.
#[must_use]
pub fn print(order: &[SortTerm]) -> String {
    let term = |term: &SortTerm| OrderTerm {
        target: OrderTarget::Column(ColumnPath::column(&term.column)),
        direction: term.descending.then_some(SortDirection::Descending),
        nulls: term.nulls_first.map(|first| if first { Nulls::First } else { Nulls::Last }),
    };
    OrderTerm::print_list(&order.iter().map(term).collect::<Vec<_>>())
}

/// Reads the order; keys that are no whole columns, which no header shows, are left out.
///
/// # Errors
/// If it is none.
pub fn parse(text: &str) -> Result<Vec<SortTerm>> {
    let term = |term: OrderTerm| match term.target {
        OrderTarget::Column(column) if column.steps.is_empty() => Some(SortTerm {
            column: column.name,
            descending: term.direction == Some(SortDirection::Descending),
            nulls_first: term.nulls.map(|nulls| nulls == Nulls::First),
        }),
        _ => None,
    };
    Ok(OrderTerm::parse_list(text)?.into_iter().filter_map(term).collect())
}

/// The order after a click on a column's header: ascending, descending, none.
#[must_use]
pub fn clicked(order: &[SortTerm], column: &str) -> Vec<SortTerm> {
    match direction(order, column) {
        None => vec![SortTerm::new(column, false)],
        Some(false) => vec![SortTerm::new(column, true)],
        Some(true) => Vec::new(),
    }
}

/// The order with a column as its last key, whatever it was before.
#[must_use]
pub fn added(order: &[SortTerm], column: &str, descending: bool) -> Vec<SortTerm> {
    order.iter().filter(|term| term.column != column).cloned().chain([SortTerm::new(column, descending)]).collect()
}

/// Whether the order sorts by a column, and if so whether descending.
#[must_use]
pub fn direction(order: &[SortTerm], column: &str) -> Option<bool> {
    order.iter().find(|term| term.column == column).map(|term| term.descending)
}

#[cfg(test)]
mod tests {
    use super::{SortTerm, added, clicked, parse, print};

    #[test]
    fn a_header_goes_round_three_states() {
        let first = clicked(&[], "a");
        let second = clicked(&first, "a");
        assert_eq!((print(&first).as_str(), print(&second).as_str()), ("a", "a.desc.nullslast"));
        assert!(clicked(&second, "a").is_empty());
        assert_eq!(print(&clicked(&second, "b")), "b");
    }

    #[test]
    fn keys_are_added_at_the_end() {
        let order = added(&added(&[SortTerm::new("a", false)], "b", true), "a", true);
        assert_eq!(print(&order), "b.desc.nullslast,a.desc.nullslast");
        assert_eq!(parse(&print(&order)).unwrap(), order);
    }
}
