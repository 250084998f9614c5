//! Checks while one types in a cell: the row as it would be.

use leptos::{prelude::*, task::spawn_local};

use super::{
    session::{Edit, Session},
    typed,
};
use crate::data::record::checks::{Entered, ask_checks};

impl Session {
    /// Says at the editor which check the row would not pass.
    pub(super) fn ask_checks(&self) {
        let Some(edit) = self.edit.get_untracked().filter(|_| !self.page.checks.is_empty()) else { return };
        let (session, draft) = (self.clone(), self.draft.get_untracked());
        let (checks, entered) = (self.page.checks.clone(), self.row_as_typed(&edit, draft.clone()));
        let Some(own) = self.column(edit.place).map(|column| column.name.clone()) else { return };
        spawn_local(async move {
            let failed = ask_checks(checks, entered).await;
            // Meanwhile the person may have typed on, gone on, or left the page.
            let is_now = session.edit.try_get_untracked() == Some(Some(edit)) && session.draft.get_untracked() == draft;
            if let Some(failed) = failed.into_iter().find(|failed| is_now && failed.columns.contains(&own)) {
                session.problem.set(Some(failed.message));
            }
        });
    }

    /// What the row would hold, as far as the page shows it.
    fn row_as_typed(&self, edit: &Edit, draft: Option<String>) -> Vec<(String, Entered)> {
        let entered = |value: Option<String>| value.map_or(Entered::Null, Entered::Text);
        self.rows.with_untracked(|rows| {
            let Some(row) = rows.get(edit.place.0) else { return Vec::new() };
            let cells = self.page.shown_columns().zip(&row.cells).enumerate().filter_map(|(at, (column, cell))| {
                let value = if at == edit.place.1 {
                    // Which key a record's name stands for, the server finds.
                    let value = typed::stored(column, draft.clone());
                    (column.reference.is_none() || value == edit.seen).then_some(value)?
                } else {
                    cell.whole.is_none().then(|| cell.value.clone())?
                };
                Some((column.name.clone(), entered(value)))
            });
            cells.collect()
        })
    }
}
