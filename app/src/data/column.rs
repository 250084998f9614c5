//! What the screens need to know of a column: how to show it, how to edit it, where it leads.

use serde::{Deserialize, Serialize};
use tenon_model::{Column, DataType, Default as ColumnDefault, Identity, ScalarType, Schema, Table};

/// How values of a column are shown and edited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Free text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers with a fraction.
    Number,
    /// True or false.
    Boolean,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day and time without zone.
    Timestamp,
    /// A moment, shown in UTC.
    Moment,
    /// A uuid.
    Uuid,
    /// JSON.
    Json,
    /// Bytes as `\x…`.
    Bytes,
    /// One of these.
    Enum(Vec<String>),
    /// A JSON array of values.
    Array,
}

impl Kind {
    /// The kind that a type is.
    #[must_use]
    pub fn of(data_type: &DataType, schema: &Schema) -> Self {
        let DataType::Scalar(scalar) = data_type else { return Self::Array };
        match scalar {
            ScalarType::Text | ScalarType::Varchar(_) => Self::Text,
            ScalarType::SmallInt | ScalarType::Integer | ScalarType::BigInt => Self::Integer,
            ScalarType::Real | ScalarType::Double | ScalarType::Numeric(_) => Self::Number,
            ScalarType::Boolean => Self::Boolean,
            ScalarType::Date => Self::Date,
            ScalarType::Time => Self::Time,
            ScalarType::Timestamp => Self::Timestamp,
            ScalarType::Timestamptz => Self::Moment,
            ScalarType::Interval => Self::Text,
            ScalarType::Uuid => Self::Uuid,
            ScalarType::Json | ScalarType::Jsonb => Self::Json,
            ScalarType::Bytea => Self::Bytes,
            ScalarType::Enum(name) => Self::Enum(schema.enum_values(name.as_str()).to_vec()),
        }
    }

    /// Whether values are numbers: right-aligned, compared by size.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Integer | Self::Number)
    }

    /// The browser's own input that fits a value of one line best, and the value as that input takes it.
    #[must_use]
    pub fn native_input(&self, text: String) -> NativeInput {
        let (kind, step) = match self {
            // What is no number would not be seen in an input of that kind.
            Self::Integer | Self::Number if !text.is_empty() && text.parse::<f64>().is_err() => ("text", None),
            Self::Integer => ("number", Some("1")),
            Self::Number => ("number", Some("any")),
            Self::Date => ("date", None),
            Self::Time => ("time", Some("1")),
            Self::Timestamp | Self::Moment if is_local(without_zone(&text)) => ("datetime-local", Some("1")),
            _ => ("text", None),
        };
        let text = if kind == "datetime-local" { without_zone(&text).to_owned() } else { text };
        NativeInput { kind, step, text }
    }

    /// The CSS class of a cell of this kind.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Self::Text => "cell-text",
            Self::Integer | Self::Number => "cell-number",
            Self::Boolean => "cell-boolean",
            Self::Date | Self::Time | Self::Timestamp | Self::Moment => "cell-time",
            Self::Uuid | Self::Bytes => "cell-code",
            Self::Json | Self::Array => "cell-json",
            Self::Enum(_) => "cell-enum",
        }
    }
}

/// A moment in UTC without its zone.
fn without_zone(text: &str) -> &str {
    text.strip_suffix("+00:00").or_else(|| text.strip_suffix('Z')).unwrap_or(text)
}

/// Whether the browser's own input for day and time takes it: nothing yet, or to the minute or the second.
fn is_local(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_digit() || matches!(b, b'-' | b':' | b'T');
    matches!(text.len(), 0 | 16 | 19) && text.bytes().all(is_part)
}

/// An `<input>` of the browser's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NativeInput {
    /// Its `type`.
    pub kind: &'static str,
    /// Its `step`.
    pub step: Option<&'static str>,
    /// Its `value`.
    pub text: String,
}

/// Where a column leads: the one column of another table that a foreign key refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The table.
    pub table: String,
    /// The column referred to.
    pub column: String,
    /// The column that shows a person which row it is, if it is another than `column`.
    pub label: Option<String>,
    /// Whether `column` is the whole primary key, so that its value names a record page.
    pub is_key: bool,
}

