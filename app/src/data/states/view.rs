//! The states of a record: buttons for the ways on, the drawing, and how it came there.

use leptos::prelude::*;

use super::{Came, StateView, StatesModel, Way};
use crate::{components::Icon, moments::minute};

/// A record's states. The buttons are a plain form.
#[component]
pub fn RecordStates(states: StatesModel) -> impl IntoView {
    let StatesModel { now, history, more } = states;
    let drawings = now.iter().map(|state| (state.column.clone(), state.svg.clone())).collect::<Vec<_>>();
    let now = now.into_iter().map(|state| view! { <Now state=state /> }).collect_view();
    let drawings = drawings
        .into_iter()
        .map(|(column, svg)| {
            view! {
                <details class="fold">
                    <summary><Icon name="diagram" />{format!("Ways of {column}")}</summary>
                    <div class="fold-body"><Drawing column=column svg=svg /></div>
                </details>
            }
        })
        .collect_view();
    view! {
        <section class="record-states" aria-label="State">
            {now}
            <details class="fold">
                <summary><Icon name="history" />"How it came here"</summary>
                <div class="fold-body"><History changes=history more=more /></div>
            </details>
            {drawings}
        </section>
    }
}

#[component]
fn Now(state: StateView) -> impl IntoView {
    let StateView { column, state, ways, .. } = state;
    let none = ways.is_empty().then(|| view! { <span class="muted small-text">"You can take it no further."</span> });
    let notes = ways
        .iter()
        .filter_map(|way| way.closed.clone().map(|why| (way.transition.clone(), way.label.clone(), why)))
        .map(|(name, label, why)| view! { <p class="hint" id=note(&column, &name)><strong>{label}</strong>" is "{why}</p> })
        .collect_view();
    let group = format!("Take {column} on");
    let buttons = ways.into_iter().map(|way| button(&column, way)).collect_view();
    view! {
        <div class="record-state">
            <span class="label">{column.clone()}</span>
            <span class="badge accent state-now">{state}</span>
            <form class="row" method="post" aria-label=group>{buttons}</form>
            {none}
        </div>
        {notes}
    }
}

fn note(column: &str, transition: &str) -> String {
    format!("closed-{column}-{transition}").replace(char::is_whitespace, "_")
}

fn button(column: &str, way: Way) -> impl IntoView + use<> {
    let Way { transition, label, to, closed } = way;
    let described = closed.is_some().then(|| note(column, &transition));
    view! {
        <button class="button" name="do" value=format!("take:{transition}") disabled=closed.is_some() aria-describedby=described>
            {label}
            <span class="muted">{format!("→ {to}")}</span>
        </button>
    }
}

#[component]
fn History(changes: Vec<Came>, more: bool) -> impl IntoView {
    if changes.is_empty() {
        return view! { <p class="muted">"Nothing is written down: the record was there before its states were."</p> }.into_any();
    }
    let items = changes.into_iter().map(|came| view! { <Item came=came /> }).collect_view();
    let more = more.then(|| view! { <p class="muted small-text">"What came before is not shown."</p> });
    view! { <ol class="state-history" reversed=true>{items}</ol>{more} }.into_any()
}

#[component]
fn Item(came: Came) -> impl IntoView {
    let Came { column, from, to, by, who, at } = came;
    let column = column.map(|column| view! { <span class="label">{column}</span>" " });
    let from = match from {
        Some(from) => view! { <span class="badge">{from}</span>" → " }.into_any(),
        None => "began as ".into_any(),
    };
    let by = by.map(|by| view! { " by "<code>{by}</code> });
    view! {
        <li>
            <div>{column}{from}<span class="badge">{to}</span>{by}</div>
            <div class="muted small-text">{who}", "<time datetime=at.clone()>{minute(&at)}</time>" UTC"</div>
        </li>
    }
}

/// The drawing of a column's states.
#[component]
pub fn Drawing(
    /// The column.
    column: String,
    /// The drawing.
    svg: String,
) -> impl IntoView {
    view! { <div class="state-drawing" tabindex="0" role="region" aria-label=format!("Drawing of {column}") inner_html=svg></div> }
}
