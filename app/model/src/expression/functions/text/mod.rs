//! Functions of text and bytes.
//!
//! Characters are Unicode's code points, texts compare byte by byte, upper and lower case are Unicode's without a language.

mod cut;
mod encode;
mod format;
mod pattern;

use super::{
    Arguments, Function,
    Postgres::{Operator, Same, Template},
    signature::{functions, with},
};
use crate::{Code, DataType, Error, Result, Value, value::array};

pub(super) use self::{
    format::check_format,
    pattern::{check_flags, check_pattern, check_replacement},
};

const UPPER: &str = "upper($1 collate \"und-x-icu\") collate \"C\"";
const LOWER: &str = "lower($1 collate \"und-x-icu\") collate \"C\"";
/// More than PostgreSQL can hold, which it says; nothing often, over which it would count.
const REPEAT: &str =
    "repeat($1, case when octet_length($1)::bigint * $2 > 10000000 then 2147483647 when $1 = '' then $2 * 0 else $2 end)";
const LPAD: &str = "lpad($1, case when $2 > 1000000 then 2147483647 else $2 end)";
const LPAD_WITH: &str = "lpad($1, case when $2 > 1000000 then 2147483647 else $2 end, $3)";
/// The least whole number has no opposite, which PostgreSQL forgets.
const RIGHT: &str = "right($1, case when $2 = -2147483648 then -2147483647 else $2 end)";
const RPAD: &str = "rpad($1, case when $2 > 1000000 then 2147483647 else $2 end)";
const RPAD_WITH: &str = "rpad($1, case when $2 > 1000000 then 2147483647 else $2 end, $3)";

