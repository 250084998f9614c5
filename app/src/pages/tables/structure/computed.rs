//! Forms for columns that are computed: by an expression, as a lookup, as a rollup.

use leptos::prelude::*;

use super::{
    super::column_fields::{Choose, Line, types},
    data::{ColumnData, StructureData},
    panel::Panel,
};
use crate::{
    components::{CheckField, Field, area_text},
    ddl::{ColumnForm, Params},
};

/// The form for a new one, if that is asked for.
pub(super) fn adding(data: StructureData, add: &str, typed: &Params) -> Option<AnyView> {
    let table = data.name.clone();
    Some(match add {
        "computed" => {
            let typed = typed.typed_for("add-computed").cloned().unwrap_or_default();
            let form = ColumnForm::read(&typed, "");
            view! {
                <Panel title="Add a computed column" change="add-computed" table=table>
                    <div class="fields">
                        <Line label="Name" name="name".to_owned() value=form.name />
                        <Choose label="Type" name="type".to_owned() chosen=form.data_type choices=types(&data.offers) mark="of-type" />
                        <Line label="Size" name="size".to_owned() value=form.size placeholder="80 or 10,2" mark="of-size" />
                    </div>
                    <Expression value=typed.get("expression").to_owned() />
                    <Stored checked=typed.is("stored") />
                </Panel>
            }
            .into_any()
        }
        "lookup" if data.lookups.is_empty() => {
            view! { <p class="muted">"A lookup follows a reference of this table, and it has none yet: add a relation first."</p> }.into_any()
        }
        "lookup" => {
            let typed = typed.typed_for("add-lookup").cloned().unwrap_or_default();
            let chosen = typed.get("from").to_owned();
            view! {
                <Panel title="Add a lookup" change="add-lookup" table=table>
                    <p class="hint">"Shows a column of the record that a reference leads to."</p>
                    <div class="fields">
                        <Line label="Name" name="name".to_owned() value=typed.get("name").to_owned() />
                        <Choose label="Shows" name="from".to_owned() chosen=chosen choices=data.lookups />
                    </div>
                    <Stored checked=typed.is("stored") />
                </Panel>
            }
            .into_any()
        }
        "rollup" if data.rollups.is_empty() => {
            view! { <p class="muted">"A rollup computes from the records that refer to this table, and nothing refers to it yet."</p> }.into_any()
        }
        "rollup" => {
            let typed = typed.typed_for("add-rollup").cloned().unwrap_or_default();
            view! { <AddRollup data=data typed=typed /> }.into_any()
        }
        _ => return None,
    })
}

/// What a rollup computes, for a person.
const FUNCTIONS: [(&str, &str); 9] = [
    ("count", "how many there are"),
    ("sum", "the sum of"),
    ("avg", "the average of"),
    ("min", "the least"),
    ("max", "the greatest"),
    ("array_agg", "a list of"),
    ("string_agg", "a text of all, with commas"),
    ("bool_and", "whether all are true"),
    ("bool_or", "whether one is true"),
];

#[component]
fn AddRollup(data: StructureData, typed: Params) -> impl IntoView {
    let functions = FUNCTIONS.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let none = [(String::new(), "the records themselves".to_owned())];
    let columns = none.into_iter().chain(data.rollup_columns).collect();
    let stored = typed.is("stored");
    let get = move |field: &str| typed.get(field).to_owned();
    view! {
        <Panel title="Add a rollup" change="add-rollup" table=data.name>
            <p class="hint">"Computes one value from all records of another table that refer to this one."</p>
            <div class="fields">
                <Line label="Name" name="name".to_owned() value=get("name") />
                <Choose label="From" name="from".to_owned() chosen=get("from") choices=data.rollups />
                <Choose label="Computes" name="function".to_owned() chosen=get("function") choices=functions />
                <Choose label="Of" name="of".to_owned() chosen=get("of") choices=columns />
            </div>
            <div class="field">
                <label for="condition">"Only records for which"</label>
                <textarea id="condition" name="condition" class="code" rows="2" spellcheck="false" autocapitalize="off" aria-describedby="condition-hint">
                    {area_text(get("condition"))}
                </textarea>
                <p class="hint" id="condition-hint">"A condition in SQL over a record of the other table, e.g. paid and price > 10. If empty, all of them."</p>
            </div>
            <Stored checked=stored />
        </Panel>
    }
}

#[component]
fn Expression(value: String) -> impl IntoView {
    view! {
        <div class="field">
            <label for="expression">"Computed from"</label>
            <textarea id="expression" name="expression" class="code" rows="3" spellcheck="false" autocapitalize="off" required=true aria-describedby="expression-hint">
                {area_text(value)}
            </textarea>
            <p class="hint" id="expression-hint">"An expression in SQL over the record's columns, e.g. price * quantity."</p>
        </div>
    }
}

#[component]
fn Stored(checked: bool) -> impl IntoView {
    view! {
        <div>
            <CheckField label="Keep the value" name="stored" checked=checked />
            <p class="hint">
                "Kept, it is renewed by every write and read as fast as any column; everybody who may read the record sees the same. \
                Otherwise it is computed whenever it is read, from what the reader may see."
            </p>
        </div>
    }
}

/// The form for one that is there.
#[component]
pub(super) fn EditComputed<'a>(table: String, column: ColumnData, typed: &'a Params) -> impl IntoView + use<> {
    let name = column.form.name.clone();
    let (new_name, expression, comment) = match typed.typed_for("change-computed") {
        Some(typed) => (typed.get("name").to_owned(), typed.get("expression").to_owned(), typed.get("comment").to_owned()),
        None => (name.clone(), column.computed.clone(), column.comment),
    };
    view! {
        <Panel title=format!("Change {name}") change="change-computed" table=table column=name>
            <Line label="Name" name="name".to_owned() value=new_name />
            <Expression value=expression />
            <Field label="Comment" name="comment" value=comment />
        </Panel>
    }
}

/// The ways to a new one.
#[component]
pub(super) fn AddLinks(
    /// The address of the table's structure.
    here: String,
) -> impl IntoView {
    let link =
        |add: &str, text: &'static str| view! { <a class="button small" href=format!("{here}?add={add}#columns")>{text}</a> };
    view! {
        {link("computed", "Add computed")}
        {link("lookup", "Add lookup")}
        {link("rollup", "Add rollup")}
    }
}
