//! A column that is there, as a form describes it.

use tenon_model::{Column, Default, ScalarType};

use super::ColumnForm;

impl ColumnForm {
    /// The form that describes a column; keys and references stand elsewhere.
    #[must_use]
    pub fn of(column: &Column) -> Self {
        let (data_type, size) = match column.data_type.element() {
            ScalarType::Varchar(length) => ("varchar".to_owned(), length.to_string()),
            ScalarType::Numeric(Some((precision, scale))) => ("numeric".to_owned(), format!("{precision},{scale}")),
            ScalarType::Enum(name) => (format!("enum:{name}"), String::new()),
            other => (other.to_string(), String::new()),
        };
        let (fill, value) = fill(column);
        Self {
            name: column.name.as_str().to_owned(),
            data_type,
            size,
            list: column.data_type.scalar().is_none(),
            fill: fill.to_owned(),
            value,
            not_null: column.not_null,
            ..Self::default()
        }
    }
}

fn fill(column: &Column) -> (&'static str, String) {
    match &column.default {
        _ if column.identity.is_some() => ("identity", String::new()),
        None => ("", String::new()),
        Some(Default::Literal(value)) => ("value", value.to_pg_text(&column.data_type).unwrap_or_default()),
        Some(Default::Now) => ("now", String::new()),
        Some(Default::CurrentDate) => ("today", String::new()),
        Some(Default::RandomUuid) => ("uuid", String::new()),
        Some(Default::Expression(expr)) => ("expression", expr.to_sql(&column.name)),
    }
}
