//! What the pages of mail show.

use serde::{Deserialize, Serialize};

/// A letter in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MailItem {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) recipient: String,
    pub(crate) subject: Option<String>,
    pub(crate) status: String,
    pub(crate) created_at: String,
}

/// A page of the mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MailboxData {
    pub(crate) mails: Vec<MailItem>,
    pub(crate) total: i64,
    pub(crate) page: u32,
    pub(crate) per_page: u32,
    pub(crate) status: String,
    pub(crate) search: String,
    /// Whether there is a mail server.
    pub(crate) sends: bool,
}

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MailData {
    pub(crate) item: MailItem,
    pub(crate) text: Option<String>,
    pub(crate) has_html: bool,
    pub(crate) attempts: i64,
    pub(crate) last_error: Option<String>,
    pub(crate) sent_at: Option<String>,
}

/// A kind of mail and the languages it has templates in, with whether they are one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KindData {
    pub(crate) kind: String,
    pub(crate) label: String,
    pub(crate) locales: Vec<(String, bool)>,
}

/// The templates' page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TemplatesData {
    pub(crate) kinds: Vec<KindData>,
    pub(crate) server: Option<String>,
    pub(crate) default_locale: String,
    pub(crate) own_address: String,
    pub(crate) may_own: bool,
}

/// A template's page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TemplateData {
    pub(crate) kind: String,
    pub(crate) label: String,
    pub(crate) locale: String,
    /// The language of the template that is shown.
    pub(crate) shown_locale: String,
    pub(crate) is_own: bool,
    pub(crate) subject: String,
    pub(crate) html: String,
    pub(crate) text: String,
    pub(crate) needs: Vec<String>,
    pub(crate) may_own: bool,
    /// What is wrong with what was posted: part and sentence.
    pub(crate) problems: Vec<(String, String)>,
}
