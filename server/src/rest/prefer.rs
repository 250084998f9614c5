//! The `Prefer` header: what a client would like, and which of it was done.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tenon_engine::records::{Count, Missing, Resolution};
use tenon_model::Command;

use super::error::RestError;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// What a write answers with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Return {
    /// Only the status.
    #[default]
    Minimal,
    /// The status, and where a new row is.
    HeadersOnly,
    /// The written rows.
    Representation,
}

/// What is explained to who holds the secret key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Explain {
    /// Why the request is refused, if it is.
    Refusal,
    /// Of a `GET`: why the rows may be seen, changed or removed, or may not, instead of the rows.
    Rows(Command),
}

/// The preferences of a request. The first of each kind counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Preferences {
    pub(super) resolution: Option<Resolution>,
    pub(super) missing: Option<Missing>,
    pub(super) returning: Option<Return>,
    pub(super) count: Option<Count>,
    /// `tx=`: whether to undo everything at the end.
    pub(super) rollback: Option<bool>,
    /// `handling=`: whether unknown preferences are refused.
    pub(super) strict: Option<bool>,
    pub(super) max_affected: Option<u64>,
    /// `explain`: only of who holds the secret key.
    pub(super) explain: Option<Explain>,
}

impl Preferences {
    /// Reads the header; `may_explain` says whether the client holds the secret key.
    pub(super) fn of(headers: &HeaderMap, may_explain: impl Fn() -> bool) -> Result<Self, RestError> {
        let mut found = Self::default();
        let mut unknown = Vec::new();
        for value in headers.get_all(PREFER) {
            let text = value.to_str().unwrap_or("");
            for preference in text.split(',').map(str::trim).filter(|text| !text.is_empty()) {
                let explain = Explain::parse(preference).filter(|_| may_explain());
                if explain.is_some() {
                    found.explain = found.explain.or(explain);
                } else if !found.take(preference) {
                    unknown.push(preference);
                }
            }
        }
        if found.strict == Some(true) && !unknown.is_empty() {
            let message = "Invalid preferences given with handling=strict";
            let details = format!("Invalid preferences: {}", unknown.join(", "));
            return Err(RestError::new(StatusCode::BAD_REQUEST, "PGRST122", message).details(details));
        }
        Ok(found)
    }

    fn take(&mut self, preference: &str) -> bool {
        fn set<T>(place: &mut Option<T>, value: T) {
            place.get_or_insert(value);
        }
        match preference {
            "resolution=merge-duplicates" => set(&mut self.resolution, Resolution::Merge),
            "resolution=ignore-duplicates" => set(&mut self.resolution, Resolution::Ignore),
            "missing=default" => set(&mut self.missing, Missing::Default),
            "missing=null" => set(&mut self.missing, Missing::Null),
            "return=representation" => set(&mut self.returning, Return::Representation),
            "return=minimal" => set(&mut self.returning, Return::Minimal),
            "return=headers-only" => set(&mut self.returning, Return::HeadersOnly),
            "count=exact" => set(&mut self.count, Count::Exact),
            "count=planned" => set(&mut self.count, Count::Planned),
            "count=estimated" => set(&mut self.count, Count::Estimated),
            "tx=commit" => set(&mut self.rollback, false),
            "tx=rollback" => set(&mut self.rollback, true),
            "handling=strict" => set(&mut self.strict, true),
            "handling=lenient" => set(&mut self.strict, false),
            _ => match preference.strip_prefix("max-affected=").and_then(|number| number.parse().ok()) {
                Some(number) => set(&mut self.max_affected, number),
                None => return false,
            },
        }
        true
    }

    /// That something is explained, and nothing else.
    pub(super) fn only_explain(&self) -> Self {
        Self { explain: self.explain, strict: self.strict, ..Self::default() }
    }

    /// The limit on affected rows: as in PostgREST it counts with `handling=strict` alone.
    pub(super) fn affected_limit(&self) -> Option<u64> {
        self.max_affected.filter(|_| self.strict == Some(true))
    }

