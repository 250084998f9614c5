//! `to_char` of dates and times: a part of PostgreSQL's patterns, in English.

use jiff::civil::DateTime;

use super::calendar::{DAY, civil, day_number, day_of_week, instant_of, iso_week};
use crate::{Code, Error, Result, Value};

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The patterns, longest first among those that begin alike.
const PATTERNS: &[&str] = &[
    "AM", "PM", "am", "pm", "DAY", "Day", "day", "DDD", "DD", "DY", "Dy", "dy", "D", "HH24", "HH12", "HH", "ID", "IW", "IYYY",
    "MI", "MM", "MONTH", "Month", "month", "MON", "Mon", "mon", "MS", "Q", "SS", "US", "WW", "W", "YYYY", "YYY", "YY", "Y",
];
/// What PostgreSQL reads as one pattern and we do not have.
const OTHERS: &[&str] = &["IDDD", "SSSS", "Y,YYY"];

enum Piece<'a> {
    Pattern { name: &'static str, fill: bool },
    Text(&'a str),
}

/// Reads a shape.
fn read(shape: &str) -> Result<Vec<Piece<'_>>> {
    let refuse = |at: &str| {
        let piece: String = at.chars().take(10).collect();
        Error::new(Code::Unsupported, format!("to_char has no pattern at \"{piece}\"")).with_hint(
            "The patterns are YYYY YYY YY Y IYYY MM Month Mon DD DDD D ID Day Dy IW WW W Q HH24 HH12 HH MI SS MS US AM, with FM \
             before them; other letters go in double quotes.",
        )
    };
    let mut pieces = Vec::new();
    let mut rest = shape;
    while let Some(c) = rest.chars().next() {
        if c == '"' {
            let end = rest[1..].find('"').ok_or_else(|| refuse(rest))? + 1;
            if rest[..end].contains('\\') {
                return Err(refuse(rest));
            }
            pieces.push(Piece::Text(&rest[1..end]));
            rest = &rest[end + 1..];
            continue;
        }
        let bare = rest.strip_prefix("FM").unwrap_or(rest);
        let upper = bare.to_ascii_uppercase();
        let other = OTHERS.iter().any(|other| upper.starts_with(other));
        if let Some(name) = PATTERNS.iter().find(|name| begins(bare, name)).filter(|_| !other) {
            pieces.push(Piece::Pattern { name, fill: bare.len() == rest.len() });
            rest = &bare[name.len()..];
            continue;
        }
        if c.is_ascii_alphabetic() || c == '\\' || c.is_ascii_digit() {
            return Err(refuse(rest));
        }
        pieces.push(Piece::Text(&rest[..c.len_utf8()]));
        rest = &rest[c.len_utf8()..];
    }
    Ok(pieces)
}

/// Patterns for numbers may be written in small letters too.
fn begins(text: &str, name: &str) -> bool {
    let named = ["DAY", "DY", "MONTH", "MON", "AM", "PM"].iter().any(|word| word.eq_ignore_ascii_case(name));
    text.starts_with(name) || (!named && text.starts_with(&name.to_ascii_lowercase()))
}

/// Checks a literal shape.
pub(in super::super) fn check_shape(shape: &str) -> Result<()> {
    read(shape).map(drop)
}

pub(super) fn write(from: DateTime, shape: &str) -> Result<Value> {
    if shape.is_empty() {
        return Ok(Value::Null);
    }
    let mut out = String::with_capacity(shape.len() + 8);
    for piece in read(shape)? {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Pattern { name, fill } => out.push_str(&pattern(from, name, fill)),
        }
    }
    Ok(Value::Text(out))
}

fn pattern(from: DateTime, name: &str, fill: bool) -> String {
    let day = instant_of(from).div_euclid(DAY);
    let (year, month, day_of_month) = civil(day);
    let day_of_year = day - day_number(year, 1, 1) + 1;
    let (iso_year, iso_week) = iso_week(day);
    let (hour, micros) = (i64::from(from.hour()), i64::from(from.subsec_nanosecond()) / 1_000);
    let number = |n: i64, width: usize| if fill { format!("{n:0width$}") } else { n.to_string() };
    let twelve = (hour + 11) % 12 + 1;
    match name {
        "YYYY" => number(year, 4),
        "YYY" => number(year % 1000, 3),
        "YY" => number(year % 100, 2),
        "Y" => number(year % 10, 1),
        "IYYY" => number(iso_year, 4),
        "MM" => number(month, 2),
        "DD" => number(day_of_month, 2),
        "DDD" => number(day_of_year, 3),
        "D" => number(day_of_week(day) + 1, 1),
        "ID" => number((day_of_week(day) + 6) % 7 + 1, 1),
        "IW" => number(iso_week, 2),
        "WW" => number((day_of_year - 1) / 7 + 1, 2),
        "W" => number((day_of_month - 1) / 7 + 1, 1),
        "Q" => number((month - 1) / 3 + 1, 1),
        "HH24" => number(hour, 2),
        "HH12" | "HH" => number(twelve, 2),
        "MI" => number(from.minute().into(), 2),
        "SS" => number(from.second().into(), 2),
        "MS" => format!("{:03}", micros / 1_000),
        "US" => format!("{micros:06}"),
        "AM" | "PM" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        "am" | "pm" => if hour < 12 { "am" } else { "pm" }.to_owned(),
        _ => word(name, month, day_of_week(day), fill),
    }
}

/// A month's or a day's name as the pattern is written, filled to nine characters unless it is short.
fn word(pattern: &str, month: i64, day_of_week: i64, fill: bool) -> String {
    let names: &[&str] = if pattern.to_ascii_lowercase().starts_with('m') { &MONTHS } else { &DAYS };
    let index = if names.len() == 12 { month - 1 } else { day_of_week };
    let full = usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default();
    let short = matches!(pattern.to_ascii_lowercase().as_str(), "mon" | "dy");
    let name = if short { &full[..3] } else { full };
    let name = match pattern.as_bytes() {
        [b'a'..=b'z', ..] => name.to_lowercase(),
        [_, b'A'..=b'Z', ..] => name.to_uppercase(),
        _ => name.to_owned(),
    };
    if fill && !short { format!("{name:9}") } else { name }
}
