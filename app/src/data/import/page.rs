//! The page that takes a file and shows what will become of it.

use leptos::prelude::*;

use super::{model::ImportPage, preview::PreviewForm, upload::UploadForm};
use crate::{
    AppError,
    components::{Failure, PageHead, loaded, page_data, page_query},
};

/// The page for what is chosen so far; a posted form starts the import.
#[server(endpoint = "import")]
pub(crate) async fn read_import(query: String) -> Result<ImportPage, AppError> {
    use super::load;
    let (engine, caller) = crate::context::builder().await?;
    let posted = use_context::<crate::data::record::Posted>().map(|posted| posted.0);
    let start = posted.is_some();
    match load::import_page(&engine, &caller, &posted.unwrap_or(query), start).await? {
        load::Outcome::Page(page) => Ok(*page),
        load::Outcome::Started(id) => {
            crate::context::redirect(&format!("/import/{}", id.0));
            Ok(ImportPage::default())
        }
    }
}

/// A file to import.
#[component]
pub fn NewImport() -> impl IntoView {
    let query = page_query();
    let page = page_data(move || query.get(), read_import);
    loaded(page, |page| view! { <ImportView page=page /> })
}

#[component]
fn ImportView(page: ImportPage) -> impl IntoView {
    let title = page.preview.as_ref().map_or("Import a CSV file".to_owned(), |preview| format!("Import {}", preview.file));
    let error = page.error.clone().map(|error| view! { <Failure error=error /> });
    let body = match page.preview {
        Some(preview) => view! { <PreviewForm preview=preview tables=page.tables table=page.table /> }.into_any(),
        None => view! { <UploadForm table=page.table failed=page.failed /> }.into_any(),
    };
    view! {
        <PageHead title=title crumbs=vec![("Tables".to_owned(), "/tables".to_owned())] />
        {error}
        {body}
    }
}
