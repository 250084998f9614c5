//! An explanation as a person reads it.

use leptos::prelude::*;
use tenon_model::explanation::{Clause, Explanation, Granted, PolicyAnswer, RowState, Seen, Step, Term, TermKind};

use crate::components::Icon;

/// The answer: the verdict, then what it rests on.
#[component]
pub(super) fn Answer(explanation: Explanation, name: String) -> impl IntoView {
    let (class, verdict) = if explanation.allowed { ("badge done", "Yes") } else { ("badge danger", "No") };
    let grants = explanation.privileges.iter().map(grant).collect_view();
    let bound = explanation.bound;
    let steps = explanation.steps.into_iter().map(|step| view! { <StepView step=step /> }).collect_view();
    view! {
        <section class="section why-answer" aria-labelledby="answer" role="status">
            <h2 id="answer"><span class=class>{verdict}</span>" "{format!("{name} · {}", explanation.role)}</h2>
            <p>{explanation.reason}</p>
            <ul class="badges" aria-label="Privileges">{grants}</ul>
        </section>
        {(!bound).then(|| view! { <p class="muted">"No policy is asked here."</p> })}
        {steps}
    }
}

fn grant(granted: &Granted) -> impl IntoView + use<> {
    let (class, icon, text) =
        if granted.granted { ("badge done", "check", "granted") } else { ("badge danger", "warning", "not granted") };
    let text = format!("{} {text}", granted.privilege.as_str());
    view! { <li class=class><Icon name=icon />{text}</li> }
}

#[component]
fn StepView(step: Step) -> impl IntoView {
    let row = match step.row {
        RowState::Before => "the record as it is",
        RowState::After => "the record as it would be",
    };
    let title = format!("{} · {row}", step.command.as_str());
    let (class, text) = if step.passed { ("badge done", "passes") } else { ("badge danger", "refused") };
    let none = step.policies.is_empty();
    let policies = step.policies.into_iter().map(|policy| view! { <PolicyView policy=policy /> }).collect_view();
    view! {
        <section class="section why-step" aria-label=title.clone()>
            <h3>{title.clone()}" "<span class=class>{text}</span></h3>
            {none.then(|| view! { <p class="muted">"No policy is about this, and without one nothing is allowed."</p> })}
            <ul class="policies">{policies}</ul>
        </section>
    }
}

#[component]
fn PolicyView(policy: PolicyAnswer) -> impl IntoView {
    let kind = if policy.permissive {
        view! { <span class="badge">"allows"</span> }.into_any()
    } else {
        view! { <span class="badge warning">"restricts"</span> }.into_any()
    };
    let clause = match policy.clause {
        Clause::Using => "using",
        Clause::Check => "with check",
    };
    let message =
        policy.message.map(|message| view! { <p class="muted small-text">{format!("Says to those it refuses: “{message}”")}</p> });
    view! {
        <li class="card">
            <div class="section-head"><h4>{policy.policy}</h4><span class="badges">{kind}<span class="badge">{clause}</span>{result(policy.result)}</span></div>
            {message}
            <ul class="why-terms">{term_view(policy.condition)}</ul>
        </li>
    }
}

fn result(result: Option<bool>) -> AnyView {
    let (class, text) = match result {
        Some(true) => ("badge done", "true"),
        Some(false) => ("badge danger", "false"),
        None => ("badge warning", "null"),
    };
    view! { <span class=class>{text}</span> }.into_any()
}

fn term_view(term: Term) -> AnyView {
    let class = if term.decides { "why-term decides" } else { "why-term" };
    let joined = match term.kind {
        TermKind::And => Some("all of these"),
        TermKind::Or => Some("any of these"),
        TermKind::Not => Some("not"),
        TermKind::Condition => None,
    };
    let head = match joined {
        Some(words) => view! { <span class="why-joined" title=term.sql>{words}</span> }.into_any(),
        None => view! { <code class="condition">{term.sql}</code> }.into_any(),
    };
    let decides = term.decides.then(
        || view! { <span class="why-mark"><Icon name="chevron-right" /><span class="visually-hidden">"decides"</span></span> },
    );
    let error = term.error.map(|error| view! { <span class="field-error">{error}</span> });
    let seen =
        (!term.seen.is_empty()).then(|| view! { <dl class="why-seen">{term.seen.into_iter().map(seen_view).collect_view()}</dl> });
    let parts = (!term.terms.is_empty())
        .then(|| view! { <ul class="why-terms">{term.terms.into_iter().map(term_view).collect_view()}</ul> });
    view! {
        <li class=class>
            <div class="why-line">{decides}{head}{result(term.result)}{error}</div>
            {seen}
            {parts}
        </li>
    }
    .into_any()
}

fn seen_view(seen: Seen) -> impl IntoView {
    let value = match seen.value {
        Some(value) => view! { <code>{value}</code> }.into_any(),
        None => view! { <span class="cell-null">"null"</span> }.into_any(),
    };
    view! { <dt><code>{seen.of}</code></dt><dd>{value}</dd> }
}
