//! Filters: `column=operator.value` and trees of `and` and `or`.

use serde::{Deserialize, Serialize};

use super::{
    ColumnPath, MAX_LOGIC_DEPTH,
    parser::{Budget, Parser, too_complex},
};
use crate::{Code, Error, Result, value::array};

/// A filter as text says it: names and values unchecked, ready to be edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterNode {
    /// Conditions joined by one word.
    Group {
        /// The word.
        op: LogicOp,
        /// Whether the opposite is meant.
        negated: bool,
        /// What is joined.
        children: Vec<FilterNode>,
    },
    /// One condition.
    Condition {
        /// What is looked at.
        column: ColumnPath,
        /// Whether the opposite is meant.
        negated: bool,
        /// How it is looked at.
        operator: Operator,
        /// `operator(any)` and `operator(all)`.
        quantifier: Option<Quantifier>,
        /// What it is held against.
        operand: Operand,
    },
}

/// What joins conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogicOp {
    /// All must hold.
    And,
    /// One must hold.
    Or,
}

/// Which of a list's values must meet the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantifier {
    /// One.
    Any,
    /// All.
    All,
}

/// What a condition is held against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operand {
    /// One value.
    Value(String),
    /// A list of values: of `in`, and with a quantifier.
    List(Vec<String>),
}

/// An operator, by the name it has in a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// `=`
    Eq,
    /// `<>`
    Neq,
    /// `>`
    Gt,
    /// `>=`
    Gte,
    /// `<`
    Lt,
    /// `<=`
    Lte,
    /// `like`, with `*` for `%`.
    Like,
    /// `ilike`, with `*` for `%`.
    Ilike,
    /// `in (…)`
    In,
    /// `is null`, `is not null`, `is true`, `is false`, `is unknown`.
    Is,
    /// `is distinct from`
    Isdistinct,
    /// `@>`
    Cs,
    /// `<@`
    Cd,
    /// `&&`
    Ov,
}

impl Operator {
    /// All operators.
    pub const ALL: [Self; 14] = [
        Self::Eq,
        Self::Neq,
        Self::Gt,
        Self::Gte,
        Self::Lt,
        Self::Lte,
        Self::Like,
        Self::Ilike,
        Self::In,
        Self::Is,
        Self::Isdistinct,
        Self::Cs,
        Self::Cd,
        Self::Ov,
    ];

    /// The name in a URL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Neq => "neq",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::Like => "like",
            Self::Ilike => "ilike",
            Self::In => "in",
            Self::Is => "is",
            Self::Isdistinct => "isdistinct",
            Self::Cs => "cs",
            Self::Cd => "cd",
            Self::Ov => "ov",
        }
    }

    /// The operator of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.as_str() == name)
    }

    /// Whether `(any)` and `(all)` may follow.
    #[must_use]
    pub fn takes_quantifier(self) -> bool {
        matches!(self, Self::Eq | Self::Gt | Self::Gte | Self::Lt | Self::Lte | Self::Like | Self::Ilike)
    }
}

/// Operators that PostgREST has and Tenon has not.
const REFUSED: [&str; 11] = ["fts", "plfts", "phfts", "wfts", "match", "imatch", "sl", "sr", "nxr", "nxl", "adj"];

impl FilterNode {
    /// Reads a condition or tree as it stands inside a tree: `and(a.eq.1,or(b.gt.2,c.is.null))` or `a.eq.1`.
    ///
    /// # Errors
    /// [`Code::InvalidSyntax`], [`Code::TooComplex`], [`Code::Unsupported`].
    pub fn parse(text: &str) -> Result<Self> {
        let mut budget = Budget::default();
        let mut parser = Parser::new("logic tree", text, &mut budget);
        let node = logic_item(&mut parser, 0)?;
        parser.skip_spaces();
        parser.require_end()?;
        Ok(node)
    }

    /// `column operator value`, without anything special.
    #[must_use]
    pub fn condition(column: impl Into<String>, operator: Operator, operand: Operand) -> Self {
        Self::Condition { column: ColumnPath::column(column), negated: false, operator, quantifier: None, operand }
    }
}

/// The value of `and=`, `or=`: `(…)`.
pub(super) fn parse_group(op: LogicOp, negated: bool, text: &str, budget: &mut Budget) -> Result<FilterNode> {
    let mut parser = Parser::new("logic tree", text, budget);
    let children = group(&mut parser, 0)?;
    parser.require_end()?;
    Ok(FilterNode::Group { op, negated, children })
}

/// The value of `column=`: `not.operator.value`, the value up to the end.
pub(super) fn parse_condition(column: ColumnPath, text: &str, budget: &mut Budget) -> Result<FilterNode> {
    let mut parser = Parser::new("filter", text, budget);
    let node = condition(&mut parser, column, false)?;
    parser.require_end()?;
    Ok(node)
}

fn group(parser: &mut Parser<'_, '_>, depth: usize) -> Result<Vec<FilterNode>> {
    if depth >= MAX_LOGIC_DEPTH {
        return Err(too_complex(format!("conditions are nested deeper than {MAX_LOGIC_DEPTH} levels")));
    }
    parser.require("(")?;
    let mut children = Vec::new();
    loop {
        parser.skip_spaces();
        children.push(logic_item(parser, depth + 1)?);
        parser.skip_spaces();
        if !parser.eat(",") {
            break;
        }
    }
    parser.require(")")?;
    Ok(children)
}

