//! What a cell shows.

use serde::{Deserialize, Serialize};

use crate::data::column::Kind;

/// Longer texts are cut in the grid; the whole is on the record's page and in the cell's editor.
pub const CUT: usize = 120;

/// A value as its canonical text; `None` is null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The value, perhaps cut.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What the referenced record is called.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Characters (bytes for `bytea`) of the whole value, if it was cut.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<usize>,
}

impl Cell {
    /// A value, cut if it is long.
    #[must_use]
    pub fn new(kind: &Kind, value: Option<String>) -> Self {
        let Some(value) = value else { return Self::default() };
        if *kind == Kind::Bytes {
            let bytes = value.len().saturating_sub(2) / 2;
            return if bytes > 8 { Self::cut(&value, 18, bytes) } else { Self { value: Some(value), ..Self::default() } };
        }
        // Counting characters costs; a text of few bytes has few of them.
        let length = if value.len() <= CUT { value.len() } else { value.chars().count() };
        if length > CUT { Self::cut(&value, CUT, length) } else { Self { value: Some(value), ..Self::default() } }
    }

    fn cut(value: &str, keep: usize, whole: usize) -> Self {
        Self { value: Some(value.chars().take(keep).collect()), label: None, whole: Some(whole) }
    }
}

/// A moment or timestamp as a person reads it: a space for the `T`, no zone, since all are UTC.
#[must_use]
pub fn moment(text: &str) -> String {
    let text = text.strip_suffix("+00:00").unwrap_or(text);
    text.replacen('T', " ", 1)
}

/// So many bytes, for a person.
#[must_use]
pub fn byte_size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let mut tenths = bytes / 100;
    for unit in UNITS {
        if tenths < 10_000 {
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
        tenths /= 1000;
    }
    format!("{bytes} bytes")
}

#[cfg(test)]
mod tests {
    use super::{Cell, byte_size, moment};
    use crate::data::column::Kind;

    #[test]
    fn long_values_are_cut_and_say_so() {
        assert_eq!(Cell::new(&Kind::Text, None), Cell::default());
        assert_eq!(Cell::new(&Kind::Text, Some("é".repeat(120))).whole, None);
        let long = Cell::new(&Kind::Text, Some("é".repeat(121)));
        assert_eq!((long.value.unwrap().chars().count(), long.whole), (120, Some(121)));
        assert_eq!(Cell::new(&Kind::Bytes, Some(format!("\\x{}", "ab".repeat(1000)))).whole, Some(1000));
    }

    #[test]
    fn numbers_and_times_are_for_persons() {
        assert_eq!(byte_size(999), "999 bytes");
        assert_eq!(byte_size(31_053_072), "31.0 MB");
        assert_eq!(byte_size(1_500), "1.5 kB");
        assert_eq!(moment("2013-01-01T06:00:00+00:00"), "2013-01-01 06:00:00");
    }
}
