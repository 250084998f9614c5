//! The builder on screen: a form that the server understands as it is; scripts only save the round trip.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use web_sys::wasm_bindgen::JsCast as _;

use super::{Condition, Group, Join, Node, form, operator, rest};
use crate::{
    components::Icon,
    data::{
        column::{ColumnInfo, Kind, NativeInput},
        grid::state::GridState,
        urls,
    },
};

/// The form's address; the server turns it into that of the grid.
pub const ACTION: &str = "/studio/filter";

/// The filter builder of a grid.
#[component]
pub fn FilterBuilder(
    /// The table.
    table: String,
    /// Its columns.
    columns: Vec<ColumnInfo>,
    /// What the grid shows.
    state: GridState,
    /// The filter in force.
    filter: Group,
) -> impl IntoView {
    let draft = state.draft.as_deref().map(|draft| form::read(&urls::pairs(draft)));
    let root = RwSignal::new(with_a_condition(draft.unwrap_or(filter)));
    let back = GridState { draft: None, ..state.clone() }.query();
    let columns = StoredValue::new(columns);
    let navigate = use_navigate();
    let (for_press, for_state) = (table.clone(), state);
    let press = move |form: &web_sys::HtmlFormElement, button: &str| {
        let mut pairs = form_pairs(form);
        pairs.push(("do".to_owned(), button.to_owned()));
        let first = columns.with_value(|columns| columns.first().map(|c| c.name.clone()).unwrap_or_default());
        match form::press(&pairs, &first) {
            form::Outcome::Edit(edited) => root.set(edited),
            form::Outcome::Apply(done) => {
                let filter = columns.with_value(|columns| rest::print(&done, columns));
                navigate(&for_state.filtered(filter).href(&for_press), Default::default());
            }
        }
    };
    let on_submit = {
        let press = press.clone();
        move |event: web_sys::SubmitEvent| {
            let Some(form) = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlFormElement>().ok()) else { return };
            let button = event.submitter().and_then(|b| b.get_attribute("value")).unwrap_or_else(|| "apply".to_owned());
            event.prevent_default();
            press(&form, &button);
        }
    };
    let on_change = move |event: web_sys::Event| {
        // Another column has other operators, and "is empty" takes no value.
        let Some(select) = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlSelectElement>().ok()) else { return };
        if let (true, Some(form)) = (select.name() != "join" && select.name() != "val", select.form()) {
            press(&form, "refresh");
        }
    };
    view! {
        <form class="filter-form" method="get" action=ACTION on:submit=on_submit on:change=on_change>
            <input type="hidden" name="table" value=table />
            <input type="hidden" name="back" value=back />
            // Enter in a field presses a form's first button: it should apply, not remove.
            <button class="visually-hidden" name="do" value="apply" tabindex="-1" aria-hidden="true">"Apply"</button>
            {move || columns.with_value(|columns| group_view(&root.get(), columns, &[]))}
            <footer class="filter-actions">
                <button class="button primary" name="do" value="apply">"Apply filter"</button>
                <button class="button quiet" name="do" value="clear" formnovalidate=true>"Clear"</button>
                // With scripts, another column brings its operators by itself.
                <button class="button quiet unscripted" name="do" value="refresh" formnovalidate=true>"Update the operators"</button>
            </footer>
        </form>
    }
}

fn with_a_condition(mut root: Group) -> Group {
    if root.items.is_empty() {
        root.items.push(Node::Condition(Condition::default()));
    }
    root
}

fn form_pairs(form: &web_sys::HtmlFormElement) -> Vec<(String, String)> {
    let Ok(data) = web_sys::FormData::new_with_form(form) else { return Vec::new() };
    let Ok(params) = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data) else { return Vec::new() };
    urls::pairs(&String::from(params.to_string()))
}

fn button_value(verb: &str, path: &[usize]) -> String {
    let path: Vec<String> = path.iter().map(ToString::to_string).collect();
    format!("{verb}:{}", path.join("."))
}

