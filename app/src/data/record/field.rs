//! A field of a record's form, by the column's type.

use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    live::Live,
    model::{FieldModel, Theirs, is_free_text, may_be_missing},
};
use crate::{
    answers::viewing,
    components::{Icon, area_text},
    data::{
        column::{ColumnInfo, Kind, NativeInput},
        grid::cells_view::record_href,
        related::find_related,
    },
};

/// A label, an input, and whatever there is to say about it.
#[component]
pub(super) fn FieldView(table: String, field: FieldModel, is_new: bool, autofocus: bool, live: Live) -> impl IntoView {
    let column = field.column.clone();
    let id = format!("field-{}", column.name);
    let note = format!("{id}-note");
    let placeholder = is_new.then(|| placeholder(&column)).flatten();
    let required = !may_be_missing(&column) && !is_free_text(&column);
    let icon = if column.key { Some("key") } else { column.reference.as_ref().map(|_| "link") };
    // In a new record it tells the empty text from none at all.
    let has_null = is_free_text(&column) && (column.nullable || (is_new && may_be_missing(&column)));
    let null = has_null.then(|| {
        let ticked = field.value.is_none();
        let word = if is_new && column.default.is_some() { "default" } else { "null" };
        view! {
            <label class="check record-null">
                <input type="checkbox" name=format!("n.{}", column.name) value="1" checked=ticked />
                {word}
            </label>
        }
    });
    let theirs = field.theirs.clone().map(|Theirs(value)| {
        view! { <p class="record-theirs"><strong>"Theirs: "</strong>{value.unwrap_or_else(|| "null".to_owned())}</p> }
    });
    let error = live.of_field(column.name.clone(), field.error.clone());
    let described = {
        let note = note.clone();
        Signal::derive(move || error.with(Option::is_some).then(|| note.clone()))
    };
    let error = move || error.get().map(|error| view! { <p class="field-error" id=note.clone()>{error}</p> });
    view! {
        <div class="record-field" class:clashing=field.theirs.is_some()>
            <label for=id.clone()>
                {icon.map(|icon| view! { <Icon name=icon /> })}
                <span>{column.name.clone()}</span>
                {required.then(|| view! { <span class="record-required" title="required" aria-hidden="true">"*"</span> })}
                <span class="type">{column.type_name.replace('"', "")}</span>
            </label>
            <div class="record-input">
                <input type="hidden" name=format!("m.{}", column.name) value=field.mark.clone() />
                {input(&table, &field, id, placeholder, described, autofocus)}
                {null}
                {theirs}
                {error}
                {column.comment.clone().map(|comment| view! { <p class="hint">{comment}</p> })}
            </div>
        </div>
    }
}

/// The id of what says what is wrong with the field, while something is.
type Described = Signal<Option<String>>;

fn invalid(described: Described) -> Signal<Option<&'static str>> {
    Signal::derive(move || described.with(Option::is_some).then_some("true"))
}

fn placeholder(column: &ColumnInfo) -> Option<String> {
    column.default.clone().or_else(|| column.nullable.then(|| "null".to_owned()))
}

fn input(
    table: &str,
    field: &FieldModel,
    id: String,
    placeholder: Option<String>,
    described: Described,
    autofocus: bool,
) -> AnyView {
    let column = &field.column;
    let name = format!("v.{}", column.name);
    let text = field.value.clone().unwrap_or_default();
    let invalid = invalid(described);
    if column.reference.is_some() {
        return relation(table, field, id, placeholder, described, autofocus);
    }
    let NativeInput { kind, step, text } = match &column.kind {
        Kind::Boolean => return choice(field, &["true".to_owned(), "false".to_owned()], id, described, autofocus),
        Kind::Enum(values) => return choice(field, values, id, described, autofocus),
        Kind::Json | Kind::Array => {
            let rows = text.lines().count().clamp(3, 16).to_string();
            return view! {
                <textarea id=id name=name class="code" rows=rows placeholder=placeholder autofocus=autofocus aria-invalid=invalid aria-describedby=described spellcheck="false">
                    {area_text(text)}
                </textarea>
            }
            .into_any();
        }
        Kind::Text if column.max_length.is_none_or(|length| length > 120) && (text.len() > 60 || text.contains('\n')) => {
            let rows = (text.len() / 60 + text.lines().count()).clamp(3, 12).to_string();
            return view! {
                <textarea id=id name=name rows=rows placeholder=placeholder autofocus=autofocus aria-invalid=invalid aria-describedby=described>
                    {area_text(text)}
                </textarea>
            }
            .into_any();
        }
        // What cannot be a number, a day or a time must still be seen to be mended.
        _ if field.error.is_some() => NativeInput { kind: "text", step: None, text },
        kind => kind.native_input(text),
    };
    let zone = (column.kind == Kind::Moment).then(|| view! { <span class="record-zone">"UTC"</span> });
    let length = column.max_length.map(|length| length.to_string());
    view! {
        <input
            id=id
            name=name
            type=kind
            step=step
            maxlength=length
            value=text
            placeholder=placeholder
            autocomplete="off"
            autofocus=autofocus
            aria-invalid=invalid
            aria-describedby=described
        />
        {zone}
    }
    .into_any()
}

