//! All of a request's parameters.

use serde::{Deserialize, Serialize};

use super::{
    ColumnPath, FilterNode, LogicOp, OrderTerm, SelectNode, filter,
    order::parse_order,
    parser::{Budget, Parser},
    select::parse_select,
};
use crate::{Code, Error, Result};

/// Something that belongs to the request's table or, by a path of embeds, to an embedded one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scoped<T> {
    /// The embeds' names or aliases from the table on; empty for the table itself.
    pub path: Vec<String>,
    /// What belongs there.
    pub item: T,
}

/// A request's parameters as text says them: names and values unchecked, ready to be edited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestQuery {
    /// `select=`; `None` is `*`.
    pub select: Option<Vec<SelectNode>>,
    /// All filters; every one must hold.
    pub filters: Vec<Scoped<FilterNode>>,
    /// `order=`; of one path the last counts.
    pub order: Vec<Scoped<Vec<OrderTerm>>>,
    /// `limit=`
    pub limit: Vec<Scoped<u64>>,
    /// `offset=`
    pub offset: Vec<Scoped<u64>>,
    /// `columns=`: which keys of a body are taken.
    pub columns: Option<Vec<String>>,
    /// `on_conflict=`: the columns of the key that an upsert goes by.
    pub on_conflict: Option<Vec<String>>,
}

impl RestQuery {
    /// Reads decoded parameters, in their order.
    ///
    /// # Errors
    /// [`Code::InvalidSyntax`] with the place, [`Code::TooComplex`], [`Code::Unsupported`], [`Code::AggregatesDisabled`].
    pub fn parse(params: &[(String, String)]) -> Result<Self> {
        let mut query = Self::default();
        let mut budget = Budget::default();
        for (key, value) in params {
            query.take(key, value, &mut budget)?;
        }
        Ok(query)
    }

    fn take(&mut self, key: &str, value: &str, budget: &mut Budget) -> Result<()> {
        match key {
            "select" => self.select = Some(parse_select(value, budget)?),
            "columns" => self.columns = Some(names("columns parameter", value, budget)?),
            "on_conflict" => self.on_conflict = Some(names("on_conflict parameter", value, budget)?),
            _ => self.take_scoped(key, value, budget)?,
        }
        Ok(())
    }

    fn take_scoped(&mut self, key: &str, value: &str, budget: &mut Budget) -> Result<()> {
        let (mut path, column, quoted) = tree_path(key, budget)?;
        if quoted || !column.steps.is_empty() {
            let item = filter::parse_condition(column, value, budget)?;
            self.filters.push(Scoped { path, item });
            return Ok(());
        }
        match column.name.as_str() {
            "order" => replace(&mut self.order, path, parse_order(value, budget)?),
            "limit" => replace(&mut self.limit, path, number("limit", value)?),
            "offset" => replace(&mut self.offset, path, number("offset", value)?),
            word @ ("and" | "or") => {
                let negated = path.last().is_some_and(|last| last == "not");
                if negated {
                    path.pop();
                }
                let op = if word == "and" { LogicOp::And } else { LogicOp::Or };
                let item = filter::parse_group(op, negated, value, budget)?;
                self.filters.push(Scoped { path, item });
            }
            _ => {
                let item = filter::parse_condition(column, value, budget)?;
                self.filters.push(Scoped { path, item });
            }
        }
        Ok(())
    }

    /// The limit of the request's table.
    #[must_use]
    pub fn top_limit(&self) -> Option<u64> {
        self.limit.iter().rev().find(|limit| limit.path.is_empty()).map(|limit| limit.item)
    }

    /// The offset of the request's table.
    #[must_use]
    pub fn top_offset(&self) -> u64 {
        self.offset.iter().rev().find(|offset| offset.path.is_empty()).map_or(0, |offset| offset.item)
    }
}

/// `rel.rel.column->path`: the embeds, the column, and whether its name is in quotes.
fn tree_path(key: &str, budget: &mut Budget) -> Result<(Vec<String>, ColumnPath, bool)> {
    let mut parser = Parser::new("tree path", key, budget);
    let mut path = Vec::new();
    loop {
        let quoted = parser.peek() == Some('"');
        let name = parser.name()?;
        if parser.eat(".") {
            parser.budget.term()?;
            path.push(name);
            continue;
        }
        let column = parser.json_path(name)?;
        parser.require_end()?;
        return Ok((path, column, quoted));
    }
}

fn replace<T>(items: &mut Vec<Scoped<T>>, path: Vec<String>, item: T) {
    items.retain(|other| other.path != path);
    items.push(Scoped { path, item });
}

fn number(what: &str, text: &str) -> Result<u64> {
    let trimmed = text.trim();
    let number = if trimmed.bytes().all(|b| b.is_ascii_digit()) { trimmed.parse().ok() } else { None };
    // Both engines count in signed 64-bit integers.
    number.filter(|n| i64::try_from(*n).is_ok()).ok_or_else(|| {
        Error::new(Code::InvalidSyntax, format!("\"failed to parse {what} ({})\" (line 1, column 1)", crate::value::shorten(text)))
            .with_details("expecting a whole number from 0")
    })
}

fn names(what: &'static str, text: &str, budget: &mut Budget) -> Result<Vec<String>> {
    let mut parser = Parser::new(what, text, budget);
    let mut names = Vec::new();
    loop {
        parser.skip_spaces();
        parser.budget.term()?;
        names.push(parser.name()?);
        if !parser.eat(",") {
            parser.require_end()?;
            return Ok(names);
        }
    }
}
