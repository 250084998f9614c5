//! Plain handlers beside the pages: a file up, rows down, and the filter builder's form.

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Multipart, Path, RawQuery, State, multipart::Field},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};
use futures::TryStreamExt as _;
use http::{HeaderValue, StatusCode, header, request::Parts};
use tenon_engine::{Engine, imports::ImportId, records::Format};
use tenon_model::{Caller, Code, Error, Result};
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

use super::{
    column::ColumnInfo,
    filter::{form, rest},
    grid::{query::export_query, state::GridState},
    urls,
};
use crate::{cookies, paths};

/// The handlers, for the server's router. Foreign origins and bodies that are too large are refused before them.
pub fn routes<S: Clone + Send + Sync + 'static>(engine: Engine) -> Router<S> {
    Router::new()
        .route("/studio/filter", get(filter))
        .route("/tables/{table}/export", get(export))
        .route("/import/upload", post(upload).layer(DefaultBodyLimit::disable()))
        .route("/import/{id}/report", get(report))
        .merge(crate::pages::mail::http::routes())
        .route("/settings/audit/export", get(audit))
        // Where the people who work in the Studio were listed before.
        .route("/settings/accounts", get(|| async { Redirect::permanent("/users?show=studio") }))
        .with_state(engine)
}

/// Who is asking, or where to send them.
async fn caller(engine: &Engine, parts: &Parts) -> Result<Caller, Response> {
    let account = match cookies::session(parts) {
        Some(token) => engine.session(token).await.map_err(|error| refuse(&error))?,
        None => None,
    };
    let here = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    account.map(|account| account.caller()).ok_or_else(|| Redirect::to(&paths::sign_in(here)).into_response())
}

/// As [`caller`], seen as the address says.
async fn viewer(engine: &Engine, parts: &Parts) -> Result<Caller, Response> {
    let caller = caller(engine, parts).await?;
    let seen_as = crate::answers::viewing::of_query(parts.uri.query().unwrap_or_default());
    if seen_as.is_empty() {
        return Ok(caller);
    }
    let view = seen_as.parse().map_err(|error| refuse(&error))?;
    engine.view_as(&caller, &view).await.map_err(|error| refuse(&error))
}

fn refuse(error: &Error) -> Response {
    let status = crate::errors::status(error.code);
    let text = if error.code == Code::Internal {
        tracing::error!("{}", error.message);
        "Something went wrong on our side."
    } else {
        &error.message
    };
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{text}\n")).into_response()
}

/// A press on a button of the filter builder, as the address of the grid that comes of it.
async fn filter(State(engine): State<Engine>, RawQuery(query): RawQuery) -> Response {
    let pairs = urls::pairs(&query.unwrap_or_default());
    let value = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str());
    let schema = engine.schema();
    let state = GridState::parse(value("back"));
    // Who may not read the table learns nothing here: what comes back is what was sent.
    let columns = schema.table(value("table")).map(|table| ColumnInfo::all(&schema, table)).unwrap_or_default();
    let first = columns.first().map_or("", |column| column.name.as_str());
    let state = match form::press(&pairs, first) {
        form::Outcome::Apply(root) => state.filtered(rest::print(&root, &columns)),
        form::Outcome::Edit(root) => {
            let draft = form::write(&root);
            let draft = urls::query(draft.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            GridState { draft: Some(draft), ..state }
        }
    };
    Redirect::to(&state.href(value("table"))).into_response()
}

/// Every row of a view, as it is read.
async fn export(State(engine): State<Engine>, Path(table): Path<String>, parts: Parts) -> Response {
    let caller = match viewer(&engine, &parts).await {
        Ok(caller) => caller,
        Err(answer) => return answer,
    };
    match stream(&engine, &caller, &paths::table_name(&table), parts.uri.query().unwrap_or_default()).await {
        Ok(answer) => answer,
        Err(error) => refuse(&error),
    }
}

async fn stream(engine: &Engine, caller: &Caller, table: &str, query: &str) -> Result<Response> {
    let schema = engine.schema_for(caller)?;
    let table = schema.require_table(table)?;
    let wanted = urls::pairs(query).into_iter().find(|(name, _)| name == "format").map(|(_, value)| value);
    let (format, content_type, extension) = match wanted.as_deref() {
        Some("json") => (Format::Json, "application/json; charset=utf-8", "json"),
        None | Some("csv") => (Format::Csv, "text/csv; charset=utf-8", "csv"),
        Some(other) => return Err(Error::new(Code::Unsupported, format!("There is no export as \"{other}\", only csv and json."))),
    };
    let read = export_query(&schema, table, &GridState::parse(query))?;
    let pieces = engine.read_stream(caller, read, format).await?;
    // An answer that breaks off must not look whole: the error ends the connection.
    let body = Body::from_stream(pieces.map_err(std::io::Error::other));
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(content_type)), disposition(table.name.as_str(), extension)];
    Ok((headers, body).into_response())
}

/// A file's name that no header, shell or folder trips over.
fn disposition(name: &str, extension: &str) -> (http::HeaderName, HeaderValue) {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '_' }).collect();
    let text = format!("attachment; filename=\"{plain}.{extension}\"; filename*=UTF-8''{}.{extension}", paths::encode(name));
    let value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"));
    (header::CONTENT_DISPOSITION, value)
}

