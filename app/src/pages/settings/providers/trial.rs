//! What came of trying a provider out.

use leptos::prelude::*;

use super::data::TrialData;

/// What came of trying a provider out, step by step.
#[component]
pub(super) fn Trial(trial: TrialData) -> impl IntoView {
    let TrialData { label, steps } = trial;
    let good = steps.iter().all(|(_, ok, _)| *ok);
    let outcome = if good { "Everything answers as it should." } else { "Something is not as it should be." };
    let steps = steps
        .into_iter()
        .map(|(what, ok, found)| {
            let (badge, word) = if ok { ("badge accent", "good") } else { ("badge danger", "wrong") };
            view! { <li><span><span class=badge>{word}</span>" "<strong>{what}</strong><span class="muted small-text cell-note">" "{found}</span></span></li> }
        })
        .collect_view();
    view! {
        <section class="section narrow" aria-labelledby="trial">
            <h2 id="trial">{format!("Test of {label}")}</h2>
            <p role="status">{outcome}</p>
            <ol class="effects">{steps}</ol>
        </section>
    }
}
