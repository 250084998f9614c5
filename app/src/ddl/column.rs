//! A column as a form describes it.

use serde::{Deserialize, Serialize};

use super::Params;

/// The built-in types and what they are for, in the order a person looks for them.
pub const TYPES: &[(&str, &str)] = &[
    ("text", "text"),
    ("varchar", "varchar: text up to a length"),
    ("integer", "integer"),
    ("bigint", "bigint: large whole numbers"),
    ("smallint", "smallint: up to 32,767"),
    ("numeric", "numeric: exact decimals"),
    ("double precision", "double precision"),
    ("real", "real"),
    ("boolean", "boolean: yes or no"),
    ("date", "date"),
    ("time", "time"),
    ("timestamptz", "timestamptz: a moment"),
    ("timestamp", "timestamp: date and time"),
    ("uuid", "uuid"),
    ("jsonb", "jsonb"),
    ("json", "json: kept as written"),
    ("bytea", "bytea: bytes"),
];

/// What a row that gives no value gets.
pub const FILLS: &[(&str, &str)] = &[
    ("", "nothing"),
    ("value", "a value…"),
    ("expression", "a calculation…"),
    ("identity", "the next number"),
    ("uuid", "a random uuid"),
    ("now", "the present moment"),
    ("today", "the present date"),
];

/// A column as a form describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnForm {
    /// Its name.
    pub name: String,
    /// A built-in type, or an enum's name behind `enum:`.
    pub data_type: String,
    /// `n` of varchar, or `precision,scale` of numeric.
    pub size: String,
    /// Whether it holds a list of such values.
    pub list: bool,
    /// One of [`FILLS`].
    pub fill: String,
    /// The value, where `fill` is `value`; the expression, where it is `expression`.
    pub value: String,
    /// Whether null is refused.
    pub not_null: bool,
    /// Whether it belongs to the primary key.
    pub key: bool,
    /// Whether no two rows may have the same value.
    pub unique: bool,
    /// The table whose primary key it refers to; empty for none.
    pub references: String,
    /// What happens when the referenced row goes.
    pub on_delete: String,
}

impl ColumnForm {
    /// The column whose fields' names begin with `prefix`.
    #[must_use]
    pub fn read(params: &Params, prefix: &str) -> Self {
        let text = |name: &str| params.get(&format!("{prefix}{name}")).to_owned();
        let is = |name: &str| params.is(&format!("{prefix}{name}"));
        Self {
            name: text("name"),
            data_type: text("type"),
            size: text("size"),
            list: is("list"),
            fill: text("fill"),
            value: text("value"),
            not_null: is("notnull"),
            key: is("key"),
            unique: is("unique"),
            references: text("references"),
            on_delete: text("ondelete"),
        }
    }

    /// The columns of a new table: `c0.name`, `c1.name`, …; nameless ones too, so that a form keeps its rows.
    #[must_use]
    pub fn read_all(params: &Params) -> Vec<Self> {
        let count = params.get("count").parse::<usize>().unwrap_or(0).min(200);
        (0..count).map(|n| Self::read(params, &format!("c{n}."))).collect()
    }

    /// What a new table begins with.
    #[must_use]
    pub fn first_ones() -> Vec<Self> {
        let id = Self {
            name: "id".to_owned(),
            data_type: "bigint".to_owned(),
            fill: "identity".to_owned(),
            key: true,
            ..Self::default()
        };
        let name = Self { name: "name".to_owned(), data_type: "text".to_owned(), not_null: true, ..Self::default() };
        vec![id, name]
    }
}
