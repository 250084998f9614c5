//! Settings as forms have them, and back.

use serde_json::{Value, json};
use tenon_engine::settings::Kind;

use super::auth::InputKind;

/// How a setting is entered.
pub(super) fn input(kind: Kind) -> InputKind {
    match kind {
        Kind::Switch => InputKind::Switch,
        Kind::Count => InputKind::Count,
        Kind::Seconds => InputKind::Seconds,
        Kind::Text => InputKind::Text,
        Kind::Secret => InputKind::Secret,
        Kind::Lines => InputKind::Lines,
        Kind::Choice(choices) => InputKind::Choice(choices.iter().map(|choice| (*choice).to_owned()).collect()),
        Kind::Claims => InputKind::Claims,
    }
}

/// A value as its input shows it; of a secret only whether it is set.
pub(super) fn shown(kind: Kind, value: &Value) -> String {
    let lines = |line: fn(&Value) -> String| value.as_array().into_iter().flatten().map(line).collect::<Vec<_>>().join("\n");
    match kind {
        Kind::Secret => if value.as_str().is_some_and(|text| !text.is_empty()) { "set" } else { "" }.to_owned(),
        Kind::Lines => lines(|line| line.as_str().unwrap_or_default().to_owned()),
        Kind::Claims => lines(|claim| {
            let part = |name: &str| claim[name].as_str().unwrap_or_default().replace('\n', " ");
            format!("{}: {}", part("name"), part("expression"))
        }),
        _ => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
    }
}

/// The value that was entered; nothing for a secret that stays as it is.
pub(super) fn parse(kind: Kind, entered: Option<&str>, cleared: bool) -> Result<Option<Value>, &'static str> {
    let text = entered.unwrap_or_default();
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(match kind {
        Kind::Switch => Some(json!(text == "true")),
        Kind::Count | Kind::Seconds => Some(json!(text.trim().parse::<u32>().map_err(|_| "This is a whole number.")?)),
        Kind::Text | Kind::Choice(_) => Some(json!(text.trim())),
        Kind::Secret if cleared => Some(json!("")),
        Kind::Secret => (!text.is_empty()).then(|| json!(text)),
        Kind::Lines => Some(json!(lines().collect::<Vec<_>>())),
        Kind::Claims => Some(Value::Array(lines().map(claim).collect::<Result<_, _>>()?)),
    })
}

fn claim(line: &str) -> Result<Value, &'static str> {
    let (name, expression) = line.split_once(':').ok_or("Each line is a name, a colon and an expression.")?;
    if name.trim().is_empty() || expression.trim().is_empty() {
        return Err("Each line is a name, a colon and an expression.");
    }
    Ok(json!({ "name": name.trim(), "expression": expression.trim() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_read_back() {
        for (kind, value) in [
            (Kind::Switch, json!(true)),
            (Kind::Seconds, json!(3600)),
            (Kind::Text, json!("https://example.org")),
            (Kind::Lines, json!(["a", "b"])),
            (Kind::Choice(&["off", "on"]), json!("off")),
            (Kind::Claims, json!([{ "name": "plan", "expression": "app_metadata ->> 'a:b'" }])),
        ] {
            assert_eq!(parse(kind, Some(&shown(kind, &value)), false), Ok(Some(value)));
        }
    }

    #[test]
    fn secrets_stay_unless_entered_or_cleared() {
        assert_eq!(shown(Kind::Secret, &json!("hidden")), "set");
        assert_eq!(parse(Kind::Secret, Some(""), false), Ok(None));
        assert_eq!(parse(Kind::Secret, Some("new"), false), Ok(Some(json!("new"))));
        assert_eq!(parse(Kind::Secret, Some(""), true), Ok(Some(json!(""))));
        assert_eq!(parse(Kind::Switch, None, false), Ok(Some(json!(false))));
        assert!(parse(Kind::Count, Some("many"), false).is_err() && parse(Kind::Claims, Some("plan"), false).is_err());
    }
}
