//! Mail: the mailbox, one letter, and the templates.

mod form;
#[cfg(feature = "ssr")]
pub(crate) mod http;
mod letter;
mod list;
mod model;
#[cfg(feature = "ssr")]
mod save;
mod template;
mod templates;

pub use self::{letter::Letter, list::Mailbox, template::Template, templates::Templates};

/// A status and what its badge looks like.
fn badge(status: &str) -> (&'static str, &'static str) {
    match status {
        "queued" => ("badge accent", "on its way"),
        "sent" => ("badge", "sent"),
        "failed" => ("badge danger", "failed"),
        _ => ("badge", "kept here"),
    }
}

/// The kind of that name.
#[cfg(feature = "ssr")]
fn parse_kind(name: &str) -> crate::errors::Result<tenon_engine::mail::LetterKind> {
    let missing = || crate::AppError::new(tenon_model::Code::NotFound, "There is no such kind of mail.");
    tenon_engine::mail::LetterKind::parse(name).ok_or_else(missing)
}

/// What a kind of mail is called.
#[cfg(feature = "ssr")]
fn label_of(kind: &str) -> String {
    tenon_engine::mail::LetterKind::parse(kind).map_or_else(|| kind.to_owned(), |kind| kind.label().to_owned())
}
