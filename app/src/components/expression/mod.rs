//! The editor of an expression: a plain text area, which scripts make into one that completes, marks what is wrong, and tries
//! what is written on the table's rows.

mod area;
mod editor;
mod ink;
mod keys;
mod list;
mod parts;
mod problem;
mod server;
mod trial;

use leptos::prelude::*;
use tenon_model::{DataType, Error};

pub(crate) use self::editor::{Posted, Subject};
#[cfg(feature = "ssr")]
pub(crate) use self::server::answer;
use self::{
    area::Area,
    editor::Editor,
    problem::{LiveProblem, PostedProblem},
    trial::TrialPanel,
};

/// A labelled expression over a row of a table.
#[component]
pub(crate) fn ExpressionField(
    /// The label.
    label: &'static str,
    /// The field's name in the form, also its id.
    name: &'static str,
    /// A sentence on what to write.
    hint: &'static str,
    /// What stands in it at first.
    value: String,
    /// What is wrong with what was sent.
    problem: Option<Error>,
    /// What it is about, and what it may speak of.
    subject: Subject,
    /// What it says of rows, if that was asked for without scripts.
    tried: Option<Posted>,
    /// For whom it was asked, or is at first.
    who: String,
    /// What the rows are called on which it is tried.
    rows_label: &'static str,
    /// People to choose from.
    people: Vec<String>,
) -> impl IntoView {
    let editor = Editor::new(name, subject, value.clone(), tried, who);
    editor.run();
    let (refused, was_sent) = (problem.is_some(), value.clone());
    let idle = if value.is_empty() && !refused { "idle" } else { "" };
    view! {
        <div class=format!("field expression of-{name} {idle}")>
            <label for=name>{label}</label>
            <Area editor=editor value=value refused=refused />
            {problem.map(|error| view! { <PostedProblem editor=editor was_sent=was_sent error=error /> })}
            <LiveProblem editor=editor refused=refused />
            <p class="hint" id=format!("{name}-hint")>{hint}</p>
            <TrialPanel editor=editor people=people rows_label=rows_label />
        </div>
    }
}

/// The type of conditions.
pub(crate) fn condition() -> Option<DataType> {
    Some(tenon_model::ScalarType::Boolean.into())
}
