//! Laws of parsing, applying and dumping.

use std::sync::Arc;

use proptest::prelude::*;
use tenon_model::{Code, Error, Schema};

use super::{apply::apply, dump::dump, parse::parse};

/// The schema that a text makes from nothing.
pub(super) fn build(sql: &str) -> Result<Arc<Schema>, Error> {
    build_on(Arc::default(), sql)
}

fn build_on(schema: Arc<Schema>, sql: &str) -> Result<Arc<Schema>, Error> {
    parse(sql)?
        .iter()
        .try_fold(schema, |schema, statement| Ok(apply(&schema, &statement.change)?.last().map_or(schema, |t| t.after.clone())))
}

const TYPES: [&str; 22] = [
    "text",
    "varchar(7)",
    "smallint",
    "int",
    "int8",
    "float4",
    "float8",
    "numeric",
    "decimal(12,3)",
    "bool",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "uuid",
    "json",
    "jsonb",
    "bytea",
    "mood",
    "mood[]",
    "text[]",
    "integer array",
];

prop_compose! {
    fn name()(text in prop_oneof!["[a-z][a-z0-9_]{0,8}", "[A-Za-z \"'.äß-]{1,6}", Just("select".to_owned()), Just("like".to_owned())]) -> String {
        format!("\"{}\"", text.replace('"', "\"\""))
    }
}

prop_compose! {
    fn column()(name in name(), of in 0..TYPES.len(), not_null in any::<bool>(), more in 0..6_usize) -> String {
        let more = ["", " unique", " primary key", " references t0", " generated always as identity", " default null"][more];
        format!("{name} {}{}{more}", TYPES[of], if not_null { " not null" } else { "" })
    }
}

fn statement() -> impl Strategy<Value = String> {
    let columns = prop::collection::vec(column(), 1..6);
    let table = (0..4_usize).prop_map(|i| format!("t{i}"));
    prop_oneof![
        4 => (table.clone(), columns).prop_map(|(t, c)| format!("create table {t} ({})", c.join(", "))),
        2 => (table.clone(), table.clone(), name()).prop_map(|(a, b, n)| format!("alter table {a} add column {n} integer references {b}")),
        1 => (table.clone(), column()).prop_map(|(t, c)| format!("alter table {t} add column if not exists {c}")),
        1 => (table.clone(), name()).prop_map(|(t, n)| format!("alter table {t} drop column {n} cascade")),
        1 => (table.clone(), name(), name()).prop_map(|(t, a, b)| format!("alter table {t} rename column {a} to {b}")),
        1 => (table.clone(), table.clone()).prop_map(|(a, b)| format!("alter table {a} rename to {b}")),
        1 => (table.clone(), name()).prop_map(|(t, n)| format!("create index on {t} ({n} desc)")),
        1 => table.clone().prop_map(|t| format!("drop table {t} cascade")),
        1 => table.clone().prop_map(|t| format!("create unique index on {t} (id)")),
        1 => table.clone().prop_map(|t| format!("create table {t} (id int primary key, up int references {t}, \"Key\" text unique)")),
        1 => (table.clone(), "[a-z' ]{0,5}").prop_map(|(t, c)| format!("comment on table {t} is '{}'", c.replace('\'', "''"))),
        1 => table.prop_map(|t| format!("grant select, delete on {t} to anon, authenticated")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_dump_makes_the_same_schema(statements in prop::collection::vec(statement(), 1..14)) {
        let mut schema = build("create type mood as enum ('a', 'b')").unwrap();
        for sql in statements {
            // What does not fit the schema so far is refused, and changes nothing.
            if let Ok(next) = build_on(schema.clone(), &sql) {
                schema = next;
            }
        }
        let text = dump(&schema);
        let again = build(&text).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
        prop_assert_eq!(&again, &schema, "{}", text);
        prop_assert_eq!(dump(&again), text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
        let _ = parse(&text);
    }

    #[test]
    fn any_words_are_read_or_refused(words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..40)) {
        let text = words.join(" ");
        if let Err(error) = build(&text) {
            prop_assert!(error.code != Code::Internal, "{text}: {error:?}");
        }
    }
}

const WORDS: [&str; 58] = [
    "create",
    "table",
    "type",
    "index",
    "unique",
    "alter",
    "drop",
    "add",
    "column",
    "constraint",
    "primary",
    "key",
    "foreign",
    "references",
    "(",
    ")",
    ",",
    ";",
    "t",
    "u",
    "\"T\"",
    "a",
    "b",
    "integer",
    "text",
    "numeric",
    "(3",
    "varchar",
    "[",
    "]",
    "default",
    "'x'",
    "'{1}'",
    "-1",
    "1.5",
    "::",
    "now",
    "()",
    "array",
    "not",
    "null",
    "set",
    "rename",
    "to",
    "on",
    "is",
    "comment",
    "grant",
    "select",
    "anon",
    "if",
    "exists",
    "cascade",
    "as",
    "enum",
    ".",
    "generated always as identity",
    "'",
];

#[test]
fn a_text_is_bounded() {
    let many = "drop table if exists t;".repeat(1_001);
    assert_eq!(parse(&many).unwrap_err().code, Code::TooComplex);
    assert_eq!(parse(&" ".repeat((1 << 20) + 1)).unwrap_err().code, Code::TooLarge);
    let columns = (0..1_601).map(|i| format!("c{i} int")).collect::<Vec<_>>().join(", ");
    assert_eq!(build(&format!("create table t ({columns})")).unwrap_err().code, Code::TooComplex);
    let nested = format!("create table t (a int default {}1{})", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(parse(&nested).unwrap_err().code, Code::TooComplex);
    assert!(parse("create table t (a text default $$x$$)").is_err());
}
