//! The operators a person may choose, by the column's type.

use crate::data::column::{ColumnInfo, Kind};

/// An operator's id in forms and its words on screen.
pub type Operator = (&'static str, &'static str);

const EQUALITY: [Operator; 2] = [("eq", "is"), ("neq", "is not")];
const ORDER: [Operator; 4] = [("gt", ">"), ("gte", "≥"), ("lt", "<"), ("lte", "≤")];
const TIME_ORDER: [Operator; 4] = [("gt", "is after"), ("gte", "is from"), ("lt", "is before"), ("lte", "is until")];
const TEXT: [Operator; 5] = [
    ("contains", "contains"),
    ("not.contains", "does not contain"),
    ("starts", "starts with"),
    ("ends", "ends with"),
    ("like", "is like (%, _)"),
];
const LIST: [Operator; 2] = [("in", "is one of"), ("not.in", "is none of")];
const TRUTH: [Operator; 2] = [("true", "is true"), ("false", "is false")];
const NULLS: [Operator; 2] = [("null", "is empty"), ("filled", "is not empty")];

/// The operators that make sense for a column, the first being the usual one.
#[must_use]
pub fn operators(column: &ColumnInfo) -> Vec<Operator> {
    let groups: &[&[Operator]] = match &column.kind {
        Kind::Text => &[&TEXT[..1], &EQUALITY, &TEXT[1..], &LIST, &ORDER, &NULLS],
        Kind::Integer | Kind::Number => &[&EQUALITY, &ORDER, &LIST, &NULLS],
        Kind::Date | Kind::Time | Kind::Timestamp | Kind::Moment => &[&EQUALITY, &TIME_ORDER, &NULLS],
        Kind::Boolean => &[&TRUTH, &NULLS],
        Kind::Enum(_) | Kind::Uuid => &[&EQUALITY, &LIST, &NULLS],
        // Plain json is a text that nothing compares.
        Kind::Json if column.type_name == "json" => &[&NULLS],
        Kind::Json => &[&[("has", "contains the JSON")], &NULLS],
        Kind::Array => &[&[("has", "contains")], &NULLS],
        Kind::Bytes => &[&EQUALITY, &NULLS],
    };
    groups.concat()
}

/// Whether the operator wants a value beside it.
#[must_use]
pub fn takes_value(op: &str) -> bool {
    !matches!(op, "null" | "filled" | "true" | "false")
}

/// The operator if it makes sense for the column, else the usual one.
#[must_use]
pub fn fitting(column: &ColumnInfo, op: &str) -> String {
    let known = operators(column);
    // A filter typed into the address may hold operators that no menu has; those stay.
    let exotic = matches!(op, "ilike" | "cd" | "ov") || (op.starts_with("not.") && op != "not.contains" && op != "not.in");
    if exotic || known.iter().any(|(id, _)| *id == op) { op.to_owned() } else { known[0].0.to_owned() }
}