#[rustfmt::skip]
pub(in super::super) const FUNCTIONS: &[Function] = functions! { Text:
    "||" [TEXT TEXT] -> TEXT strict Operator, "Both texts, one after the other", joined;
    "||" [TEXT BIGINT] -> TEXT strict Operator, "The text and the number", joined;
    "||" [TEXT NUMERIC] -> TEXT strict Operator, "The text and the number", joined;
    "||" [TEXT DOUBLE] -> TEXT strict Operator, "The text and the number", joined;
    "||" [TEXT BOOLEAN] -> TEXT strict Operator, "The text and true or false", joined;
    "||" [TEXT DATE] -> TEXT strict Template("$1 || to_char($2, 'YYYY-MM-DD')"), "The text and the date", joined;
    "||" [TEXT UUID] -> TEXT strict Operator, "The text and the uuid", joined;
    "||" [BIGINT TEXT] -> TEXT strict Operator, "The number and the text", joined;
    "||" [NUMERIC TEXT] -> TEXT strict Operator, "The number and the text", joined;
    "||" [DOUBLE TEXT] -> TEXT strict Operator, "The number and the text", joined;
    "||" [BOOLEAN TEXT] -> TEXT strict Operator, "true or false and the text", joined;
    "||" [DATE TEXT] -> TEXT strict Template("to_char($1, 'YYYY-MM-DD') || $2"), "The date and the text", joined;
    "||" [UUID TEXT] -> TEXT strict Operator, "The uuid and the text", joined;
    "||" [BYTEA BYTEA] -> BYTEA strict Operator, "Both, one after the other", with!(Bytes x, Bytes y => Ok(Value::Bytes([x.as_slice(), y].concat())));
    "length" [TEXT] -> INTEGER strict Same, "The number of characters", characters;
    "length" [BYTEA] -> INTEGER strict Same, "The number of bytes", with!(Bytes x => count(x.len()));
    "char_length" [TEXT] -> INTEGER strict Same, "The number of characters", characters;
    "character_length" [TEXT] -> INTEGER strict Same, "The number of characters", characters;
    "octet_length" [TEXT] -> INTEGER strict Same, "The number of bytes", with!(Text x => count(x.len()));
    "octet_length" [BYTEA] -> INTEGER strict Same, "The number of bytes", with!(Bytes x => count(x.len()));
    "bit_length" [TEXT] -> INTEGER strict Same, "The number of bits", with!(Text x => count(x.len() * 8));
    "upper" [TEXT] -> TEXT strict Template(UPPER), "In capitals", with!(Text x => text(x.to_uppercase()));
    "lower" [TEXT] -> TEXT strict Template(LOWER), "In small letters", with!(Text x => text(x.to_lowercase()));
    "trim" [TEXT] -> TEXT strict Template("btrim($1)"), "Without blanks at both ends", with!(Text x => text(x.trim_matches(' ')));
    "trim" [TEXT TEXT] -> TEXT strict Template("btrim($1, $2)"), "Without any of these characters at both ends", with!(Text x, Text set => text(x.trim_matches(|c| set.contains(c))));
    "btrim" [TEXT] -> TEXT strict Same, "Without blanks at both ends", with!(Text x => text(x.trim_matches(' ')));
    "btrim" [TEXT TEXT] -> TEXT strict Same, "Without any of these characters at both ends", with!(Text x, Text set => text(x.trim_matches(|c| set.contains(c))));
    "ltrim" [TEXT] -> TEXT strict Same, "Without blanks at the beginning", with!(Text x => text(x.trim_start_matches(' ')));
    "ltrim" [TEXT TEXT] -> TEXT strict Same, "Without any of these characters at the beginning", with!(Text x, Text set => text(x.trim_start_matches(|c| set.contains(c))));
    "rtrim" [TEXT] -> TEXT strict Same, "Without blanks at the end", with!(Text x => text(x.trim_end_matches(' ')));
    "rtrim" [TEXT TEXT] -> TEXT strict Same, "Without any of these characters at the end", with!(Text x, Text set => text(x.trim_end_matches(|c| set.contains(c))));
    "substr" [TEXT INTEGER] -> TEXT strict Same, "From the n-th character on", with!(Text x, Int from => cut::substring(x, *from, None));
    "substr" [TEXT INTEGER INTEGER] -> TEXT strict Same, "So many characters from the n-th on", with!(Text x, Int from, Int n => cut::substring(x, *from, Some(*n)));
    "substring" [TEXT INTEGER] -> TEXT strict Same, "From the n-th character on", with!(Text x, Int from => cut::substring(x, *from, None));
    "substring" [TEXT INTEGER INTEGER] -> TEXT strict Same, "So many characters from the n-th on", with!(Text x, Int from, Int n => cut::substring(x, *from, Some(*n)));
    "left" [TEXT INTEGER] -> TEXT strict Same, "The first n characters; if n is negative, all but the last ones", with!(Text x, Int n => text(cut::left(x, *n)));
    "right" [TEXT INTEGER] -> TEXT strict Template(RIGHT), "The last n characters; if n is negative, all but the first ones", with!(Text x, Int n => text(cut::right(x, *n)));
    "lpad" [TEXT INTEGER] -> TEXT strict Template(LPAD), "Filled with blanks at the beginning to so many characters, or cut", with!(Text x, Int n => cut::pad(x, *n, " ", true));
    "lpad" [TEXT INTEGER TEXT] -> TEXT strict Template(LPAD_WITH), "Filled at the beginning to so many characters, or cut", with!(Text x, Int n, Text fill => cut::pad(x, *n, fill, true));
    "rpad" [TEXT INTEGER] -> TEXT strict Template(RPAD), "Filled with blanks at the end to so many characters, or cut", with!(Text x, Int n => cut::pad(x, *n, " ", false));
    "rpad" [TEXT INTEGER TEXT] -> TEXT strict Template(RPAD_WITH), "Filled at the end to so many characters, or cut", with!(Text x, Int n, Text fill => cut::pad(x, *n, fill, false));
    "replace" [TEXT TEXT TEXT] -> TEXT strict Same, "Every occurrence of one text replaced by another", with!(Text x, Text from, Text to => cut::replace(x, from, to));
    "repeat" [TEXT INTEGER] -> TEXT strict Template(REPEAT), "The text so many times", with!(Text x, Int n => cut::repeat(x, *n));
    "reverse" [TEXT] -> TEXT strict Same, "The characters in reverse order", with!(Text x => text(x.chars().rev().collect::<String>()));
    "strpos" [TEXT TEXT] -> INTEGER strict Same, "Where the second text begins in the first, from 1; 0 if nowhere", with!(Text x, Text part => count(cut::position(x, part)));
    "position" [TEXT TEXT] -> INTEGER strict Template("strpos($2, $1)"), "Where the first text begins in the second, from 1; 0 if nowhere", with!(Text part, Text x => count(cut::position(x, part)));
    "starts_with" [TEXT TEXT] -> BOOLEAN strict Same, "Whether the first text begins with the second", with!(Text x, Text part => Ok(Value::Bool(x.starts_with(part.as_str()))));
    "split_part" [TEXT TEXT INTEGER] -> TEXT strict Same, "The n-th of the parts between delimiters; counted from the end if n is negative", with!(Text x, Text at, Int n => cut::part(x, at, *n));
    "translate" [TEXT TEXT TEXT] -> TEXT strict Same, "Each character of the second text replaced by the one at its place in the third, or removed", with!(Text x, Text from, Text to => text(cut::translate(x, from, to)));
    "concat" [ANY] -> TEXT nulls_many Same, "All texts, one after the other; nulls are left out", concat;
    "concat_ws" [TEXT ANY] -> TEXT nulls_many Same, "All texts with the first one between them; nulls are left out", concat_with;
    "format" [TEXT] -> TEXT strict Same, "The text, with %% as %", format::format;
    "format" [TEXT ANY] -> TEXT nulls_many Same, "The text with %s replaced by the values in turn; %L as literals, %I as names", format::format;
    "quote_literal" [TEXT] -> TEXT strict Same, "The text as a literal of SQL", with!(Text x => text(format::literal(x)));
    "ascii" [TEXT] -> INTEGER strict Same, "The number of the first character; 0 if there is none", with!(Text x => Ok(Value::Int(x.chars().next().map_or(0, |c| i64::from(u32::from(c))))));
    "chr" [INTEGER] -> TEXT strict Same, "The character of that number", with!(Int x => encode::character(*x));
    "md5" [TEXT] -> TEXT strict Same, "The MD5 sum in hexadecimal digits", with!(Text x => text(encode::md5(x.as_bytes())));
    "md5" [BYTEA] -> TEXT strict Same, "The MD5 sum in hexadecimal digits", with!(Bytes x => text(encode::md5(x)));
    "sha256" [BYTEA] -> BYTEA strict Same, "The SHA-256 sum", with!(Bytes x => Ok(Value::Bytes(encode::sha256(x))));
    "encode" [BYTEA TEXT] -> TEXT strict Same, "The bytes as text: hex, base64 or escape", with!(Bytes x, Text format => encode::encode(x, format));
    "decode" [TEXT TEXT] -> BYTEA strict Same, "The bytes out of text: hex, base64 or escape", with!(Text x, Text format => encode::decode(x, format));
    "~" [TEXT TEXT] -> BOOLEAN strict Template("($1 collate \"C\") ~ $2"), "Whether the regular expression is found", with!(Text x, Text p => pattern::like(x, p, ""));
    "~*" [TEXT TEXT] -> BOOLEAN strict Template("($1 collate \"C\") ~* $2"), "Whether the regular expression is found, in capitals or not", with!(Text x, Text p => pattern::like(x, p, "i"));
    "!~" [TEXT TEXT] -> BOOLEAN strict Template("($1 collate \"C\") !~ $2"), "Whether the regular expression is not found", with!(Text x, Text p => pattern::unlike(x, p, ""));
    "!~*" [TEXT TEXT] -> BOOLEAN strict Template("($1 collate \"C\") !~* $2"), "Whether the regular expression is not found, in capitals or not", with!(Text x, Text p => pattern::unlike(x, p, "i"));
    "regexp_like" [TEXT TEXT] -> BOOLEAN strict Template("regexp_like($1 collate \"C\", $2)"), "Whether the regular expression is found", with!(Text x, Text p => pattern::like(x, p, ""));
    "regexp_like" [TEXT TEXT TEXT] -> BOOLEAN strict Template("regexp_like($1 collate \"C\", $2, $3)"), "Whether the regular expression is found; flag i: in capitals or not", with!(Text x, Text p, Text flags => pattern::like(x, p, flags));
    "regexp_count" [TEXT TEXT] -> INTEGER strict Template("regexp_count($1 collate \"C\", $2)"), "How often the regular expression is found", with!(Text x, Text p => pattern::occurrences(x, p));
    "regexp_substr" [TEXT TEXT] -> TEXT strict Template("regexp_substr($1 collate \"C\", $2)"), "What the regular expression finds first; null if nothing", with!(Text x, Text p => pattern::first(x, p));
    "regexp_replace" [TEXT TEXT TEXT] -> TEXT strict Template("regexp_replace($1 collate \"C\", $2, $3)"), "What the regular expression finds first, replaced; \\& in the replacement is what was found", with!(Text x, Text p, Text to => pattern::replace(x, p, to, ""));
    "regexp_replace" [TEXT TEXT TEXT TEXT] -> TEXT strict Template("regexp_replace($1 collate \"C\", $2, $3, $4)"), "What the regular expression finds, replaced; flags g: everywhere, i: in capitals or not", with!(Text x, Text p, Text to, Text flags => pattern::replace(x, p, to, flags));
    "regexp_split_to_array" [TEXT TEXT] -> TEXTS strict Template("regexp_split_to_array($1 collate \"C\", $2)"), "The parts between what the regular expression finds", with!(Text x, Text p => pattern::split(x, p));
};

