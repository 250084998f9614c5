//! One template, and how it looks.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{form::TemplateForm, model::TemplateData};
use crate::{
    components::{PageHead, loaded, page_data},
    errors::Result,
};

/// A template's page, after the form that was posted, if one was.
#[server]
async fn load_template(kind: String, locale: String) -> Result<TemplateData> {
    let (engine, caller) = crate::context::builder().await?;
    let posted = use_context::<crate::data::record::Posted>().map(|posted| posted.0);
    let kind = super::parse_kind(&kind)?;
    if let Some(form) = posted
        && let Some(again) = super::save::post(&engine, &caller, kind, &locale, &form).await?
    {
        return Ok(again);
    }
    super::save::template(&engine, &caller, kind, locale).await
}

/// The template of a kind in a language.
#[component]
pub fn Template() -> impl IntoView {
    let params = use_params_map();
    let address = Memo::new(move |_| {
        params.with(|params| (params.get("kind").unwrap_or_default(), params.get("locale").unwrap_or_default()))
    });
    let data = page_data(move || address.get(), |(kind, locale)| load_template(kind, locale));
    loaded(data, |data| view! { <TemplateView data=data /> })
}

#[component]
fn TemplateView(data: TemplateData) -> impl IntoView {
    let title = format!("{} ({})", data.label, data.locale);
    let about = match (data.is_own, data.shown_locale == data.locale) {
        (true, true) => "Your own template.".to_owned(),
        (false, true) => "Tenon's template. Change it, and it is your own.".to_owned(),
        (_, false) => format!("There is none in this language yet; this is the one in {}.", data.shown_locale),
    };
    view! {
        <PageHead title=title crumbs=vec![("Mail".to_owned(), "/settings/mail".to_owned())] about=about />
        <TemplateForm data=data />
    }
}
