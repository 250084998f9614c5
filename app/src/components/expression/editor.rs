//! The editor's state, and how it keeps up with what is written.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use tenon_model::{
    DataType,
    trial::{Ask, Part, Problem, Show, Span, Suggestion, Suggestions, Trial},
};

use super::server::{Written, suggest, try_expression};

/// What an expression is about, and what it may speak of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Subject {
    /// The table over whose rows it is.
    pub(crate) table: String,
    /// The type that it must have; any if absent.
    pub(crate) wanted: Option<DataType>,
    /// Whether it may speak of the row as it was.
    pub(crate) old: bool,
    /// Whether it may look into other tables.
    pub(crate) queries: bool,
}

/// How long to wait for the next letter before the server is asked.
const BREATH: Duration = Duration::from_millis(250);
const SHORT_BREATH: Duration = Duration::from_millis(60);

/// What was asked without scripts, and the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Posted {
    pub(crate) show: Show,
    pub(crate) page: u32,
    pub(crate) row: u32,
    pub(crate) trial: Trial,
}

/// An expression and what it came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tried {
    pub(super) text: String,
    pub(super) trial: Trial,
}

/// The editor's state. All of it is signals: copies are the same editor.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    pub(super) name: &'static str,
    pub(super) subject: StoredValue<Subject>,
    pub(super) area: NodeRef<leptos::html::Textarea>,
    pub(super) text: RwSignal<String>,
    pub(super) cursor: RwSignal<u32>,
    /// Whether somebody has begun to write.
    pub(super) touched: RwSignal<bool>,
    pub(super) who: RwSignal<String>,
    pub(super) show: RwSignal<Show>,
    pub(super) page: RwSignal<u32>,
    pub(super) row: RwSignal<u32>,
    pub(super) tried: RwSignal<Option<Tried>>,
    /// Why there was no answer.
    pub(super) failure: RwSignal<Option<String>>,
    /// The part that is pointed at.
    pub(super) marked: RwSignal<Option<Span>>,
    pub(super) suggestions: RwSignal<Suggestions>,
    pub(super) chosen: RwSignal<usize>,
    /// Counts questions: an answer to an older one is dropped.
    trials: StoredValue<u64>,
    lists: StoredValue<u64>,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Editor {
    pub(super) fn new(name: &'static str, subject: Subject, value: String, posted: Option<Posted>, who: String) -> Self {
        let (show, page, row) = posted.as_ref().map(|posted| (posted.show, posted.page, posted.row)).unwrap_or_default();
        let tried = posted.map(|posted| Tried { text: value.clone(), trial: posted.trial });
        Self {
            name,
            subject: StoredValue::new(subject),
            area: NodeRef::new(),
            text: RwSignal::new(value),
            cursor: RwSignal::new(0),
            touched: RwSignal::new(tried.is_some()),
            who: RwSignal::new(who),
            show: RwSignal::new(show),
            page: RwSignal::new(page),
            row: RwSignal::new(row),
            tried: RwSignal::new(tried),
            failure: RwSignal::new(None),
            marked: RwSignal::new(None),
            suggestions: RwSignal::new(Suggestions::default()),
            chosen: RwSignal::new(0),
            trials: StoredValue::new(0),
            lists: StoredValue::new(0),
            waiting: StoredValue::new(None),
        }
    }

    /// Tries what is written, a breath after it was.
    pub(super) fn run(self) {
        // What was typed before the scripts came is in the text area alone.
        Effect::new(move |_| {
            if let Some(area) = self.area.get() {
                self.text.set(area.value());
            }
        });
        Effect::new(move |before: Option<()>| {
            let ask = self.ask();
            self.stop_waiting();
            if ask.text.trim().is_empty() {
                self.forget();
                return;
            }
            // A page that opens is not a person who types.
            let breath = if before.is_some() { BREATH } else { Duration::ZERO };
            let handle = set_timeout_with_handle(move || self.try_it(ask), breath);
            self.waiting.set_value(handle.ok());
        });
        on_cleanup(move || self.stop_waiting());
    }

    fn ask(self) -> Ask {
        let (table, wanted) = self.subject.with_value(|subject| (subject.table.clone(), subject.wanted.clone()));
        Ask {
            table,
            wanted,
            text: self.text.get(),
            who: self.who.get(),
            show: self.show.get(),
            page: self.page.get(),
            row: self.row.get(),
        }
    }

    fn stop_waiting(self) {
        if let Some(handle) = self.waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }

    fn forget(self) {
        self.trials.update_value(|n| *n += 1);
        self.tried.set(None);
        self.failure.set(None);
    }

    fn try_it(self, ask: Ask) {
        let Some(mine) = self.trials.try_update_value(|n| {
            *n += 1;
            *n
        }) else {
            return;
        };
        spawn_local(async move {
            let text = ask.text.clone();
            let answer = try_expression(ask).await;
            // The page may be gone, or a newer question asked.
            if self.trials.try_get_value() != Some(mine) {
                return;
            }
            match answer {
                Ok(trial) => {
                    self.failure.set(None);
                    self.tried.set(Some(Tried { text, trial }));
                }
                Err(error) => self.failure.set(Some(error.error.message)),
            }
        });
    }

    /// Takes over what was written, and lists what it could go on with.
    pub(super) fn write(self, text: String, cursor: u32) {
        self.touched.set(true);
        self.cursor.set(cursor);
        self.page.set(0);
        self.text.set(text);
        self.list(false, SHORT_BREATH);
    }

    /// Lists what the text could go on with.
    pub(super) fn list(self, asked: bool, breath: Duration) {
        let Some(mine) = self.lists.try_update_value(|n| {
            *n += 1;
            *n
        }) else {
            return;
        };
        let ask = move || {
            if self.lists.try_get_value() != Some(mine) {
                return;
            }
            let written = self.subject.with_value(|subject| Written {
                table: subject.table.clone(),
                text: self.text.get_untracked(),
                cursor: self.cursor.get_untracked(),
                asked,
                old: subject.old,
                queries: subject.queries,
            });
            spawn_local(async move {
                let found = suggest(written).await.unwrap_or_default();
                if self.lists.try_get_value() == Some(mine) {
                    self.chosen.set(0);
                    self.suggestions.set(found);
                }
            });
        };
        set_timeout(ask, breath);
    }

    pub(super) fn close_list(self) {
        self.lists.update_value(|n| *n += 1);
        if self.is_listing() {
            self.suggestions.set(Suggestions::default());
        }
    }

    pub(super) fn is_listing(self) -> bool {
        self.suggestions.with_untracked(|found| !found.items.is_empty())
    }

    /// Writes a suggestion in place of what was begun.
    pub(super) fn accept(self, suggestion: &Suggestion) {
        let span = self.suggestions.with_untracked(|found| found.span);
        self.close_list();
        self.replace(span, &suggestion.insert, suggestion.back);
        if suggestion.insert.ends_with('.') {
            self.list(false, Duration::ZERO);
        }
    }

    /// Writes something in place of a stretch, and puts the cursor so many characters before its end.
    pub(super) fn replace(self, span: Span, with: &str, back: u32) {
        let Some(area) = self.area.get_untracked() else { return };
        let _ = area.focus();
        let _ = area.set_range_text_with_start_and_end_and_mode(with, span.from, span.to, "end");
        let end = area.selection_end().ok().flatten().unwrap_or(0).saturating_sub(back);
        let _ = area.set_selection_range(end, end);
        self.touched.set(true);
        self.cursor.set(end);
        self.text.set(area.value());
    }

    /// What is wrong with what is written, if that is known.
    pub(super) fn problem(self) -> Option<Problem> {
        let text = self.text.get();
        self.tried.with(|tried| tried.as_ref().filter(|tried| tried.text == text)?.trial.problem.clone())
    }

    /// The smallest part around the cursor.
    pub(super) fn part_at_cursor(self) -> Option<Span> {
        let at = self.cursor.get();
        let here = Span { from: at, to: at };
        let length = |part: &&Part| part.span.to - part.span.from;
        self.tried.with(|tried| {
            let parts = &tried.as_ref()?.trial.parts;
            parts.iter().filter(|part| part.span.contains(here)).min_by_key(length).map(|part| part.span)
        })
    }
}

/// A stretch of a text.
pub(super) fn cut(text: &str, span: Span) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let (from, to) = (span.from as usize, span.to as usize);
    units.get(from..to.min(units.len())).map(String::from_utf16_lossy).unwrap_or_default()
}
