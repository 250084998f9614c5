//! The fields that describe a column.

use leptos::prelude::*;

use crate::{
    components::CheckField,
    ddl::{ColumnForm, FILLS, TYPES},
};

/// What a column may refer to and be of.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Offers {
    /// The tables that have a primary key of one column.
    pub(super) tables: Vec<String>,
    /// The enum types.
    pub(super) enums: Vec<String>,
}

impl Offers {
    #[cfg(feature = "ssr")]
    pub(super) fn of(schema: &tenon_model::Schema) -> Self {
        let may_be_referred_to = |table: &&std::sync::Arc<tenon_model::Table>| table.key_columns().len() == 1;
        Self {
            tables: schema.tables.values().filter(may_be_referred_to).map(|t| t.name.as_str().to_owned()).collect(),
            enums: schema.enums.keys().map(|name| name.as_str().to_owned()).collect(),
        }
    }
}

/// The choices of a select: value and text.
type Choices = Vec<(String, String)>;

pub(super) fn types(offers: &Offers) -> Choices {
    let own = offers.enums.iter().map(|name| (format!("enum:{name}"), format!("{name}: one of its values")));
    TYPES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).chain(own).collect()
}

fn fills() -> Choices {
    FILLS.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn tables(offers: &Offers) -> Choices {
    let none = (String::new(), "nothing".to_owned());
    std::iter::once(none).chain(offers.tables.iter().map(|name| (name.clone(), name.clone()))).collect()
}

/// What happens to referring rows when the referenced one goes.
pub(super) fn actions() -> Choices {
    [("", "refuse"), ("cascade", "delete them too"), ("set null", "set to null")]
        .map(|(key, text)| (key.to_owned(), text.to_owned()))
        .to_vec()
}

/// A select with its label above it.
#[component]
pub(super) fn Choose(
    label: &'static str,
    name: String,
    chosen: String,
    choices: Choices,
    /// Marks the field for the stylesheet, which shows some fields only where they matter.
    #[prop(default = "")]
    mark: &'static str,
) -> impl IntoView {
    let options = choices
        .into_iter()
        .map(|(key, text)| {
            let selected = key == chosen;
            view! { <option value=key selected=selected>{text}</option> }
        })
        .collect_view();
    view! {
        <div class=format!("field {mark}")>
            <label for=name.clone()>{label}</label>
            <select id=name.clone() name=name>{options}</select>
        </div>
    }
}

/// A line of text with its label above it.
#[component]
pub(super) fn Line(
    /// What it is for.
    label: &'static str,
    /// The field's name.
    name: String,
    /// What stands in it.
    value: String,
    /// An example.
    #[prop(optional)]
    placeholder: &'static str,
    /// Marks the field for the stylesheet, which shows some fields only where they matter.
    #[prop(default = "")]
    mark: &'static str,
) -> impl IntoView {
    view! {
        <div class=format!("field {mark}")>
            <label for=name.clone()>{label}</label>
            <input id=name.clone() name=name value=value placeholder=placeholder autocomplete="off" spellcheck="false" />
        </div>
    }
}

/// The fields of one column; their names begin with `prefix`.
#[component]
pub(super) fn ColumnFields(
    /// What stands in them.
    column: ColumnForm,
    /// What their names begin with.
    prefix: String,
    /// What can be chosen.
    offers: Offers,
    /// Whether it is a column of a new table, or a new column: then keys and references are chosen with it.
    #[prop(optional)]
    is_new: bool,
    /// Whether the table is new too: then the column may belong to its key.
    #[prop(optional)]
    in_new_table: bool,
) -> impl IntoView {
    let field = |name: &str| format!("{prefix}{name}");
    view! {
        <div class="column-fields">
            <Line label="Name" name=field("name") value=column.name />
            <Choose label="Type" name=field("type") chosen=column.data_type choices=types(&offers) mark="of-type" />
            <Line label="Size" name=field("size") value=column.size placeholder="80 or 10,2" mark="of-size" />
            <Choose label="If not given" name=field("fill") chosen=column.fill choices=fills() mark="of-fill" />
            <Line label="Value" name=field("value") value=column.value placeholder="7, auth.uid()" mark="of-value" />
            {is_new.then(|| view! {
                <Choose label="Refers to" name=field("references") chosen=column.references choices=tables(&offers) mark="of-target" />
                <Choose label="When that goes" name=field("ondelete") chosen=column.on_delete choices=actions() mark="of-action" />
            })}
            <div class="checks">
                {in_new_table.then(|| view! { <CheckField label="Primary key" name=field("key") checked=column.key /> })}
                <CheckField label="Required" name=field("notnull") checked=column.not_null />
                {is_new.then(|| view! { <CheckField label="Unique" name=field("unique") checked=column.unique /> })}
                <CheckField label="List of values" name=field("list") checked=column.list />
            </div>
        </div>
    }
}
