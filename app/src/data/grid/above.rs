//! Where an editor stands: over its cell, above all frames, within the window.

use leptos::prelude::document;
use web_sys::{Element, HtmlElement};

/// Pixels that an editor keeps from the window's edges.
const EDGE: f64 = 4.0;

/// A rectangle, in pixels of the window.
#[derive(Clone, Copy, Debug)]
struct Area {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Area {
    fn of(element: &Element) -> Self {
        let rect = element.get_bounding_client_rect();
        Self { left: rect.left(), top: rect.top(), width: rect.width(), height: rect.height() }
    }
}

/// Puts an editor over its cell. Styles are set one by one, since the policy of the page allows no style attributes.
pub(super) fn put(editor: &HtmlElement, cell: &Element, frame: &Element) {
    let Some(root) = document().document_element() else { return };
    let window = (f64::from(root.client_width()), f64::from(root.client_height()));
    let (cell, frame) = (Area::of(cell), Area::of(frame));
    let style = editor.style();
    let set = |name: &str, pixels: f64| {
        let _ = style.set_property(name, &format!("{pixels}px"));
    };
    set("min-width", cell.width.min(window.0 - 2.0 * EDGE));
    set("min-height", cell.height);
    // At the edge it would be measured narrower than it can be.
    set("left", 0.0);
    let size = Area::of(editor);
    let (left, top) = spot(cell, frame, (size.width, size.height), window);
    set("left", left);
    set("top", top);
}

/// The left and top edge of an editor of a size: from the cell's top downwards, or from its bottom upwards where there is
/// no room. A cell that is scrolled away leaves its editor at the edge of the frame.
fn spot(cell: Area, frame: Area, (width, height): (f64, f64), window: (f64, f64)) -> (f64, f64) {
    let within = |at: f64, from: f64, to: f64| at.min(to).max(from);
    let left = within(cell.left, frame.left, frame.left + frame.width - cell.width);
    let top = within(cell.top, frame.top, frame.top + frame.height - cell.height);
    let top = if top + height > window.1 - EDGE { top + cell.height - height } else { top };
    (within(left, EDGE, window.0 - EDGE - width), within(top, EDGE, window.1 - EDGE - height))
}

#[cfg(test)]
mod tests {
    use super::{Area, spot};

    const FRAME: Area = Area { left: 0.0, top: 100.0, width: 400.0, height: 400.0 };

    fn at(left: f64, top: f64, size: (f64, f64)) -> (f64, f64) {
        spot(Area { left, top, width: 100.0, height: 30.0 }, FRAME, size, (400.0, 500.0))
    }

    #[test]
    fn an_editor_stands_over_its_cell() {
        assert_eq!(at(50.0, 200.0, (100.0, 30.0)), (50.0, 200.0));
    }

    #[test]
    fn it_opens_upwards_where_there_is_no_room_below() {
        assert_eq!(at(50.0, 450.0, (100.0, 120.0)), (50.0, 360.0));
    }

    #[test]
    fn it_stays_within_the_window_and_beside_the_frame() {
        assert_eq!(at(300.0, 200.0, (300.0, 30.0)), (96.0, 200.0));
        assert_eq!(at(-500.0, -500.0, (100.0, 30.0)), (4.0, 100.0));
        assert_eq!(at(0.0, 200.0, (300.0, 490.0)), (4.0, 4.0));
    }
}
