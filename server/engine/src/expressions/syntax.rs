//! An expression as it is written, before it meets a schema: names are not looked up, nothing has a type yet.

use tenon_model::{Combine, Ident};

use crate::tables::change::{Position, TypeName};

/// A part of an expression and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// Where it begins; of an operator between two operands, where the operator stands.
    pub(crate) at: Position,
}

/// What it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// `1`, `1.5`, `1e3`.
    Number(String),
    /// `'text'`.
    Text(String),
    /// `type 'text'`.
    Typed(TypeName, String),
    /// `column`, `alias.column`, `public.table.column`.
    Name(Vec<Ident>),
    /// `$1`.
    Parameter(String),
    /// An operator before its operand.
    Prefix(&'static str, Box<Node>),
    /// An operator between its operands.
    Infix(&'static str, Box<Node>, Box<Node>),
    /// `and`.
    And(Vec<Node>),
    /// `or`.
    Or(Vec<Node>),
    /// `not`.
    Not(Box<Node>),
    /// `expr is [not] test`.
    Is { expr: Box<Node>, test: Test, negated: bool },
    /// `left is [not] distinct from right`.
    Distinct { left: Box<Node>, right: Box<Node>, negated: bool },
    /// `expr [not] in (…)`.
    In { expr: Box<Node>, list: Vec<Node>, negated: bool },
    /// `expr [not] in (select …)`.
    InQuery { expr: Box<Node>, query: Box<Query>, negated: bool },
    /// `expr [not] between [symmetric] low and high`.
    Between { expr: Box<Node>, low: Box<Node>, high: Box<Node>, symmetric: bool, negated: bool },
    /// `expr [not] like|ilike pattern [escape '…']`.
    Like { expr: Box<Node>, pattern: Box<Node>, escape: Option<Box<Node>>, insensitive: bool, negated: bool },
    /// `expr op any|all (array)`, and `expr op any|all (select …)`.
    Quantified { op: &'static str, expr: Box<Node>, all: bool, of: Box<Quantity> },
    /// `cast(expr as type)`, `expr::type`.
    Cast(Box<Node>, TypeName),
    /// `name(…)`, `schema.name(…)`.
    Call(Call),
    /// `case [operand] when … then … [else …] end`.
    Case { operand: Option<Box<Node>>, branches: Vec<(Node, Node)>, otherwise: Option<Box<Node>> },
    /// `array[…]`.
    Array(Vec<Node>),
    /// `expr[index]`.
    Subscript(Box<Node>, Box<Node>),
    /// `expr at time zone zone`.
    AtTimeZone(Box<Node>, Box<Node>),
    /// `exists (select …)`.
    Exists(Box<Query>),
    /// `(select …)`.
    Scalar(Box<Query>),
}

/// What `is` asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Test {
    Null,
    True,
    False,
    Unknown,
}

/// What `any` and `all` look through.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Quantity {
    Array(Node),
    Query(Query),
}

/// A call of a function or an aggregate.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    /// `lower`, or `auth` and `uid`.
    pub(crate) name: Vec<Ident>,
    pub(crate) arguments: Vec<Node>,
    /// `(*)`.
    pub(crate) star: bool,
    /// `(distinct …)`.
    pub(crate) distinct: bool,
    /// `filter (where …)`.
    pub(crate) filter: Option<Box<Node>>,
}

/// `select … from … where …` inside an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) at: Position,
    pub(crate) distinct: bool,
    /// What is selected; empty for `*`.
    pub(crate) select: Vec<Node>,
    pub(crate) from: Vec<From>,
    pub(crate) filter: Option<Node>,
    pub(crate) order: Vec<Order>,
    pub(crate) limit: Option<u64>,
}

/// A table that a query reads, and how it joins those before it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct From {
    pub(crate) at: Position,
    pub(crate) table: Ident,
    pub(crate) alias: Option<Ident>,
    pub(crate) join: Join,
}

/// How a table joins those before it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Join {
    /// The first one, or `,` or `cross join`.
    Cross,
    /// `[inner] join … on …`.
    Inner(Node),
    /// `left [outer] join … on …`.
    Left(Node),
}

/// A key of a query's order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Order {
    pub(crate) expr: Node,
    pub(crate) descending: bool,
    pub(crate) nulls_first: Option<bool>,
}

/// A whole `select`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SelectNode {
    pub(crate) at: Position,
    /// `with name (columns) as (…)`.
    pub(crate) with: Vec<(Ident, Vec<Ident>, SelectNode)>,
    pub(crate) body: Body,
    pub(crate) order: Vec<Order>,
    pub(crate) limit: Option<Node>,
    pub(crate) offset: Option<Node>,
}

/// Where a select's rows come from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    Plain(Box<PlainNode>),
    /// `(select …)`.
    Nested(Box<SelectNode>),
    Combined {
        how: Combine,
        all: bool,
        at: Position,
        left: Box<Body>,
        right: Box<Body>,
    },
}

/// `select … from … where … group by … having …`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlainNode {
    pub(crate) at: Position,
    pub(crate) distinct: bool,
    pub(crate) items: Vec<Item>,
    pub(crate) from: Vec<FromNode>,
    pub(crate) filter: Option<Node>,
    pub(crate) group: Vec<Node>,
    pub(crate) having: Option<Node>,
}

/// What is selected.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    /// `*`, `table.*`.
    All(Option<Ident>, Position),
    /// `expression [as name]`.
    Expr(Node, Option<Ident>),
}

/// What a select reads, and how it joins what stands before it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FromNode {
    pub(crate) at: Position,
    pub(crate) of: FromOf,
    pub(crate) alias: Option<Ident>,
    /// `as alias (columns)`.
    pub(crate) columns: Vec<Ident>,
    pub(crate) join: Join,
}

/// A table, a query or a function.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FromOf {
    Table(Ident),
    Query(Box<SelectNode>),
    Call(Call),
}
