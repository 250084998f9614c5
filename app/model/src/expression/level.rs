//! How tightly forms bind, loosest first: for whoever reads expressions, and for whoever writes them.
//!
//! Source: PostgreSQL, "Lexical Structure", 4.1.6 Operator Precedence.

/// Whatever stands alone.
pub const ANY: u8 = 0;
/// `or`.
pub const OR: u8 = 1;
/// `and`.
pub const AND: u8 = 2;
/// `not`.
pub const NOT: u8 = 3;
/// `is …`.
pub const IS: u8 = 4;
/// `=`, `<` …
pub const COMPARE: u8 = 5;
/// `between`, `in`, `like`.
pub const RANGE: u8 = 6;
/// Every other operator.
pub const OTHER: u8 = 7;
/// `+`, `-`.
pub const SUM: u8 = 8;
/// `*`, `/`, `%`.
pub const PRODUCT: u8 = 9;
/// `^`.
pub const POWER: u8 = 10;
/// `at time zone`.
pub const ZONE: u8 = 11;
/// A sign before its operand.
pub const SIGN: u8 = 12;
/// `::`, `[…]`.
pub const CAST: u8 = 13;
/// What needs no parentheses.
pub const ATOM: u8 = 14;
