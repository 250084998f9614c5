//! The pages of a record and of a new one.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{form::FormView, model::RecordForm, related_view::RelatedLists};
use crate::{
    AppError,
    answers::viewing,
    components::{Icon, PageHead, loaded, page_data, page_query},
    data::{states::RecordStates, urls},
};

/// The form of a record, or of a new one (`key` is empty), after the form that was posted, if one was.
#[server(endpoint = "record")]
pub(crate) async fn read_record(table: String, key: String, query: String) -> Result<RecordForm, AppError> {
    use super::{load, post};
    let (engine, caller) = crate::context::viewer(&viewing::of_query(&query)).await?;
    let key = Some(key.as_str()).filter(|key| !key.is_empty());
    if let Some(posted) = use_context::<post::Posted>() {
        return match post::post(&engine, &caller, &table, key, &posted).await? {
            post::Outcome::Again(form) => Ok(*form),
            post::Outcome::Done(href, sentence) => {
                crate::flash::leave(crate::flash::Flash::Done(sentence));
                crate::context::redirect(&href);
                Ok(load::new_form(&engine, &caller, &table, "").await?)
            }
        };
    }
    Ok(match key {
        Some(key) => load::record_form(&engine, &caller, &table, key).await?,
        None => load::new_form(&engine, &caller, &table, &query).await?,
    })
}

/// A record's page.
#[component]
pub fn RecordPage() -> impl IntoView {
    record_page()
}

/// The page of a new record.
#[component]
pub fn NewRecord() -> impl IntoView {
    record_page()
}

fn record_page() -> impl IntoView {
    let params = use_params_map();
    let query = page_query();
    viewing::follow(query);
    let address = Memo::new(move |_| {
        let (table, key) = params.with(|params| (params.get("table").unwrap_or_default(), params.get("key").unwrap_or_default()));
        (crate::paths::table_name(&table), key, query.get())
    });
    let form = page_data(move || address.get(), |(table, key, query)| read_record(table, key, query));
    loaded(form, |form| view! { <RecordView form=form /> })
}

#[component]
fn RecordView(form: RecordForm) -> impl IntoView {
    let crumbs = vec![("Tables".to_owned(), "/tables".to_owned()), (form.table.clone(), urls::grid(&form.table))];
    let read_only = form.read_only;
    let actions = form.key.clone().map(|key| {
        let view_as = format!("/view-as?next={}", crate::paths::encode(&urls::record(&form.table, &key)));
        let why = form.may_build.then(|| {
            let href = format!("{}?key={key}", crate::paths::why(&form.table));
            view! {
                <a class="button quiet" href=href><Icon name="info" />"Why?"</a>
                <a class="button quiet" href=view_as><Icon name="eye" />"View as…"</a>
            }
        });
        let copy = urls::with(urls::new_record(&form.table), &format!("from={key}"));
        view! {
            {why}
            {(!read_only).then(|| view! {
                <a class="button quiet" href=copy><Icon name="copy" />"Duplicate"</a>
                <button class="button danger" type="button" popovertarget="confirm-delete"><Icon name="trash" />"Delete…"</button>
            })}
        }
    });
    let delete = form.key.clone().map(|_| view! { <DeleteDialog title=form.title.clone() /> });
    let related = form.related.clone();
    let states = form.states.clone().map(|states| view! { <RecordStates states=states /> });
    view! {
        <PageHead title=form.title.clone() crumbs=crumbs>{actions}</PageHead>
        {delete}
        {states}
        <div class="record">
            <FormView form=form />
            <RelatedLists lists=related />
        </div>
    }
}

/// Asks before a record goes.
#[component]
fn DeleteDialog(title: String) -> impl IntoView {
    view! {
        <div id="confirm-delete" class="confirm" popover="auto" role="dialog" aria-label="Delete this record">
            <h2>{format!("Delete “{title}”?")}</h2>
            <p>"It is gone for good. Records that refer to it may go with it, or keep it from going, as the table’s structure says."</p>
            <form class="actions" method="post">
                <button class="button danger primary" name="do" value="delete">"Delete"</button>
                <button class="button" type="button" popovertarget="confirm-delete" popovertargetaction="hide">"Keep it"</button>
            </form>
        </div>
    }
}
