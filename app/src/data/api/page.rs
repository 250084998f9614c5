//! The API page.

use leptos::prelude::*;

use super::{
    call::Call,
    model::{Answer, ApiModel},
    reference::Reference,
    snippets::Language,
};
use crate::{
    AppError,
    answers::viewing,
    components::{CopyButton, Empty, Icon, PageHead, loaded, page_data, page_query},
    data::urls,
};

/// The page for an address.
#[server(endpoint = "api-page")]
pub(crate) async fn read_api(query: String) -> Result<ApiModel, AppError> {
    let (engine, caller) = crate::context::viewer(&viewing::of_query(&query)).await?;
    Ok(super::load::api_page(&engine, &caller, &query, crate::context::origin()).await?)
}

/// How programs reach a table.
#[component]
pub fn ApiPage() -> impl IntoView {
    let query = page_query();
    viewing::follow(query);
    let page = page_data(move || query.get(), read_api);
    loaded(page, |model| view! { <ApiView model=model /> })
}

#[component]
fn ApiView(model: ApiModel) -> impl IntoView {
    let title = model.call.as_ref().map_or("API".to_owned(), |call| format!("API of {}", call.table));
    let call = model.call.clone().map(|call| {
        let closed = model.tables.iter().any(|table| table.name == call.table && !table.anon[0]);
        let view_query = model.view.clone();
        view! { <CallView call=call closed=closed language=model.language view_query=view_query answer=model.answer.clone() /> }
    });
    let body = if model.tables.is_empty() {
        view! {
            <Empty icon="code" title="No tables, no API" text="Every table has its address under /rest/v1 as soon as it is made.">
                <a class="button primary" href="/tables/new"><Icon name="plus" />"New table"</a>
            </Empty>
        }
        .into_any()
    } else {
        view! { <Reference tables=model.tables /> }.into_any()
    };
    view! {
        <PageHead title=title about="The same data for programs: with the client libraries people already use, or plain HTTP.">
            <a class="button quiet" href="/rest/v1/" rel="external"><Icon name="external" />"OpenAPI"</a>
            <a class="button quiet" href="/settings/keys"><Icon name="key" />"Keys"</a>
        </PageHead>
        {call}
        {body}
    }
}

/// An address of this page.
fn here(table: &str, view_query: &str, language: Language, run: &str) -> String {
    let mut pairs = vec![("table".to_owned(), table.to_owned())];
    pairs.extend(urls::pairs(view_query));
    pairs.push(("lang".to_owned(), language.id().to_owned()));
    if !run.is_empty() {
        pairs.push(("run".to_owned(), run.to_owned()));
    }
    format!("/api?{}", urls::query(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))))
}

#[component]
fn CallView(call: Call, closed: bool, language: Language, view_query: String, answer: Option<Answer>) -> impl IntoView {
    let tabs = Language::ALL
        .into_iter()
        .map(|tab| {
            let href = here(&call.table, &view_query, tab, "");
            view! { <li><a href=href aria-current=(tab == language).then_some("page")>{tab.name()}</a></li> }
        })
        .collect_view();
    let code = call.in_language(language);
    let grid = urls::with(urls::path(&call.table), &view_query);
    let as_anon = here(&call.table, &view_query, language, "anon");
    let as_them = (!viewing::of_query(&view_query).is_empty()).then(|| {
        let href = here(&call.table, &view_query, language, "them");
        view! { <a class="button" href=href><Icon name="play" />"Run as them"</a> }
    });
    let as_secret = here(&call.table, &view_query, language, "service_role");
    view! {
        <section class="api-call" aria-label="The call for this view">
            <nav class="tabs" aria-label="Languages"><ul>{tabs}</ul></nav>
            <div class="api-code">
                <pre class="code-block" tabindex="0" role="region" aria-label="Code"><code>{code.clone()}</code></pre>
                <CopyButton text=code class="api-copy" />
            </div>
            {closed.then(|| view! {
                <p class="api-note">
                    <Icon name="lock" />
                    "The publishable key, which stands in the code, sees nothing of this table yet. "
                    <a href=format!("{}/structure", urls::path(&call.table))>"Open it for reading"</a>
                    ", or use the secret key on a server."
                </p>
            })}
            <div class="actions">
                <a class="button" href=as_anon><Icon name="play" />"Run with the publishable key"</a>
                {as_them}
                <a class="button" href=as_secret><Icon name="play" />"Run with the secret key"</a>
                <a class="button quiet" href=grid>"Back to the grid"</a>
            </div>
            {answer.map(answer_view)}
        </section>
    }
}

fn answer_view(answer: Answer) -> impl IntoView {
    let tone = if answer.status < 300 { "badge done" } else { "badge danger" };
    let time = format!("{}.{} ms", answer.micros / 1000, answer.micros % 1000 / 100);
    view! {
        <div class="api-answer" role="status">
            <p><span class=tone>{answer.status}</span>" as "<code>{answer.role}</code>" "<span class="muted">{time}</span></p>
            <pre class="code-block" tabindex="0" role="region" aria-label="Answer"><code>{answer.body}</code></pre>
        </div>
    }
}
