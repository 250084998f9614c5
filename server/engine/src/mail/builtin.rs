//! The templates that Tenon brings along: one layout, and the words of each language.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

use super::{LetterKind, TemplateSource};

/// The languages there are templates in, English first.
pub(super) const LOCALES: [&str; 4] = ["en", "de", "fr", "es"];

const WORDS: [&str; 4] = [
    include_str!("templates/en.json"),
    include_str!("templates/de.json"),
    include_str!("templates/fr.json"),
    include_str!("templates/es.json"),
];

/// The words of one letter. Without `button` it has no link, without `code_lead` no code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    subject: String,
    title: String,
    lead: String,
    #[serde(default)]
    button: String,
    #[serde(default)]
    code_lead: String,
    note: String,
}

static TEMPLATES: LazyLock<HashMap<(&'static str, String), TemplateSource>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for (locale, words) in LOCALES.into_iter().zip(WORDS) {
        // They are part of the program; the tests read every one.
        let letters: HashMap<String, Words> = serde_json::from_str(words).unwrap_or_default();
        all.extend(letters.into_iter().map(|(kind, words)| ((locale, kind), words.template(locale))));
    }
    all
});

/// The template of a kind in a language, if there is one in it.
pub(super) fn template(kind: LetterKind, locale: &str) -> Option<&'static TemplateSource> {
    let locale = LOCALES.into_iter().find(|known| *known == locale)?;
    TEMPLATES.get(&(locale, kind.as_str().to_owned()))
}

impl Words {
    fn template(&self, locale: &str) -> TemplateSource {
        let layout = |whole: &str, link: &str, code: &str| {
            let link = if self.button.is_empty() { "" } else { link };
            let code = if self.code_lead.is_empty() { "" } else { code };
            let pieces = [
                ("@link@", link),
                ("@code@", code),
                ("@lang@", locale),
                ("@title@", &self.title),
                ("@lead@", &self.lead),
                ("@button@", &self.button),
                ("@code_lead@", &self.code_lead),
                ("@note@", &self.note),
            ];
            pieces.into_iter().fold(whole.to_owned(), |text, (mark, piece)| text.replace(mark, piece))
        };
        TemplateSource {
            subject: self.subject.clone(),
            html: layout(
                include_str!("templates/layout.html"),
                include_str!("templates/link.html"),
                include_str!("templates/code.html"),
            ),
            text: layout(
                include_str!("templates/layout.txt"),
                include_str!("templates/link.txt"),
                include_str!("templates/code.txt"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::check;

    #[test]
    fn every_kind_is_there_in_every_language_and_passes_the_check() {
        for locale in LOCALES {
            for kind in LetterKind::ALL {
                let template = template(kind, locale).unwrap_or_else(|| panic!("{kind:?} in {locale}"));
                check::check(kind, template).unwrap_or_else(|error| panic!("{kind:?} in {locale}: {error:?}"));
                assert!(!template.html.contains('@'), "{}", template.html);
                assert!(!template.text.contains('@'), "{}", template.text);
            }
        }
    }
}