    /// Tells the client which preferences were heeded. A caller clears those that mean nothing to the request first.
    pub(super) fn acknowledge(&self, headers: &mut HeaderMap) {
        let mut said = Vec::new();
        said.extend(self.resolution.map(|resolution| match resolution {
            Resolution::Merge => "resolution=merge-duplicates".to_owned(),
            Resolution::Ignore => "resolution=ignore-duplicates".to_owned(),
        }));
        said.extend(self.missing.map(|missing| match missing {
            Missing::Default => "missing=default".to_owned(),
            Missing::Null => "missing=null".to_owned(),
        }));
        said.extend(self.returning.map(|returning| match returning {
            Return::Minimal => "return=minimal".to_owned(),
            Return::HeadersOnly => "return=headers-only".to_owned(),
            Return::Representation => "return=representation".to_owned(),
        }));
        said.extend(self.count.map(|count| match count {
            Count::Exact => "count=exact".to_owned(),
            Count::Planned => "count=planned".to_owned(),
            Count::Estimated => "count=estimated".to_owned(),
        }));
        said.extend(self.rollback.map(|rollback| if rollback { "tx=rollback" } else { "tx=commit" }.to_owned()));
        said.extend(self.strict.map(|strict| if strict { "handling=strict" } else { "handling=lenient" }.to_owned()));
        said.extend(self.explain.map(Explain::print));
        said.extend(self.affected_limit().map(|limit| format!("max-affected={limit}")));
        if !said.is_empty()
            && let Ok(value) = HeaderValue::from_str(&said.join(", "))
        {
            headers.insert(APPLIED, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<Preferences, RestError> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(PREFER, value.parse().unwrap());
        }
        Preferences::of(&headers, || false)
    }

    #[test]
    fn preferences_come_in_lists_and_in_several_headers() {
        let found = read(&["return=representation,count=exact", "missing=default"]).unwrap();
        assert_eq!(found.returning, Some(Return::Representation));
        assert_eq!(found.count, Some(Count::Exact));
        let mut headers = HeaderMap::new();
        found.acknowledge(&mut headers);
        assert_eq!(headers[APPLIED], "missing=default, return=representation, count=exact");
    }

    #[test]
    fn unknown_preferences_are_refused_only_with_strict_handling() {
        assert_eq!(read(&["colour=blue"]).unwrap(), Preferences::default());
        let error = serde_json::to_string(&read(&["handling=strict, colour=blue"]).unwrap_err()).unwrap();
        insta::assert_snapshot!(error, @r#"{"code":"PGRST122","details":"Invalid preferences: colour=blue","hint":null,"message":"Invalid preferences given with handling=strict"}"#);
    }

    #[test]
    fn without_the_secret_key_nothing_is_explained() {
        let error = serde_json::to_string(&read(&["handling=strict, explain"]).unwrap_err()).unwrap();
        insta::assert_snapshot!(error, @r#"{"code":"PGRST122","details":"Invalid preferences: explain","hint":null,"message":"Invalid preferences given with handling=strict"}"#);
        let headers = |value: &str| HeaderMap::from_iter([(PREFER, value.parse().unwrap())]);
        let explained = |value: &str| Preferences::of(&headers(value), || true).unwrap().explain.map(Explain::print);
        assert_eq!(explained("handling=strict, explain").as_deref(), Some("explain"));
        assert_eq!(explained("explain=delete, explain").as_deref(), Some("explain=delete"));
        assert_eq!(explained("explain=insert"), None);
        assert_eq!(explained("explained"), None);
    }

    #[test]
    fn a_limit_on_affected_rows_needs_strict_handling() {
        assert_eq!(read(&["max-affected=5"]).unwrap().affected_limit(), None);
        assert_eq!(read(&["max-affected=5, handling=strict"]).unwrap().affected_limit(), Some(5));
    }
}
