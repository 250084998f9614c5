//! A record's form. It is a plain form: what it cannot save comes back as it was entered.

use leptos::{html::Form, prelude::*};

use tenon_model::{Code, Error};

use super::{
    field::FieldView,
    live::Live,
    model::{FieldModel, Link, RecordForm},
    unsaved,
};
use crate::{
    components::{Failure, Icon},
    data::{column::ColumnInfo, urls},
};

/// The form with its fields.
#[component]
pub(super) fn FormView(form: RecordForm) -> impl IntoView {
    let (is_new, read_only) = (form.key.is_none(), form.read_only);
    let guarded = NodeRef::<Form>::new();
    unsaved::guard(guarded, form.unsaved);
    let live = Live::follow(guarded, &form);
    let (made, given): (Vec<FieldModel>, Vec<FieldModel>) =
        form.fields.into_iter().partition(|field| field.column.generated_always);
    let table = form.table.clone();
    let (computed, made): (Vec<FieldModel>, Vec<FieldModel>) = made.into_iter().partition(|field| field.column.computed.is_some());
    let first_wrong = given.iter().position(|field| field.error.is_some());
    let field = |(at, field): (usize, FieldModel)| {
        view! { <FieldView table=table.clone() field=field is_new=is_new autofocus=first_wrong == Some(at) live=live /> }
    };
    let fields = given.into_iter().enumerate().map(field).collect_view();
    let made = (!is_new).then(|| {
        made.into_iter()
            .map(|field| {
                view! { <div class="record-field"><span class="label">{field.column.name}</span><output>{field.value.unwrap_or_default()}</output></div> }
            })
            .collect_view()
    });
    let computed = (!is_new && !computed.is_empty()).then(|| view! { <Computed fields=computed /> });
    let has_links = !form.links.is_empty();
    let error = form.error.map(|error| {
        let of_check = error.code == Code::CheckViolation;
        view! { <div class="record-failure" hidden=move || of_check && live.has_asked()><Failure error=error />{has_links.then(|| view! { <Links links=form.links /> })}</div> }
    });
    // The form of a record that is gone stands under its address, and is sent to that of a new one.
    let action = form.gone.then(|| urls::new_record(&form.table));
    let save = match (is_new, form.gone) {
        (_, true) => "Add as a new record",
        (true, false) => "Add record",
        (false, false) => "Save",
    };
    view! {
        <form class="record-form" method="post" action=action novalidate=true node_ref=guarded>
            {error}
            {move || live.of_several().into_iter().map(|text| view! { <div class="record-failure"><Failure error=Error::new(Code::CheckViolation, text) /></div> }).collect_view()}
            <input type="hidden" name="version" value=form.version />
            // Enter in a field presses a form's first button.
            {(!read_only).then(|| view! {
                <button class="visually-hidden" name="do" value="save" tabindex="-1" aria-hidden="true">"Save"</button>
            })}
            {made}
            {fields}
            {computed}
            <footer class="record-actions">
                {(!read_only).then(|| view! { <button class="button primary" name="do" value="save">{save}</button> })}
                <a class="button quiet" href=urls::grid(&form.table)>"Back to the table"</a>
            </footer>
        </form>
    }
}

/// What is computed from the record and others; nobody writes it.
#[component]
fn Computed(fields: Vec<FieldModel>) -> impl IntoView {
    fields
        .into_iter()
        .map(|field| {
            let ColumnInfo { name, type_name, computed, comment, .. } = field.column;
            let empty = field.value.is_none();
            view! {
                <div class="record-field computed">
                    <span class="label">
                        <Icon name="sum" />
                        <span>{name}</span>
                        <span class="type">{type_name.replace('"', "")}</span>
                    </span>
                    <div class="record-input">
                        <output class:muted=empty>{field.value.unwrap_or_else(|| "null".to_owned())}</output>
                        <p class="hint">"Computed: "<code>{computed.unwrap_or_default()}</code></p>
                        {comment.map(|comment| view! { <p class="hint">{comment}</p> })}
                    </div>
                </div>
            }
        })
        .collect_view()
}

/// Ways to what a failure speaks of.
#[component]
fn Links(links: Vec<Link>) -> impl IntoView {
    let items = links.into_iter().map(|link| view! { <a href=link.href>{link.text}</a> }).collect_view();
    view! { <p class="record-links">{items}</p> }
}
