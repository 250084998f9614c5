//! `tenon settings list`, `tenon settings get NAME`, `tenon settings set NAME VALUE`

use std::io;

use clap::{Args, Subcommand};
use serde_json::Value;
use tenon_engine::{
    Caller, Code, Config, Error,
    audit::Client,
    settings::{Described, Kind, Settings as InForce},
};

use super::{Failure, open, print};

/// Show and change what owners set while the instance runs.
#[derive(Args)]
pub(super) struct Settings {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Every setting with its value, a line each; secrets only as set or not.
    List,
    /// The value of a setting.
    Get {
        /// Its name, e.g. auth.site_url
        name: String,
    },
    /// Give a setting a value.
    Set {
        /// Its name, e.g. auth.site_url
        name: String,
        /// Plain text or JSON; lists and claims as JSON; - reads it from the standard input
        #[arg(allow_hyphen_values = true)]
        value: String,
    },
}

impl Settings {
    pub(super) async fn run(self, config: Config) -> Result<(), Failure> {
        let engine = open(config, "tenon settings").await?;
        let text = match self.action {
            Action::List => {
                let settings = engine.settings();
                Described::all().iter().map(|setting| format!("{}={}\n", setting.name, shown(setting, &settings))).collect()
            }
            Action::Get { name } => format!("{}\n", shown(described(&name)?, &engine.settings())),
            Action::Set { name, value } => {
                let setting = described(&name)?;
                let value = if value == "-" { read()? } else { value };
                let value = parse(setting.kind, &value)?;
                let change = move |settings: &InForce| settings.with(setting.name, value.clone());
                let settings = engine.change_settings(&Caller::Operator, &Client::program("tenon settings"), change).await?;
                format!("{}={}\n", setting.name, shown(setting, &settings))
            }
        };
        engine.shutdown().await;
        print(&text)
    }
}

fn described(name: &str) -> Result<&'static Described, Error> {
    let missing = || Error::new(Code::NotFound, format!("there is no setting {name}")).with_hint("tenon settings list");
    Described::all().iter().find(|setting| setting.name == name).ok_or_else(missing)
}

fn read() -> Result<String, Failure> {
    let text = io::read_to_string(io::stdin())?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn shown(setting: &Described, settings: &InForce) -> String {
    match settings.get(setting.name).unwrap_or_default() {
        Value::String(text) if setting.is_secret() => if text.is_empty() { "(not set)" } else { "(set)" }.to_owned(),
        Value::String(text) => text,
        value => value.to_string(),
    }
}

/// A value as the command line has it. Texts are taken as they are, or as a JSON string.
fn parse(kind: Kind, text: &str) -> Result<Value, Error> {
    match kind {
        Kind::Text | Kind::Secret | Kind::Choice(_) => Ok(match serde_json::from_str(text) {
            Ok(Value::String(inner)) => Value::String(inner),
            _ => Value::String(text.to_owned()),
        }),
        Kind::Switch | Kind::Count | Kind::Seconds | Kind::Lines | Kind::Claims => serde_json::from_str(text).map_err(|_| {
            let wanted = match kind {
                Kind::Switch => "true or false",
                Kind::Lines => r#"a JSON list, like ["a", "b"]"#,
                Kind::Claims => r#"a JSON list, like [{"name": "plan", "expression": "app_metadata ->> 'plan'"}]"#,
                _ => "a number",
            };
            Error::new(Code::InvalidValue, format!("the value is no JSON; this setting takes {wanted}"))
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_plain_or_json_and_the_rest_json() {
        assert_eq!(parse(Kind::Text, "https://x.org").unwrap(), json!("https://x.org"));
        assert_eq!(parse(Kind::Text, r#""12""#).unwrap(), json!("12"));
        assert_eq!(parse(Kind::Secret, "12").unwrap(), json!("12"));
        assert_eq!(parse(Kind::Switch, "true").unwrap(), json!(true));
        assert_eq!(parse(Kind::Lines, r#"["a"]"#).unwrap(), json!(["a"]));
        assert_eq!(parse(Kind::Seconds, "1h").unwrap_err().message, "the value is no JSON; this setting takes a number");
    }

    #[test]
    fn secrets_are_not_shown() {
        let secret = "a secret of at least thirty-two characters";
        let settings = InForce::default().with("auth.legacy_jwt_secret", json!(secret)).unwrap();
        assert_eq!(shown(described("auth.legacy_jwt_secret").unwrap(), &settings), "(set)");
        assert_eq!(shown(described("mail.smtp_password").unwrap(), &settings), "(not set)");
        assert_eq!(shown(described("auth.password_requires").unwrap(), &settings), "[]");
        assert!(described("auth.nothing").is_err());
    }
}
