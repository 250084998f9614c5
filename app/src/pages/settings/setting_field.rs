//! The input of a setting.

use leptos::prelude::*;

use super::auth::{InputKind, SettingData};
use crate::{
    AppError,
    components::{Field, area_text},
};

/// The input of a setting, with its meaning below.
#[component]
pub(super) fn SettingField(setting: SettingData, error: Memo<Option<AppError>>) -> impl IntoView {
    let SettingData { name, label, about, input, value } = setting;
    let field = format!("values[{name}]");
    match input {
        InputKind::Text => view! { <Field label=label name=field value=value hint=about error=error /> }.into_any(),
        InputKind::Count => view! { <Field label=label name=field kind="number" value=value hint=about error=error /> }.into_any(),
        InputKind::Seconds => {
            let label = format!("{label} (seconds)");
            view! { <Field label=label name=field kind="number" value=value hint=about error=error /> }.into_any()
        }
        InputKind::Secret => secret(&name, field, label, about, !value.is_empty(), error),
        InputKind::Switch => switch(field, label, about, value == "true"),
        InputKind::Choice(choices) => choice(field, label, about, choices, &value),
        InputKind::Lines | InputKind::Claims => lines(field, label, about, value, input == InputKind::Claims, error),
    }
}

fn secret(name: &str, field: String, label: String, about: String, is_set: bool, error: Memo<Option<AppError>>) -> AnyView {
    let hint = if is_set { format!("{about} One is set; empty leaves it as it is.") } else { about };
    let clear = format!("values[{name}.clear]");
    let clear = is_set.then(|| {
        view! { <label class="check"><input type="checkbox" name=clear value="true" /><span>{format!("Remove: {label}")}</span></label> }
    });
    view! {
        <Field label=label.clone() name=field kind="password" autocomplete="new-password" hint=hint error=error />
        {clear}
    }
    .into_any()
}

fn switch(field: String, label: String, about: String, checked: bool) -> AnyView {
    let hint = format!("{field}-hint");
    view! {
        <div class="field">
            <label class="check">
                <input type="checkbox" name=field value="true" checked=checked aria-describedby=hint.clone() />
                <span>{label}</span>
            </label>
            <p class="hint" id=hint>{about}</p>
        </div>
    }
    .into_any()
}

fn choice(field: String, label: String, about: String, choices: Vec<String>, chosen: &str) -> AnyView {
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = choice == chosen;
            view! { <option value=choice.clone() selected=selected>{choice.clone()}</option> }
        })
        .collect_view();
    let hint = format!("{field}-hint");
    view! {
        <div class="field">
            <label for=field.clone()>{label}</label>
            <select id=field.clone() name=field aria-describedby=hint.clone()>{options}</select>
            <p class="hint" id=hint>{about}</p>
        </div>
    }
    .into_any()
}

fn lines(field: String, label: String, about: String, value: String, are_claims: bool, error: Memo<Option<AppError>>) -> AnyView {
    let about = if are_claims { format!("{about} One a line: plan: app_metadata ->> 'plan'") } else { about };
    let kept = error.with_untracked(|error| error.as_ref().and_then(|error| error.kept(&field))).unwrap_or(value);
    let hint = format!("{field}-hint");
    let own = field.clone();
    let problem = move || {
        let text = error.with(|error| error.as_ref().and_then(|error| error.of_field(&own)));
        text.map(|text| view! { <p class="field-error">{text}</p> })
    };
    view! {
        <div class="field">
            <label for=field.clone()>{label}</label>
            <textarea id=field.clone() name=field rows="3" spellcheck="false" aria-describedby=hint.clone()>{area_text(kept)}</textarea>
            <p class="hint" id=hint>{about}</p>
            {problem}
        </div>
    }
    .into_any()
}
