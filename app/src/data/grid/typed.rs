//! What typed text means to a column.

use crate::data::column::{ColumnInfo, Kind};

/// What an editor begins with if typing opened it; `None` if that begins no value, and the editor just opens.
pub(super) fn seed(column: &ColumnInfo, typed: &str) -> Option<String> {
    if column.reference.is_some() {
        return Some(typed.to_owned());
    }
    let begins = match &column.kind {
        Kind::Boolean => return first_of(["true", "false"], typed),
        Kind::Enum(values) => return first_of(values.iter().map(String::as_str), typed),
        Kind::Integer => typed.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c)),
        Kind::Number => typed.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)),
        // Browsers' inputs of these take whole values only.
        Kind::Date | Kind::Time | Kind::Timestamp | Kind::Moment => false,
        Kind::Text | Kind::Uuid | Kind::Json | Kind::Bytes | Kind::Array => true,
    };
    begins.then(|| typed.to_owned())
}

fn first_of<'a>(values: impl IntoIterator<Item = &'a str>, typed: &str) -> Option<String> {
    let typed = typed.to_lowercase();
    values.into_iter().find(|value| value.to_lowercase().starts_with(&typed)).map(str::to_owned)
}

/// What is stored for what was typed: nothing typed is null, except in texts.
pub(super) fn stored(column: &ColumnInfo, typed: Option<String>) -> Option<String> {
    let typed = typed?;
    if column.kind == Kind::Text && column.reference.is_none() {
        return Some(typed);
    }
    let trimmed = typed.trim();
    match column.kind {
        _ if trimmed.is_empty() => None,
        Kind::Moment if !has_zone(trimmed) => Some(format!("{trimmed}+00:00")),
        Kind::Text => Some(typed),
        _ => Some(trimmed.to_owned()),
    }
}

fn has_zone(moment: &str) -> bool {
    moment.split_once(['T', ' ']).is_some_and(|(_, time)| time.contains(['Z', '+', '-']))
}

#[cfg(test)]
mod tests {
    use super::{seed, stored};
    use crate::data::column::{ColumnInfo, Kind};

    fn column(kind: Kind) -> ColumnInfo {
        ColumnInfo {
            name: "c".into(),
            type_name: String::new(),
            kind,
            nullable: true,
            key: false,
            default: None,
            generated_always: false,
            computed: None,
            max_length: None,
            reference: None,
            comment: None,
            state: None,
        }
    }

    #[test]
    fn typing_begins_only_what_can_be_a_value() {
        let seeded = |kind: Kind, typed: &str| seed(&column(kind), typed);
        assert_eq!(seeded(Kind::Integer, "-").as_deref(), Some("-"));
        assert_eq!(seeded(Kind::Integer, "x"), None);
        assert_eq!(seeded(Kind::Number, ".").as_deref(), Some("."));
        assert_eq!(seeded(Kind::Date, "2"), None);
        assert_eq!(seeded(Kind::Boolean, "f").as_deref(), Some("false"));
        assert_eq!(seeded(Kind::Boolean, "x"), None);
        assert_eq!(seeded(Kind::Enum(vec!["new".into(), "Sent".into()]), "s").as_deref(), Some("Sent"));
        assert_eq!(seeded(Kind::Text, "-").as_deref(), Some("-"));
    }

    #[test]
    fn an_emptied_text_is_empty_and_all_else_null() {
        let kept = |kind: Kind, typed: &str| stored(&column(kind), Some(typed.to_owned()));
        assert_eq!(kept(Kind::Text, "").as_deref(), Some(""));
        assert_eq!(kept(Kind::Text, " a ").as_deref(), Some(" a "));
        assert_eq!(kept(Kind::Integer, ""), None);
        assert_eq!(kept(Kind::Integer, " 12 ").as_deref(), Some("12"));
        assert_eq!(stored(&column(Kind::Text), None), None);
    }

    #[test]
    fn a_moment_without_a_zone_is_in_utc() {
        let kept = |typed: &str| stored(&column(Kind::Moment), Some(typed.to_owned()));
        assert_eq!(kept("2013-01-01T06:00").as_deref(), Some("2013-01-01T06:00+00:00"));
        assert_eq!(kept("2013-01-01T06:00:00-05:00").as_deref(), Some("2013-01-01T06:00:00-05:00"));
        assert_eq!(kept("2013-01-01 06:00Z").as_deref(), Some("2013-01-01 06:00Z"));
    }
}
