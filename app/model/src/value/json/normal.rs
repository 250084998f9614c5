//! PostgreSQL's text form of `jsonb`.

use std::borrow::Cow;

use super::Scanner;
use crate::{
    Error,
    value::{numeric_text, write_json_string},
};

/// A parsed JSON value.
#[derive(Clone, Debug)]
pub(crate) enum Json<'a> {
    /// `true`, `false`, `null`.
    Word(&'a str),
    /// A number as `numeric` shows it.
    Number(String),
    /// A string's own text.
    String(Cow<'a, str>),
    /// Elements.
    Array(Vec<Json<'a>>),
    /// Members in the normal form's order.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// Brings a JSON text to the form in which PostgreSQL shows `jsonb`: numbers without exponent, objects' keys by length and
/// then bytes, of equal keys the last one, one blank after `:` and `,`.
///
/// # Errors
/// As [`super::check_json`]; also for `\u0000`, lone surrogates and numbers beyond `numeric`.
pub fn normalize_jsonb(text: &str) -> Result<String, Error> {
    Json::read(text)?.to_text()
}

fn parse<'a>(scanner: &mut Scanner<'a>) -> Result<Json<'a>, Error> {
    match scanner.peek() {
        Some(b'{') => {
            let mut members = Vec::new();
            scanner.members(|scanner, key| {
                let key = Scanner::new(key).string()?;
                members.push((key, parse(scanner)?));
                Ok(())
            })?;
            Ok(Json::Object(in_order(members)))
        }
        Some(b'[') => {
            let mut elements = Vec::new();
            scanner.elements(|scanner| {
                elements.push(parse(scanner)?);
                Ok(())
            })?;
            Ok(Json::Array(elements))
        }
        Some(b'"') => scanner.string().map(Json::String),
        Some(b'-' | b'0'..=b'9') => numeric_text(scanner.skip_value()?, None).map(Json::Number),
        _ => scanner.skip_value().map(Json::Word),
    }
}

/// Keys by length and then bytes; of equal keys the last one.
pub(crate) fn in_order<'a>(mut members: Vec<(Cow<'a, str>, Json<'a>)>) -> Vec<(Cow<'a, str>, Json<'a>)> {
    members.reverse();
    members.sort_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.as_bytes().cmp(b.as_bytes())));
    members.dedup_by(|(later, _), (earlier, _)| later == earlier);
    members
}

impl<'a> Json<'a> {
    /// Reads a JSON text.
    ///
    /// # Errors
    /// As [`normalize_jsonb`].
    pub(crate) fn read(text: &'a str) -> Result<Self, Error> {
        let mut scanner = Scanner::new(text);
        let json = parse(&mut scanner)?;
        scanner.finish()?;
        Ok(json)
    }

    /// The normal form.
    pub(crate) fn to_text(&self) -> Result<String, Error> {
        let mut out = Vec::new();
        self.write(&mut out);
        String::from_utf8(out).map_err(Error::internal)
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Word(word) => out.extend_from_slice(word.as_bytes()),
            Self::Number(number) => out.extend_from_slice(number.as_bytes()),
            Self::String(text) => write_json_string(out, text),
            Self::Array(elements) => {
                out.push(b'[');
                for (i, element) in elements.iter().enumerate() {
                    separate(out, i);
                    element.write(out);
                }
                out.push(b']');
            }
            Self::Object(members) => {
                out.push(b'{');
                for (i, (key, value)) in members.iter().enumerate() {
                    separate(out, i);
                    write_json_string(out, key);
                    out.extend_from_slice(b": ");
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }
}

fn separate(out: &mut Vec<u8>, position: usize) {
    if position > 0 {
        out.extend_from_slice(b", ");
    }
}