fn group_view(group: &Group, columns: &[ColumnInfo], path: &[usize]) -> AnyView {
    let join = Join::ALL
        .into_iter()
        .map(|join| view! { <option value=join.id() selected=join == group.join>{join.words()}</option> })
        .collect_view();
    let items = group
        .items
        .iter()
        .enumerate()
        .map(|(position, item)| {
            let path: Vec<usize> = path.iter().copied().chain([position]).collect();
            match item {
                Node::Condition(condition) => condition_view(condition, columns, &path),
                Node::Group(inner) => view! {
                    <li class="filter-group">
                        <input type="hidden" name="kind" value="group" />
                        {group_view(inner, columns, &path)}
                        <input type="hidden" name="kind" value="end" />
                    </li>
                }
                .into_any(),
            }
        })
        .collect_view();
    let is_root = path.is_empty();
    view! {
        <div class="filter-join">
            <select name="join" aria-label="How these conditions are joined">{join}</select>
            {(!is_root).then(|| view! {
                <button class="button quiet icon-only small" name="do" value=button_value("del", path) formnovalidate=true aria-label="Remove this group">
                    <Icon name="close" />
                </button>
            })}
        </div>
        <ul class="filter-items">{items}</ul>
        <div class="filter-add">
            <button class="button quiet small" name="do" value=button_value("add", path) formnovalidate=true><Icon name="plus" />"Condition"</button>
            <button class="button quiet small" name="do" value=button_value("group", path) formnovalidate=true><Icon name="plus" />"Group"</button>
        </div>
    }
    .into_any()
}

fn condition_view(condition: &Condition, columns: &[ColumnInfo], path: &[usize]) -> AnyView {
    let Some(column) = columns.iter().find(|c| c.name == condition.column).or(columns.first()) else { return ().into_any() };
    let op = operator::fitting(column, &condition.op);
    let names = columns
        .iter()
        .map(|c| view! { <option value=c.name.clone() selected=c.name == column.name>{c.name.clone()}</option> })
        .collect_view();
    let mut known = operator::operators(column);
    let exotic = (!known.iter().any(|(id, _)| *id == op)).then(|| op.clone());
    let exotic = exotic.map(|op| view! { <option value=op.clone() selected=true>{op.clone()}</option> });
    let ops = known.drain(..).map(|(id, words)| view! { <option value=id selected=id == op>{words}</option> }).collect_view();
    view! {
        <li class="filter-condition">
            <input type="hidden" name="kind" value="cond" />
            <select name="col" aria-label="Column">{names}</select>
            <select name="op" aria-label="Operator">{ops}{exotic}</select>
            {value_view(column, &op, &condition.value)}
            <button class="button quiet icon-only small" name="do" value=button_value("del", path) formnovalidate=true aria-label="Remove this condition">
                <Icon name="close" />
            </button>
        </li>
    }
    .into_any()
}

fn value_view(column: &ColumnInfo, op: &str, value: &str) -> AnyView {
    let kind = &column.kind;
    if !operator::takes_value(op) {
        return view! { <input type="hidden" name="val" value="" /> }.into_any();
    }
    let single = matches!(op, "eq" | "neq" | "gt" | "gte" | "lt" | "lte");
    if let (Kind::Enum(values), true) = (kind, single) {
        let options =
            values.iter().map(|v| view! { <option value=v.clone() selected=v == value>{v.clone()}</option> }).collect_view();
        return view! { <select name="val" aria-label="Value">{options}</select> }.into_any();
    }
    let NativeInput { kind: input, step, text } =
        if single { kind.native_input(value.to_owned()) } else { NativeInput { kind: "text", step: None, text: value.to_owned() } };
    let placeholder = if op.ends_with("in") || (op == "has" && *kind == Kind::Array) { "a, b, \"c, d\"" } else { "Value" };
    // An empty text is a value; of anything else there is none.
    let required = *kind != Kind::Text || !matches!(op, "eq" | "neq");
    view! {
        <input type=input step=step name="val" value=text placeholder=placeholder required=required aria-label="Value" autocomplete="off" />
    }
        .into_any()
}
