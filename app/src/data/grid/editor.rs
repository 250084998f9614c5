//! Editing in place: a cell is selected, then edited; a save changes that row and nothing else on the page.

use std::sync::Arc;

use leptos::{ev, prelude::*, task::spawn_local};

use super::{
    actions::{change_cell, read_cell},
    cell_editor::CellEditor,
    conflict::ConflictDialog,
    model::{CellOutcome, GridPage, GridRow},
    selection::{Place, cell_at, mark, moved, place_of},
};

/// A cell being edited.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edit {
    /// Where.
    pub(super) place: Place,
    /// The value as the person saw it.
    pub(super) seen: Option<String>,
    /// What stands in the editor at first.
    pub(super) text: Option<String>,
    /// The cell's left and top edge, width and height, in pixels of the frame.
    pub(super) area: [i32; 4],
}

/// Somebody else's value where the person wanted to save theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clash {
    pub(super) place: Place,
    pub(super) theirs: Option<String>,
    pub(super) yours: Option<String>,
}

/// What the parts of the editor share.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) page: Arc<GridPage>,
    pub(super) select: StoredValue<String>,
    pub(super) frame: NodeRef<leptos::html::Div>,
    pub(super) rows: RwSignal<Vec<GridRow>>,
    pub(super) selected: RwSignal<Option<Place>>,
    pub(super) edit: RwSignal<Option<Edit>>,
    pub(super) clash: RwSignal<Option<Clash>>,
    pub(super) problem: RwSignal<Option<String>>,
    pub(super) saving: RwSignal<bool>,
}

impl Session {
    /// Selects the cell that a key leads to; whether there is one.
    pub(super) fn go(&self, key: &str, shift: bool) -> bool {
        let size = (self.rows.with_untracked(Vec::len), self.page.shown.len());
        let next = self.selected.get_untracked().and_then(|place| moved(place, key, shift, size.0, size.1));
        if next.is_some() {
            self.selected.set(next);
        }
        next.is_some()
    }

    /// Opens the editor of a cell; `typed` replaces its value.
    fn open(&self, place: Place, typed: Option<String>) {
        let Some(column) = self.page.shown_columns().nth(place.1).cloned() else { return };
        let Some((key, cell)) =
            self.rows.with_untracked(|rows| rows.get(place.0).map(|row| (row.key.clone(), row.cells[place.1].clone())))
        else {
            return;
        };
        if !self.page.keyed || column.generated_always {
            return;
        }
        self.problem.set(None);
        if cell.whole.is_none() {
            self.show(place, cell.value.clone(), typed.or(cell.value));
            return;
        }
        // The grid has only the beginning of the value.
        let (session, table) = (self.clone(), self.page.table.clone());
        spawn_local(async move {
            match read_cell(table, key, column.name).await {
                Ok(whole) => session.show(place, whole.clone(), typed.or(whole)),
                Err(error) => session.problem.set(Some(error.to_string())),
            }
        });
    }

    fn show(&self, place: Place, seen: Option<String>, text: Option<String>) {
        let Some(cell) = self.frame.get_untracked().and_then(|frame| cell_at(&frame, place)) else { return };
        let area = [cell.offset_left(), cell.offset_top(), cell.offset_width(), cell.offset_height()];
        self.edit.set(Some(Edit { place, seen, text, area }));
    }

    /// Leaves the editor without saving.
    pub(super) fn leave(&self) {
        self.edit.set(None);
        self.problem.set(None);
        self.selected.notify();
    }

