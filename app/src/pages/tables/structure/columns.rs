//! The table's columns.

use leptos::prelude::*;

use super::{
    super::column_fields::{ColumnFields, Offers},
    computed::{self, AddLinks, EditComputed},
    data::{ColumnData, StructureData},
    panel::{ChangeLink, Panel},
};
use crate::{
    components::{CheckField, Field, Icon},
    ddl::{ColumnForm, Params},
    paths::{self, encode},
};

#[component]
pub(super) fn ColumnSection(data: StructureData, add: String, edit: String, typed: Params) -> impl IntoView {
    let (table, whole) = (data.name.clone(), data.clone());
    let edited = data.columns.iter().find(|column| column.form.name == edit).cloned();
    let offers = data.offers.clone();
    let rows = data.columns.into_iter().map(|column| view! { <Row table=table.clone() column=column /> }).collect_view();
    let adding = computed::adding(whole, &add, &typed);
    let panel = match edited {
        Some(column) if !column.computed.is_empty() => {
            Some(view! { <EditComputed table=table.clone() column=column typed=&typed /> }.into_any())
        }
        Some(column) => Some(view! { <EditColumn table=table.clone() column=column offers=offers typed=&typed /> }.into_any()),
        None if add == "column" => Some(view! { <AddColumn table=table.clone() offers=offers typed=&typed /> }.into_any()),
        None => adding,
    };
    let add_href = format!("{}?add=column#columns", paths::structure(&table));
    view! {
        <section class="section" aria-labelledby="columns">
            <div class="section-head">
                <h2 id="columns">"Columns"</h2>
                <div class="row">
                    <AddLinks here=paths::structure(&table) />
                    <a class="button small" href=add_href><Icon name="plus" />"Add column"</a>
                </div>
            </div>
            {panel}
            <div class="table-wrap" tabindex="0" role="region" aria-label="List of columns">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th>
                            <th scope="col">"Type"</th>
                            <th scope="col">"If not given"</th>
                            <th scope="col">"Marks"</th>
                            <th scope="col" class="tail"><span class="visually-hidden">"Change"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

fn fill_text(form: &ColumnForm) -> String {
    match form.fill.as_str() {
        "value" => format!("“{}”", form.value),
        "expression" => form.value.clone(),
        "identity" => "the next number".to_owned(),
        "uuid" => "a random uuid".to_owned(),
        "now" => "now".to_owned(),
        "today" => "today".to_owned(),
        _ if form.not_null => "must be given".to_owned(),
        _ => "null".to_owned(),
    }
}

#[component]
fn Row(table: String, column: ColumnData) -> impl IntoView {
    let ColumnData { form, type_text, comment, computed, stored } = column;
    let fill = if computed.is_empty() { fill_text(&form).into_any() } else { view! { <code>{computed.clone()}</code> }.into_any() };
    let badge = (!computed.is_empty()).then(|| {
        view! { <span class="badge"><Icon name="sum" />{if stored { "computed, kept" } else { "computed" }}</span> }
    });
    let name = form.name.clone();
    let edit = format!("{}?edit={}#columns", paths::structure(&table), encode(&name));
    let drop = format!("do=drop-column&table={}&column={}", encode(&table), encode(&name));
    view! {
        <tr>
            <th scope="row">
                {name.clone()}
                {(!comment.is_empty()).then(|| view! { <div class="muted cell-note">{comment}</div> })}
            </th>
            <td><span class="type">{type_text}</span></td>
            <td class="muted">{fill}</td>
            <td>
                <span class="badges">
                    {form.key.then(|| view! { <span class="badge accent"><Icon name="key" />"key"</span> })}
                    {badge}
                    {(form.not_null && !form.key).then(|| view! { <span class="badge">"required"</span> })}
                </span>
            </td>
            <td class="tail">
                <a class="button quiet small" href=edit aria-label=format!("Edit {name}")>"Edit"</a>
                <ChangeLink label=format!("Drop {name}") query=drop text="Drop" />
            </td>
        </tr>
    }
}

#[component]
fn AddColumn<'a>(table: String, offers: Offers, typed: &'a Params) -> impl IntoView + use<> {
    let column = match typed.typed_for("add-column") {
        Some(typed) => ColumnForm::read(typed, ""),
        None => ColumnForm { data_type: "text".to_owned(), ..ColumnForm::default() },
    };
    view! {
        <Panel title="Add a column" change="add-column" table=table>
            <ColumnFields column=column prefix=String::new() offers=offers is_new=true />
        </Panel>
    }
}

#[component]
fn EditColumn<'a>(table: String, column: ColumnData, offers: Offers, typed: &'a Params) -> impl IntoView + use<> {
    let name = column.form.name.clone();
    let (form, comment, convert) = match typed.typed_for("change-column") {
        Some(typed) => (ColumnForm::read(typed, ""), typed.get("comment").to_owned(), typed.is("convert")),
        None => (column.form, column.comment, false),
    };
    view! {
        <Panel title=format!("Change {name}") change="change-column" table=table column=name>
            <ColumnFields column=form prefix=String::new() offers=offers />
            <Field label="Comment" name="comment" value=comment />
            <div>
                <CheckField label="Convert the values" name="convert" checked=convert />
                <p class="hint">"For a new type that does not take the old values as they are, e.g. integer where there was text."</p>
            </div>
        </Panel>
    }
}
