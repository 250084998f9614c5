//! The one typed form of an expression: filters of REST, grid and export, policies, checks and calculations.
//!
//! An expression is made against a schema, so every column in it exists and every operand has a type. It is evaluated in
//! three ways that agree: compiled to SQL of either engine, and in memory by [`evaluate`]. `SEMANTICS.md` says what it means.

mod compare;
mod context;
pub mod evaluate;
mod function;
pub mod functions;
pub mod level;
mod print;
mod query;
mod rename;
mod replace;
mod walk;

pub mod regex;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use self::{
    compare::compare,
    context::{Context, ContextValue},
    evaluate::{extreme, list, quantified},
    function::{FunctionCall, called, called_many, instance},
    functions::FunctionRef,
    query::{Aggregate, AggregateFunction, Called, Join, Selected, Source, SourceId, Subquery, SubqueryKind},
    rename::Uses,
    replace::ColumnOf,
};

use crate::{DataType, Ident, ScalarType, Value, query::Relation};

/// A typed expression over a row of one table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expr {
    /// A value of a type; bound, never written into SQL.
    Literal {
        /// The value.
        value: Value,
        /// Its type.
        data_type: DataType,
    },
    /// A column of the row.
    Column {
        /// The column's name.
        name: Ident,
        /// The column's type.
        data_type: DataType,
    },
    /// `base -> step -> step ->> step` over `json` or `jsonb`.
    JsonPath {
        /// What to look into.
        base: Box<Expr>,
        /// Keys and positions; never empty.
        steps: Vec<JsonStep>,
        /// Whether the last arrow is `->>`: text instead of json.
        as_text: bool,
    },
    /// `cast(… as …)`.
    Cast {
        /// What to convert.
        expr: Box<Expr>,
        /// The type to convert to.
        to: DataType,
    },
    /// A comparison; null if an operand is.
    Compare {
        /// The operator.
        op: CompareOp,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand, of a type comparable with the left one's.
        right: Box<Expr>,
    },
    /// `is distinct from`; never null.
    IsDistinct(Box<Expr>, Box<Expr>),
    /// `like` and `ilike`.
    Like {
        /// The text.
        expr: Box<Expr>,
        /// The pattern.
        pattern: LikePattern,
    },
    /// `in (…)`: all of the operand's type.
    In {
        /// What is looked for.
        expr: Box<Expr>,
        /// The values to find it in; may be empty, which is false.
        values: Vec<Value>,
        /// The values' type.
        data_type: DataType,
    },
    /// Array and jsonb containment and overlap: `@>`, `<@`, `&&`.
    Contains {
        /// The operator.
        op: ContainOp,
        /// The left operand.
        left: Box<Expr>,
        /// The right operand.
        right: Box<Expr>,
    },
    /// `is null`, `is true`, `is false`, `is unknown`; never null.
    Is(Box<Expr>, IsTest),
    /// `not`.
    Not(Box<Expr>),
    /// All of them; true if there are none.
    And(Vec<Expr>),
    /// Any of them; false if there are none.
    Or(Vec<Expr>),
    /// A function or an operator.
    Call {
        /// Which one.
        function: FunctionRef,
        /// Its arguments, of its parameters' types.
        arguments: Vec<Expr>,
    },
    /// `case when … then … else … end`.
    Case {
        /// Conditions and results; the first condition that is true decides.
        branches: Vec<(Expr, Expr)>,
        /// The result where none is true; null if there is none.
        otherwise: Option<Box<Expr>>,
        /// The results' type.
        data_type: DataType,
    },
    /// The first that is not null.
    Coalesce {
        /// All of the same type; later ones are not looked at if an earlier one is not null.
        arguments: Vec<Expr>,
        /// Their type.
        data_type: DataType,
    },
    /// `greatest` and `least`: nulls do not count.
    Extreme {
        /// The greatest, or the least.
        greatest: bool,
        /// All of the same type.
        arguments: Vec<Expr>,
        /// Their type.
        data_type: DataType,
    },
    /// `array[…]`.
    Array {
        /// All of the element's type.
        elements: Vec<Expr>,
        /// The element's type.
        element: ScalarType,
    },
    /// `expr op any (array)`, `expr op all (array)`.
    Quantified {
        /// How an element is compared.
        op: CompareOp,
        /// The left operand of each comparison.
        expr: Box<Expr>,
        /// The array.
        array: Box<Expr>,
        /// All elements, or any.
        all: bool,
    },
    /// Who asks, and when.
    Context(ContextValue),
    /// A column of a table that an enclosing [`Expr::Subquery`] reads.
    Of {
        /// Which of the subquery's tables.
        source: SourceId,
        /// The column's name.
        name: Ident,
        /// The column's type.
        data_type: DataType,
    },
    /// An argument of the SQL function that the expression stands in.
    Parameter {
        /// The argument's name.
        name: Ident,
        /// Its type.
        data_type: DataType,
    },
    /// A call of an SQL function of one value.
    Function(Box<FunctionCall>),
    /// `exists (select …)`, `… in (select …)`, `(select …)`.
    Subquery(Box<Subquery>),
    /// An aggregate, in what a scalar subquery selects and nowhere else.
    Aggregate(Box<Aggregate>),
    /// Whether a related row exists for which the filter holds.
    Exists {
        /// How the other table is reached from this row.
        relation: Relation,
        /// What must hold of the other row.
        filter: Box<Expr>,
    },
    /// A column of the row that a to-one relation leads to; null where there is none.
    Related {
        /// How the other table is reached from this row.
        relation: Relation,
        /// What to take of the other row.
        expr: Box<Expr>,
    },
}

