//! Inputs with their label, hint and error.

use leptos::prelude::*;

use crate::AppError;

/// A labelled input of one line.
#[component]
pub fn Field(
    /// The label.
    #[prop(into)]
    label: String,
    /// The input's name in the form, also its id.
    #[prop(into)]
    name: String,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What stands in it at first; what the person had entered before an error comes first.
    #[prop(optional, into)]
    value: String,
    /// The form's failure.
    #[prop(optional, into)]
    error: Signal<Option<AppError>>,
    /// A sentence on what to enter.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Which keys a phone shows.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// What an empty input shows.
    #[prop(optional)]
    placeholder: &'static str,
    /// Whether it may not be empty.
    #[prop(optional)]
    required: bool,
    /// Whether it has the focus at first.
    #[prop(optional)]
    autofocus: bool,
    /// The fewest characters.
    #[prop(optional)]
    minlength: Option<u32>,
) -> impl IntoView {
    let (hint_id, error_id) = (format!("{name}-hint"), format!("{name}-error"));
    let message = Memo::new({
        let name = name.clone();
        move |_| error.with(|error| error.as_ref().and_then(|error| error.of_field(&name)))
    });
    let described = {
        let (hint_id, error_id, has_hint) = (hint_id.clone(), error_id.clone(), hint.is_some());
        move || match (has_hint, message.with(Option::is_some)) {
            (_, true) => Some(error_id.clone()),
            (true, false) => Some(hint_id.clone()),
            (false, false) => None,
        }
    };
    let kept = error.with_untracked(|error| error.as_ref().and_then(|error| error.kept(&name)));
    view! {
        <div class="field">
            <label for=name.clone()>{label}</label>
            <input
                id=name.clone()
                name=name
                type=kind
                value=kept.unwrap_or(value)
                autocomplete=autocomplete
                inputmode=inputmode
                placeholder=placeholder
                required=required
                autofocus=autofocus
                minlength=minlength.map(|n| n.to_string())
                aria-invalid=move || message.with(Option::is_some).then_some("true")
                aria-describedby=described
            />
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {move || message.get().map(|text| view! { <p class="field-error" id=error_id.clone()>{text}</p> })}
        </div>
    }
}

/// A labelled choice of one.
#[component]
pub fn SelectField(
    /// The label.
    #[prop(into)]
    label: String,
    /// The name in the form, also the id.
    #[prop(into)]
    name: String,
    /// Value and text of each choice.
    options: Vec<(String, String)>,
    /// The value chosen at first.
    #[prop(optional, into)]
    value: String,
    /// A sentence on what to choose.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let hint_id = format!("{name}-hint");
    let options = options
        .into_iter()
        .map(|(key, text)| {
            let selected = key == value;
            view! { <option value=key selected=selected>{text}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=name.clone()>{label}</label>
            <select id=name.clone() name=name aria-describedby=hint.is_some().then(|| hint_id.clone())>{options}</select>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
}

/// A labelled yes or no.
#[component]
pub fn CheckField(
    /// The label.
    #[prop(into)]
    label: String,
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// Whether it is checked at first.
    #[prop(optional)]
    checked: bool,
) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name=name value="true" checked=checked />
            <span>{label}</span>
        </label>
    }
}
