//! What the parts of the editor share, and how an edit is opened and left.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use web_sys::{HtmlElement, wasm_bindgen::JsCast as _};

use super::{
    actions::read_cell,
    model::{GridPage, GridRow},
    selection::{Place, moved, place_of},
    typed,
};
use crate::data::column::ColumnInfo;

/// A cell being edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// Where.
    pub(super) place: Place,
    /// The value as the person saw it.
    pub(super) seen: Option<String>,
    /// Whether typing opened the editor, so that more of it follows.
    pub(super) typed: bool,
}

/// Somebody else's value where the person wanted to save theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clash {
    pub(super) place: Place,
    pub(super) theirs: Option<String>,
    pub(super) yours: Option<String>,
}

/// What follows once the open editor is saved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Next {
    /// Nothing.
    #[default]
    Stay,
    /// The cell that a key leads to, with Shift or without.
    Go(&'static str, bool),
    /// The editor of another cell, perhaps by typing.
    Open(Place, Option<String>),
}

/// What is to be said of the page as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// A value is saved, but the table no longer is as the page shows it.
    Reshaped,
    /// A cell could not be read.
    Failed(String),
}

/// What the parts of the editor share.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) page: Arc<GridPage>,
    pub(super) frame: NodeRef<leptos::html::Div>,
    pub(super) editor: NodeRef<leptos::html::Div>,
    pub(super) scrolled: Trigger,
    pub(super) rows: RwSignal<Vec<GridRow>>,
    pub(super) selected: RwSignal<Option<Place>>,
    pub(super) edit: RwSignal<Option<Edit>>,
    /// What stands in the open editor.
    pub(super) draft: RwSignal<Option<String>>,
    pub(super) clash: RwSignal<Option<Clash>>,
    pub(super) problem: RwSignal<Option<String>>,
    pub(super) notice: RwSignal<Option<Notice>>,
    pub(super) saving: RwSignal<bool>,
    pub(super) next: StoredValue<Next>,
}

impl Session {
    pub(super) fn new(
        page: Arc<GridPage>,
        frame: NodeRef<leptos::html::Div>,
        scrolled: Trigger,
        rows: RwSignal<Vec<GridRow>>,
    ) -> Self {
        Self {
            page,
            frame,
            editor: NodeRef::new(),
            scrolled,
            rows,
            selected: RwSignal::new(None),
            edit: RwSignal::new(None),
            draft: RwSignal::new(None),
            clash: RwSignal::new(None),
            problem: RwSignal::new(None),
            notice: RwSignal::new(None),
            saving: RwSignal::new(false),
            next: StoredValue::new(Next::Stay),
        }
    }

    pub(super) fn column(&self, place: Place) -> Option<&ColumnInfo> {
        self.page.shown_columns().nth(place.1)
    }

    pub(super) fn key(&self, place: Place) -> Option<String> {
        self.rows.with_untracked(|rows| rows.get(place.0).map(|row| row.key.clone()))
    }

    /// Selects the cell that a key leads to; whether there is one.
    pub(super) fn go(&self, key: &str, shift: bool) -> bool {
        let size = (self.rows.with_untracked(Vec::len), self.page.shown.len());
        let next = self.selected.get_untracked().and_then(|place| moved(place, key, shift, size.0, size.1));
        if next.is_some() {
            self.selected.set(next);
        }
        next.is_some()
    }

    /// Opens the editor of a cell; `typed` replaces its value. What stands in another editor is saved first, and if that
    /// fails, its editor stays.
    pub(super) fn open(&self, place: Place, typed: Option<String>) {
        match self.edit.get_untracked() {
            Some(edit) if edit.place == place || self.problem.with_untracked(Option::is_some) => self.back(),
            Some(_) => self.commit(Next::Open(place, typed)),
            None => self.begin(place, typed),
        }
    }

    pub(super) fn begin(&self, place: Place, typed: Option<String>) {
        let Some(column) = self.column(place).cloned() else { return };
        let cell = self.rows.with_untracked(|rows| rows.get(place.0).and_then(|row| row.cells.get(place.1).cloned()));
        let (Some(key), Some(cell)) = (self.key(place), cell) else { return };
        if !self.page.keyed || self.page.read_only || column.generated_always {
            return;
        }
        let typed = typed.and_then(|typed| typed::seed(&column, &typed));
        if cell.whole.is_none() {
            self.show(place, cell.value, typed);
            return;
        }
        // The grid has only the beginning of the value.
        let (session, table, seen_as) = (self.clone(), self.page.table.clone(), self.page.seen_as.clone());
        spawn_local(async move {
            let whole = read_cell(table, key, column.name, seen_as).await;
            // Meanwhile the person may have gone on.
            if session.edit.try_get_untracked() != Some(None) || session.selected.get_untracked() != Some(place) {
                return;
            }
            match whole {
                Ok(whole) => session.show(place, whole, typed),
                Err(error) => session.notice.set(Some(Notice::Failed(error.to_string()))),
            }
        });
    }

    fn show(&self, place: Place, seen: Option<String>, typed: Option<String>) {
        let by_typing = typed.is_some();
        self.problem.set(None);
        self.draft.set(typed.or_else(|| seen.clone()));
        self.edit.set(Some(Edit { place, seen, typed: by_typing }));
    }

    /// The open editor now holds this; what was wrong with it before no longer is said.
    pub(super) fn type_in(&self, text: Option<String>) {
        self.draft.set(text);
        self.problem.set(None);
        self.ask_checks();
    }

    /// Leaves the editor without saving.
    pub(super) fn leave(&self) {
        self.problem.set(None);
        self.close();
        self.selected.notify();
    }

    pub(super) fn close(&self) {
        self.edit.set(None);
        self.next.set_value(Next::Stay);
    }

    /// Gives the focus to the open editor.
    pub(super) fn back(&self) {
        if let Some(input) = self.input() {
            let _ = input.focus();
        }
    }

    /// The open editor's input.
    pub(super) fn input(&self) -> Option<HtmlElement> {
        let editor = self.editor.get_untracked()?;
        editor.query_selector("input, textarea, select").ok()??.dyn_into().ok()
    }

    /// Goes to the page that explains the selected record.
    fn ask_why(&self, place: Place) {
        if let Some(key) = self.key(place).filter(|key| !key.is_empty()) {
            let href = format!("{}?key={key}", crate::paths::why(&self.page.table));
            let _ = window().location().set_href(&href);
        }
    }

    pub(super) fn on_key(&self, event: &web_sys::KeyboardEvent) {
        let Some(place) = self.selected.get_untracked() else { return };
        if event.alt_key() && event.code() == "KeyW" && self.page.may_build {
            self.ask_why(place);
            event.prevent_default();
            return;
        }
        if event.ctrl_key() || event.meta_key() || event.alt_key() || place_of(event).is_none() {
            return;
        }
        let key = event.key();
        match key.as_str() {
            "Enter" | "F2" => self.open(place, None),
            "Escape" if self.edit.with_untracked(Option::is_some) => self.leave(),
            "Escape" => self.selected.set(None),
            typed if typed.chars().count() == 1 && typed != " " => self.open(place, Some(key)),
            other => {
                if !self.go(other, event.shift_key()) {
                    return;
                }
            }
        }
        event.prevent_default();
    }
}
