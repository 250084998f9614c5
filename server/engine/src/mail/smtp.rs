//! Handing a letter to the mail server.

use std::time::Duration;

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        PoolConfig,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters, TlsParametersBuilder},
    },
};
use tenon_model::{Code, Error, Result};

use super::Rendered;
use crate::settings::{MailTls, Settings};

/// How long a step of the exchange may take.
const STEP: Duration = Duration::from_secs(20);
/// How long the whole exchange may take.
const WHOLE: Duration = Duration::from_secs(60);

/// The way to a mail server. Cheap to clone; clones share its connections.
pub(super) type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Why a letter did not leave.
#[derive(Debug)]
pub(super) struct Refusal {
    /// What the server or the net said.
    pub(super) reason: String,
    /// Whether it would say the same the next time.
    pub(super) is_final: bool,
}

impl Refusal {
    fn of(error: &lettre::transport::smtp::Error) -> Self {
        let status = error.status().map(u16::from);
        // 53x is about signing in: somebody will put the settings right.
        let is_final = error.is_permanent() && status.is_none_or(|status| !(530..540).contains(&status));
        let mut reason = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(deeper) = cause {
            let text = deeper.to_string();
            if !reason.contains(&text) {
                reason = format!("{reason}: {text}");
            }
            cause = deeper.source();
        }
        Self { reason: printable(&reason), is_final }
    }

    /// Without the password, which a server might say back.
    fn without(mut self, password: &str) -> Self {
        if !password.is_empty() {
            self.reason = self.reason.replace(password, "…");
        }
        self
    }

    fn message(error: &impl std::fmt::Display) -> Self {
        Self { reason: printable(&error.to_string()), is_final: true }
    }
}

/// The certificates that lines of PEM hold, if there are lines.
fn authorities(lines: &[String]) -> Result<Option<Certificate>, String> {
    let text = lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n");
    if text.trim().is_empty() {
        return Ok(None);
    }
    let is_pem = text.contains("-----BEGIN CERTIFICATE-----") && text.contains("-----END CERTIFICATE-----");
    let certificate = Certificate::from_pem(text.as_bytes()).ok().filter(|_| is_pem);
    certificate.map(Some).ok_or_else(|| "this is no certificate in PEM's form".to_owned())
}

/// Checks the certificates of authorities, as lines of PEM.
///
/// # Errors
/// A sentence, for anything else.
pub(crate) fn check_authorities(lines: &[String]) -> Result<(), String> {
    let Some(certificates) = authorities(lines)? else { return Ok(()) };
    let parameters = TlsParameters::builder("localhost".to_owned()).add_root_certificate(certificates);
    parameters.build().map(drop).map_err(|_| "this is no certificate of an authority".to_owned())
}

/// The way to the mail server that the settings name.
///
/// # Errors
/// [`Code::Configuration`] if the host is no name that TLS can check.
pub(super) fn transport(settings: &Settings) -> Result<Transport> {
    let mail = &settings.mail;
    let host = mail.smtp_host.as_str();
    let wrong = |error: lettre::transport::smtp::Error| {
        Error::new(Code::Configuration, format!("the mail server {host} cannot be used: {error}"))
    };
    let tls = || {
        let certificates = authorities(&mail.smtp_ca).map_err(|problem| Error::new(Code::Configuration, problem))?;
        let parameters = TlsParameters::builder(host.to_owned());
        certificates.into_iter().fold(parameters, TlsParametersBuilder::add_root_certificate).build().map_err(wrong)
    };
    let tls = match mail.smtp_tls {
        MailTls::Starttls => Tls::Required(tls()?),
        MailTls::Tls => Tls::Wrapper(tls()?),
        MailTls::None => Tls::None,
    };
    let builder = Transport::builder_dangerous(host).tls(tls);
    let pool = PoolConfig::new().max_size(4).idle_timeout(Duration::from_secs(30));
    let builder = builder.port(mail.smtp_port).timeout(Some(STEP)).pool_config(pool);
    let builder = if mail.smtp_user.is_empty() {
        builder
    } else {
        builder.credentials(Credentials::new(mail.smtp_user.clone(), mail.smtp_password.clone()))
    };
    Ok(builder.build())
}

/// Sends a letter. `id` becomes part of its Message-ID, so that a letter that is sent again can be told for the same.
pub(super) async fn send(
    transport: &Transport,
    settings: &Settings,
    id: &str,
    recipient: &str,
    letter: Rendered,
) -> Result<(), Refusal> {
    let message = message(settings, id, recipient, letter)?;
    match tokio::time::timeout(WHOLE, transport.send(message)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Refusal::of(&error).without(&settings.mail.smtp_password)),
        Err(_) => Err(Refusal { reason: "the mail server takes too long".to_owned(), is_final: false }),
    }
}

fn message(settings: &Settings, id: &str, recipient: &str, letter: Rendered) -> Result<Message, Refusal> {
    let (mail, auth) = (&settings.mail, &settings.auth);
    let sender: Address = mail.from_address.parse().map_err(|error| Refusal::message(&error))?;
    let name = [&mail.from_name, &auth.brand_name].into_iter().find(|name| !name.is_empty()).map(|name| printable(name));
    let message_id = format!("<{id}@{}>", sender.domain());
    let recipient: Address = recipient.parse().map_err(|error| Refusal::message(&error))?;
    Message::builder()
        .from(Mailbox::new(name, sender))
        .to(Mailbox::new(None, recipient))
        .subject(printable(&letter.subject))
        .date_now()
        .message_id(Some(message_id))
        .header(AutoSubmitted)
        .multipart(MultiPart::alternative_plain_html(letter.text, letter.html))
        .map_err(|error| Refusal::message(&error))
}

/// Says that a machine wrote the letter, so that absence notices do not answer it (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_hold_one_line_each() {
        let mut settings = Settings::default();
        settings.auth.brand_name = "Ünder\r\nBcc: all@example.com".into();
        let letter = Rendered { subject: "Hello\r\nBcc: all@example.com".into(), html: "<p>x</p>".into(), text: "x".into() };
        let sent = message(&settings, "7", "ada@example.com", letter.clone()).unwrap().formatted();
        let sent = String::from_utf8(sent).unwrap();
        let head = sent.split("\r\n\r\n").next().unwrap();
        assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{head}");
        assert!(head.contains("Message-ID: <7@localhost>") && head.contains("Auto-Submitted: auto-generated"), "{head}");
        for bad in ["a@b.test\r\nBcc: c@d.test", "a@b.test,c@d.test", "a b@c.test"] {
            assert!(message(&settings, "7", bad, letter.clone()).unwrap_err().is_final, "{bad:?}");
        }
    }
}
