//! The enum types.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use crate::{
    components::{Empty, Field, PageHead, area_text, loaded, page_data},
    ddl::Params,
    errors::Result,
    paths::encode,
};

/// An enum type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct EnumData {
    name: String,
    comment: String,
    values: Vec<String>,
    used_by: Vec<String>,
}

#[server]
async fn load_types() -> Result<Vec<EnumData>> {
    let (engine, _) = crate::context::builder().await?;
    let schema = engine.schema();
    let used_by = |name: &tenon_model::Ident| {
        let is_of =
            |column: &&tenon_model::Column| matches!(column.data_type.element(), tenon_model::ScalarType::Enum(of) if of == name);
        let in_table = |table: &std::sync::Arc<tenon_model::Table>| {
            table.columns.iter().filter(is_of).map(|column| format!("{}.{}", table.name, column.name)).collect::<Vec<_>>()
        };
        schema.tables.values().flat_map(in_table).collect()
    };
    let describe = |of: &std::sync::Arc<tenon_model::EnumType>| EnumData {
        name: of.name.to_string(),
        comment: of.comment.clone().unwrap_or_default(),
        values: of.values.clone(),
        used_by: used_by(&of.name),
    };
    Ok(schema.enums.values().map(describe).collect())
}

/// The page of the enum types. What was typed before a review comes back in the address.
#[component]
pub fn Types() -> impl IntoView {
    let query = use_query_map();
    loaded(page_data(|| (), |()| load_types()), move |types| {
        let typed = query.with_untracked(|query| Params::from(query));
        let is_empty = types.is_empty();
        let items = types.into_iter().map(|item| view! { <Item item=item typed=&typed /> }).collect_view();
        view! {
            <PageHead title="Types" about="A column of such a type holds one of a list of values; they sort in the order of the list.".to_owned() />
            {if is_empty {
                view! { <Empty icon="list" title="No types yet" text="For a status or a category, a type of your own says which values there are." /> }.into_any()
            } else {
                view! { <ul class="cards">{items}</ul> }.into_any()
            }}
            <NewType typed=&typed />
        }
    })
}

#[component]
fn Item<'a>(item: EnumData, typed: &'a Params) -> impl IntoView + use<> {
    let typed = typed.typed_for("add-value").filter(|typed| typed.get("name") == item.name);
    let value = typed.map(|typed| typed.get("values").to_owned());
    let values = item.values.into_iter().map(|value| view! { <li class="badge">{value}</li> }).collect_view();
    let drop = format!("/schema?do=drop-type&name={}", encode(&item.name));
    let label = format!("A new value of {}", item.name);
    let is_free = item.used_by.is_empty();
    view! {
        <li class="card stack tight">
            <div class="row apart">
                <h2>{item.name.clone()}</h2>
                {is_free.then(|| view! { <a class="button quiet small danger" href=drop aria-label=format!("Drop {}", item.name)>"Drop"</a> })}
            </div>
            {(!item.comment.is_empty()).then(|| view! { <p class="muted">{item.comment}</p> })}
            <ol class="badges">{values}</ol>
            {(!is_free).then(|| view! { <p class="muted small-text">{format!("Used by {}", item.used_by.join(", "))}</p> })}
            <form class="row" method="get" action="/schema">
                <input type="hidden" name="do" value="add-value" />
                <input type="hidden" name="name" value=item.name.clone() />
                <span class="search"><input name="values" value=value aria-label=label placeholder="New value" required=true autocomplete="off" /></span>
                <button class="button small" type="submit">"Add value"</button>
            </form>
        </li>
    }
}

#[component]
fn NewType<'a>(typed: &'a Params) -> impl IntoView + use<> {
    let typed = typed.typed_for("create-type");
    let text = |name: &str| typed.map(|typed| typed.get(name).to_owned()).unwrap_or_default();
    let values = text("values");
    // An empty text would be sent as a blank, which the browser takes for an entry.
    let values = if values.is_empty() {
        view! { <textarea id="values" name="values" rows="5" required=true></textarea> }.into_any()
    } else {
        view! { <textarea id="values" name="values" rows="5" required=true>{area_text(values)}</textarea> }.into_any()
    };
    view! {
        <section class="section" aria-labelledby="new-type">
            <h2 id="new-type">"New type"</h2>
            <form class="card stack narrow" method="get" action="/schema">
                <input type="hidden" name="do" value="create-type" />
                <Field label="Name" name="name" value=text("name") required=true hint="e.g. order_status" />
                <div class="field">
                    <label for="values">"Values, one a line"</label>
                    {values}
                </div>
                <div class="row end"><button class="button primary" type="submit">"Review"</button></div>
            </form>
        </section>
    }
}
