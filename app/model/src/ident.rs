//! Names of tables, columns, constraints, indexes and enums.

use std::{borrow::Borrow, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{Code, Error};

/// A name in a schema: 1 to 63 bytes of UTF-8 without control characters, kept exactly as written.
///
/// The limit is PostgreSQL's (`NAMEDATALEN - 1`). An `Ident` is not quoted: quoting belongs to whoever writes SQL.
/// Cloning is cheap.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Ident(Arc<str>);

impl Ident {
    /// The longest name, in bytes.
    pub const MAX_BYTES: usize = 63;
    /// The prefix of Tenon's own tables; no user's table may carry it.
    pub const SYSTEM_PREFIX: &'static str = "_tenon_";

    /// Checks a name.
    ///
    /// # Errors
    /// [`Code::InvalidName`] for an empty name, one over 63 bytes, or one with a control character.
    pub fn new(name: impl AsRef<str>) -> Result<Self, Error> {
        let name = name.as_ref();
        let problem = if name.is_empty() {
            "a name must not be empty"
        } else if name.len() > Self::MAX_BYTES {
            "a name must not be longer than 63 bytes"
        } else if name.chars().any(char::is_control) {
            "a name must not contain control characters"
        } else {
            return Ok(Self(name.into()));
        };
        Err(Error::new(Code::InvalidName, problem))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name belongs to Tenon's own tables.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.0.len() >= Self::SYSTEM_PREFIX.len() && self.0[..].to_ascii_lowercase().starts_with(Self::SYSTEM_PREFIX)
    }

    /// The name in double quotes, inner quotes doubled: an identifier in both engines' SQL.
    #[must_use]
    pub fn quoted(&self) -> String {
        let mut out = String::with_capacity(self.0.len() + 2);
        out.push('"');
        for c in self.0.chars() {
            if c == '"' {
                out.push('"');
            }
            out.push(c);
        }
        out.push('"');
        out
    }

    /// The name as one writes it in SQL: in double quotes only where it must be.
    #[must_use]
    pub fn to_sql(&self) -> String {
        let bytes = self.0.as_bytes();
        let plain = bytes.iter().all(|b| matches!(b, b'a'..=b'z' | b'_' | b'0'..=b'9')) && !bytes[0].is_ascii_digit();
        if plain && !crate::words::needs_quotes(&self.0) { self.0.to_string() } else { self.quoted() }
    }
}

impl<'de> Deserialize<'de> for Ident {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl std::str::FromStr for Ident {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self, Error> {
        Self::new(s)
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl Borrow<str> for Ident {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Ident {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Ident {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Ident {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn names_are_checked_and_quoted() {
        assert_eq!(Ident::new("a\"b").map(|name| name.quoted()).ok().as_deref(), Some("\"a\"\"b\""));
        assert!(Ident::new("").is_err());
        insta::assert_snapshot!(Ident::new("").unwrap_err().message, @"a name must not be empty");
    }
}