    /// Saves a value and then goes where a key leads.
    pub(super) fn save(&self, place: Place, seen: Option<String>, value: Option<String>, then: Option<(&'static str, bool)>) {
        if value == seen {
            self.edit.set(None);
            self.after(then);
            return;
        }
        let Some(column) = self.page.shown_columns().nth(place.1).map(|column| column.name.clone()) else { return };
        let Some(key) = self.rows.with_untracked(|rows| rows.get(place.0).map(|row| row.key.clone())) else { return };
        let (session, table, select) = (self.clone(), self.page.table.clone(), self.select.get_value());
        self.saving.set(true);
        spawn_local(async move {
            let answer = change_cell(table, key, column, value.clone(), seen, select).await;
            session.saving.set(false);
            match answer {
                Ok(CellOutcome::Saved(row)) => {
                    session.edit.set(None);
                    session.clash.set(None);
                    session.problem.set(None);
                    session.rows.update(|rows| rows[place.0] = row);
                    session.after(then);
                }
                Ok(CellOutcome::Conflict { theirs }) => session.clash.set(Some(Clash { place, theirs, yours: value })),
                Ok(CellOutcome::Gone) => session.problem.set(Some("Somebody deleted this record meanwhile.".to_owned())),
                Err(error) => {
                    session.problem.set(Some(error.error.fields.first().map_or(error.to_string(), |f| f.message.clone())));
                }
            }
        });
    }

    fn after(&self, then: Option<(&'static str, bool)>) {
        if !then.is_some_and(|(key, shift)| self.go(key, shift)) {
            self.selected.notify();
        }
    }

    fn on_key(&self, event: &web_sys::KeyboardEvent) {
        let Some(place) = self.selected.get_untracked() else { return };
        if event.ctrl_key() || event.meta_key() || event.alt_key() || place_of(event).is_none() {
            return;
        }
        let key = event.key();
        match key.as_str() {
            "Enter" | "F2" => self.open(place, None),
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

/// The selection and the editors of a grid. Without scripts there is nothing of it; records are then edited on their page.
#[component]
pub(super) fn GridEditor(
    page: Arc<GridPage>,
    select: String,
    frame: NodeRef<leptos::html::Div>,
    rows: RwSignal<Vec<GridRow>>,
) -> impl IntoView {
    let session = Session {
        page,
        select: StoredValue::new(select),
        frame,
        rows,
        selected: RwSignal::new(None),
        edit: RwSignal::new(None),
        clash: RwSignal::new(None),
        problem: RwSignal::new(None),
        saving: RwSignal::new(false),
    };
    follow(&session);
    let (for_editor, for_dialog) = (session.clone(), session.clone());
    view! {
        {move || for_editor.edit.get().map(|edit| view! { <CellEditor session=for_editor.clone() edit=edit /> })}
        <ConflictDialog session=for_dialog />
    }
}

/// Hears the frame's events, and marks the selected cell.
fn follow(session: &Session) {
    let (frame, selected) = (session.frame, session.selected);
    let session = session.clone();
    Effect::new(move |_| {
        let Some(element) = frame.get() else { return };
        if let Ok(Some(table)) = element.query_selector("table") {
            let _ = table.set_attribute("role", "grid");
        }
        let (for_click, for_open, for_key) = (session.clone(), session.clone(), session.clone());
        let click = leptos::leptos_dom::helpers::window_event_listener(ev::click, move |event| {
            if let Some(place) = within(frame, &event) {
                for_click.selected.set(Some(place));
            }
        });
        let open = leptos::leptos_dom::helpers::window_event_listener(ev::dblclick, move |event| {
            if let Some(place) = within(frame, &event) {
                for_open.open(place, None);
            }
        });
        let key = leptos::leptos_dom::helpers::window_event_listener(ev::keydown, move |event| {
            if within(frame, &event).is_some() {
                for_key.on_key(&event);
            }
        });
        on_cleanup(move || {
            click.remove();
            open.remove();
            key.remove();
        });
    });
    Effect::new(move |_| {
        let place = selected.get();
        if let Some(element) = frame.get_untracked() {
            mark(&element, place);
        }
    });
}

/// The place of the cell of this grid that an event happened in.
fn within(frame: NodeRef<leptos::html::Div>, event: &web_sys::Event) -> Option<Place> {
    use web_sys::wasm_bindgen::JsCast as _;
    let target = event.target()?.dyn_into::<web_sys::Node>().ok()?;
    frame.get_untracked()?.contains(Some(&target)).then(|| place_of(event))?
}
