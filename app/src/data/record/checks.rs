//! A table's checks, asked of what stands in a form: by the code that asks them everywhere else, in the browser too.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tenon_model::{Check, DataType, EnumType, Ident, Schema, Value};

use crate::data::parse;

/// What the browser needs to ask a table's checks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FormChecks {
    /// The columns that checks look at.
    columns: Vec<(Ident, DataType)>,
    /// The enum types that they may speak of.
    enums: Vec<EnumType>,
    checks: Vec<Asked>,
}

/// A check and the columns that it looks at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Asked {
    check: Check,
    columns: Vec<Ident>,
}

/// What stands in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entered {
    /// Null.
    Null,
    /// A text, which may be no value of the column's type.
    Text(String),
}

/// A check that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failed {
    /// The columns that it looks at.
    pub(crate) columns: Vec<String>,
    /// What the person is told.
    pub(crate) message: String,
}

impl FormChecks {
    /// The checks of a table as text, as a page carries them; empty without any.
    #[cfg(feature = "ssr")]
    pub(crate) fn text(schema: &Schema, table: &tenon_model::Table) -> String {
        if table.checks.is_empty() {
            return String::new();
        }
        let asked = |check: &Check| Asked { columns: check.columns(table).into_iter().cloned().collect(), check: check.clone() };
        let checks: Vec<Asked> = table.checks.iter().map(asked).collect();
        let used = |name: &Ident| checks.iter().any(|asked| asked.columns.contains(name));
        let columns = table.columns.iter().filter(|column| used(&column.name));
        let all = Self {
            columns: columns.map(|column| (column.name.clone(), column.data_type.clone())).collect(),
            enums: schema.enums.values().map(|found| (**found).clone()).collect(),
            checks,
        };
        serde_json::to_string(&all).unwrap_or_default()
    }

    /// The checks that do not hold. Those that look at a field of which is not known what it will hold, and those that cannot be
    /// answered, are left to the server.
    pub(crate) fn ask(&self, entered: &HashMap<String, Entered>) -> Vec<Failed> {
        let enums = self.enums.iter().map(|found| (found.name.clone(), std::sync::Arc::new(found.clone()))).collect();
        let schema = Schema { enums, ..Schema::default() };
        let mut row = HashMap::new();
        for (name, data_type) in &self.columns {
            let value = match entered.get(name.as_str()) {
                None => continue,
                Some(Entered::Null) => Value::Null,
                Some(Entered::Text(text)) => match parse::value(&schema, data_type, text) {
                    Ok(value) => value,
                    Err(_) => continue,
                },
            };
            row.insert(name.clone(), value);
        }
        let known = |asked: &&Asked| asked.columns.iter().all(|name| row.contains_key(name));
        let fails = |asked: &&Asked| asked.check.refuses(&schema, &row).unwrap_or(false);
        let failed = |asked: &Asked| Failed {
            columns: asked.columns.iter().map(ToString::to_string).collect(),
            message: asked.check.sentence(),
        };
        self.checks.iter().filter(known).filter(fails).map(failed).collect()
    }
}

/// What a page's checks say of what stands in its form. The browser fetches this code when a form first needs it.
#[cfg(any(feature = "ssr", feature = "split"))]
#[leptos::lazy]
pub(crate) fn ask_checks(checks: String, entered: Vec<(String, Entered)>) -> Vec<Failed> {
    ask(&checks, entered)
}

/// As in the build that splits the code.
#[cfg(not(any(feature = "ssr", feature = "split")))]
pub(crate) async fn ask_checks(checks: String, entered: Vec<(String, Entered)>) -> Vec<Failed> {
    ask(&checks, entered)
}

fn ask(checks: &str, entered: Vec<(String, Entered)>) -> Vec<Failed> {
    let read = serde_json::from_str::<FormChecks>(checks);
    read.map(|checks| checks.ask(&entered.into_iter().collect())).unwrap_or_default()
}

#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests {
    use super::*;

    fn told(sql: &str, entered: &[(&str, Option<&str>)]) -> Vec<String> {
        let schema = tenon_engine::tables::schema_from_sql(sql).unwrap();
        let text = FormChecks::text(&schema, schema.table("t").unwrap());
        let entered = entered
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.map_or(Entered::Null, |text| Entered::Text(text.to_owned()))));
        ask(&text, entered.collect())
            .into_iter()
            .map(|failed| format!("{}: {}", failed.columns.join(","), failed.message))
            .collect()
    }

    #[test]
    fn what_is_entered_is_asked_as_far_as_it_is_known() {
        let sql = "create type e as enum ('x', 'y');
            create table t (a int check (a > 1), b date, c date, e e check (e < 'y'), f int[] check (cardinality(f) < 2),
                constraint span check (c >= b)); comment on constraint span on t is 'The end comes later.'";
        let none: [String; 0] = [];
        assert_eq!(told(sql, &[("a", Some("2")), ("b", Some("2024-01-01")), ("c", None)]), none);
        assert_eq!(told(sql, &[("a", Some("1"))]), ["a: This does not pass the check “t_a_check”."]);
        assert_eq!(told(sql, &[("a", Some("1x")), ("c", Some("2024-01-01"))]), none);
        assert_eq!(told(sql, &[("c", Some("2024-01-01")), ("b", Some("2024-01-02"))]), ["b,c: The end comes later."]);
        assert_eq!(told(sql, &[("e", Some("y"))]), ["e: This does not pass the check “t_e_check”."]);
        assert_eq!(told(sql, &[("f", Some("[1, 2]"))]), ["f: This does not pass the check “t_f_check”."]);
        assert_eq!(told("create table t (a int)", &[("a", Some("1"))]), none);
    }
}
