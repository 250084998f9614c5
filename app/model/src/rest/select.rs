//! `select=`: columns, aliases, casts, JSON paths, embedded rows.

use serde::{Deserialize, Serialize};

use super::{
    MAX_EMBED_DEPTH,
    parser::{Budget, Parser, too_complex},
};
use crate::{Code, Error, Result, expression::JsonStep};

/// A column, or a path into a json column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnPath {
    /// The column's name.
    pub name: String,
    /// Keys and positions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<JsonStep>,
    /// Whether the last arrow is `->>`.
    #[serde(default)]
    pub as_text: bool,
}

impl ColumnPath {
    /// A column as it is.
    #[must_use]
    pub fn column(name: impl Into<String>) -> Self {
        Self { name: name.into(), steps: Vec::new(), as_text: false }
    }

    /// The key under which a select shows it: the path's last key, else the column's name.
    #[must_use]
    pub fn key(&self) -> &str {
        let last = self.steps.iter().rev().find_map(|step| match step {
            JsonStep::Key(key) => Some(key.as_str()),
            JsonStep::Index(_) => None,
        });
        last.unwrap_or(&self.name)
    }
}

/// Whether a row without a related row stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// It stays (`!left`, and without a word).
    #[default]
    Left,
    /// It goes (`!inner`).
    Inner,
}

/// One item of a select list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SelectNode {
    /// `*`
    All,
    /// `alias:column->path::type`
    Column {
        /// The column.
        column: ColumnPath,
        /// The key to show it under.
        alias: Option<String>,
        /// The type to cast it to, as written.
        cast: Option<String>,
    },
    /// `alias:relation!hint!inner(…)`
    Embed {
        /// A table, a foreign key's name or a referring column.
        relation: String,
        /// The key to show it under.
        alias: Option<String>,
        /// Which relation is meant: a foreign key's name, a column or a table between.
        hint: Option<String>,
        /// Whether rows without a related row stay.
        join: Join,
        /// `...relation(…)`: fields stand in the row itself.
        spread: bool,
        /// What to read there.
        select: Vec<SelectNode>,
    },
}

impl SelectNode {
    /// Reads a select list.
    ///
    /// # Errors
    /// [`Code::InvalidSyntax`], [`Code::TooComplex`], [`Code::AggregatesDisabled`].
    pub fn parse_list(text: &str) -> Result<Vec<Self>> {
        parse_select(text, &mut Budget::default())
    }
}

pub(super) fn parse_select(text: &str, budget: &mut Budget) -> Result<Vec<SelectNode>> {
    let mut parser = Parser::new("select parameter", text, budget);
    parser.skip_spaces();
    if parser.at_end() {
        return Ok(Vec::new());
    }
    let items = items(&mut parser, 0)?;
    parser.require_end()?;
    Ok(items)
}

fn items(parser: &mut Parser<'_, '_>, depth: usize) -> Result<Vec<SelectNode>> {
    let mut out = Vec::new();
    loop {
        parser.skip_spaces();
        parser.budget.term()?;
        out.push(item(parser, depth)?);
        parser.skip_spaces();
        if !parser.eat(",") {
            return Ok(out);
        }
    }
}

fn item(parser: &mut Parser<'_, '_>, depth: usize) -> Result<SelectNode> {
    if parser.eat("*") {
        return Ok(SelectNode::All);
    }
    let spread = parser.eat("...");
    let mut name = parser.name()?;
    let mut alias = None;
    if parser.rest().starts_with(':') && !parser.rest().starts_with("::") {
        parser.advance(1);
        alias = Some(std::mem::replace(&mut name, parser.name()?));
    }
    if parser.rest().starts_with(['!', '(']) {
        return embed(parser, name, alias, spread, depth);
    }
    if spread {
        return Err(parser.expected("\"(\""));
    }
    let column = parser.json_path(name)?;
    refuse_aggregate(parser)?;
    let cast = if parser.eat("::") { Some(cast_type(parser)?) } else { None };
    refuse_aggregate(parser)?;
    Ok(SelectNode::Column { column, alias, cast })
}

/// A type's name behind `::`, perhaps with brackets.
fn cast_type(parser: &mut Parser<'_, '_>) -> Result<String> {
    let mut name = parser.name()?;
    if parser.eat("[]") {
        name.push_str("[]");
    }
    Ok(name)
}

fn aggregates_disabled() -> Error {
    Error::new(Code::AggregatesDisabled, "Use of aggregate functions is not allowed")
}

/// `column.sum()` and the like.
fn refuse_aggregate(parser: &Parser<'_, '_>) -> Result<()> {
    let rest = parser.rest();
    let aggregate = ["sum", "avg", "count", "max", "min"];
    let called = |name: &str| rest.strip_prefix('.').and_then(|r| r.strip_prefix(name)).is_some_and(|r| r.starts_with("()"));
    if aggregate.into_iter().any(called) { Err(aggregates_disabled()) } else { Ok(()) }
}

fn embed(parser: &mut Parser<'_, '_>, relation: String, alias: Option<String>, spread: bool, depth: usize) -> Result<SelectNode> {
    if depth >= MAX_EMBED_DEPTH {
        return Err(too_complex(format!("rows are embedded deeper than {MAX_EMBED_DEPTH} levels")));
    }
    let (mut hint, mut join) = (None, None);
    while parser.eat("!") {
        // In quotes it is the name of a constraint, whatever it says.
        let quoted = parser.peek() == Some('"');
        let word = parser.name()?;
        match word.as_str() {
            "inner" if join.is_none() && !quoted => join = Some(Join::Inner),
            "left" if join.is_none() && !quoted => join = Some(Join::Left),
            _ if hint.is_none() => hint = Some(word),
            _ => return Err(parser.expected("\"(\"")),
        }
    }
    parser.require("(")?;
    parser.skip_spaces();
    let select = if parser.rest().starts_with(')') { Vec::new() } else { items(parser, depth + 1)? };
    parser.require(")")?;
    if relation == "count" && select.is_empty() && hint.is_none() && join.is_none() {
        return Err(aggregates_disabled());
    }
    Ok(SelectNode::Embed { relation, alias, hint, join: join.unwrap_or_default(), spread, select })
}
