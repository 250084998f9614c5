//! A record's key as one segment of a path.
//!
//! The values' texts are joined by commas. Letters, digits and `_-:.` stand as they are; every other byte is `~` and two
//! hexadecimal digits, so that no router, proxy or browser finds anything in it to decode or to normalise.

/// Writes the texts of a key's values, in the key's order.
#[must_use]
pub fn encode<S: AsRef<str>>(values: &[S]) -> String {
    let mut out = String::new();
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        encode_value(value.as_ref(), &mut out);
    }
    out
}

fn encode_value(value: &str, out: &mut String) {
    use std::fmt::Write as _;
    // A segment must be neither empty nor one that means a folder.
    let dots_are_safe = value.bytes().any(|b| b != b'.');
    if value.is_empty() {
        out.push('~');
    }
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b':' => out.push(char::from(byte)),
            b'.' if dots_are_safe => out.push('.'),
            _ => {
                let _ = write!(out, "~{byte:02X}");
            }
        }
    }
}

/// Reads what [`encode`] wrote; `None` for anything it would not have written.
#[must_use]
pub fn decode(segment: &str) -> Option<Vec<String>> {
    segment.split(',').map(decode_value).collect()
}

fn decode_value(text: &str) -> Option<String> {
    if text == "~" {
        return Some(String::new());
    }
    if text.is_empty() {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'~' {
            let digit = |b: u8| char::from(b).to_digit(16);
            let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn keys_survive_the_way_through_a_path() {
        for key in [
            vec!["42"],
            vec!["JFK", "2013-01-01T06:00:00+00:00"],
            vec![""],
            vec!["", ""],
            vec!["."],
            vec![".."],
            vec!["a,b", "c/d?e#f%20~"],
            vec!["Zürich 🚀"],
        ] {
            let segment = encode(&key);
            assert!(segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-:.,~".contains(&b)), "{segment}");
            assert!(segment != "." && segment != ".." && !segment.is_empty());
            assert_eq!(decode(&segment).as_deref(), Some(key.iter().map(ToString::to_string).collect::<Vec<_>>().as_slice()));
        }
    }

    #[test]
    fn what_nobody_wrote_is_no_key() {
        for segment in ["", "a,", "~4", "~zz", "~FF"] {
            assert_eq!(decode(segment), None, "{segment}");
        }
    }
}
