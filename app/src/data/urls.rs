//! Addresses of the data screens.

use url::form_urlencoded;

use crate::answers::viewing;

/// A text as one segment of a path.
#[must_use]
pub fn segment(text: &str) -> String {
    // Form encoding escapes all that a path must not hold; only its `+` for a space means something else there.
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The path of a table's pages.
#[must_use]
pub fn path(table: &str) -> String {
    format!("/tables/{}", segment(&crate::paths::table_segment(table)))
}

/// The grid of a table. As every address of a table's records, it is seen as the page around is.
#[must_use]
pub fn grid(table: &str) -> String {
    kept(path(table))
}

/// The page of a record, by its encoded key.
#[must_use]
pub fn record(table: &str, key: &str) -> String {
    kept(format!("{}/records/{key}", path(table)))
}

/// The form for a new record.
#[must_use]
pub fn new_record(table: &str) -> String {
    kept(format!("{}/new", path(table)))
}

fn kept(path: String) -> String {
    let seen_as = viewing::current();
    if seen_as.is_empty() { path } else { viewing::with(&path, &seen_as) }
}

/// An address with more in its query.
#[must_use]
pub fn with(address: String, query: &str) -> String {
    match (query.is_empty(), address.contains('?')) {
        (true, _) => address,
        (false, true) => format!("{address}&{query}"),
        (false, false) => format!("{address}?{query}"),
    }
}

/// The pairs of a query string or a form's body, decoded, in order.
#[must_use]
pub fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.trim_start_matches('?').as_bytes()).into_owned().collect()
}

/// Pairs as a query string, without the question mark.
#[must_use]
pub fn query<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        push_readable(&mut out, name);
        out.push('=');
        push_readable(&mut out, value);
    }
    out
}

/// Percent-encodes what a query's value must not hold, and leaves the punctuation of filters readable.
pub(crate) fn push_readable(out: &mut String, text: &str) {
    use std::fmt::Write as _;
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'_'
            | b'-'
            | b'.'
            | b'~'
            | b','
            | b'('
            | b')'
            | b':'
            | b'*'
            | b'!'
            | b'/' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{pairs, query, segment};

    #[test]
    fn queries_are_read_as_they_were_written() {
        let text = query([("filter", "and(name.eq.\"O'Neil & Söhne\",n.gt.1)"), ("q", "a+b = 50%")]);
        assert_eq!(text, "filter=and(name.eq.%22O%27Neil%20%26%20S%C3%B6hne%22,n.gt.1)&q=a%2Bb%20%3D%2050%25");
        assert_eq!(pairs(&text)[1], ("q".to_owned(), "a+b = 50%".to_owned()));
        assert_eq!(segment("a b/ü"), "a%20b%2F%C3%BC");
    }
}