/// A column as the screens know it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnInfo {
    /// The name.
    pub name: String,
    /// The type in SQL.
    pub type_name: String,
    /// How to show and edit it.
    pub kind: Kind,
    /// Whether null is allowed.
    pub nullable: bool,
    /// Whether it belongs to the primary key.
    pub key: bool,
    /// What a new record has if nothing is given, for a person: `now`, `0`, `generated`.
    pub default: Option<String>,
    /// Whether the database alone gives the value.
    pub generated_always: bool,
    /// What it is computed from, in SQL, if it is a computed column.
    pub computed: Option<String>,
    /// The longest text, in characters.
    pub max_length: Option<u32>,
    /// Where it leads.
    pub reference: Option<Reference>,
    /// Its comment.
    pub comment: Option<String>,
    /// Where its values may go, if it is a state.
    pub state: Option<StateGraph>,
}

/// Where a state may go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateGraph {
    /// As what a new record may begin.
    pub begin: Vec<String>,
    /// Every state with those it may go to.
    pub ways: Vec<(String, Vec<String>)>,
}

impl StateGraph {
    fn of(schema: &Schema, table: &Table, column: &Column) -> Option<Self> {
        let DataType::Scalar(ScalarType::Enum(name)) = &column.data_type else { return None };
        if !table.is_state(&column.name) {
            return None;
        }
        let values = schema.enum_values(name.as_str());
        let begin = table.beginnings(&column.name);
        let leads = |from: &str, to: &str| table.transition_between(&column.name, from, to).is_some();
        let to = |from: &String| values.iter().filter(|to| leads(from, to)).cloned().collect();
        Some(Self {
            begin: values.iter().filter(|state| begin.as_ref().is_none_or(|all| all.contains(&state.as_str()))).cloned().collect(),
            ways: values.iter().map(|from| (from.clone(), to(from))).collect(),
        })
    }

    /// A state and those it may go to, in their order.
    #[must_use]
    pub fn reachable(&self, now: &str) -> Vec<String> {
        let to = self.ways.iter().find(|(from, _)| from == now).map(|(_, to)| to.as_slice()).unwrap_or_default();
        let all = self.ways.iter().map(|(state, _)| state);
        all.filter(|state| *state == now || to.contains(state)).cloned().collect()
    }
}

impl ColumnInfo {
    /// A column of a table of a schema.
    #[must_use]
    pub fn of(schema: &Schema, table: &Table, column: &Column) -> Self {
        Self {
            name: column.name.to_string(),
            type_name: column.data_type.to_string(),
            kind: Kind::of(&column.data_type, schema),
            nullable: !column.not_null && !table.key_columns().contains(&column.name),
            key: table.key_columns().contains(&column.name),
            default: default_text(column),
            generated_always: column.identity == Some(Identity::Always) || column.generated.is_some(),
            computed: column.generated.as_ref().map(|generated| generated.expr.to_sql(&table.name)),
            max_length: match column.data_type {
                DataType::Scalar(ScalarType::Varchar(length)) => Some(length),
                _ => None,
            },
            reference: reference(schema, table, column),
            comment: column.comment.clone(),
            state: StateGraph::of(schema, table, column),
        }
    }

    /// All columns of a table.
    #[must_use]
    pub fn all(schema: &Schema, table: &Table) -> Vec<Self> {
        table.columns.iter().map(|column| Self::of(schema, table, column)).collect()
    }
}

fn default_text(column: &Column) -> Option<String> {
    if column.identity.is_some() {
        return Some("generated".to_owned());
    }
    Some(match column.default.as_ref()? {
        ColumnDefault::Literal(value) => value.to_text(&column.data_type)?,
        ColumnDefault::Now => "now".to_owned(),
        ColumnDefault::CurrentDate => "today".to_owned(),
        ColumnDefault::RandomUuid => "a new uuid".to_owned(),
        ColumnDefault::Expression(expr) => expr.to_sql(&column.name),
    })
}

fn reference(schema: &Schema, table: &Table, column: &Column) -> Option<Reference> {
    let key = table.foreign_keys.iter().find(|fk| fk.columns.len() == 1 && fk.columns[0] == column.name)?;
    let target = schema.table(key.references.as_str())?;
    let referred = &key.referenced_columns[0];
    let label = target.label_column().filter(|label| label.name != *referred).map(|label| label.name.to_string());
    Some(Reference {
        table: target.name.to_string(),
        column: referred.to_string(),
        label,
        is_key: target.key_columns() == std::slice::from_ref(referred),
    })
}
