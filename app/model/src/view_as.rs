//! Seeing an instance as somebody else, as addresses write it: `user:ID`, `role:NAME`; with writing, `write-user:ID`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Caller, Code, Error, UserId};

/// As whom to see, and whether to write as them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ViewAs {
    /// Whom.
    pub whom: Whom,
    /// Whether writes go through, as theirs; without it nothing is written.
    pub writes: bool,
}

/// Somebody whose eyes can be borrowed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// A user.
    User(UserId),
    /// Nobody in particular in that role.
    Role(String),
}

impl ViewAs {
    /// The same one, with or without writing.
    #[must_use]
    pub fn writing(&self, writes: bool) -> Self {
        Self { whom: self.whom.clone(), writes }
    }
}

impl fmt::Display for ViewAs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let write = if self.writes { "write-" } else { "" };
        match &self.whom {
            Whom::User(id) => write!(f, "{write}user:{id}"),
            Whom::Role(name) => write!(f, "{write}role:{name}"),
        }
    }
}

impl FromStr for ViewAs {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (kind, name) = text.split_once(':').ok_or_else(|| wrong(text))?;
        let (writes, kind) = kind.strip_prefix("write-").map_or((false, kind), |kind| (true, kind));
        let whom = match kind {
            "user" => Whom::User(UserId(Uuid::parse_str(name).map_err(|_| wrong(text))?)),
            "role" if !name.is_empty() => Whom::Role(name.to_owned()),
            _ => return Err(wrong(text)),
        };
        Ok(Self { whom, writes })
    }
}

fn wrong(text: &str) -> Error {
    let text: String = text.chars().take(100).collect();
    Error::new(Code::InvalidValue, format!("\"{text}\" names nobody to view as")).with_hint("write user:ID or role:NAME")
}

/// Somebody who sees as somebody else, within what they may themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenAs {
    /// Who it really is.
    pub by: Caller,
    /// As whom everything is seen.
    pub seen: Caller,
    /// Whether writes go through.
    pub writes: bool,
}

impl SeenAs {
    /// What the one is called as whom everything is seen.
    #[must_use]
    pub fn seen_label(&self) -> String {
        match &self.seen {
            Caller::Api { user: Some(user), claims, .. } => {
                claims.as_ref().and_then(|claims| claims.email.clone()).unwrap_or_else(|| user.to_string())
            }
            other => other.label().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["user:00000000-0000-0000-0000-00000000000a", "role:anon", "write-role:a:b", "write-role:write-x"] {
            assert_eq!(text.parse::<ViewAs>().unwrap().to_string(), text);
        }
        for text in ["", "ada", "user:", "user:ada", "role:", "group:x", "write-write-role:x", "role"] {
            assert!(text.parse::<ViewAs>().is_err(), "{text}");
        }
    }
}
