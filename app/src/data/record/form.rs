//! A record's form. It is a plain form: what it cannot save comes back as it was entered.

use leptos::prelude::*;

use super::{
    field::FieldView,
    model::{FieldModel, RecordForm},
};
use crate::{components::Failure, data::urls};

/// The form with its fields.
#[component]
pub(super) fn FormView(form: RecordForm) -> impl IntoView {
    let is_new = form.key.is_none();
    let (made, given): (Vec<FieldModel>, Vec<FieldModel>) =
        form.fields.into_iter().partition(|field| field.column.generated_always);
    let table = form.table.clone();
    let fields =
        given.into_iter().map(|field| view! { <FieldView table=table.clone() field=field is_new=is_new /> }).collect_view();
    let made = (!is_new).then(|| {
        made.into_iter()
            .map(|field| {
                view! { <div class="record-field"><span class="label">{field.column.name}</span><output>{field.value.unwrap_or_default()}</output></div> }
            })
            .collect_view()
    });
    let error = form.error.map(|error| view! { <Failure error=error /> });
    view! {
        <form class="record-form" method="post" novalidate=true>
            {error}
            <input type="hidden" name="version" value=form.version />
            // Enter in a field presses a form's first button.
            <button class="visually-hidden" name="do" value="save" tabindex="-1" aria-hidden="true">"Save"</button>
            {made}
            {fields}
            <footer class="record-actions">
                <button class="button primary" name="do" value="save">{if is_new { "Add record" } else { "Save" }}</button>
                <a class="button quiet" href=urls::grid(&form.table)>"Back to the table"</a>
            </footer>
        </form>
    }
}
