//! `format`, as PostgreSQL's: `%[n$][-][width]s`, `I` or `L`; a width is at most 1000 and stands in the template.

use super::{super::Arguments, cut::limited, invalid, output, text};
use crate::{Code, Error, Result, Value};

/// Words that are no names without quotes (PostgreSQL 15).
const KEYWORDS: &str = " all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both \
    case cast char character check coalesce collate collation column concurrently constraint create cross current_catalog \
    current_date current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc \
    distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping \
    having ilike in initially inner inout int integer intersect interval into is isnull join lateral leading least left like \
    limit localtime localtimestamp national natural nchar none normalize not notnull null nullif numeric offset on only or order \
    out outer overlaps overlay placing position precision primary real references returning right row select session_user setof \
    similar smallint some substring symmetric table tablesample then time timestamp to trailing treat trim true union unique user \
    using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest \
    xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable ";

/// What stands between `%` and the letter.
struct Spec {
    argument: Option<usize>,
    left: bool,
    width: i64,
    conversion: char,
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn next(&mut self) -> Result<char> {
        let c = self.rest.chars().next().ok_or_else(|| invalid("unterminated format() type specifier"))?;
        self.rest = &self.rest[c.len_utf8()..];
        Ok(c)
    }

    /// A number; something must follow it.
    fn number(&mut self) -> Result<Option<usize>> {
        let length = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return Ok(None);
        }
        let number: i32 = self.rest[..length].parse().map_err(|_| Error::new(Code::OutOfRange, "number is out of range"))?;
        self.rest = &self.rest[length..];
        if self.rest.is_empty() {
            return Err(invalid("unterminated format() type specifier"));
        }
        Ok(usize::try_from(number).ok())
    }

    fn eat(&mut self, c: char) -> bool {
        let rest = self.rest.strip_prefix(c);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn spec(&mut self) -> Result<Spec> {
        let counted = |n: usize| {
            if n == 0 { Err(invalid("format specifies argument 0, but arguments are numbered from 1")) } else { Ok(Some(n)) }
        };
        let mut spec = Spec { argument: None, left: false, width: 0, conversion: 's' };
        match self.number()? {
            Some(n) if self.eat('$') => spec.argument = counted(n)?,
            Some(n) => {
                spec.width = width(n)?;
                spec.conversion = self.next()?;
                return Ok(spec);
            }
            None => {}
        }
        while self.eat('-') {
            spec.left = true;
        }
        if self.eat('*') {
            return Err(Error::new(Code::Unsupported, "format() takes no width from an argument"));
        }
        if let Some(n) = self.number()? {
            spec.width = width(n)?;
        }
        spec.conversion = self.next()?;
        Ok(spec)
    }
}

pub(super) fn format(a: &Arguments<'_>) -> Result<Value> {
    let template = match a.values.first() {
        Some(Value::Text(template)) => template,
        Some(Value::Null) => return Ok(Value::Null),
        _ => return Err(a.mismatch()),
    };
    let mut out = String::with_capacity(template.len());
    let mut reader = Reader { rest: template };
    let mut last = 0;
    while let Some(at) = reader.rest.find('%') {
        out.push_str(&reader.rest[..at]);
        reader.rest = &reader.rest[at + 1..];
        if reader.eat('%') {
            out.push('%');
            continue;
        }
        let spec = reader.spec()?;
        if !matches!(spec.conversion, 's' | 'I' | 'L') {
            return Err(invalid(format!("unrecognized format() type specifier \"{}\"", spec.conversion)));
        }
        let (index, value) = take(a, spec.argument, &mut last)?;
        pad(&mut out, &converted(value, a, index, spec.conversion)?, spec.width, spec.left);
        limited(out.len())?;
    }
    out.push_str(reader.rest);
    text(out)
}

/// The argument of that number, or the one behind the last.
fn take<'a>(a: &Arguments<'a>, index: Option<usize>, last: &mut usize) -> Result<(usize, &'a Value)> {
    let index = index.unwrap_or(*last + 1);
    *last = index;
    a.values.get(index).map(|value| (index, value)).ok_or_else(|| invalid("too few arguments for format()"))
}

/// The widest that a value is made.
fn width(number: usize) -> Result<i64> {
    match i64::try_from(number) {
        Ok(width @ ..=1000) => Ok(width),
        _ => Err(Error::new(Code::Unsupported, "a width in format() is at most 1000")),
    }
}

fn converted(value: &Value, a: &Arguments<'_>, index: usize, conversion: char) -> Result<String> {
    match (output(value, &a.types[index]), conversion) {
        (None, 'I') => Err(invalid("null values cannot be formatted as an SQL identifier")),
        (None, 'L') => Ok("NULL".to_owned()),
        (None, _) => Ok(String::new()),
        (Some(text), 'I') => Ok(identifier(&text)),
        (Some(text), 'L') => Ok(literal(&text)),
        (Some(text), _) => Ok(text),
    }
}

fn pad(out: &mut String, text: &str, width: i64, left: bool) {
    let missing = usize::try_from(width).unwrap_or(0).saturating_sub(text.chars().count());
    let blanks = " ".repeat(missing);
    out.extend(if left { [text, blanks.as_str()] } else { [blanks.as_str(), text] });
}

/// A text as a literal of SQL.
pub(super) fn literal(text: &str) -> String {
    let quoted = format!("'{}'", text.replace('\'', "''"));
    if text.contains('\\') { format!("E{}", quoted.replace('\\', "\\\\")) } else { quoted }
}

/// A text as a name in SQL.
fn identifier(text: &str) -> String {
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let plain = begins && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let word = KEYWORDS.contains(&format!(" {text} "));
    if plain && !word { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

/// Checks a literal template.
pub(in super::super) fn check_format(template: &str) -> Result<()> {
    let mut reader = Reader { rest: template };
    while let Some(at) = reader.rest.find('%') {
        reader.rest = &reader.rest[at + 1..];
        if !reader.eat('%') {
            reader.spec()?;
        }
    }
    Ok(())
}
