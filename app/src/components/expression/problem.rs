//! What is wrong, beside the field.

use leptos::prelude::*;
use tenon_model::Error;

use super::editor::Editor;
use crate::components::Icon;

/// What was wrong with what was sent: the message, its place, and what to do. It goes once something else is written.
#[component]
pub(super) fn PostedProblem(editor: Editor, was_sent: String, error: Error) -> impl IntoView {
    let id = format!("{}-error", editor.name);
    let place = error.details.map(|place| format!(" ({place})"));
    let hint = error.hint.map(|hint| view! { <br />{hint} });
    let hidden = move || editor.text.with(|text| *text != was_sent);
    view! { <p class="field-error" id=id role="alert" hidden=hidden>{error.message}{place}{hint}</p> }
}

/// What is wrong with what is being written, and a button that mends it.
#[component]
pub(super) fn LiveProblem(editor: Editor, refused: bool) -> impl IntoView {
    let told = move || {
        let problem = editor.problem().filter(|_| !refused || editor.touched.get())?;
        let hint = problem.hint.filter(|_| problem.fix.is_none()).map(|hint| view! { <br />{hint} });
        let fix = problem.fix.zip(problem.span).map(|(fix, span)| {
            let label = format!("Write {fix}");
            view! {
                <button type="button" class="button small live-only" on:click=move |_| editor.replace(span, &fix, 0)><Icon name="check" />{label}</button>
            }
        });
        Some(view! { <p class="field-error">{problem.message}{hint}</p>{fix} })
    };
    view! { <div class="expression-problem" role="status">{told}</div> }
}
