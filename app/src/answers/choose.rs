//! The page that asks as whom to see.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::viewing::with;
use crate::{
    components::{Icon, PageHead, loaded, page_data, page_query},
    data::urls,
    errors::Result,
    paths,
};

/// As whom one can see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Choices {
    /// Roles: what stands in the address, and what they are called.
    pub(crate) roles: Vec<(String, String)>,
    /// People, likewise.
    pub(crate) people: Vec<(String, String)>,
}

#[server(endpoint = "view-as")]
async fn load_choices(words: String) -> Result<Choices> {
    let (engine, caller) = crate::context::builder().await?;
    choices(&engine, &caller, &words).await
}

/// The roles, and the people whom the words find.
#[cfg(feature = "ssr")]
pub(super) async fn choices(engine: &tenon_engine::Engine, caller: &tenon_model::Caller, words: &str) -> Result<Choices> {
    let people = engine
        .viewable_people(caller, words)
        .await?
        .into_iter()
        .map(|person| (format!("user:{}", person.id), person.name))
        .collect();
    let roles = engine.viewable_roles().into_iter().map(|name| (format!("role:{name}"), name)).collect();
    Ok(Choices { roles, people })
}

/// As whom to see: `?next=` is the page that is then seen, `?q=` finds people.
#[component]
pub fn ChooseView() -> impl IntoView {
    let query = page_query();
    let value = move |wanted: &str| {
        let pairs = urls::pairs(&query.get());
        pairs.into_iter().find(|(name, _)| name == wanted).map(|(_, value)| value).unwrap_or_default()
    };
    let words = Memo::new(move |_| value("q"));
    let next = Memo::new(move |_| match paths::local(&value("next")) {
        "/" => "/tables".to_owned(),
        next => next.to_owned(),
    });
    loaded(page_data(move || words.get(), load_choices), move |choices| {
        view! { <Chooser choices=choices words=words.get_untracked() next=next.get_untracked() /> }
    })
}

#[component]
fn Chooser(choices: Choices, words: String, next: String) -> impl IntoView {
    let link = |icon: &'static str, (seen_as, name): (String, String)| {
        let href = with(&next, &seen_as);
        view! { <li><a class="button" href=href><Icon name=icon /><span class="clip">{name}</span></a></li> }
    };
    let roles = choices.roles.into_iter().map(|role| link("key", role)).collect_view();
    let nobody = choices.people.is_empty();
    let people = choices.people.into_iter().map(|person| link("user", person)).collect_view();
    view! {
        <PageHead
            title="View as"
            crumbs=vec![("Tables".to_owned(), "/tables".to_owned())]
            about="See a table’s records exactly as somebody else does. Nothing is written unless you say so."
        />
        <section class="section" aria-labelledby="roles">
            <h2 id="roles">"A role"</h2>
            <ul class="view-choices">{roles}</ul>
        </section>
        <section class="section" aria-labelledby="people">
            <h2 id="people">"A person"</h2>
            <form class="row inline-form" method="get" action="/view-as" role="search">
                <input type="hidden" name="next" value=next.clone() />
                <input type="search" name="q" value=words placeholder="Address, phone number or id" aria-label="Find a person" />
                <button class="button" type="submit"><Icon name="search" />"Find"</button>
            </form>
            {nobody.then(|| view! { <p class="muted">"Nobody is called that."</p> })}
            <ul class="view-choices" aria-label="People">{people}</ul>
        </section>
        <p><a class="button quiet" href=next.clone()>"Go back"</a></p>
    }
}