fn logic_item(parser: &mut Parser<'_, '_>, depth: usize) -> Result<FilterNode> {
    for (word, op, negated) in
        [("and", LogicOp::And, false), ("or", LogicOp::Or, false), ("not.and", LogicOp::And, true), ("not.or", LogicOp::Or, true)]
    {
        if parser.rest().strip_prefix(word).is_some_and(|rest| rest.starts_with('(')) {
            parser.advance(word.len());
            parser.budget.term()?;
            return Ok(FilterNode::Group { op, negated, children: group(parser, depth)? });
        }
    }
    let column = parser.column_path()?;
    parser.require(".")?;
    condition(parser, column, true)
}

/// `not.operator(any).value`; inside a tree the value ends at `,` or `)`.
fn condition(parser: &mut Parser<'_, '_>, column: ColumnPath, in_tree: bool) -> Result<FilterNode> {
    parser.budget.term()?;
    let negated = parser.eat("not.");
    let operator = operator(parser)?;
    let quantifier = if parser.eat("(any)") {
        Some(Quantifier::Any)
    } else if parser.eat("(all)") {
        Some(Quantifier::All)
    } else {
        None
    };
    if quantifier.is_some() && !operator.takes_quantifier() {
        return Err(parser.expected("operator (eq, gt, gte, lt, lte, like, ilike) before any or all"));
    }
    parser.require(".")?;
    let operand = operand(parser, operator, quantifier.is_some(), in_tree)?;
    Ok(FilterNode::Condition { column, negated, operator, quantifier, operand })
}

fn operator(parser: &mut Parser<'_, '_>) -> Result<Operator> {
    let rest = parser.rest();
    let name = &rest[..rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len())];
    if let Some(operator) = Operator::parse(name).filter(|_| rest[name.len()..].starts_with(['.', '('])) {
        parser.advance(name.len());
        return Ok(operator);
    }
    if REFUSED.contains(&name) && rest[name.len()..].starts_with(['.', '(']) {
        return Err(Error::new(Code::Unsupported, format!("the operator \"{name}\" is not supported"))
            .with_hint("Supported: eq, neq, gt, gte, lt, lte, like, ilike, is, isdistinct, in, cs, cd, ov."));
    }
    Err(parser.expected("\"not\" or operator (eq, gt, ...)"))
}

fn operand(parser: &mut Parser<'_, '_>, operator: Operator, quantified: bool, in_tree: bool) -> Result<Operand> {
    if operator == Operator::In {
        return list(parser).map(Operand::List);
    }
    if operator == Operator::Is {
        return is_word(parser, in_tree).map(Operand::Value);
    }
    if quantified && !parser.rest().starts_with(['{', '"']) {
        return Err(parser.expected("\"{\""));
    }
    let value = if in_tree { tree_value(parser)? } else { parser.until(&[]).to_owned() };
    if !quantified {
        return Ok(Operand::Value(value));
    }
    let mut values = Vec::new();
    for element in array::elements(value.trim_ascii())? {
        parser.budget.value()?;
        values.push(element.ok_or_else(|| parser.expected("a value other than null"))?.into_owned());
    }
    Ok(Operand::List(values))
}

fn is_word(parser: &mut Parser<'_, '_>, in_tree: bool) -> Result<String> {
    let rest = parser.rest();
    let end = if in_tree { rest.find([',', ')']).unwrap_or(rest.len()) } else { rest.len() };
    let word = rest[..end].trim().to_ascii_lowercase();
    if !matches!(word.as_str(), "null" | "not_null" | "true" | "false" | "unknown") {
        return Err(parser.expected("isVal: (null, not_null, true, false, unknown)"));
    }
    parser.advance(end);
    Ok(word)
}

/// `(a,"b,c",d)`; nothing between the parentheses is the empty list.
fn list(parser: &mut Parser<'_, '_>) -> Result<Vec<String>> {
    parser.require("(")?;
    parser.skip_spaces();
    let mut values = Vec::new();
    if parser.eat(")") {
        return Ok(values);
    }
    loop {
        parser.skip_spaces();
        parser.budget.value()?;
        values.push(list_value(parser)?);
        if !parser.eat(",") {
            break;
        }
    }
    parser.require(")")?;
    Ok(values)
}

fn list_value(parser: &mut Parser<'_, '_>) -> Result<String> {
    match quoted_to_the_end(parser) {
        Some(value) => Ok(value),
        None => Ok(parser.until(&[',', ')']).to_owned()),
    }
}

/// A value inside a tree: quoted, an array in braces, or anything up to `,` or `)`.
fn tree_value(parser: &mut Parser<'_, '_>) -> Result<String> {
    if let Some(braced) = parser.rest().strip_prefix('{')
        && let Some(end) = braced.find(['{', '}'])
        && braced[end..].starts_with('}')
    {
        let value = &parser.rest()[..end + 2];
        parser.advance(value.len());
        return Ok(value.to_owned());
    }
    list_value(parser)
}

/// A quoted value, if the quotes span it up to `,`, `)` or the end.
fn quoted_to_the_end(parser: &mut Parser<'_, '_>) -> Option<String> {
    if parser.peek() != Some('"') {
        return None;
    }
    let before = parser.rest().len();
    let quoted = parser.quoted().ok();
    if quoted.is_some() && parser.peek().is_none_or(|c| matches!(c, ',' | ')')) {
        return quoted;
    }
    parser.rewind(before);
    None
}
