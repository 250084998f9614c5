//! Mail: letters to users, from templates in their language, through a queue that outlives the process.
//!
//! A unit of work queues a letter with [`queue`]; it is written as it will be sent, beside whatever it is about. A
//! process that serves sends what is due (`courier`). Without a mail server letters stay in the Studio's mailbox.

mod builtin;
mod check;
mod courier;
mod letter;
mod locale;
mod mailbox;
mod queue;
mod render;
mod smtp;
mod source;
mod templates;

pub(crate) use self::{courier::run as run_courier, queue::queue, smtp::check_authorities};
pub use self::{
    letter::{Letter, LetterKind, Variables},
    mailbox::{Mail, MailFilter, MailPage, PAGE},
    render::Rendered,
    source::TemplateSource,
    templates::{StoredTemplate, TemplateEntry, Tested},
};
