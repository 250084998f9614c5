//! Addresses inside the Studio.

use std::borrow::Cow;

/// A text as one segment or one query value of an address.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    out
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// The path, if it is one of this site; else `/`. What stands in `?next=` comes from outside and must not lead away.
#[must_use]
pub fn local(path: &str) -> &str {
    let leads_away = !path.starts_with('/') || path.starts_with("//") || path.starts_with("/\\");
    let is_plain = path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if leads_away || !is_plain { "/" } else { path }
}

/// The sign-in page that leads back to `next`.
#[must_use]
pub fn sign_in(next: &str) -> String {
    match local(next) {
        "/" => "/sign-in".to_owned(),
        next => format!("/sign-in?next={}", encode(next)),
    }
}

/// The page that asks for the second factor and leads on to `next`.
#[must_use]
pub fn second_factor(next: &str) -> String {
    match local(next) {
        "/" => "/sign-in/second".to_owned(),
        next => format!("/sign-in/second?next={}", encode(next)),
    }
}

/// A table's name as it stands in addresses, before it is percent-encoded; [`table_name`] reads it again.
///
/// Browsers take the segments `.` and `..` away even if they are encoded, `new` is the page of a new table, and `%` is decoded
/// once too often on its way through a router: such names get a `~` in front.
#[must_use]
pub fn table_segment(name: &str) -> Cow<'_, str> {
    if matches!(name, "." | ".." | "new") || name.starts_with('~') || name.contains('%') {
        return format!("~{}", name.replace('~', "~0").replace('%', "~1")).into();
    }
    name.into()
}

/// The table that the decoded segment of an address names.
#[must_use]
pub fn table_name(segment: &str) -> String {
    segment.strip_prefix('~').map_or_else(|| segment.to_owned(), |escaped| escaped.replace("~1", "%").replace("~0", "~"))
}

/// A table's grid.
#[must_use]
pub fn table(name: &str) -> String {
    format!("/tables/{}", encode(&table_segment(name)))
}

/// A table's structure.
#[must_use]
pub fn structure(name: &str) -> String {
    format!("{}/structure", table(name))
}

/// The policies of a table.
#[must_use]
pub fn policies(name: &str) -> String {
    format!("{}/policies", table(name))
}

/// The states of a table.
#[must_use]
pub fn states(name: &str) -> String {
    format!("{}/states", table(name))
}

/// The page that explains who may do what to a table's records.
#[must_use]
pub fn why(name: &str) -> String {
    format!("{}/why", table(name))
}

/// The page that shows what SQL would do to the schema, and leads back to `back`.
#[must_use]
pub fn review(sql: &str, back: &str) -> String {
    format!("/schema?sql={}&back={}", encode(sql), encode(back))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_local() {
        assert_eq!(local("/tables/x?y=1"), "/tables/x?y=1");
        for away in ["https://evil.example", "//evil.example", "/\\evil.example", "tables", "", "/a\nb", "/a\\b"] {
            assert_eq!(local(away), "/", "{away}");
        }
    }

    #[test]
    fn names_are_encoded_as_segments() {
        assert_eq!(table("a/b ü?"), "/tables/a%2Fb%20%C3%BC%3F");
    }

    #[test]
    fn names_that_addresses_cannot_hold_are_escaped() {
        let shown = ["new", ".", "..", "...", "a~b", "~new", "50%", "~1"].map(|name| table_segment(name).into_owned());
        assert_eq!(shown, ["~new", "~.", "~..", "...", "a~b", "~~0new", "~50~1", "~~01"]);
        for name in ["new", ".", "..", "a", "~", "~~", "~new", "%", "~%~0~1", "a~1", "ü"] {
            assert_eq!(table_name(&table_segment(name)), name);
        }
    }
}
