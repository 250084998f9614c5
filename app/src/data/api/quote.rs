//! Text as a literal of a language.

/// A string in double quotes, as JSON, Java and Python read it.
pub(super) fn double(text: &str) -> String {
    // JSON's escapes are among theirs, and nothing else in a JSON string means anything to them.
    serde_json::Value::from(text).to_string()
}

/// A string in single quotes, as JavaScript and Ruby read it.
pub(super) fn single(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            _ => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// A word that a POSIX shell leaves as it is.
pub(super) fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
