//! What a change of policies does to whom, and what it costs, in the review of it.

use leptos::prelude::*;

use super::review_data::{CostRow, ReachedRow};
use crate::numbers::{counted, grouped};

/// Rows gained and lost, and what reading costs; nothing where the change is about neither.
#[component]
pub(super) fn Reach(reached: Vec<ReachedRow>, costs: Vec<CostRow>, counted_for: Vec<String>, sampled: bool) -> impl IntoView {
    if counted_for.is_empty() {
        return ().into_any();
    }
    let same = reached.is_empty();
    let rows = reached.into_iter().map(|row| view! { <ReachedView row=row /> }).collect_view();
    let table = (!same).then(|| view! {
        <div class="table-wrap" tabindex="0" role="region" aria-label="Rows gained and lost">
            <table class="table">
                <thead><tr><th scope="col">"Who"</th><th scope="col">"Command"</th><th scope="col">"Rows before"</th><th scope="col">"Change"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    });
    let costs = costs.into_iter().map(|cost| view! { <CostView cost=cost /> }).collect_view();
    let who = counted_for.join(", ");
    let note = if sampled { "The people are those who signed in last; there are more." } else { "These are all roles and people." };
    view! {
        <section class="section" aria-labelledby="reach">
            <h2 id="reach">"Who gains and loses rows"</h2>
            {same.then(|| view! { <p>"Nobody who was counted for gains or loses a row."</p> })}
            {table}
            <ul class="effects">{costs}</ul>
            <p class="hint">{format!("Counted for {who}. {note}")}</p>
        </section>
    }
    .into_any()
}

#[component]
fn ReachedView(row: ReachedRow) -> impl IntoView {
    let change = match row.problem {
        Some(problem) => view! { <span class="badge warning">"not counted"</span>" "<span class="muted">{problem}</span> }.into_any(),
        None if row.gained + row.lost == 0 => view! { <span class="muted">"the same rows"</span> }.into_any(),
        None => view! {
            <span class="badges">
                {(row.gained > 0).then(|| view! { <span class="badge warning">{format!("gains {}", counted(row.gained, "row"))}</span> })}
                {(row.lost > 0).then(|| view! { <span class="badge danger">{format!("loses {}", counted(row.lost, "row"))}</span> })}
            </span>
        }
        .into_any(),
    };
    view! {
        <tr>
            <th scope="row"><span class="clip">{row.who}</span>" "<span class="muted">{row.table}</span></th>
            <td>{row.command}</td>
            <td>{grouped(row.before)}</td>
            <td>{change}</td>
        </tr>
    }
}

#[component]
fn CostView(cost: CostRow) -> impl IntoView {
    let times = |hundredths: u64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let text = format!(
        "{} reads a page of {} in {} times the time without any rule (now {}).",
        cost.who,
        cost.table,
        times(cost.after),
        times(cost.before)
    );
    let index = if cost.indexes.is_empty() {
        view! { <span class="badge warning">"no index serves it"</span> }.into_any()
    } else {
        view! { <span class="badge done">{format!("by {}", cost.indexes.join(", "))}</span> }.into_any()
    };
    view! { <li><span>{text}</span><span class="badges">{index}</span></li> }
}
