//! The mailbox: letters that wait, were sent, failed, or were kept because there is no mail server.

use std::collections::HashSet;

use diesel::prelude::*;
use tenon_model::{Caller, Code, Error, Result};

use super::queue::ring;
use crate::{
    Engine, audit,
    database::{Conn, Translate},
    system::schema::{_tenon_mail as mail, _tenon_users as users},
};

/// Letters on a page.
pub const PAGE: u32 = 50;

/// A letter, as the mailbox shows it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = mail)]
pub struct Mail {
    /// Its id.
    pub id: String,
    /// What it is about; see [`super::LetterKind`].
    pub kind: String,
    /// Whom it goes to.
    pub recipient: String,
    /// Its subject; none once a letter with a code or link is sent, or if the caller may not read it.
    pub subject: Option<String>,
    /// Its plain body, likewise.
    #[diesel(column_name = text_body)]
    pub text: Option<String>,
    /// Its HTML body, likewise.
    #[diesel(column_name = html_body)]
    pub html: Option<String>,
    /// queued, sent, failed or kept.
    pub status: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When a queued one is tried (again), in seconds since 1970.
    pub due_at: i64,
    /// What the server said the last time.
    pub last_error: Option<String>,
    /// When it was written, in RFC 3339, UTC.
    pub created_at: String,
    /// When it was sent.
    pub sent_at: Option<String>,
}

/// What to show of the mailbox.
#[derive(Clone, Debug, Default)]
pub struct MailFilter {
    /// Only those of this status.
    pub status: Option<String>,
    /// Only those whose recipient has this in their address.
    pub recipient: Option<String>,
    /// The page, from 0.
    pub page: u32,
}

/// A page of the mailbox, newest first. Bodies are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailPage {
    /// The letters.
    pub mails: Vec<Mail>,
    /// How many there are in all.
    pub total: i64,
}

/// `where` of a filter, with Diesel's own type.
macro_rules! filtered {
    ($filter:expr) => {{
        let filter: &MailFilter = $filter;
        let mut query = mail::table.into_boxed();
        if let Some(status) = &filter.status {
            query = query.filter(mail::status.eq(status.clone()));
        }
        if let Some(part) = filter.recipient.as_ref().filter(|part| !part.is_empty()) {
            query = query.filter(mail::recipient.like(like(part)).escape('\\'));
        }
        query
    }};
}

impl Engine {
    /// A page of the mailbox, newest first.
    ///
    /// # Errors
    /// [`Code::Forbidden`] unless the caller may build.
    pub async fn mailbox(&self, caller: &Caller, filter: MailFilter) -> Result<MailPage> {
        may_read(caller)?;
        let caller = caller.clone();
        self.database()
            .read(move |conn| {
                let total = filtered!(&filter).count().get_result(conn).translate()?;
                let offset = i64::from(filter.page).saturating_mul(i64::from(PAGE));
                let page =
                    filtered!(&filter).order((mail::created_at.desc(), mail::id.desc())).limit(i64::from(PAGE)).offset(offset);
                let mut mails: Vec<Mail> = page.select(Mail::as_select()).load(conn).translate()?;
                let hidden = hidden(conn, &caller, mails.iter().map(|mail| mail.recipient.to_lowercase()).collect())?;
                for mail in &mut mails {
                    withhold(mail, &hidden);
                    (mail.text, mail.html) = (None, None);
                }
                Ok(MailPage { mails, total })
            })
            .await
    }

    /// One letter. What goes to other people of the Studio shows to owners alone: it may let its reader in as them.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::Forbidden`] unless the caller may build.
    pub async fn mail(&self, caller: &Caller, id: String) -> Result<Mail> {
        may_read(caller)?;
        let caller = caller.clone();
        self.database()
            .read(move |conn| {
                let own = mail::table.filter(mail::id.eq(&id)).select(Mail::as_select());
                let mut mail: Mail = own.first(conn).optional().translate()?.ok_or_else(not_found)?;
                let hidden = hidden(conn, &caller, vec![mail.recipient.to_lowercase()])?;
                withhold(&mut mail, &hidden);
                Ok(mail)
            })
            .await
    }

    /// Deletes a letter; one that waits is not sent.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::Forbidden`] unless the caller may build.
    pub async fn delete_mail(&self, caller: &Caller, client: &audit::Client, id: String) -> Result<()> {
        may_read(caller)?;
        let (actor, client, now) = (audit::Actor::of(caller), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let own = mail::table.filter(mail::id.eq(&id));
                let recipient: Option<String> = own.select(mail::recipient).first(conn).optional().translate()?;
                let recipient = recipient.ok_or_else(not_found)?;
                diesel::delete(own).execute(conn).translate()?;
                audit::Entry::new(&actor, "mail.deleted", &client).target("mail", &id, recipient).append(conn, now)
            })
            .await
    }

    /// Queues a letter again that failed.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::Conflict`] if it did not fail or there is no mail server; [`Code::Forbidden`] unless the
    /// caller may build.
    pub async fn retry_mail(&self, caller: &Caller, client: &audit::Client, id: String) -> Result<()> {
        may_read(caller)?;
        if self.settings().mail.smtp_host.is_empty() {
            return Err(Error::new(Code::Conflict, "there is no mail server to send it with; name one in the settings"));
        }
        let (actor, client, now) = (audit::Actor::of(caller), client.clone(), self.now());
        self.database()
            .write(move |conn| {
                let own = mail::table.filter(mail::id.eq(&id));
                let found: Option<(String, String)> =
                    own.select((mail::recipient, mail::status)).first(conn).optional().translate()?;
                let (recipient, status) = found.ok_or_else(not_found)?;
                if status != "failed" {
                    return Err(Error::new(Code::Conflict, format!("the mail is {status}; only one that failed is sent again")));
                }
                let again = (mail::status.eq("queued"), mail::attempts.eq(0), mail::due_at.eq(now.as_second()));
                diesel::update(own.filter(mail::status.eq("failed"))).set(again).execute(conn).translate()?;
                ring();
                audit::Entry::new(&actor, "mail.retried", &client).target("mail", &id, recipient).append(conn, now)
            })
            .await
    }
}

fn may_read(caller: &Caller) -> Result<()> {
    if caller.may_build() { Ok(()) } else { Err(Error::new(Code::Forbidden, "only builders and owners read the mailbox")) }
}

fn not_found() -> Error {
    Error::new(Code::NotFound, "there is no such mail")
}

/// A pattern for what contains a text.
fn like(part: &str) -> String {
    let mut pattern = String::from("%");
    for c in part.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Which of these addresses belong to other people of the Studio, whose mail the caller may not read.
fn hidden(conn: &mut Conn, caller: &Caller, addresses: Vec<String>) -> Result<HashSet<String>> {
    if caller.may_own() || addresses.is_empty() {
        return Ok(HashSet::new());
    }
    let theirs = users::table
        .filter(users::studio_role.is_not_null())
        .filter(users::email.eq_any(addresses.clone()).or(users::new_email.eq_any(addresses)));
    let rows: Vec<(Option<String>, Option<String>)> = theirs.select((users::email, users::new_email)).load(conn).translate()?;
    let own = match caller {
        Caller::Studio { email, .. } => email.as_str(),
        _ => "",
    };
    let others = rows.into_iter().filter(|(email, _)| email.as_deref() != Some(own));
    Ok(others.flat_map(|(email, new_email)| [email, new_email]).flatten().collect())
}

fn withhold(mail: &mut Mail, hidden: &HashSet<String>) {
    if hidden.contains(&mail.recipient.to_lowercase()) {
        (mail.subject, mail.text, mail.html) = (None, None, None);
    }
}
