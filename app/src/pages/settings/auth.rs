//! How people sign in, and how mail leaves: every setting with its meaning.

use std::collections::HashMap;

use leptos::{prelude::*, server_fn::ServerFn as _};
use serde::{Deserialize, Serialize};

use super::setting_field::SettingField;
use crate::{
    components::{ErrorSummary, PageHead, form_error, loaded, page_data},
    errors::Result,
};

/// The settings under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct GroupData {
    name: String,
    settings: Vec<SettingData>,
}

/// A setting as its form shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SettingData {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) about: String,
    pub(super) input: InputKind,
    /// As text; of secrets only whether they are set.
    pub(super) value: String,
}

/// How a setting is entered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum InputKind {
    Switch,
    Count,
    Seconds,
    Text,
    Secret,
    Lines,
    Choice(Vec<String>),
    Claims,
}

#[server]
async fn load_settings() -> Result<Vec<GroupData>> {
    use tenon_engine::settings::Described;
    let (engine, _) = crate::context::owner().await?;
    let settings = engine.settings();
    let mut groups: Vec<GroupData> = Vec::new();
    for described in Described::all() {
        let value = settings.get(described.name).unwrap_or_default();
        let setting = SettingData {
            name: described.name.to_owned(),
            label: described.label.to_owned(),
            about: described.about.to_owned(),
            input: super::setting_text::input(described.kind),
            value: super::setting_text::shown(described.kind, &value),
        };
        match groups.iter_mut().find(|group| group.name == described.group) {
            Some(group) => group.settings.push(setting),
            None => groups.push(GroupData { name: described.group.to_owned(), settings: vec![setting] }),
        }
    }
    Ok(groups)
}

#[server]
async fn save_settings(group: String, #[server(default)] values: HashMap<String, String>) -> Result<()> {
    use tenon_engine::settings::{Described, Settings};

    use crate::{AppError, context, flash};
    let (engine, caller) = context::owner().await?;
    let named = |name: &str| format!("values[{name}]");
    let kept: Vec<(String, String)> = Described::all()
        .iter()
        .filter(|setting| !setting.is_secret())
        .filter_map(|setting| Some((named(setting.name), values.get(setting.name)?.clone())))
        .collect();
    let keep = |mut error: AppError| {
        for field in &mut error.error.fields {
            field.column = named(&field.column);
        }
        error.keeping(kept.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    };
    let mut changes = Vec::new();
    for setting in Described::all().iter().filter(|setting| setting.group == group) {
        let entered = values.get(setting.name).map(String::as_str);
        let cleared = values.contains_key(&format!("{}.clear", setting.name));
        match super::setting_text::parse(setting.kind, entered, cleared) {
            Ok(Some(value)) => changes.push((setting.name, value)),
            Ok(None) => {}
            Err(problem) => return Err(keep(AppError::field(setting.name, problem))),
        }
    }
    let change = move |settings: &Settings| settings.with_all(changes.iter().cloned());
    engine.change_settings(&caller, &context::client(), change).await.map_err(|error| keep(error.into()))?;
    flash::leave(flash::Flash::Done(format!("“{group}” is saved.")));
    context::redirect("/settings/auth");
    Ok(())
}

/// The page of the settings of sign-in and mail.
#[component]
pub fn AuthSettings() -> impl IntoView {
    let error = form_error(SaveSettings::PATH);
    loaded(page_data(|| (), |()| load_settings()), move |groups| {
        let links =
            groups.iter().map(|group| view! { <li><a href=format!("#{}", anchor(&group.name))>{group.name.clone()}</a></li> });
        let links = links.collect_view();
        let groups = groups.into_iter().map(|group| view! { <Group group=group error=error /> }).collect_view();
        view! {
            <PageHead title="Sign-in and mail" about="How people sign up and in. Each part is saved by itself, and holds at once.".to_owned() />
            <ErrorSummary error=error />
            <nav class="jumps" aria-label="On this page"><ul>{links}</ul></nav>
            {groups}
        }
    })
}

fn anchor(group: &str) -> String {
    format!("group-{}", group.to_lowercase().replace(' ', "-"))
}

#[component]
fn Group(group: GroupData, error: Memo<Option<crate::AppError>>) -> impl IntoView {
    let id = anchor(&group.name);
    let fields = group.settings.into_iter().map(|setting| view! { <SettingField setting=setting error=error /> }).collect_view();
    let label = format!("Save “{}”", group.name);
    view! {
        <section class="section narrow" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{group.name.clone()}</h2>
            <form class="card stack" method="post" action=SaveSettings::url()>
                <input type="hidden" name="group" value=group.name />
                {fields}
                <div class="card-foot"><button class="button primary" type="submit" aria-label=label>"Save"</button></div>
            </form>
        </section>
    }
}
