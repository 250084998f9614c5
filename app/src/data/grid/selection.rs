//! Which cell is selected, and how keys move it. Works on the table's elements, so that two thousand cells need no signals.

use web_sys::{Element, HtmlElement, wasm_bindgen::JsCast as _};

/// A cell by its place: row, then shown column, both from 0.
pub type Place = (usize, usize);

/// The cell of the table at a place.
#[must_use]
pub fn cell_at(frame: &Element, (row, column): Place) -> Option<HtmlElement> {
    // The first cell of a row is its head.
    let selector = format!("tbody > tr:nth-child({}) > :nth-child({})", row + 1, column + 2);
    frame.query_selector(&selector).ok().flatten()?.dyn_into().ok()
}

/// The place of the cell that an event happened in.
#[must_use]
pub fn place_of(event: &web_sys::Event) -> Option<Place> {
    let cell = event.target()?.dyn_into::<Element>().ok()?.closest("tbody td").ok()??;
    let column = before(&cell);
    let row = before(&cell.parent_element()?);
    // The head of a row is no cell.
    Some((row, column.checked_sub(1)?))
}

/// How many elements stand before one.
fn before(element: &Element) -> usize {
    let mut count = 0;
    let mut at = element.previous_element_sibling();
    while let Some(sibling) = at {
        count += 1;
        at = sibling.previous_element_sibling();
    }
    count
}

/// Marks the selected cell, and gives it the focus unless that is elsewhere on the page.
pub fn mark(frame: &Element, place: Option<Place>) {
    if let Ok(Some(old)) = frame.query_selector("td.is-selected") {
        let _ = old.class_list().remove_1("is-selected");
        let _ = old.remove_attribute("tabindex");
    }
    if let Some(cell) = place.and_then(|place| cell_at(frame, place)) {
        let _ = cell.class_list().add_1("is-selected");
        cell.set_tab_index(0);
        if has_focus(frame) {
            let _ = cell.focus();
        }
    }
}

/// Whether the focus is the grid's: in its frame, in the editor above it, or nowhere.
#[must_use]
pub fn has_focus(frame: &Element) -> bool {
    let Some(active) = leptos::prelude::document().active_element() else { return true };
    active.tag_name() == "BODY" || frame.contains(Some(&active)) || active.closest(".cell-editor").is_ok_and(|it| it.is_some())
}

/// Where a key leads from a place in a table of so many rows and columns.
#[must_use]
pub fn moved((row, column): Place, key: &str, shift: bool, rows: usize, columns: usize) -> Option<Place> {
    let place = match (key, shift) {
        ("ArrowUp", _) => (row.checked_sub(1)?, column),
        ("ArrowDown", _) => (row + 1, column),
        ("ArrowLeft", _) | ("Tab", true) => (row, column.checked_sub(1)?),
        ("ArrowRight", _) | ("Tab", false) => (row, column + 1),
        ("Home", _) => (row, 0),
        ("End", _) => (row, columns.checked_sub(1)?),
        ("PageUp", _) => (row.saturating_sub(20), column),
        ("PageDown", _) => ((row + 20).min(rows.checked_sub(1)?), column),
        _ => return None,
    };
    (place.0 < rows && place.1 < columns).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn keys_move_within_the_table() {
        assert_eq!(moved((0, 0), "ArrowDown", false, 2, 3), Some((1, 0)));
        assert_eq!(moved((1, 0), "ArrowDown", false, 2, 3), None);
        assert_eq!(moved((0, 0), "ArrowLeft", false, 2, 3), None);
        assert_eq!(moved((0, 1), "Tab", true, 2, 3), Some((0, 0)));
        assert_eq!(moved((0, 2), "Tab", false, 2, 3), None);
        assert_eq!(moved((1, 2), "Home", false, 2, 3), Some((1, 0)));
        assert_eq!(moved((0, 1), "PageDown", false, 2, 3), Some((1, 1)));
        assert_eq!(moved((0, 0), "x", false, 2, 3), None);
    }
}
