//! A column on PostgreSQL.

use tenon_model::{Column, DataType, Default, Identity, ScalarType};

use crate::tables::dump::text;

/// The type with its collation: text is compared byte by byte.
pub(super) fn data_type(data_type: &DataType) -> String {
    if data_type.element().is_text() { format!("{data_type} collate \"C\"") } else { data_type.to_string() }
}

pub(super) fn definition(column: &Column) -> String {
    let mut out = format!("{} {}", column.name.quoted(), self::data_type(&column.data_type));
    if column.not_null {
        out.push_str(" not null");
    }
    if let Some(identity) = column.identity {
        out.push_str(" generated ");
        out.push_str(self::identity(identity));
    }
    if let Some(default) = column.default.as_ref().and_then(|default| default_sql(column, default)) {
        out.push_str(" default ");
        out.push_str(&default);
    }
    out
}

pub(super) fn identity(identity: Identity) -> &'static str {
    match identity {
        Identity::Always => "always as identity",
        Identity::ByDefault => "by default as identity",
    }
}

/// A default's expression; none for what the database does not know.
pub(super) fn default_sql(column: &Column, default: &Default) -> Option<String> {
    let is = |scalar| column.data_type.scalar() == Some(&scalar);
    Some(match default {
        Default::Expression(_) => return None,
        Default::Now if is(ScalarType::Timestamp) => "(now() at time zone 'utc')".to_owned(),
        Default::Now => "now()".to_owned(),
        Default::CurrentDate => "((now() at time zone 'utc')::date)".to_owned(),
        Default::RandomUuid => "gen_random_uuid()".to_owned(),
        Default::Literal(value) => {
            let literal = text(&value.to_pg_text(&column.data_type).unwrap_or_default());
            format!("{literal}::{}", column.data_type)
        }
    })
}

/// What a default gives, in a query; a value of an enum type as text, since the database may not have that value yet.
pub(in crate::tables) fn default_value(column: &Column, default: &Default) -> Option<String> {
    match default {
        Default::Literal(value) if matches!(column.data_type.element(), ScalarType::Enum(_)) => {
            Some(format!("{}::text", text(&value.to_pg_text(&column.data_type).unwrap_or_default())))
        }
        default => default_sql(column, default),
    }
}
