//! One finding.

use leptos::{prelude::*, server_fn::ServerFn as _};
use tenon_model::advice::{Advice, AdviceKind, Severity};

use super::data::{DismissAdvice, RestoreAdvice};
use crate::{components::Icon, moments, paths};

/// Where the thing stands that a finding is about, and what the link is called.
fn place(advice: &Advice) -> (String, &'static str) {
    let table = advice.table.as_str();
    match (advice.kind, &advice.policy) {
        (AdviceKind::PolicyIndex | AdviceKind::ForeignKeyIndex | AdviceKind::Secret, _) => {
            (paths::structure(table), "Open the structure")
        }
        (_, Some(policy)) => {
            (format!("{}?edit={}#policies", paths::policies(table), paths::encode(policy.as_str())), "Open the policy")
        }
        _ => (paths::policies(table), "Open the policies"),
    }
}

/// The review of the index that would mend it: it shows the SQL and asks once.
fn index(advice: &Advice) -> Option<String> {
    let columns = advice.columns.iter().map(|name| format!("&columns={}", paths::encode(name.as_str()))).collect::<String>();
    let href = format!("/schema?do=add-index&table={}{columns}", paths::encode(advice.table.as_str()));
    advice.wants_index.then_some(href)
}

fn badge(severity: Severity) -> impl IntoView {
    let (class, icon) = match severity {
        Severity::Error => ("badge danger", "warning"),
        Severity::Warning => ("badge warning", "warning"),
        Severity::Info => ("badge", "info"),
    };
    view! { <span class=class><Icon name=icon />{severity.as_str()}</span> }
}

#[component]
pub(super) fn Finding(advice: Advice) -> impl IntoView {
    let (href, words) = place(&advice);
    let index = index(&advice).map(|href| view! { <a class="button small primary" href=href>"Make the index…"</a> });
    view! {
        <li class="card">
            <div class="badges">{badge(advice.severity)}<span class="badge"><Icon name="table" />{advice.table.to_string()}</span></div>
            <h3>{advice.what.clone()}</h3>
            <p class="muted small-text">{advice.why}</p>
            <p class="small-text">{advice.remedy}</p>
            <div class="row">
                {index}
                <a class="button small" href=href>{words}</a>
            </div>
            <details class="fold">
                <summary>"Dismiss…"</summary>
                <form class="fold-body stack" method="post" action=DismissAdvice::url()>
                    <input type="hidden" name="key" value=advice.key.clone() />
                    <label class="field">
                        <span class="label">"Why it may stay as it is"</span>
                        <input name="reason" required=true maxlength="1000" autocomplete="off" />
                    </label>
                    <div class="row end"><button class="button" type="submit">"Dismiss"</button></div>
                </form>
            </details>
        </li>
    }
}

/// A finding that somebody has let be.
#[component]
pub(super) fn Dismissed(advice: Advice) -> impl IntoView {
    let note = advice.dismissed.map(|dismissal| {
        let who = format!("{}, {}", dismissal.who, moments::minute(&dismissal.at));
        view! { <p class="small-text">"“"{dismissal.reason}"” "<span class="muted">{who}</span></p> }
    });
    view! {
        <li class="card">
            <p>{advice.what}</p>
            {note}
            <form class="row" method="post" action=RestoreAdvice::url()>
                <input type="hidden" name="key" value=advice.key />
                <button class="button small" type="submit">"Take up again"</button>
            </form>
        </li>
    }
}
