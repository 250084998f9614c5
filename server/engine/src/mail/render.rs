//! From a template and its variables to the letter.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use tenon_model::{Error, Result};

use super::{LetterKind, TemplateSource, Variables, source::translate};
use crate::settings::AuthSettings;

/// The colour of links where none was chosen.
const COLOR: &str = "#1d4ed8";
/// Steps that a template may take; a loop beyond is a mistake.
const FUEL: u64 = 100_000;
/// The most bytes of a body.
const LONGEST: usize = 1_000_000;

/// A letter as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, one line.
    pub subject: String,
    /// The body for programs that show HTML.
    pub html: String,
    /// The body for the others.
    pub text: String,
}

/// The engine, for HTML or for plain text.
pub(super) fn environment(html: bool) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(move |_| if html { AutoEscape::Html } else { AutoEscape::None });
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment.set_fuel(Some(FUEL));
    environment
}

/// Writes a letter.
///
/// # Errors
/// What is wrong with the template.
pub(super) fn render(kind: LetterKind, template: &TemplateSource, variables: &Variables, auth: &AuthSettings) -> Result<Rendered> {
    let values = values(variables, auth);
    let write = |html: bool, source: &str| {
        let text = environment(html)
            .render_str(&translate(source), values.clone())
            .map_err(|error| Error::internal(format!("the mail template {}: {error}", kind.as_str())))?;
        if text.len() > LONGEST { Err(Error::internal("a mail of more than a megabyte")) } else { Ok(text) }
    };
    Ok(Rendered {
        subject: one_line(&write(false, &template.subject)?),
        html: write(true, &template.html)?,
        text: write(false, &template.text)?,
    })
}

fn values(variables: &Variables, auth: &AuthSettings) -> minijinja::Value {
    let color = if auth.brand_color.is_empty() { COLOR } else { &auth.brand_color };
    context! {
        ConfirmationURL => variables.confirmation_url.as_str(),
        Token => variables.token.as_str(),
        TokenHash => variables.token_hash.as_str(),
        SiteURL => variables.site_url.as_str(),
        Email => variables.email.as_str(),
        NewEmail => variables.new_email.as_str(),
        RedirectTo => variables.redirect_to.as_str(),
        Data => minijinja::value::Serde(&variables.data),
        BrandName => brand_name(&auth.brand_name, &variables.site_url),
        BrandLogo => auth.brand_logo.as_str(),
        BrandColor => color,
        BrandTextColor => text_color(color),
    }
}

/// The application's name; without one, where it is.
fn brand_name(name: &str, site_url: &str) -> String {
    let host = site_url.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    [name, host, "Tenon"].into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
}

/// White on dark colours, black on light ones.
fn text_color(background: &str) -> &'static str {
    let part = |at: usize| background.get(at..at + 2).and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or(0);
    if part(1) * 299 + part(3) * 587 + part(5) * 114 > 150_000 { "#000000" } else { "#ffffff" }
}

/// A header's text: no line of somebody else's making begins in it.
fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(250).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::mail::builtin;

    fn rendered(subject: &str, html: &str, text: &str, variables: &Variables) -> Rendered {
        let template = TemplateSource { subject: subject.into(), html: html.into(), text: text.into() };
        render(LetterKind::Signup, &template, variables, &AuthSettings::default()).unwrap()
    }

    #[test]
    fn values_are_escaped_in_html_alone_and_cannot_begin_a_header() {
        let data = json!({ "name": "<b>\r\nBcc: all@example.com" });
        let variables = Variables { confirmation_url: "https://a.test/?x=1&y=2".into(), data, ..Variables::default() };
        let letter = rendered(
            "Hello {{ .Data.name }}",
            "<a href=\"{{ .ConfirmationURL }}\">{{ .Data.name }}{{ .Data.no.such }}",
            "{{ .ConfirmationURL }}",
            &variables,
        );
        assert_eq!(letter.subject, "Hello <b> Bcc: all@example.com");
        assert!(letter.html.starts_with("<a href=\"https:&#x2f;&#x2f;a.test&#x2f;?x=1&amp;y=2\">&lt;b&gt;"), "{}", letter.html);
        assert_eq!(letter.text, "https://a.test/?x=1&y=2");
    }

    #[test]
    fn brands_show() {
        let auth = AuthSettings { brand_name: "Ash & Oak".into(), brand_color: "#ffee00".into(), ..AuthSettings::default() };
        let template = builtin::template(LetterKind::MagicLink, "de").unwrap();
        let letter =
            render(LetterKind::MagicLink, template, &Variables { token: "123456".into(), ..Variables::default() }, &auth).unwrap();
        assert_eq!(letter.subject, "Anmelden bei Ash & Oak");
        assert!(
            letter.html.contains("Ash &amp; Oak") && letter.html.contains("background:#ffee00;color:#000000"),
            "{}",
            letter.html
        );
        assert!(letter.text.contains("    123456"));
        assert_eq!(brand_name("", "https://shop.test/x"), "shop.test");
    }
}
