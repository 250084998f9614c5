//! A template as it is written.

use serde::{Deserialize, Serialize};

/// A template as it is written, with variables as GoTrue has them (`{{ .ConfirmationURL }}`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateSource {
    /// The subject.
    pub subject: String,
    /// The body for programs that show HTML.
    pub html: String,
    /// The body for the others.
    pub text: String,
}

/// A template in the engine's own language. Go's leading dots go, and its `if`, `else` and `end` become blocks, so that
/// templates written for GoTrue work as they are. Lines stay where they were.
pub(super) fn translate(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(start) = rest.find('{') {
        let (before, tag) = rest.split_at(start);
        out.push_str(before);
        let block = [("{{", "}}"), ("{%", "%}")].into_iter().find(|(open, _)| tag.starts_with(open));
        let Some((open, close)) = block else {
            out.push('{');
            rest = &tag[1..];
            continue;
        };
        let Some(end) = tag.find(close) else {
            out.push_str(&undotted(tag));
            return out;
        };
        out.push_str(&tag_of(open, &tag[2..end], close));
        rest = &tag[end + 2..];
    }
    out.push_str(rest);
    out
}

fn tag_of(open: &str, inner: &str, close: &str) -> String {
    let (left, inner) = inner.strip_prefix('-').map_or(("", inner), |inner| ("-", inner));
    let (inner, right) = inner.strip_suffix('-').map_or((inner, ""), |inner| (inner, "-"));
    let lines = "\n".repeat(inner.matches('\n').count());
    let block = |word: &str, expression: &str| format!("{{%{left} {word} {}{lines} {right}%}}", go_expression(expression));
    if open == "{{" {
        let words: Vec<&str> = inner.split_whitespace().collect();
        match words.as_slice() {
            ["end"] => return block("endif", ""),
            ["else"] => return block("else", ""),
            ["else", "if", condition @ ..] => return block("elif", &condition.join(" ")),
            ["if", condition @ ..] => return block("if", &condition.join(" ")),
            _ => {}
        }
    }
    format!("{open}{left}{}{right}{close}", undotted(inner))
}

/// Go writes `eq a b` for `a == b`.
fn go_expression(expression: &str) -> String {
    let plain = undotted(expression);
    for (word, operator) in [("eq ", "=="), ("ne ", "!=")] {
        if let Some((left, right)) = plain.strip_prefix(word).and_then(|operands| operands.trim().split_once(' ')) {
            return format!("{left} {operator} {right}");
        }
    }
    plain
}

/// An expression without the dots that names begin with in Go. Texts in quotes stay as they are.
fn undotted(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut quote = None;
    let mut before = ' ';
    let mut chars = expression.chars().peekable();
    while let Some(c) = chars.next() {
        let starts_name = chars.peek().is_some_and(|next| next.is_ascii_alphabetic() || *next == '_');
        let follows = before.is_alphanumeric() || matches!(before, '_' | ')' | ']' | '"' | '\'');
        match quote {
            Some(mark) if c == mark && before != '\\' => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '.' && starts_name && !follows => {
                before = ' ';
                continue;
            }
            _ => {}
        }
        out.push(c);
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn gotrues_templates_become_our_own() {
        for (go, own) in [
            ("{{ .Token }}", "{{ Token }}"),
            ("{{.SiteURL}}/x?h={{ .TokenHash }}", "{{SiteURL}}/x?h={{ TokenHash }}"),
            ("{{ .Data.name.first }}", "{{ Data.name.first }}"),
            ("{{ Token }} { a: .b }", "{{ Token }} { a: .b }"),
            ("{{- .Token -}}", "{{- Token -}}"),
            ("{% if .Data.x == '.y' %}", "{% if Data.x == '.y' %}"),
            ("{{ if .Data.x }}a{{ else }}b{{ end }}", "{% if Data.x %}a{% else  %}b{% endif  %}"),
            ("{{ if eq .Data.lang \"de\" }}", "{% if Data.lang == \"de\" %}"),
            ("{{ .Open", "{{ Open"),
        ] {
            assert_eq!(translate(go), own);
        }
    }
}
