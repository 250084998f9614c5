//! A new table.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::column_fields::{ColumnFields, Offers};
use crate::{
    components::{Field, Icon, PageHead, loaded, page_data},
    ddl::{ColumnForm, Params},
    errors::Result,
};

#[server]
async fn load_offers() -> Result<Offers> {
    let (engine, _) = crate::context::builder().await?;
    Ok(Offers::of(&engine.schema()))
}

/// The columns that the address describes, after what the pressed button does to them.
fn columns(params: &Params) -> Vec<ColumnForm> {
    if params.get("count").is_empty() {
        return ColumnForm::first_ones();
    }
    let mut columns = ColumnForm::read_all(params);
    match params.get("do") {
        "add" => columns.push(ColumnForm { data_type: "text".to_owned(), ..ColumnForm::default() }),
        remove => {
            let row = remove.strip_prefix("remove-").and_then(|row| row.parse::<usize>().ok());
            if let Some(row) = row.filter(|row| *row < columns.len()) {
                columns.remove(row);
            }
        }
    }
    columns
}

/// The page that describes a new table, row by row; its state is in the address.
#[component]
pub fn NewTable() -> impl IntoView {
    let query = use_query_map();
    let params = Memo::new(move |_| query.with(|query| Params::from(query)));
    let offers = page_data(|| (), |()| load_offers());
    loaded(offers, move |offers| {
        view! {
            <PageHead title="New table" crumbs=vec![("Tables".to_owned(), "/tables".to_owned())]>
                <a class="button" href="/import"><Icon name="upload" />"From a CSV file"</a>
            </PageHead>
            {move || view! { <TableForm params=params.get() offers=offers.clone() /> }}
        }
    })
}

#[component]
fn TableForm(params: Params, offers: Offers) -> impl IntoView {
    let columns = columns(&params);
    let count = columns.len();
    let rows = columns.into_iter().enumerate();
    let rows = rows.map(|(n, column)| view! { <ColumnRow n=n column=column offers=offers.clone() /> }).collect_view();
    view! {
        <form class="stack" method="get" action="/tables/new">
            // Enter in a field means to go on, not to press the first button that stands in the form.
            <button class="visually-hidden" type="submit" formaction="/schema" name="do" value="create-table" tabindex="-1" aria-hidden="true">
                "Review"
            </button>
            <div class="fields">
                <Field label="Name" name="name" value=params.get("name") required=true hint="As programs will call it, e.g. order_items." />
                <Field label="Comment" name="comment" value=params.get("comment") hint="What a row of it stands for." />
            </div>
            <input type="hidden" name="count" value=count.to_string() />
            <section class="section" aria-labelledby="columns">
                <h2 id="columns">"Columns"</h2>
                <ol class="column-rows">{rows}</ol>
                <div class="row apart">
                    <button class="button" type="submit" name="do" value="add" formnovalidate=true><Icon name="plus" />"Add column"</button>
                    <button class="button primary" type="submit" formaction="/schema" name="do" value="create-table">"Review"</button>
                </div>
            </section>
        </form>
    }
}

#[component]
fn ColumnRow(n: usize, column: ColumnForm, offers: Offers) -> impl IntoView {
    let remove = if column.name.is_empty() { format!("Remove column {}", n + 1) } else { format!("Remove {}", column.name) };
    let label = format!("Column {}", n + 1);
    view! {
        <li>
            <fieldset class="column-row" aria-label=label>
                <ColumnFields column=column prefix=format!("c{n}.") offers=offers is_new=true in_new_table=true />
                <button
                    class="button quiet icon-only remove"
                    type="submit"
                    name="do"
                    value=format!("remove-{n}")
                    formnovalidate=true
                    aria-label=remove.clone()
                    title=remove
                >
                    <Icon name="trash" />
                </button>
            </fieldset>
        </li>
    }
}
