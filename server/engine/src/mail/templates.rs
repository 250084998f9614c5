//! Templates of one's own, how they look, and whether mail arrives.

use diesel::prelude::*;
use serde_json::json;
use tenon_model::{Caller, Code, Error, Result};
use uuid::Uuid;

use super::{Letter, LetterKind, Rendered, TemplateSource, Variables, builtin, check::check, locale, queue, render::render, smtp};
use crate::{
    Engine, audit,
    database::{Conn, Translate},
    identity::{is_email, precise},
    settings::Settings,
    system::schema::_tenon_mail_templates as templates,
};

/// A template that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateEntry {
    /// What it is for.
    pub kind: LetterKind,
    /// Its language.
    pub locale: String,
    /// Whether it is one's own; else Tenon brings it along.
    pub is_own: bool,
}

/// A template and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredTemplate {
    /// The template; for a language that has none, the one that letters in it would be written from.
    pub source: TemplateSource,
    /// Whether it is one's own.
    pub is_own: bool,
    /// The language it is in.
    pub locale: String,
}

/// What came of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tested {
    /// The mail server took the letter.
    Sent,
    /// There is no mail server; the letter is in the mailbox.
    Kept,
}

impl Engine {
    /// The templates there are, by kind and language.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may build.
    pub async fn mail_templates(&self, caller: &Caller) -> Result<Vec<TemplateEntry>> {
        may_read(caller)?;
        let load = |conn: &mut Conn| templates::table.select((templates::kind, templates::locale)).load(conn).translate();
        let own: Vec<(String, String)> = self.database().read(load).await?;
        let mut entries = Vec::new();
        for kind in LetterKind::ALL {
            let own = own.iter().filter(|(name, _)| name == kind.as_str()).map(|(_, locale)| locale.clone());
            let mut locales: Vec<String> = builtin::LOCALES.map(str::to_owned).into_iter().chain(own.clone()).collect();
            locales.sort();
            locales.dedup();
            entries.extend(locales.into_iter().map(|locale| TemplateEntry {
                kind,
                is_own: own.clone().any(|tag| tag == locale),
                locale,
            }));
        }
        Ok(entries)
    }

    /// A template.
    ///
    /// # Errors
    /// [`Code::InvalidRecord`] for a language that is none; [`Code::Forbidden`] unless the caller may build.
    pub async fn mail_template(&self, caller: &Caller, kind: LetterKind, locale: String) -> Result<StoredTemplate> {
        may_read(caller)?;
        let locale = locale::parse(&locale)?;
        let default = self.settings().mail.default_locale.clone();
        self.database().read(move |conn| stored(conn, kind, &locale, &default)).await
    }

