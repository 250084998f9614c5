//! The advisor: what is probably not as it was meant, why it matters, and what to do.

mod data;
mod finding;

use leptos::{prelude::*, server_fn::ServerFn as _};
use tenon_model::advice::{Advice, Advised, Severity};

use self::{
    data::{DismissAdvice, load_advice},
    finding::{Dismissed, Finding},
};
use crate::{
    components::{Empty, ErrorSummary, Icon, PageHead, form_error, loaded, page_data},
    numbers::counted,
};

/// The page of the advisor.
#[component]
pub fn Advisor() -> impl IntoView {
    let error = form_error(DismissAdvice::PATH);
    loaded(page_data(|| (), |()| load_advice()), move |advised| {
        view! {
            <PageHead title="Advisor" about="What in tables, policies and rows is probably not as it was meant.".to_owned()>
                <a class="button" href="/advisor"><Icon name="refresh" />"Look again"</a>
            </PageHead>
            <ErrorSummary error=error />
            <Findings advised=advised />
        }
    })
}

#[component]
fn Findings(advised: Advised) -> impl IntoView {
    let (dismissed, open): (Vec<Advice>, Vec<Advice>) = advised.findings.into_iter().partition(|advice| advice.dismissed.is_some());
    let list = if open.is_empty() {
        view! { <Empty icon="check" title="Nothing to advise" text="Nothing was found that nobody has looked at. The advisor looks again each time this page is opened." /> }
            .into_any()
    } else {
        [(Severity::Error, "Errors"), (Severity::Warning, "Warnings"), (Severity::Info, "Worth knowing")]
            .into_iter()
            .map(|(severity, title)| {
                let own = open.iter().filter(|advice| advice.severity == severity).cloned().collect();
                view! { <Section title=title id=severity.as_str() findings=own /> }
            })
            .collect_view()
            .into_any()
    };
    let names: Vec<&str> = advised.unread.iter().map(tenon_model::Ident::as_str).collect();
    let unread = (!names.is_empty()).then(|| format!("There was no time to look at the rows of {}.", names.join(", ")));
    let many = counted(dismissed.len() as u64, "dismissed finding");
    let dismissed = (!dismissed.is_empty()).then(|| {
        let items = dismissed.into_iter().map(|advice| view! { <Dismissed advice=advice /> }).collect_view();
        view! {
            <details class="fold">
                <summary>{many}</summary>
                <ul class="fold-body findings">{items}</ul>
            </details>
        }
    });
    view! {
        {unread.map(|text| view! { <div class="notice caution"><Icon name="info" /><p>{text}</p></div> })}
        {list}
        {dismissed}
    }
}

#[component]
fn Section(title: &'static str, id: &'static str, findings: Vec<Advice>) -> impl IntoView {
    (!findings.is_empty()).then(|| {
        let count = findings.len();
        let items = findings.into_iter().map(|advice| view! { <Finding advice=advice /> }).collect_view();
        view! {
            <section class="section" aria-labelledby=id>
                <div class="section-head"><h2 id=id>{title}" "<span class="muted numbers">{count}</span></h2></div>
                <ul class="findings">{items}</ul>
            </section>
        }
    })
}