/// A step into json.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JsonStep {
    /// An object's key.
    Key(String),
    /// An array's position, from 0; negative from the end.
    Index(i64),
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompareOp {
    /// `=`
    Eq,
    /// `<>`
    Neq,
    /// `<`
    Lt,
    /// `<=`
    Lte,
    /// `>`
    Gt,
    /// `>=`
    Gte,
}

impl CompareOp {
    /// The operator in SQL.
    #[must_use]
    pub fn as_sql(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Neq => "<>",
            Self::Lt => "<",
            Self::Lte => "<=",
            Self::Gt => ">",
            Self::Gte => ">=",
        }
    }
}

/// A containment operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContainOp {
    /// `@>`
    Contains,
    /// `<@`
    ContainedBy,
    /// `&&`
    Overlaps,
}

/// What `is` asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IsTest {
    /// `is null`
    Null,
    /// `is true`
    True,
    /// `is false`
    False,
    /// `is unknown`
    Unknown,
}

/// The right side of `like` or `ilike`, in SQL's own wildcards: `%`, `_`, escaped by a backslash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LikePattern {
    /// The pattern.
    pub pattern: String,
    /// `ilike`: Unicode's simple case folding on both sides.
    pub case_insensitive: bool,
}

impl Expr {
    /// The expression that holds for every row.
    #[must_use]
    pub fn always() -> Self {
        Self::And(Vec::new())
    }

    /// Whether it is the expression that holds for every row.
    #[must_use]
    pub fn is_always(&self) -> bool {
        matches!(self, Self::And(terms) if terms.iter().all(Self::is_always))
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (left, right) if right.is_always() => left,
            (left, right) if left.is_always() => right,
            (Self::And(mut terms), right) => {
                terms.push(right);
                Self::And(terms)
            }
            (left, right) => Self::And(vec![left, right]),
        }
    }

    /// `column = value`.
    #[must_use]
    pub fn equals(name: Ident, data_type: DataType, value: Value) -> Self {
        Self::Compare {
            op: CompareOp::Eq,
            left: Box::new(Self::Column { name, data_type: data_type.clone() }),
            right: Box::new(Self::Literal { value, data_type }),
        }
    }

    /// The type of the expression's value.
    #[must_use]
    pub fn data_type(&self) -> DataType {
        match self {
            Self::Literal { data_type, .. } | Self::Column { data_type, .. } => data_type.clone(),
            Self::JsonPath { as_text: true, .. } => ScalarType::Text.into(),
            Self::JsonPath { base, .. } => base.data_type(),
            Self::Cast { to, .. } => to.clone(),
            Self::Related { expr, .. } => expr.data_type(),
            Self::Call { function, arguments } => {
                let types: Vec<DataType> = arguments.iter().map(Self::data_type).collect();
                function.result_type(&types)
            }
            Self::Case { data_type, .. }
            | Self::Coalesce { data_type, .. }
            | Self::Extreme { data_type, .. }
            | Self::Parameter { data_type, .. }
            | Self::Of { data_type, .. } => data_type.clone(),
            Self::Function(call) => call.body.data_type(),
            Self::Array { element, .. } => DataType::Array(element.clone()),
            Self::Context(value) => value.data_type(),
            Self::Subquery(query) => query.data_type(),
            Self::Aggregate(aggregate) => aggregate.data_type(),
            Self::Compare { .. }
            | Self::IsDistinct(..)
            | Self::Like { .. }
            | Self::In { .. }
            | Self::Contains { .. }
            | Self::Quantified { .. }
            | Self::Is(..)
            | Self::Not(_)
            | Self::And(_)
            | Self::Or(_)
            | Self::Exists { .. } => ScalarType::Boolean.into(),
        }
    }
}