#[allow(clippy::unnecessary_wraps, reason = "so that the list reads well")]
fn text(text: impl Into<String>) -> Result<Value> {
    Ok(Value::Text(text.into()))
}

fn count(number: usize) -> Result<Value> {
    i32::try_from(number).map(|n| Value::Int(n.into())).map_err(|_| too_long())
}

fn too_long() -> Error {
    Error::new(Code::TooLarge, "requested length too large")
}

fn invalid(message: impl Into<String>) -> Error {
    Error::new(Code::InvalidValue, message)
}

fn characters(a: &Arguments<'_>) -> Result<Value> {
    let [Value::Text(x)] = a.values else { return Err(a.mismatch()) };
    count(x.chars().count())
}

/// `||`: as a cast to text shows the values.
#[allow(clippy::unnecessary_wraps, reason = "as every function of the list")]
fn joined(a: &Arguments<'_>) -> Result<Value> {
    Ok(Value::Text(a.values.iter().zip(a.types).filter_map(|(value, data_type)| value.to_pg_text(data_type)).collect()))
}

/// As PostgreSQL's output functions write a value: as its cast to text does, but for booleans.
pub(super) fn output(value: &Value, data_type: &DataType) -> Option<String> {
    match value {
        Value::Bool(flag) => Some(if *flag { "t" } else { "f" }.to_owned()),
        Value::Array(values) => {
            let element = DataType::Scalar(data_type.element().clone());
            Some(array::write_literal(values.iter().map(|value| output(value, &element).map(Into::into))))
        }
        other => other.to_pg_text(data_type),
    }
}

#[allow(clippy::unnecessary_wraps, reason = "as every function of the list")]
fn concat(a: &Arguments<'_>) -> Result<Value> {
    Ok(Value::Text(a.values.iter().zip(a.types).filter_map(|(value, data_type)| output(value, data_type)).collect()))
}

fn concat_with(a: &Arguments<'_>) -> Result<Value> {
    match a.values {
        [Value::Null, ..] => Ok(Value::Null),
        [Value::Text(between), rest @ ..] => {
            let texts: Vec<String> = rest.iter().zip(&a.types[1..]).filter_map(|(value, t)| output(value, t)).collect();
            text(texts.join(between))
        }
        _ => Err(a.mismatch()),
    }
}