/// Takes a file and goes on to its preview.
async fn upload(State(engine): State<Engine>, parts: Parts, form: Multipart) -> Response {
    let caller = match caller(&engine, &parts).await {
        Ok(caller) => caller,
        Err(answer) => return answer,
    };
    // Who may not import is told before anything of the file is read.
    let (id, path) = match engine.upload_path(&caller).await {
        Err(error) if error.code == Code::Forbidden => return refuse(&error),
        Err(error) => return failed(&error),
        Ok(place) => place,
    };
    match take(&path, form).await {
        Ok(pairs) => {
            let id = id.to_string();
            let pairs = pairs.iter().map(|(name, value)| (*name, value.as_str()));
            let query = urls::query([("upload", id.as_str())].into_iter().chain(pairs));
            Redirect::to(&format!("/import?{query}")).into_response()
        }
        Err(error) => {
            // What is cut off is of no use.
            let _ = tokio::fs::remove_file(&path).await;
            failed(&error)
        }
    }
}

/// Back to the page that takes files, with what was wrong.
fn failed(problem: &Error) -> Response {
    if problem.code == Code::Internal {
        tracing::error!("{}", problem.message);
    }
    let reason = match problem.code {
        Code::TooLarge => "too-large",
        Code::StorageFull => "full",
        Code::InvalidValue => "empty",
        _ => "broken",
    };
    Redirect::to(&format!("/import?failed={reason}")).into_response()
}

/// Writes the form's file to `path`; what else the form says.
async fn take(path: &std::path::Path, mut form: Multipart) -> Result<Vec<(&'static str, String)>> {
    let (mut table, mut taken) = (String::new(), None);
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name() {
            Some("table") => table = field.text().await.map_err(|error| broken(&error))?,
            Some("file") => {
                let name = file_name(field.file_name().unwrap_or("file.csv"));
                keep(path, field).await?;
                taken = Some(name);
            }
            _ => {}
        }
    }
    let Some(name) = taken else { return Err(Error::new(Code::InvalidValue, "no file was sent")) };
    Ok([("file", name), ("table", table)].into_iter().filter(|(_, value)| !value.is_empty()).collect())
}

/// The name that a browser sends: of what would end the header, and of nothing else, it sends `%22`, `%0D` and `%0A`.
fn file_name(sent: &str) -> String {
    sent.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n").replace(char::is_control, " ")
}

/// Writes a file as it arrives; memory does not grow with it.
async fn keep(path: &std::path::Path, mut field: Field<'_>) -> Result<()> {
    let mut file = tokio::fs::File::create(path).await.map_err(|error| storage(&error))?;
    let mut bytes = 0;
    while let Some(piece) = field.chunk().await.map_err(|error| broken(&error))? {
        bytes += piece.len();
        file.write_all(&piece).await.map_err(|error| storage(&error))?;
    }
    file.flush().await.map_err(|error| storage(&error))?;
    if bytes == 0 { Err(Error::new(Code::InvalidValue, "the file is empty")) } else { Ok(()) }
}

fn broken(error: &axum::extract::multipart::MultipartError) -> Error {
    let code = if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Code::TooLarge } else { Code::InvalidSyntax };
    Error::new(code, error.body_text())
}

fn storage(error: &std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::new(Code::StorageFull, "the disk is full"),
        _ => Error::internal(error),
    }
}

/// The rows of an import that did not fit.
async fn report(State(engine): State<Engine>, Path(id): Path<Uuid>, parts: Parts) -> Response {
    let caller = match caller(&engine, &parts).await {
        Ok(caller) => caller,
        Err(answer) => return answer,
    };
    let path = match engine.import_report(&caller, ImportId(id)) {
        Ok(path) => path,
        Err(error) => return refuse(&error),
    };
    let file = match tokio::fs::File::open(&path).await {
        Ok(file) => file,
        Err(error) => return refuse(&Error::internal(error)),
    };
    let pieces = futures::stream::try_unfold(file, |mut file| async move {
        use tokio::io::AsyncReadExt as _;
        let mut piece = vec![0; 64 << 10];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok::<_, std::io::Error>((read > 0).then_some((piece, file)))
    });
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")), disposition("rows-that-did-not-fit", "csv")];
    (headers, Body::from_stream(pieces)).into_response()
}

/// The audit log, as the address narrows it.
async fn audit(State(engine): State<Engine>, RawQuery(query): RawQuery, parts: Parts) -> Response {
    let caller = match caller(&engine, &parts).await {
        Ok(caller) => caller,
        Err(answer) => return answer,
    };
    let query = query.unwrap_or_default();
    let as_csv = !urls::pairs(&query).iter().any(|(name, value)| name == "format" && value == "json");
    let (kind, ending) = if as_csv { ("text/csv; charset=utf-8", "csv") } else { ("application/x-ndjson", "jsonl") };
    match crate::pages::settings::audit_export(engine, caller, &query, as_csv).await {
        Ok(body) => {
            ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), disposition("audit-log", ending)], body).into_response()
        }
        Err(error) => refuse(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::{disposition, file_name};

    #[test]
    fn file_names_are_read_as_browsers_write_them() {
        assert_eq!(file_name("evil %22name%22.csv"), "evil \"name\".csv");
        assert_eq!(file_name("100%25 a%0D%0Ab.csv"), "100%25 a  b.csv");
    }

    #[test]
    fn file_names_end_no_header() {
        let (_, value) = disposition("a\"b/..;\r\nü", "csv");
        assert_eq!(
            value.to_str().unwrap(),
            "attachment; filename=\"a_b_______.csv\"; filename*=UTF-8''a%22b%2F..%3B%0D%0A%C3%BC.csv"
        );
    }
}
