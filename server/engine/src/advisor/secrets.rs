//! Columns that are probably meant secret, by their names and by what is in them, and that can be read.

use tenon_model::{
    Column, Command, Policy, Role, ScalarType, Schema, Table,
    advice::{Advice, AdviceKind, Severity},
};

use super::{
    Look,
    finding::{Told, finding},
    open::capital,
    reach::{ANYBODY, grants, who},
    truth::Truth,
};

/// Words of names that say it by themselves, in the singular.
const SECRET: [&str; 16] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "secret",
    "token",
    "apikey",
    "ssn",
    "iban",
    "cvv",
    "cvc",
    "salt",
    "otp",
    "totp",
    "passport",
];

/// Two words that say it together.
const PAIRS: [(&str, &str); 14] = [
    ("api", "key"),
    ("private", "key"),
    ("access", "key"),
    ("signing", "key"),
    ("encryption", "key"),
    ("card", "number"),
    ("credit", "card"),
    ("account", "number"),
    ("social", "security"),
    ("security", "number"),
    ("tax", "id"),
    ("recovery", "code"),
    ("backup", "code"),
    ("pin", "code"),
];

impl Look<'_> {
    /// The findings of one table.
    pub(super) async fn secrets(&self, table: &Table, found: &mut Vec<Advice>) {
        let readers: Vec<Role> = ANYBODY.into_iter().filter(|role| reads(self.schema, table, role)).collect();
        for column in table.columns.iter().filter(|column| holds_text(column)) {
            let may = |role: &&Role| grants(self.schema, table, role).may_column(Command::Select, column.name.as_str());
            let Some(role) = readers.iter().find(may) else { continue };
            let evidence = if is_secret(column.name.as_str()) {
                Some("by its name")
            } else if column.data_type.scalar().is_some_and(ScalarType::is_text) && !column.is_virtual() {
                self.sample(table, column).await.and_then(|values| looks_secret(&values))
            } else {
                None
            };
            found.extend(evidence.map(|evidence| told(table, column, role, evidence)));
        }
    }
}

/// Whether the role reads rows of the table, some at least.
fn reads(schema: &Schema, table: &Table, role: &Role) -> bool {
    let held = schema.held_by(role);
    let allows = |policy: &Policy| {
        let holds = |clause| !Truth { schema, table, role }.of(clause).never_holds();
        policy.permissive && policy.is_for(Command::Select, &held) && policy.using.as_ref().is_some_and(holds)
    };
    grants(schema, table, role).may(Command::Select) && (!table.row_security || table.policies.iter().any(allows))
}

fn told(table: &Table, column: &Column, role: &Role, evidence: &str) -> Advice {
    let severity = if *role == Role::Anon { Severity::Error } else { Severity::Warning };
    let rows = if table.row_security { "of the rows that policies allow" } else { "of every row" };
    let what =
        format!("{} can read \"{}\" {rows} of \"{}\", which {evidence} is secret.", capital(&who(role)), column.name, table.name);
    finding(AdviceKind::Secret, severity, table, what)
        .columns(vec![column.name.clone()])
        .why("Policies choose rows. Whoever may read a row reads every column that the role is granted.")
        .remedy("Grant select on the other columns only, or keep it in a table of its own; if it is no secret, say so here.")
}

/// Whether values are texts in which a secret could stand.
fn holds_text(column: &Column) -> bool {
    use ScalarType as S;
    matches!(column.data_type.element(), S::Text | S::Varchar(_) | S::Bytea | S::Json | S::Jsonb | S::Uuid)
}

/// Whether a name says that its values are secret.
fn is_secret(name: &str) -> bool {
    let words = words(name);
    let word = |word: &String| SECRET.contains(&word.as_str());
    let pair = |pair: &[String]| PAIRS.contains(&(pair[0].as_str(), pair[1].as_str()));
    let hash = words == ["hash"];
    // What is about a secret without being one: when it was changed, what reminds of it.
    let about =
        words.iter().any(|word| matches!(word.as_str(), "count" | "name" | "type" | "kind" | "id" | "at" | "expires" | "url"));
    !about && (hash || words.iter().any(word) || words.windows(2).any(pair))
}

/// The words of a name in lower case and in the singular.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && after_small) {
            words.push(String::new());
        }
        after_small = letter.is_lowercase() || letter.is_numeric();
        if let (true, Some(word)) = (letter.is_alphanumeric(), words.last_mut()) {
            word.extend(letter.to_lowercase());
        }
    }
    let singular = |word: String| match word.strip_suffix('s') {
        Some(rest) if rest.len() >= 3 && !rest.ends_with('s') => rest.to_owned(),
        _ => word,
    };
    words.into_iter().filter(|word| !word.is_empty()).map(singular).collect()
}

/// How a value gives itself away, and how that is said.
type Sign = (fn(&str) -> bool, &'static str);

/// What most of the values look like.
fn looks_secret(values: &[String]) -> Option<&'static str> {
    let kinds: [Sign; 3] = [
        (is_password_hash, "by what is in it (hashes of passwords)"),
        (is_token, "by what is in it (signed tokens)"),
        (is_key, "by what is in it (keys of programs)"),
    ];
    let most = |is: &fn(&str) -> bool| values.iter().filter(|value| is(value)).count() * 2 > values.len();
    kinds.iter().find(|(is, _)| most(is)).map(|(_, words)| *words)
}

fn is_password_hash(value: &str) -> bool {
    ["$2a$", "$2b$", "$2x$", "$2y$", "$argon2", "$scrypt$", "$pbkdf2", "$5$", "$6$", "$7$", "pbkdf2_sha256$"]
        .iter()
        .any(|start| value.len() > 20 && value.starts_with(start))
}

/// A JSON web token: three parts, of which the first two begin as JSON objects do.
fn is_token(value: &str) -> bool {
    let parts: Vec<&str> = value.split('.').collect();
    parts.len() == 3 && value.len() > 40 && parts[..2].iter().all(|part| part.starts_with("eyJ"))
}

fn is_key(value: &str) -> bool {
    let starts =
        ["sk_live_", "sk_test_", "rk_live_", "ghp_", "gho_", "github_pat_", "xoxb-", "xoxp-", "AKIA", "glpat-", "-----BEGIN "];
    value.len() >= 16 && starts.iter().any(|start| value.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_is_secret() {
        for name in [
            "password",
            "passwordHash",
            "hashed_password",
            "user_tokens",
            "refreshToken",
            "api_key",
            "apiKeys",
            "SSN",
            "iban",
            "hash",
            "credit_card",
            "client_secret",
            "card_number",
            "TOTP_secret",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "hashtag",
            "content_hash",
            "secretary",
            "token_count",
            "password_changed_at",
            "token_type",
            "pass",
            "key",
            "street_number",
            "tokenizer",
            "title",
            "",
            "___",
            "address",
            "token_id",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn values_say_it_too() {
        let of = |value: &str| looks_secret(&[value.to_owned()]);
        assert!(of("$2b$12$abcdefghijklmnopqrstuv").is_some());
        assert!(of("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA").is_some());
        assert!(of("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefghijkl").is_some());
        assert!(of("sk_live_0123456789abcdef").is_some());
        for plain in ["", "$5.00 each, $2a$", "eyJ.eyJ.x", "a.b.c", "sk_live_", "hello"] {
            assert_eq!(of(plain), None, "{plain}");
        }
        assert_eq!(looks_secret(&[]), None);
    }
}
