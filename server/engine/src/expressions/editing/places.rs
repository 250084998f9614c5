//! Places in a text as browsers count them.

use tenon_model::trial::Span;

use crate::tables::change::Position;

/// How many UTF-16 code units stand before a place; all of them if the text is shorter.
pub(super) fn offset(text: &str, at: Position) -> u32 {
    let (mut line, mut column, mut units) = (1, 1, 0);
    for letter in text.chars() {
        if line > at.line || (line == at.line && column >= at.column) {
            break;
        }
        if letter == '\n' {
            (line, column) = (line + 1, 1);
        } else {
            column += 1;
        }
        units += letter.len_utf16();
    }
    u32::try_from(units).unwrap_or(u32::MAX)
}

pub(super) fn span(text: &str, from: Position, to: Position) -> Span {
    Span { from: offset(text, from), to: offset(text, to) }
}

/// The byte at which the character begins that a UTF-16 code unit belongs to.
pub(super) fn byte(text: &str, unit: u32) -> usize {
    let mut units = 0;
    for (at, letter) in text.char_indices() {
        units += letter.len_utf16();
        if units > unit as usize {
            return at;
        }
    }
    text.len()
}

/// The UTF-16 code unit at which a byte stands.
pub(super) fn unit(text: &str, byte: usize) -> u32 {
    let units = text.char_indices().take_while(|(at, _)| *at < byte).map(|(_, letter)| letter.len_utf16()).sum::<usize>();
    u32::try_from(units).unwrap_or(u32::MAX)
}

/// How many UTF-16 code units a text has.
pub(super) fn len(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_browsers_do() {
        let text = "a𝄞b\nß c";
        let at = |line, column| offset(text, Position { line, column });
        assert_eq!([at(1, 1), at(1, 2), at(1, 3), at(2, 1), at(2, 3), at(9, 9)], [0, 1, 3, 5, 7, 8]);
        for units in 0..12 {
            assert!(text.is_char_boundary(byte(text, units)));
        }
        assert_eq!((byte(text, 3), unit(text, 5), len(text)), (5, 3, 8));
    }
}
