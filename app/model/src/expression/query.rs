//! `select` inside an expression.

use serde::{Deserialize, Serialize};

use super::{CompareOp, Expr};
use crate::{DataType, Ident, OrderBy, ScalarType};

/// A table that a subquery reads, by its number: unique within the whole expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub u32);

/// `select … from … where …`. What it reads of the row outside is [`Expr::Column`], of its own tables [`Expr::Of`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subquery {
    /// What is asked of its rows.
    pub kind: SubqueryKind,
    /// The tables, in order. May be empty: one row then.
    pub from: Vec<Source>,
    /// Which rows.
    pub filter: Expr,
    /// In which order; matters with a limit only.
    pub order: Vec<OrderBy>,
    /// At most so many rows.
    pub limit: Option<u64>,
    /// The SQL function of many values whose body this is, if it is one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<Box<Called>>,
}

/// A call of an SQL function of many values: `select name(arguments)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Called {
    /// The function.
    pub name: Ident,
    /// What it is given.
    pub arguments: Vec<Expr>,
}

/// What is asked of a subquery's rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubqueryKind {
    /// Whether there is one.
    Exists,
    /// The value of the only row; null without rows; an error with several.
    Scalar(Selected),
    /// `expr op any (select …)`; `in` is `= any`.
    Any {
        /// How a row is compared.
        op: CompareOp,
        /// The left operand of each comparison.
        expr: Expr,
        /// What each row shows.
        select: Expr,
        /// All rows, or any.
        all: bool,
    },
}

/// What a scalar subquery selects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selected {
    /// A value of each row.
    Row(Expr),
    /// One value over all rows: aggregates stand in it, and columns in their arguments only.
    Rows(Expr),
}

/// A table that a subquery reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Its number.
    pub id: SourceId,
    /// The table.
    pub table: Ident,
    /// The name it was given, for writing it down again.
    pub alias: Option<Ident>,
    /// How it joins those before it.
    pub join: Join,
    /// Read with the eyes of a function's owner: past policies.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owner: bool,
}

/// How a table joins those before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// Every row with every row.
    Cross,
    /// Those for which it holds.
    Inner(Expr),
    /// Those for which it holds, and every row of the others once where none does, with nulls.
    Left(Expr),
}

impl Join {
    /// What must hold of rows that join.
    #[must_use]
    pub fn condition(&self) -> Option<&Expr> {
        match self {
            Self::Cross => None,
            Self::Inner(on) | Self::Left(on) => Some(on),
        }
    }

    /// The join with another condition.
    #[must_use]
    pub fn map(self, change: &mut dyn FnMut(Expr) -> Expr) -> Self {
        match self {
            Self::Cross => Self::Cross,
            Self::Inner(on) => Self::Inner(change(on)),
            Self::Left(on) => Self::Left(change(on)),
        }
    }
}

/// An aggregate over a subquery's rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aggregate {
    /// Which one.
    pub function: AggregateFunction,
    /// Of what; none for `count(*)`.
    pub argument: Option<Expr>,
    /// Each value once.
    pub distinct: bool,
    /// `filter (where …)`.
    pub filter: Option<Expr>,
    /// What stands between the texts of `string_agg`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
}

/// The aggregates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AggregateFunction {
    /// `count`.
    Count,
    /// `sum`.
    Sum,
    /// `avg`.
    Avg,
    /// `min`.
    Min,
    /// `max`.
    Max,
    /// `bool_and`, `every`.
    BoolAnd,
    /// `bool_or`.
    BoolOr,
    /// `array_agg`: all values, nulls too, in ascending order, nulls last.
    ArrayAgg,
    /// `string_agg`: all texts in ascending order, with a text between.
    StringAgg,
}

impl AggregateFunction {
    /// All of them.
    pub const ALL: [Self; 9] =
        [Self::Count, Self::Sum, Self::Avg, Self::Min, Self::Max, Self::BoolAnd, Self::BoolOr, Self::ArrayAgg, Self::StringAgg];

    /// Its name in SQL.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::BoolAnd => "bool_and",
            Self::BoolOr => "bool_or",
            Self::ArrayAgg => "array_agg",
            Self::StringAgg => "string_agg",
        }
    }

    /// The type of its result for arguments of that type; none where PostgreSQL (or Tenon) has no such aggregate.
    #[must_use]
    pub fn result_type(self, argument: Option<&DataType>) -> Option<DataType> {
        use ScalarType as T;
        let scalar = argument.and_then(DataType::scalar);
        if self == Self::ArrayAgg {
            return match scalar? {
                T::Json | T::Jsonb | T::Interval => None,
                T::Varchar(_) => Some(DataType::Array(T::Text)),
                T::Numeric(_) => Some(DataType::Array(T::Numeric(None))),
                scalar => Some(DataType::Array(scalar.clone())),
            };
        }
        Some(
            match (self, scalar) {
                (Self::Count, _) => T::BigInt,
                (Self::Sum, Some(T::SmallInt | T::Integer)) => T::BigInt,
                (Self::Sum | Self::Avg, Some(T::BigInt | T::Numeric(_))) => T::Numeric(None),
                (Self::Avg, Some(T::SmallInt | T::Integer)) => T::Numeric(None),
                (Self::Min | Self::Max, Some(T::Boolean | T::Uuid | T::Json | T::Jsonb | T::Bytea) | None) => return None,
                (Self::Min | Self::Max, Some(T::Varchar(_))) => T::Text,
                (Self::Min | Self::Max, Some(scalar)) => scalar.clone(),
                (Self::BoolAnd | Self::BoolOr, Some(T::Boolean)) => T::Boolean,
                (Self::StringAgg, Some(T::Text | T::Varchar(_))) => T::Text,
                _ => return None,
            }
            .into(),
        )
    }
}

impl Subquery {
    /// The type of its value.
    #[must_use]
    pub fn data_type(&self) -> DataType {
        match &self.kind {
            SubqueryKind::Exists | SubqueryKind::Any { .. } => ScalarType::Boolean.into(),
            SubqueryKind::Scalar(Selected::Row(expr) | Selected::Rows(expr)) => expr.data_type(),
        }
    }
}

impl Aggregate {
    /// The type of its value.
    #[must_use]
    pub fn data_type(&self) -> DataType {
        let argument = self.argument.as_ref().map(Expr::data_type);
        self.function.result_type(argument.as_ref()).unwrap_or(ScalarType::Numeric(None).into())
    }
}
