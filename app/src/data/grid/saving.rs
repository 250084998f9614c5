//! How an edit is saved: what was typed becomes a value, and the answer the cell.

use leptos::{prelude::*, task::spawn_local};
use web_sys::{HtmlInputElement, wasm_bindgen::JsCast as _};

use super::{
    actions::change_cell,
    cell::Cell,
    model::{CellChange, CellOutcome, GridRow},
    selection::{Place, has_focus},
    session::{Clash, Edit, Next, Notice, Session},
    typed,
};
use crate::{
    AppError,
    data::{
        column::Reference,
        related::{Named, find_named},
    },
};

impl Session {
    /// Saves what stands in the open editor.
    pub(super) fn commit(&self, next: Next) {
        let Some(edit) = self.edit.get_untracked() else { return };
        if self.clash.with_untracked(Option::is_some) {
            return;
        }
        self.next.set_value(next);
        if self.saving.get_untracked() {
            return;
        }
        let Some(column) = self.column(edit.place) else { return };
        if self.is_unfinished() {
            self.fail("This is not complete: fill in its other parts, or empty all of them.".to_owned());
            return;
        }
        let draft = self.draft.get_untracked();
        let value = typed::stored(column, draft.clone());
        if draft == edit.seen || value == edit.seen {
            self.done();
            return;
        }
        match (&column.reference, value) {
            (Some(reference), Some(words)) => self.choose(edit, column.name.clone(), reference.clone(), words),
            (_, value) => self.save(edit.place, edit.seen, value),
        }
    }

    /// Whether the browser's input of a date or time is filled in part, which it gives as nothing at all.
    fn is_unfinished(&self) -> bool {
        let input = self.input().and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
        input.is_some_and(|input| input.validity().bad_input())
    }

    /// Saves the key of the record that the words name.
    fn choose(&self, edit: Edit, column: String, reference: Reference, words: String) {
        let (session, table, seen_as) = (self.clone(), self.page.table.clone(), self.page.seen_as.clone());
        let draft = self.draft.get_untracked();
        self.saving.set(true);
        spawn_local(async move {
            let answer = find_named(table, column, words.clone(), seen_as).await;
            if session.draft.try_get_untracked().is_none() {
                return;
            }
            session.saving.set(false);
            let target = reference.table;
            match answer {
                // What was typed meanwhile is not what was looked for.
                _ if session.draft.get_untracked() != draft => session.resume(),
                Ok(Named::One(choice)) if Some(&choice.value) == edit.seen.as_ref() => session.done(),
                Ok(Named::One(choice)) => session.save(edit.place, edit.seen, Some(choice.value)),
                Ok(Named::Several) => session.fail(format!("Several records of {target} match “{words}”: choose one.")),
                Ok(Named::None) => session.fail(format!("No record of {target} matches “{words}”.")),
                Err(error) => session.fail(sentence(&error)),
            }
        });
    }

    /// Saves a value.
    pub(super) fn save(&self, place: Place, seen: Option<String>, value: Option<String>) {
        let (Some(column), Some(key)) = (self.column(place).map(|c| c.name.clone()), self.key(place)) else { return };
        let shown = self.page.shown_columns().map(|column| column.name.clone()).collect();
        let (table, seen_as) = (self.page.table.clone(), self.page.seen_as.clone());
        let change = CellChange { table, key, column, value: value.clone(), seen, shown, seen_as };
        let (session, draft) = (self.clone(), self.draft.get_untracked());
        self.saving.set(true);
        spawn_local(async move {
            let answer = change_cell(change).await;
            // The person may have left the page.
            if session.edit.try_get_untracked().is_none() {
                return;
            }
            session.saving.set(false);
            match answer {
                Ok(CellOutcome::Saved { row, reshaped }) => session.saved(place, value, row, reshaped, &draft),
                Ok(CellOutcome::Conflict { theirs }) => session.clash.set(Some(Clash { place, theirs, yours: value })),
                Ok(CellOutcome::Gone) => session.fail("Somebody deleted this record meanwhile.".to_owned()),
                Err(error) => session.fail(sentence(&error)),
            }
        });
    }

    fn saved(&self, place: Place, value: Option<String>, row: Option<GridRow>, reshaped: bool, draft: &Option<String>) {
        match row {
            Some(row) => self.rows.update(|rows| rows[place.0] = row),
            None => self.put(place, value.clone()),
        }
        if reshaped {
            self.notice.set(Some(Notice::Reshaped));
        }
        self.clash.set(None);
        if self.draft.get_untracked() == *draft {
            self.done();
            return;
        }
        // What was typed meanwhile stays, and is saved in its turn.
        let cell = self.rows.with_untracked(|rows| rows[place.0].cells[place.1].clone());
        let seen = if cell.whole.is_none() { cell.value } else { value };
        if let Some(edit) = self.edit.write_untracked().as_mut() {
            edit.seen = seen;
        }
        self.resume();
    }

    /// Saves what was typed during a save, if the person has left the editor since.
    fn resume(&self) {
        let active = document().active_element();
        let inside = self.editor.get_untracked().is_some_and(|editor| editor.contains(active.as_deref()));
        if !inside {
            self.commit(self.next.get_value());
        }
    }

    /// Shows a value in a cell, without the name of a record that it refers to.
    pub(super) fn put(&self, place: Place, value: Option<String>) {
        let Some(column) = self.column(place) else { return };
        self.rows.update(|rows| rows[place.0].cells[place.1] = Cell::new(&column.kind, value));
    }

    /// Closes the editor and goes on.
    fn done(&self) {
        let next = self.next.get_value();
        self.problem.set(None);
        self.close();
        match next {
            Next::Go(key, shift) if self.go(key, shift) => {}
            Next::Open(place, typed) => {
                self.selected.set(Some(place));
                self.begin(place, typed);
            }
            _ => self.selected.notify(),
        }
    }

    /// Tells what is wrong, at the editor, which stays.
    fn fail(&self, problem: String) {
        self.next.set_value(Next::Stay);
        self.problem.set(Some(problem));
        if self.frame.get_untracked().is_some_and(|frame| has_focus(&frame)) {
            self.back();
        }
    }
}

fn sentence(error: &AppError) -> String {
    error.error.fields.first().map_or_else(|| error.to_string(), |field| field.message.clone())
}
