//! Looks at an uploaded file, and starts its import.

use tenon_engine::{
    Engine,
    imports::{ImportId, ImportRequest, ImportState},
};
use tenon_model::{Caller, Code, Error, Result};
use uuid::Uuid;

use super::{
    choices::{Choices, create_table, request},
    model::{ImportPage, Progress, State},
};
use crate::data::urls;

/// What becomes of the page.
pub(super) enum Outcome {
    /// The page, perhaps with what is wrong.
    Page(Box<ImportPage>),
    /// The import runs.
    Started(ImportId),
}

/// The page for a form's pairs; if they are posted, the import is started.
pub(super) async fn import_page(engine: &Engine, caller: &Caller, query: &str, start: bool) -> Result<Outcome> {
    let choices = Choices::new(urls::pairs(query));
    let schema = engine.schema();
    let mut page = ImportPage {
        tables: schema.tables.keys().map(ToString::to_string).collect(),
        table: choices.text("table"),
        failed: choices.text("failed"),
        ..ImportPage::default()
    };
    let upload = choices.text("upload");
    if upload.is_empty() {
        return Ok(Outcome::Page(Box::new(page)));
    }
    let id: Uuid = upload.parse().map_err(|_| Error::new(Code::NotFound, "There is no such upload."))?;
    let file = engine.upload(caller, id).await?;
    let target = if page.table.is_empty() { None } else { Some(schema.require_table(&page.table)?.clone()) };
    let mut options = choices.options();
    let mut look = match engine.preview_csv(caller, file.clone(), options.clone()).await {
        Ok(look) => look,
        Err(error) if error.code == Code::Internal => return Err(error),
        // A file that cannot be read as CSV: another one may be chosen.
        Err(error) => return Ok(Outcome::Page(Box::new(ImportPage { error: Some(error), ..page }))),
    };
    if choices.get("look").is_none() && !look.suggested_null.is_empty() {
        // Types fit better once the texts for "missing" are known.
        options.null.clone_from(&look.suggested_null);
        let suggested = std::mem::take(&mut look.suggested_null);
        look = engine.preview_csv(caller, file.clone(), options).await?;
        look.suggested_null = suggested;
    }
    let mut preview = choices.preview(look, target.as_deref());
    let outcome = if start {
        run(engine, caller, &preview, &page.table, file, query).await
    } else {
        count_broken(engine, caller, &mut preview, &page.table, file).await.map(|()| None)
    };
    page.preview = Some(preview);
    match outcome {
        Ok(Some(id)) => return Ok(Outcome::Started(id)),
        Ok(None) => {}
        Err(error) if error.code == Code::Internal => return Err(error),
        Err(error) => page.error = Some(error),
    }
    Ok(Outcome::Page(Box::new(page)))
}

/// Counts the rows that point nowhere, where the table refers to others.
async fn count_broken(
    engine: &Engine,
    caller: &Caller,
    preview: &mut super::model::Preview,
    table: &str,
    file: std::path::PathBuf,
) -> Result<()> {
    let schema = engine.schema();
    if table.is_empty() {
        return create_table(preview).map(|_| ());
    }
    if schema.require_table(table)?.foreign_keys.is_empty() {
        return Ok(());
    }
    let found = engine.check_references(caller, request(preview, &schema, table, file)?).await?;
    preview.broken = found.into_iter().filter(|(_, rows)| *rows > 0).map(|(name, rows)| (name.to_string(), rows)).collect();
    Ok(())
}

async fn run(
    engine: &Engine,
    caller: &Caller,
    preview: &super::model::Preview,
    table: &str,
    file: std::path::PathBuf,
    form: &str,
) -> Result<Option<ImportId>> {
    let request = request(preview, &engine.schema(), table, file)?;
    engine.start_import(caller, ImportRequest { note: form.to_owned(), ..request }).await.map(Some)
}

/// How far an import is.
pub(super) fn progress(engine: &Engine, caller: &Caller, id: &str) -> Result<Progress> {
    let id = parse_id(id)?;
    let now = engine.import_progress(caller, id)?;
    let came_to_nothing = now.rows_done == 0 && matches!(now.state, ImportState::Cancelled | ImportState::Failed(_));
    Ok(Progress {
        has_table: engine.schema().table(now.table.as_str()).is_some(),
        retry: if came_to_nothing { urls::pairs(&now.note) } else { Vec::new() },
        table: now.table.to_string(),
        permille: (now.bytes_done * 1000).checked_div(now.bytes_total).unwrap_or(1000).min(1000),
        rows_done: now.rows_done,
        rows_failed: now.rows_failed,
        broken: now.broken_references.into_iter().map(|(name, rows)| (name.to_string(), rows)).collect(),
        failures: now.failures,
        elapsed_ms: now.elapsed_ms,
        state: match now.state {
            ImportState::Running => State::Running,
            ImportState::Done => State::Done,
            ImportState::Cancelled => State::Cancelled,
            ImportState::Failed(error) if error.code == Code::Internal => {
                tracing::error!("import failed: {}", error.message);
                State::Failed(Error::new(Code::Internal, "Something went wrong on our side."))
            }
            ImportState::Failed(error) => State::Failed(error),
        },
    })
}

/// The id in an address.
pub(super) fn parse_id(id: &str) -> Result<ImportId> {
    id.parse().map(ImportId).map_err(|_| Error::new(Code::NotFound, "There is no such import."))
}
