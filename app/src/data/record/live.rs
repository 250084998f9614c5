//! Checks while one types: what is wrong stands at the field that was touched last, before anything is sent.

use leptos::{ev, html::Form, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast as _;

use super::{
    checks::{Entered, Failed, ask_checks},
    model::{FieldModel, RecordForm, is_free_text, may_be_missing},
};

/// What checks say of a form as it stands.
#[derive(Clone, Copy)]
pub(super) struct Live {
    failed: RwSignal<Vec<Failed>>,
    /// The columns that were touched, the last one last. Empty until the person types.
    touched: RwSignal<Vec<String>>,
    /// What checks tell people: once they are asked here, what the server said of them is past.
    messages: StoredValue<Vec<String>>,
}

impl Live {
    /// Asks the checks of a form whenever something in it changes.
    pub(super) fn follow(guarded: NodeRef<Form>, form: &RecordForm) -> Self {
        let live = Self {
            failed: RwSignal::new(Vec::new()),
            touched: RwSignal::new(Vec::new()),
            messages: StoredValue::new(form.check_messages.clone()),
        };
        if !form.checks.is_empty() {
            live.listen(guarded, form.checks.clone(), form.fields.clone(), form.key.is_none());
        }
        live
    }

    fn listen(self, guarded: NodeRef<Form>, checks: String, fields: Vec<FieldModel>, is_new: bool) {
        let fields = StoredValue::new(fields);
        Effect::new(move |_| {
            let Some(form) = guarded.get() else { return };
            let checks = checks.clone();
            let typed = window_event_listener(ev::input, move |event| {
                let Some(name) = name_within(&form, &event) else { return };
                let Ok(data) = web_sys::FormData::new_with_form(&form) else { return };
                let entered = fields.with_value(|fields| {
                    fields.iter().filter_map(|field| Some((field.column.name.clone(), entered(field, &data, is_new)?))).collect()
                });
                self.ask(checks.clone(), name, entered);
            });
            on_cleanup(move || typed.remove());
        });
    }

    fn ask(self, checks: String, name: String, entered: Vec<(String, Entered)>) {
        spawn_local(async move {
            let failed = ask_checks(checks, entered).await;
            // The person may have left the page.
            if self.failed.try_set(failed).is_some() {
                return;
            }
            self.touched.update(|touched| {
                touched.retain(|other| *other != name);
                touched.push(name);
            });
        });
    }

    /// What is wrong with a field: as it stands, else as the server said.
    pub(super) fn of_field(self, column: String, said: Option<String>) -> Signal<Option<String>> {
        Signal::derive(move || {
            let touched = self.touched.get();
            let here = |failed: &&Failed| last_touched(failed, &touched) == Some(&column);
            let found = self.failed.with(|failed| failed.iter().find(here).map(|failed| failed.message.clone()));
            let past = |said: &String| !touched.is_empty() && self.messages.with_value(|messages| messages.contains(said));
            found.or_else(|| said.clone().filter(|said| !past(said)))
        })
    }

    /// What is wrong with several fields together, once the person has come to one of them.
    pub(super) fn of_several(self) -> Vec<String> {
        let touched = self.touched.get();
        let concerns = |failed: &&Failed| failed.columns.len() > 1 && last_touched(failed, &touched).is_some();
        self.failed.with(|failed| failed.iter().filter(concerns).map(|failed| failed.message.clone()).collect())
    }

    /// Whether what the server said of a check is past.
    pub(super) fn has_asked(self) -> bool {
        !self.touched.with(Vec::is_empty)
    }
}

fn last_touched<'t>(failed: &Failed, touched: &'t [String]) -> Option<&'t String> {
    touched.iter().rev().find(|name| failed.columns.contains(name))
}

/// The column of the field of this form that an event is about.
fn name_within(form: &web_sys::HtmlFormElement, event: &web_sys::Event) -> Option<String> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let name = target.get_attribute("name")?;
    let column = name.strip_prefix("v.").or_else(|| name.strip_prefix("n."))?;
    form.contains(Some(&target)).then(|| column.to_owned())
}

/// What a field would hold if the form were sent now; nothing where that is not known here.
fn entered(field: &FieldModel, data: &web_sys::FormData, is_new: bool) -> Option<Entered> {
    let column = &field.column;
    let kept = || field.value.clone().map_or(Entered::Null, Entered::Text);
    let Some(raw) = data.get(&format!("v.{}", column.name)).as_string().map(|text| text.replace("\r\n", "\n")) else {
        return (!is_new).then(kept);
    };
    let says_null = data.has(&format!("n.{}", column.name));
    let is_same = field.value.as_deref() == Some(raw.as_str());
    if is_new && raw.is_empty() && (!is_free_text(column) || (may_be_missing(column) && says_null)) {
        // What the database makes is not known yet.
        return (column.default.is_none() && !column.generated_always).then_some(Entered::Null);
    }
    if is_free_text(column) {
        let is_null = says_null && (raw.is_empty() || is_same);
        return Some(if is_null { Entered::Null } else { Entered::Text(raw) });
    }
    if raw.trim().is_empty() && !is_same {
        return Some(Entered::Null);
    }
    // A reference may be given by what the record is called; which key that is, the server finds.
    let is_key = column.reference.is_none() || is_same || field.choices.iter().any(|choice| choice.value == raw);
    is_key.then_some(Entered::Text(raw))
}