    /// Keeps a template of one's own, after checking it.
    ///
    /// # Errors
    /// [`Code::InvalidRecord`] with what is wrong in which part and line; [`Code::Forbidden`] unless the caller may own: what
    /// templates say, they say to everybody who signs in.
    pub async fn save_mail_template(
        &self,
        caller: &Caller,
        client: &audit::Client,
        kind: LetterKind,
        locale: String,
        source: TemplateSource,
    ) -> Result<()> {
        may_write(caller)?;
        let locale = locale::parse(&locale)?;
        check(kind, &source)?;
        let (actor, client, now) = (audit::Actor::of(caller), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                remove(conn, kind, &locale)?;
                let row = (
                    templates::kind.eq(kind.as_str()),
                    templates::locale.eq(&locale),
                    templates::subject.eq(source.subject.trim()),
                    templates::html_body.eq(&source.html),
                    templates::text_body.eq(&source.text),
                    templates::updated_at.eq(precise(now)),
                );
                diesel::insert_into(templates::table).values(row).execute(conn).translate()?;
                let id = format!("{}/{locale}", kind.as_str());
                audit::Entry::new(&actor, "mail_template.saved", &client).target("mail_template", &id, &id).append(conn, now)
            })
            .await
    }

    /// Goes back to the template that Tenon brings along; in a language that it does not know, to none.
    ///
    /// # Errors
    /// [`Code::NotFound`] if there is none of one's own; [`Code::Forbidden`] unless the caller may own.
    pub async fn reset_mail_template(
        &self,
        caller: &Caller,
        client: &audit::Client,
        kind: LetterKind,
        locale: String,
    ) -> Result<()> {
        may_write(caller)?;
        let locale = locale::parse(&locale)?;
        let (actor, client, now) = (audit::Actor::of(caller), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                if remove(conn, kind, &locale)? == 0 {
                    return Err(Error::new(Code::NotFound, "there is no template of your own to reset"));
                }
                let id = format!("{}/{locale}", kind.as_str());
                audit::Entry::new(&actor, "mail_template.reset", &client).target("mail_template", &id, &id).append(conn, now)
            })
            .await
    }

    /// How a template looks, with made-up values.
    ///
    /// # Errors
    /// As [`Engine::save_mail_template`]; [`Code::Forbidden`] unless the caller may build.
    pub fn preview_mail(&self, caller: &Caller, kind: LetterKind, source: &TemplateSource) -> Result<Rendered> {
        may_read(caller)?;
        check(kind, source)?;
        render(kind, source, &self.sample("ada@example.com"), &self.settings().auth)
    }

    /// Sends a letter with made-up values at once, to see whether mail arrives and how it looks there.
    ///
    /// # Errors
    /// [`Code::Configuration`] with what the mail server said; [`Code::InvalidRecord`] for an address or language that is
    /// none; [`Code::Forbidden`] unless the caller may own.
    pub async fn test_mail(
        &self,
        caller: &Caller,
        client: &audit::Client,
        kind: LetterKind,
        locale: String,
        to: String,
    ) -> Result<Tested> {
        may_write(caller)?;
        let (locale, to) = (locale::parse(&locale)?, to.trim().to_owned());
        if !is_email(&to) {
            return Err(crate::settings::refused("to", "this is not an e-mail address"));
        }
        let settings = self.settings();
        let (actor, client, now) = (audit::Actor::of(caller), client.clone(), self.now());
        let details = json!({ "kind": kind.as_str(), "locale": locale });
        let (sample, kept) = (self.sample(&to), settings.mail.smtp_host.is_empty());
        let (unit_settings, unit_to) = (settings.clone(), to.clone());
        let rendered = self
            .database()
            .write(move |conn| {
                let (settings, to) = (&*unit_settings, unit_to.as_str());
                let letter = Letter { kind, to, locale: Some(&locale), variables: sample.clone() };
                let rendered = if kept {
                    queue::queue(conn, now, settings, &letter)?;
                    None
                } else {
                    let locales = locale::candidates(letter.locale, &settings.mail.default_locale);
                    Some(queue::compose(conn, kind, &locales, &letter.variables, settings)?)
                };
                let entry = audit::Entry::new(&actor, "mail.tested", &client).target("mail", "", to);
                entry.details(details.clone()).append(conn, now)?;
                Ok(rendered)
            })
            .await?;
        let Some(rendered) = rendered else { return Ok(Tested::Kept) };
        let transport = smtp::transport(&settings)?;
        let id = Uuid::new_v4().to_string();
        match Box::pin(smtp::send(&transport, &settings, &id, &to, rendered)).await {
            Ok(()) => Ok(Tested::Sent),
            Err(refusal) => Err(Error::new(Code::Configuration, format!("the mail was not sent: {}", refusal.reason))),
        }
    }

    /// Queues a letter, as signing up and in do it.
    ///
    /// # Errors
    /// [`Code::InvalidValue`] for an address that is none; [`Code::Forbidden`] unless the caller may own.
    pub async fn queue_mail(
        &self,
        caller: &Caller,
        kind: LetterKind,
        to: String,
        locale: Option<String>,
        variables: Variables,
    ) -> Result<()> {
        may_write(caller)?;
        let (settings, now) = (self.settings(), self.now());
        let unit = move |conn: &mut Conn| {
            let letter = Letter { kind, to: &to, locale: locale.as_deref(), variables: variables.clone() };
            queue::queue(conn, now, &settings, &letter)
        };
        self.database().write(unit).await
    }

    fn sample(&self, email: &str) -> Variables {
        let settings: &Settings = &self.settings();
        let or = |first: &str, then: &str| if first.is_empty() { then.to_owned() } else { first.to_owned() };
        let outside = or(&settings.auth.external_url, &self.config().public_url);
        let outside = outside.trim_end_matches('/');
        let site_url = or(&settings.auth.site_url, outside);
        Variables {
            confirmation_url: format!("{outside}/auth/v1/verify?token=sample&type=sample&redirect_to={site_url}"),
            token: "123456".into(),
            token_hash: "sample".into(),
            redirect_to: site_url.clone(),
            site_url,
            email: email.to_owned(),
            new_email: "ada.new@example.com".into(),
            data: json!({ "name": "Ada Lovelace" }),
        }
    }
}

fn may_read(caller: &Caller) -> Result<()> {
    if caller.may_build() { Ok(()) } else { Err(Error::new(Code::Forbidden, "only builders and owners see mail templates")) }
}

fn may_write(caller: &Caller) -> Result<()> {
    if caller.may_own() { Ok(()) } else { Err(Error::new(Code::Forbidden, "only owners change mail templates and send mail")) }
}

fn stored(conn: &mut Conn, kind: LetterKind, locale: &str, default: &str) -> Result<StoredTemplate> {
    let locales = locale::candidates(Some(locale), default);
    let own = queue::own_templates(conn, kind, &locales)?;
    for tag in locales {
        if let Some((locale, source)) = own.iter().find(|(own, _)| *own == tag).cloned() {
            return Ok(StoredTemplate { source, is_own: true, locale });
        }
        if let Some(source) = builtin::template(kind, &tag) {
            return Ok(StoredTemplate { source: source.clone(), is_own: false, locale: tag });
        }
    }
    Err(Error::new(Code::NotFound, "there is no such template"))
}

fn remove(conn: &mut Conn, kind: LetterKind, locale: &str) -> Result<usize> {
    let own = templates::table.filter(templates::kind.eq(kind.as_str())).filter(templates::locale.eq(locale));
    diesel::delete(own).execute(conn).translate()
}
