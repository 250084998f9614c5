//! The operators that stand between two operands.

use sqlparser::tokenizer::Token;

use super::level;
use crate::sql::Cursor;

/// An operator between two operands.
pub(super) struct Infix {
    pub(super) name: &'static str,
    pub(super) level: u8,
    /// How many tokens it takes.
    pub(super) words: usize,
}

/// The operator that comes next, if one does.
pub(super) fn infix(c: &Cursor) -> Option<Infix> {
    let (name, level) = match c.peek() {
        Token::Eq => ("=", level::COMPARE),
        Token::Neq => ("<>", level::COMPARE),
        Token::Lt => ("<", level::COMPARE),
        Token::LtEq => ("<=", level::COMPARE),
        Token::Gt => (">", level::COMPARE),
        Token::GtEq => (">=", level::COMPARE),
        Token::Plus => ("+", level::SUM),
        Token::Minus => ("-", level::SUM),
        Token::Mul => ("*", level::PRODUCT),
        Token::Div => ("/", level::PRODUCT),
        Token::Mod => ("%", level::PRODUCT),
        Token::Caret => ("^", level::POWER),
        Token::StringConcat => ("||", level::OTHER),
        Token::Arrow => ("->", level::OTHER),
        Token::LongArrow => ("->>", level::OTHER),
        Token::HashArrow => ("#>", level::OTHER),
        Token::HashLongArrow => ("#>>", level::OTHER),
        Token::AtArrow => ("@>", level::OTHER),
        Token::ArrowAt => ("<@", level::OTHER),
        Token::Overlap => ("&&", level::OTHER),
        Token::Ampersand => ("&", level::OTHER),
        Token::Pipe => ("|", level::OTHER),
        Token::HashMinus => ("#-", level::OTHER),
        Token::Sharp => ("#", level::OTHER),
        Token::Tilde => ("~", level::OTHER),
        Token::TildeAsterisk => ("~*", level::OTHER),
        Token::ExclamationMarkTilde => ("!~", level::OTHER),
        Token::ExclamationMarkTildeAsterisk => ("!~*", level::OTHER),
        Token::Question => ("?", level::OTHER),
        Token::QuestionPipe => ("?|", level::OTHER),
        Token::QuestionAnd => ("?&", level::OTHER),
        _ if c.sees(&["and"]) => ("and", level::AND),
        _ if c.sees(&["or"]) => ("or", level::OR),
        _ => return None,
    };
    Some(Infix { name, level, words: 1 })
}
