//! What a template's form does.

use tenon_engine::{
    Engine,
    mail::{LetterKind, TemplateSource},
};
use tenon_model::{Caller, Error};

use super::model::TemplateData;
use crate::{context, data::urls, errors::Result, flash};

/// The template as it is kept.
pub(super) async fn template(engine: &Engine, caller: &Caller, kind: LetterKind, locale: String) -> Result<TemplateData> {
    let stored = engine.mail_template(caller, kind, locale.clone()).await?;
    Ok(TemplateData {
        kind: kind.as_str().to_owned(),
        label: kind.label().to_owned(),
        // Languages are the same however they are written: pt-BR, pt-br.
        locale: if stored.locale.eq_ignore_ascii_case(&locale) { stored.locale.clone() } else { locale },
        shown_locale: stored.locale,
        is_own: stored.is_own,
        subject: stored.source.subject,
        html: stored.source.html,
        text: stored.source.text,
        needs: kind.needs().iter().map(|name| format!("{{{{ .{name} }}}}")).collect(),
        may_own: caller.may_own(),
        problems: Vec::new(),
    })
}

/// The parts of a template that a form brings. Browsers end lines with two characters.
pub(super) fn source(form: &str) -> TemplateSource {
    let pairs = urls::pairs(form);
    let value = |wanted: &str| {
        let found = pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str());
        found.replace("\r\n", "\n")
    };
    TemplateSource { subject: value("subject"), html: value("html"), text: value("text") }
}

/// Does what the form asks and leads on, or gives the form back with what is wrong.
pub(super) async fn post(
    engine: &Engine,
    caller: &Caller,
    kind: LetterKind,
    locale: &str,
    form: &str,
) -> Result<Option<TemplateData>> {
    let client = crate::context::client();
    let resets = urls::pairs(form).iter().any(|(name, value)| name == "do" && value == "reset");
    let source = source(form);
    let done = if resets {
        engine.reset_mail_template(caller, &client, kind, locale.to_owned()).await
    } else {
        engine.save_mail_template(caller, &client, kind, locale.to_owned(), source.clone()).await
    };
    match done {
        Ok(()) if resets => leave("Tenon's template serves again.", "/settings/mail"),
        Ok(()) => leave("The template is saved.", &format!("/settings/mail/{}/{locale}", kind.as_str())),
        Err(error) if resets => return Err(error.into()),
        Err(error) => {
            let before = template(engine, caller, kind, locale.to_owned()).await?;
            let TemplateSource { subject, html, text } = source;
            return Ok(Some(TemplateData { subject, html, text, problems: problems(error)?, ..before }));
        }
    }
    Ok(None)
}

fn leave(sentence: &str, path: &str) {
    flash::leave(flash::Flash::Done(sentence.to_owned()));
    context::redirect(path);
}

/// What is wrong with each part; what is about none of them stands above the form.
fn problems(error: Error) -> Result<Vec<(String, String)>> {
    if error.code == tenon_model::Code::Internal {
        return Err(error.into());
    }
    context::set_status(crate::errors::status(error.code));
    if error.fields.is_empty() {
        return Ok(vec![(String::new(), error.message)]);
    }
    Ok(error.fields.into_iter().map(|field| (field.column, field.message)).collect())
}
