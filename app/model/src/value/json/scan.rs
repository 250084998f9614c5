//! A scanner over JSON text (RFC 8259) that borrows from it.

use std::borrow::Cow;

use super::{MAX_JSON_DEPTH, invalid};
use crate::{Code, Error};

/// Walks over one JSON text.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// The next byte that is not white space.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    /// Takes a byte if it is the next one.
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn require(&mut self, byte: u8) -> Result<(), Error> {
        if self.eat(byte) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(crate) fn unexpected(&self) -> Error {
        match self.text[self.at..].chars().next() {
            None => invalid("The input string ended unexpectedly."),
            Some(c) => invalid(format!("Token \"{c}\" is invalid at byte {}.", self.at + 1)),
        }
    }

    /// Nothing but white space may follow.
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.unexpected()),
        }
    }

    /// Goes over one value and returns its text.
    pub(crate) fn skip_value(&mut self) -> Result<&'a str, Error> {
        let first = self.peek();
        let start = self.at;
        match first {
            Some(b'{') => self.members(|scanner, _| scanner.skip_value().map(drop))?,
            Some(b'[') => self.elements(|scanner| scanner.skip_value().map(drop))?,
            Some(b'"') => self.skip_string()?,
            Some(b'-' | b'0'..=b'9') => self.skip_number()?,
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'n') => self.word("null")?,
            _ => return Err(self.unexpected()),
        }
        Ok(&self.text[start..self.at])
    }

    /// Goes over an object; `each` takes a key's text (with quotes and escapes) and must go over its value.
    pub(crate) fn members(&mut self, mut each: impl FnMut(&mut Self, &'a str) -> Result<(), Error>) -> Result<(), Error> {
        self.require(b'{')?;
        self.enter()?;
        if !self.eat(b'}') {
            loop {
                if self.peek() != Some(b'"') {
                    return Err(self.unexpected());
                }
                let start = self.at;
                self.skip_string()?;
                let key = &self.text[start..self.at];
                self.require(b':')?;
                each(self, key)?;
                if self.eat(b'}') {
                    break;
                }
                self.require(b',')?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Goes over an array; `each` must go over an element.
    pub(crate) fn elements(&mut self, mut each: impl FnMut(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        self.require(b'[')?;
        self.enter()?;
        if !self.eat(b']') {
            loop {
                each(self)?;
                if self.eat(b']') {
                    break;
                }
                self.require(b',')?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn enter(&mut self) -> Result<(), Error> {
        self.depth += 1;
        if self.depth > MAX_JSON_DEPTH {
            return Err(Error::new(Code::TooComplex, format!("the JSON is nested deeper than {MAX_JSON_DEPTH} levels")));
        }
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), Error> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.unexpected());
        }
        self.at += word.len();
        Ok(())
    }

    fn skip_number(&mut self) -> Result<(), Error> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        let digits = |at: &mut usize| {
            let start = *at;
            while bytes.get(*at).is_some_and(u8::is_ascii_digit) {
                *at += 1;
            }
            *at > start
        };
        at += usize::from(bytes[at] == b'-');
        let mut valid = if bytes.get(at) == Some(&b'0') {
            at += 1;
            true
        } else {
            digits(&mut at)
        };
        if valid && bytes.get(at) == Some(&b'.') {
            at += 1;
            valid = digits(&mut at);
        }
        if valid && matches!(bytes.get(at), Some(b'e' | b'E')) {
            at += 1;
            at += usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
            valid = digits(&mut at);
        }
        self.at = at;
        if valid && !bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Goes over a string literal, checking its escapes' form.
    fn skip_string(&mut self) -> Result<(), Error> {
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            match bytes.get(self.at) {
                None => return Err(self.unexpected()),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(0..=0x1f) => return Err(invalid(format!("Character with value 0x{:02x} must be escaped.", bytes[self.at]))),
                Some(b'\\') => {
                    let length = match bytes.get(self.at + 1) {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
                        Some(b'u') if self.hex(self.at + 2).is_some() => 6,
                        _ => return Err(invalid(format!("The escape sequence at byte {} is invalid.", self.at + 1))),
                    };
                    self.at += length;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.text.as_bytes().get(at..at + 4)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }

    /// Reads a string literal's text.
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>, Error> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected());
        }
        let start = self.at + 1;
        self.skip_string()?;
        let body = &self.text[start..self.at - 1];
        if body.contains('\\') { unescape(body).map(Cow::Owned) } else { Ok(Cow::Borrowed(body)) }
    }
}

/// Resolves the escapes of a string literal whose form is checked.
fn unescape(body: &str) -> Result<String, Error> {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = rest.as_bytes()[at + 1];
        rest = &rest[at + 2..];
        match escape {
            b'b' => out.push('\u{8}'),
            b'f' => out.push('\u{c}'),
            b'n' => out.push('\n'),
            b'r' => out.push('\r'),
            b't' => out.push('\t'),
            b'u' => {
                let (c, tail) = unicode(rest)?;
                out.push(c);
                rest = tail;
            }
            other => out.push(char::from(other)),
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// The character of `XXXX` or `XXXX\uXXXX`, and what follows.
fn unicode(rest: &str) -> Result<(char, &str), Error> {
    let unit = |text: &str| text.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let surrogate = || invalid("Unicode high and low surrogates must come in pairs.");
    let first = unit(rest).ok_or_else(surrogate)?;
    if first == 0 {
        return Err(Error::new(Code::InvalidValue, "unsupported Unicode escape sequence")
            .with_details("\\u0000 cannot be converted to text."));
    }
    let tail = &rest[4..];
    if let Some(c) = char::from_u32(first) {
        return Ok((c, tail));
    }
    let second = tail.strip_prefix("\\u").and_then(unit).filter(|low| (0xdc00..0xe000).contains(low)).ok_or_else(surrogate)?;
    if first >= 0xdc00 {
        return Err(surrogate());
    }
    let c = char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or_else(surrogate)?;
    Ok((c, &tail[6..]))
}
