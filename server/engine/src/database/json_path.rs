//! `tenon_json_path`: parts cut out of JSON unchanged.

use serde::Deserialize;
use tenon_model::{
    expression::JsonStep,
    value::json_path::{json_get, json_get_text},
};

/// A step of a path: PostgreSQL's `->` takes a text for a key and a number for a place in an array.
#[derive(Deserialize)]
#[serde(untagged)]
enum Step {
    Place(i64),
    Key(String),
}

impl From<Step> for JsonStep {
    fn from(step: Step) -> Self {
        match step {
            Step::Place(place) => Self::Index(place),
            Step::Key(key) => Self::Key(key),
        }
    }
}

/// What `path` (a JSON array of keys and places) leads to in `json`: the part's own text or, `as_text`, a string without
/// its quotes. `None` where PostgreSQL's `->` and `->>` give null, and for what is no JSON.
pub(super) fn path(json: &str, path: &str, as_text: bool, jsonb: bool) -> Option<String> {
    let steps: Vec<Step> = serde_json::from_str(path).ok()?;
    let steps: Vec<JsonStep> = steps.into_iter().map(Into::into).collect();
    if as_text {
        json_get_text(json, &steps, jsonb).ok()?.map(Into::into)
    } else {
        json_get(json, &steps, jsonb).ok()?.map(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn paths_cut_out_parts_as_postgresql_does() {
        let json = r#"{"a": [1, {"b": "x\"y"}, null], "n": 1.50, "a b": true}"#;
        let get = |p: &str, text: bool| path(json, p, text, false);
        assert_eq!(get(r#"["a"]"#, false).as_deref(), Some(r#"[1, {"b": "x\"y"}, null]"#));
        assert_eq!(get(r#"["a",1,"b"]"#, false).as_deref(), Some(r#""x\"y""#));
        assert_eq!(get(r#"["a",1,"b"]"#, true).as_deref(), Some("x\"y"));
        assert_eq!(get(r#"["a",-1]"#, false).as_deref(), Some("null"));
        assert_eq!(get(r#"["a",-1]"#, true), None);
        assert_eq!(get(r#"["a","1"]"#, true), None);
        assert_eq!(get(r#"["n"]"#, true).as_deref(), Some("1.50"));
        assert_eq!(get(r#"[0]"#, true), None);
        assert_eq!(get(r#"["missing"]"#, true), None);
    }

    #[test]
    fn to_jsonb_a_scalar_is_an_array_of_itself() {
        for (steps, found) in [("[0]", Some("5")), ("[-1]", Some("5")), ("[1]", None), ("[\"a\"]", None)] {
            assert_eq!(path("5", steps, false, true).as_deref(), found, "{steps}");
            assert_eq!(path("5", steps, false, false), None, "{steps}");
        }
        assert_eq!(path(r#"{"a": 5}"#, r#"["a",0,0]"#, true, true).as_deref(), Some("5"));
        assert_eq!(path(r#"{"a": 5}"#, "[0]", true, true), None);
    }
}
