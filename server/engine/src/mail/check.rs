//! Whether a template can be used, told before it is.

use minijinja::ErrorKind;
use tenon_model::{Code, Error, FieldError, Result};

use super::{LetterKind, TemplateSource, render::environment, source::translate};

/// What templates may say; what `Data` has is the user's own affair.
pub(super) const VARIABLES: [&str; 12] = [
    "ConfirmationURL",
    "Token",
    "TokenHash",
    "SiteURL",
    "Email",
    "NewEmail",
    "RedirectTo",
    "Data",
    "BrandName",
    "BrandLogo",
    "BrandColor",
    "BrandTextColor",
];

/// The most bytes of a template's part.
const LONGEST: usize = 200_000;

/// Checks every part of a template.
///
/// # Errors
/// [`Code::InvalidRecord`] with what is wrong in which part and line.
pub(super) fn check(kind: LetterKind, template: &TemplateSource) -> Result<()> {
    let parts = [("subject", &template.subject), ("html", &template.html), ("text", &template.text)];
    let mut fields = Vec::new();
    for (name, source) in parts {
        let problem = match variables(source) {
            Err(problem) => Some(problem),
            Ok(_) if source.trim().is_empty() => Some("this is empty".to_owned()),
            Ok(used) if name != "subject" => missing(kind, &used),
            Ok(_) if source.trim().contains('\n') => Some("a subject is one line".to_owned()),
            Ok(_) => None,
        };
        let field = |message| FieldError { column: name.to_owned(), code: Code::InvalidValue, message };
        fields.extend(problem.map(field));
    }
    if fields.is_empty() {
        return Ok(());
    }
    let message = fields.iter().map(|field| format!("{}: {}", field.column, field.message)).collect::<Vec<_>>().join("; ");
    Err(Error::new(Code::InvalidRecord, message).with_fields(fields))
}

fn missing(kind: LetterKind, used: &[String]) -> Option<String> {
    let needs = kind.needs();
    if needs.is_empty() || used.iter().any(|name| needs.contains(&name.as_str())) {
        return None;
    }
    let names: Vec<String> = needs.iter().map(|name| format!("{{{{ .{name} }}}}")).collect();
    Some(format!("without {} nobody can do what the mail is about", names.join(" or ")))
}

/// The variables of a template's part.
fn variables(source: &str) -> Result<Vec<String>, String> {
    if source.len() > LONGEST {
        return Err(format!("this is longer than {LONGEST} bytes"));
    }
    let translated = translate(source);
    let environment = environment(true);
    let template = environment.template_from_str(&translated).map_err(|error| told(&error))?;
    let mut used: Vec<String> = template.undeclared_variables(false).into_iter().collect();
    used.sort();
    let unknown = used.iter().find(|name| !VARIABLES.contains(&name.as_str()) && !is_function(name));
    if let Some(unknown) = unknown {
        return Err(format!(
            "line {}: there is no variable {unknown}; there are {}",
            line_of(source, unknown),
            VARIABLES.join(", ")
        ));
    }
    // Filters and functions that are none show only when it runs.
    template.render(()).map_err(|error| told(&error))?;
    Ok(used)
}

/// The engine's own functions are globals, and look like variables.
fn is_function(name: &str) -> bool {
    matches!(name, "range" | "dict" | "namespace")
}

fn told(error: &minijinja::Error) -> String {
    let line = error.line().unwrap_or(1);
    let what = match error.kind() {
        ErrorKind::SyntaxError => "this cannot be read",
        ErrorKind::UnknownFilter => "there is no such filter",
        ErrorKind::UnknownFunction => "there is no such function",
        ErrorKind::UnknownTest => "there is no such test",
        ErrorKind::TemplateNotFound => "a mail is one template; it cannot include others",
        ErrorKind::OutOfFuel => "this takes too long",
        _ => "this does not work",
    };
    error.detail().map_or_else(|| format!("line {line}: {what}"), |detail| format!("line {line}: {what}: {detail}"))
}

fn line_of(source: &str, name: &str) -> usize {
    let in_tags = |line: &str| {
        line.match_indices(name).any(|(at, _)| {
            let before = &line[..at];
            let opens = before.rfind("{{").max(before.rfind("{%"));
            let closes = before.rfind("}}").max(before.rfind("%}"));
            opens.is_some() && opens > closes
        })
    };
    let found = source.lines().position(in_tags).or_else(|| source.lines().position(|line| line.contains(name)));
    found.map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(kind: LetterKind, subject: &str, html: &str, text: &str) -> Vec<String> {
        let template = TemplateSource { subject: subject.into(), html: html.into(), text: text.into() };
        let Err(error) = check(kind, &template) else { return Vec::new() };
        error.fields.into_iter().map(|field| format!("{}: {}", field.column, field.message)).collect()
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let good = "<a href=\"{{ .ConfirmationURL }}\">x</a>{{ if .Data.name }}{{ .Data.name }}{{ end }}";
        assert_eq!(problems(LetterKind::Signup, "Hi {{ .Email }}", good, "{{ .Token }}"), [""; 0]);
        let told = [
            problems(LetterKind::Signup, "a\nb", "<p>Emial\n{{ .Emial }}</p>", "{{ .SiteURL }}"),
            problems(LetterKind::Reauthentication, "", "{{ .ConfirmationURL }}", "a\nb {{ .Token "),
            problems(LetterKind::Test, "{{ .Email | shout }}", "{{ if .Email }}", "{% include 'x' %}"),
            problems(LetterKind::Test, "a", "{% for i in range(1000) %}{% for j in range(1000) %}{% endfor %}{% endfor %}", "a"),
        ];
        insta::assert_snapshot!(told.concat().join("\n"), @r"
        subject: a subject is one line
        html: line 2: there is no variable Emial; there are ConfirmationURL, Token, TokenHash, SiteURL, Email, NewEmail, RedirectTo, Data, BrandName, BrandLogo, BrandColor, BrandTextColor
        text: without {{ .ConfirmationURL }} or {{ .Token }} or {{ .TokenHash }} nobody can do what the mail is about
        subject: this is empty
        html: without {{ .Token }} nobody can do what the mail is about
        text: line 2: this cannot be read: unexpected end of input, expected end of variable block
        subject: line 1: there is no such filter: filter shout is unknown
        html: line 1: this cannot be read: unexpected end of input, expected end of block
        text: line 1: this cannot be read: unknown statement include
        html: line 1: this takes too long
        ");
    }
}
