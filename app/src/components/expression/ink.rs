//! What lies under the text area: the same text, invisible, with marks under what is wrong and behind what is pointed at.

use leptos::prelude::*;
use tenon_model::trial::Span;

use super::editor::{Editor, cut};

/// A stretch of the text and how it is marked.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stretch {
    text: String,
    class: &'static str,
}

/// The text in stretches between the marks.
fn stretches(text: &str, wrong: Option<Span>, marked: Option<Span>) -> Vec<Stretch> {
    let end = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
    let mut edges = vec![0, end];
    for span in [wrong, marked].into_iter().flatten() {
        edges.extend([span.from.min(end), span.to.min(end)]);
    }
    edges.sort_unstable();
    edges.dedup();
    let within = |span: Option<Span>, one: Span| span.is_some_and(|span| span.contains(one));
    let stretch = |pair: &[u32]| {
        let one = Span { from: pair[0], to: pair[1] };
        let class = match (within(wrong, one), within(marked, one)) {
            (true, _) => "wrong",
            (false, true) => "marked",
            (false, false) => "",
        };
        Stretch { text: cut(text, one), class }
    };
    edges.windows(2).map(stretch).collect()
}

/// The marks. What is written in it is the text again, so it is drawn by scripts alone and hidden from screen readers.
#[component]
pub(super) fn Ink(editor: Editor, ink: NodeRef<leptos::html::Div>, caret: NodeRef<leptos::html::Span>) -> impl IntoView {
    let drawn = RwSignal::new((Vec::new(), String::new()));
    Effect::new(move |_| {
        let text = editor.text.get();
        let wrong = editor.problem().and_then(|problem| problem.span);
        let before = cut(&text, Span { from: 0, to: editor.suggestions.with(|found| found.span.from) });
        drawn.set((stretches(&text, wrong, editor.marked.get()), before));
    });
    let marks = move || {
        let draw = |Stretch { text, class }| view! { <span class=class>{text}</span> };
        drawn.with(|(stretches, _)| stretches.clone()).into_iter().map(draw).collect_view()
    };
    view! {
        <div class="expression-ink code" aria-hidden="true" node_ref=ink>{marks}</div>
        <div class="expression-ink code" aria-hidden="true">{move || drawn.with(|(_, before)| before.clone())}<span node_ref=caret>"\u{200b}"</span></div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_lie_where_they_belong() {
        let shown = |wrong, marked| {
            let span = |(from, to)| Span { from, to };
            let all = stretches("a𝄞bc", Option::map(wrong, span), Option::map(marked, span));
            all.into_iter().map(|s| format!("{}:{}", s.text, s.class)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(shown(None, None), "a𝄞bc:");
        assert_eq!(shown(Some((1, 3)), Some((0, 4))), "a:marked 𝄞:wrong b:marked c:");
        assert_eq!(shown(Some((4, 99)), None), "a𝄞b: c:wrong");
    }
}
