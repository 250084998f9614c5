//! Mail as it looks, for a frame in a page: nothing in it runs, and its links open elsewhere.

use axum::{
    Router,
    extract::{Path, RawQuery, State},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use http::{HeaderName, StatusCode, header, request::Parts};
use tenon_engine::{
    Engine,
    mail::{LetterKind, TemplateSource},
};
use tenon_model::{Caller, Code, Error, Result};

use crate::{data::urls, paths};

/// The handlers. `caller` says who is asking, or what to answer instead.
pub(crate) fn routes() -> Router<Engine> {
    Router::new()
        .route("/mailbox/{id}/html", get(mail))
        .route("/settings/mail/{kind}/{locale}/preview", get(stored).post(posted))
        .route("/settings/mail/new", get(another))
}

async fn mail(State(engine): State<Engine>, Path(id): Path<String>, parts: Parts) -> Response {
    let shown = async {
        let caller = caller(&engine, &parts).await?;
        let mail = engine.mail(&caller, id).await?;
        mail.html.ok_or_else(|| Error::new(Code::NotFound, "there is nothing to show"))
    };
    answer(shown.await)
}

async fn stored(State(engine): State<Engine>, Path((kind, locale)): Path<(String, String)>, parts: Parts) -> Response {
    let shown = async {
        let caller = caller(&engine, &parts).await?;
        let kind = parse(&kind)?;
        let source = engine.mail_template(&caller, kind, locale).await?.source;
        shown(&engine, &caller, kind, &source)
    };
    answer(shown.await)
}

async fn posted(State(engine): State<Engine>, Path((kind, _)): Path<(String, String)>, parts: Parts, form: String) -> Response {
    let shown = async {
        let caller = caller(&engine, &parts).await?;
        shown(&engine, &caller, parse(&kind)?, &super::save::source(&form))
    };
    answer(shown.await)
}

/// From the choice of a kind and a language to the page of that template.
async fn another(RawQuery(query): RawQuery) -> Response {
    let pairs = urls::pairs(&query.unwrap_or_default());
    let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.trim());
    Redirect::to(&format!("/settings/mail/{}/{}", paths::encode(value("template")), paths::encode(value("language"))))
        .into_response()
}

fn parse(kind: &str) -> Result<LetterKind> {
    LetterKind::parse(kind).ok_or_else(|| Error::new(Code::NotFound, "there is no such kind of mail"))
}

async fn caller(engine: &Engine, parts: &Parts) -> Result<Caller> {
    let account = match crate::cookies::session(parts) {
        Some(token) => engine.session(token).await?,
        None => None,
    };
    account.map(|account| account.caller()).ok_or_else(|| Error::new(Code::Unauthenticated, "sign in to see this"))
}

/// The rendered template, with its subject and its text above and below.
fn shown(engine: &Engine, caller: &Caller, kind: LetterKind, source: &TemplateSource) -> Result<String> {
    let mail = engine.preview_mail(caller, kind, source)?;
    let strip = "margin:0;padding:12px 16px;font:14px/1.5 sans-serif;color:#1f2937;background:#e5e7eb";
    let subject = format!("<p style=\"{strip}\"><strong>Subject:</strong> {}</p>", escape(&mail.subject));
    let text = format!("<pre style=\"{strip};white-space:pre-wrap;overflow-wrap:anywhere\">{}</pre>", escape(&mail.text));
    Ok(inserted(&inserted(&mail.html, "<body", &subject, true), "</body", &text, false))
}

/// A page with a piece after the tag that begins so, or before it.
fn inserted(html: &str, tag: &str, piece: &str, after: bool) -> String {
    let at = html.to_ascii_lowercase().find(tag).and_then(|at| match after {
        true => html[at..].find('>').map(|end| at + end + 1),
        false => Some(at),
    });
    match at {
        Some(at) => format!("{}{piece}{}", &html[..at], &html[at..]),
        None if after => format!("{piece}{html}"),
        None => format!("{html}{piece}"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

fn answer(html: Result<String>) -> Response {
    let (status, html) = match html {
        Ok(html) => (StatusCode::OK, html),
        Err(error) => (crate::errors::status(error.code), problem(&error)),
    };
    let html = inserted(&html, "<head", "<base target=\"_blank\">", true);
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        // The address of a mail's page is no business of where its links lead.
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (status, headers, html).into_response()
}

fn problem(error: &Error) -> String {
    let text = if error.code == Code::Internal {
        tracing::error!("{}", error.message);
        "Something went wrong on our side."
    } else {
        &error.message
    };
    format!("<!doctype html><html lang=\"en\"><head><title>Problem</title></head><body><p>{}</p></body></html>", escape(text))
}

#[cfg(test)]
mod tests {
    use super::inserted;

    #[test]
    fn pieces_go_where_they_belong() {
        assert_eq!(inserted("<HTML><Head x='1'>a", "<head", "B", true), "<HTML><Head x='1'>Ba");
        assert_eq!(inserted("<p>a</p>", "<head", "B", true), "B<p>a</p>");
        assert_eq!(inserted("a</body>", "</body", "B", false), "aB</body>");
        assert_eq!(inserted("a", "</body", "B", false), "aB");
    }
}