fn choice(field: &FieldModel, values: &[String], id: String, described: Described, autofocus: bool) -> AnyView {
    let now = field.value.clone().filter(|value| !value.is_empty());
    let options = values
        .iter()
        .map(|value| view! { <option value=value.clone() selected=now.as_ref() == Some(value)>{value.clone()}</option> })
        .collect_view();
    let empty = match (&field.column.default, field.column.nullable) {
        (Some(default), _) if now.is_none() => format!("default: {default}"),
        (_, true) => "null".to_owned(),
        _ => "choose…".to_owned(),
    };
    let invalid = invalid(described);
    view! {
        <select id=id name=format!("v.{}", field.column.name) autofocus=autofocus aria-invalid=invalid aria-describedby=described>
            <option value="" selected=now.is_none()>{empty}</option>
            {options}
        </select>
    }
    .into_any()
}

/// A reference: its key, found by the words of the record it leads to. Without scripts the button searches.
fn relation(
    table: &str,
    field: &FieldModel,
    id: String,
    placeholder: Option<String>,
    described: Described,
    autofocus: bool,
) -> AnyView {
    let column = field.column.clone();
    let choices = RwSignal::new(field.choices.clone());
    let list = format!("{id}-choices");
    let label = RwSignal::new(field.label.clone());
    let text = field.value.clone().unwrap_or_default();
    let href = column
        .reference
        .as_ref()
        .zip(field.value.as_deref().filter(|_| field.error.is_none()))
        .map(|(r, value)| record_href(r, value));
    let (table, name, seen_as) = (table.to_owned(), column.name.clone(), viewing::current());
    let typed = move |event: ev::Event| {
        let words = event_target_value(&event);
        let known = choices.with_untracked(|choices| choices.iter().find(|choice| choice.value == words).map(|c| c.label.clone()));
        label.set(known.clone());
        if known.is_some() {
            return;
        }
        let (table, column, seen_as) = (table.clone(), name.clone(), seen_as.clone());
        spawn_local(async move {
            if let Ok(found) = find_related(table, column, words, seen_as).await {
                choices.set(found);
            }
        });
    };
    let options =
        move || choices.get().into_iter().map(|choice| view! { <option value=choice.value>{choice.label}</option> }).collect_view();
    let invalid = invalid(described);
    let target = column.reference.as_ref().map(|r| r.table.clone()).unwrap_or_default();
    view! {
        <div class="record-relation">
            <input
                id=id.clone()
                name=format!("v.{}", column.name)
                type="text"
                list=list.clone()
                value=text
                placeholder=placeholder
                autocomplete="off"
                autofocus=autofocus
                aria-invalid=invalid
                aria-describedby=described
                on:input=typed
            />
            <button class="button quiet" name="do" value=format!("find:{}", column.name) title=format!("Search {target} for what is typed")>
                <Icon name="search" />"Find"
            </button>
        </div>
        <datalist id=list>{options}</datalist>
        <p class="hint">
            {move || label.get()}
            {href.map(|href| view! { " "<a href=href>"Open"</a> })}
        </p>
    }
    .into_any()
}
