//! The text of a statement, cut out of the whole.

use crate::tables::change::Position;

/// A text that is walked once from front to back.
pub(super) struct Source<'a> {
    text: &'a str,
    offset: usize,
    at: Position,
}

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, offset: 0, at: Position { line: 1, column: 1 } }
    }

    /// The text from one place up to another; both lie behind whatever was cut out before.
    pub(super) fn between(&mut self, from: Position, to: Position) -> String {
        let start = self.walk(from);
        let end = self.walk(to);
        self.text.get(start..end).unwrap_or_default().trim().to_owned()
    }

    fn walk(&mut self, to: Position) -> usize {
        let rest = self.text.get(self.offset..).unwrap_or_default();
        for c in rest.chars() {
            if (self.at.line, self.at.column) >= (to.line, to.column) {
                break;
            }
            self.offset += c.len_utf8();
            if c == '\n' {
                self.at = Position { line: self.at.line + 1, column: 1 };
            } else {
                self.at.column += 1;
            }
        }
        self.offset
    }
}
