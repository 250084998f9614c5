//! How mail leaves.

use serde::{Deserialize, Serialize};
use tenon_model::Result;

use super::refused;

/// How mail leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailSettings {
    /// The SMTP server; empty: mail stays in the Studio's mailbox.
    pub smtp_host: String,
    /// Its port.
    pub smtp_port: u16,
    /// How the connection is protected.
    pub smtp_tls: MailTls,
    /// The name to sign in with; empty: without.
    pub smtp_user: String,
    /// The password to sign in with.
    pub smtp_password: String,
    /// The lines of certificates (PEM) of the authorities that the server's is checked against, beside those of the system.
    pub smtp_ca: Vec<String>,
    /// The sender's address.
    pub from_address: String,
    /// The sender's name.
    pub from_name: String,
    /// The language of mails to users who did not choose one, as a BCP 47 tag.
    pub default_locale: String,
}

/// How a connection to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// TLS after `STARTTLS`, which is required.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None: for a server on this machine.
    None,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            smtp_host: String::new(),
            smtp_port: 587,
            smtp_tls: MailTls::Starttls,
            smtp_user: String::new(),
            smtp_password: String::new(),
            smtp_ca: Vec::new(),
            from_address: "no-reply@localhost".into(),
            from_name: String::new(),
            default_locale: "en".into(),
        }
    }
}

impl MailSettings {
    pub(super) fn check(&self) -> Result<()> {
        if !crate::identity::is_email(&self.from_address) {
            return Err(refused("mail.from_address", "this is not an e-mail address"));
        }
        if self.from_name.chars().any(char::is_control) || self.from_name.chars().count() > 80 {
            return Err(refused("mail.from_name", "a name is one line of at most 80 characters"));
        }
        if self.smtp_host.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(refused("mail.smtp_host", "this is no host name"));
        }
        crate::mail::check_authorities(&self.smtp_ca).map_err(|problem| refused("mail.smtp_ca", &problem))?;
        if self.smtp_port == 0 {
            return Err(refused("mail.smtp_port", "a port is between 1 and 65535"));
        }
        Ok(())
    }
}
