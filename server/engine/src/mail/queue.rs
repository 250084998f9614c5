//! The queue: letters as they are sent, in the database.

use diesel::prelude::*;
use jiff::Timestamp;
use tenon_model::{Code, Error, Result};
use tokio::sync::watch;
use uuid::Uuid;

use super::{Letter, LetterKind, Rendered, TemplateSource, Variables, builtin, locale, render::render};
use crate::{
    database::{Conn, Translate},
    identity::{is_email, precise},
    settings::Settings,
    system::schema::{_tenon_mail as mail, _tenon_mail_templates as templates},
};

/// Tells the couriers of this process that there is something to do.
pub(super) static BELL: std::sync::LazyLock<watch::Sender<u64>> = std::sync::LazyLock::new(|| watch::Sender::new(0));

/// Writes a letter and queues it, as part of the unit of work that it is about. With no mail server it stays in the mailbox.
///
/// # Errors
/// [`Code::InvalidValue`] for an address that is none; the database's.
pub(crate) fn queue(conn: &mut Conn, now: Timestamp, settings: &Settings, letter: &Letter<'_>) -> Result<()> {
    if !is_email(letter.to) {
        return Err(Error::new(Code::InvalidValue, "this is not an e-mail address"));
    }
    let candidates = locale::candidates(letter.locale, &settings.mail.default_locale);
    let rendered = compose(conn, letter.kind, &candidates, &letter.variables, settings)?;
    let status = if settings.mail.smtp_host.is_empty() { "kept" } else { "queued" };
    let row = (
        mail::id.eq(Uuid::new_v4().to_string()),
        mail::kind.eq(letter.kind.as_str()),
        mail::recipient.eq(letter.to),
        mail::subject.eq(rendered.subject),
        mail::text_body.eq(rendered.text),
        mail::html_body.eq(rendered.html),
        mail::status.eq(status),
        mail::due_at.eq(now.as_second()),
        mail::created_at.eq(precise(now)),
    );
    diesel::insert_into(mail::table).values(row).execute(conn).translate()?;
    ring();
    Ok(())
}

/// Tells the couriers of this process to look. It is harmless within a unit of work: if that fails, they find nothing.
pub(super) fn ring() {
    BELL.send_modify(|rung| *rung = rung.wrapping_add(1));
}

/// Writes a letter from the best template there is. A template of one's own that fails does not keep people out: then the
/// built-in one serves.
pub(super) fn compose(
    conn: &mut Conn,
    kind: LetterKind,
    locales: &[String],
    variables: &Variables,
    settings: &Settings,
) -> Result<Rendered> {
    let own: Vec<(String, TemplateSource)> = own_templates(conn, kind, locales)?;
    for locale in locales {
        if let Some((_, template)) = own.iter().find(|(tag, _)| tag == locale) {
            match render(kind, template, variables, &settings.auth) {
                Ok(rendered) => return Ok(rendered),
                Err(error) => tracing::warn!(kind = kind.as_str(), %locale, error = %error, "a mail template does not work"),
            }
        }
        if let Some(template) = builtin::template(kind, locale) {
            return render(kind, template, variables, &settings.auth);
        }
    }
    let template = builtin::template(kind, "en").ok_or_else(|| Error::internal("no template"))?;
    render(kind, template, variables, &settings.auth)
}

pub(super) fn own_templates(conn: &mut Conn, kind: LetterKind, locales: &[String]) -> Result<Vec<(String, TemplateSource)>> {
    let rows: Vec<(String, String, String, String)> = templates::table
        .filter(templates::kind.eq(kind.as_str()))
        .filter(templates::locale.eq_any(locales))
        .select((templates::locale, templates::subject, templates::html_body, templates::text_body))
        .load(conn)
        .translate()?;
    Ok(rows.into_iter().map(|(locale, subject, html, text)| (locale, TemplateSource { subject, html, text })).collect())
}
