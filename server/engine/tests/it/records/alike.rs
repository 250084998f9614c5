//! The law that holds records together: whatever the filter and the order, both engines find the same rows.

use proptest::{prelude::*, strategy::Strategy, test_runner::TestRunner};
use serde_json::json;
use tenon_engine::database::EngineKind;
use tenon_testkit::TestEngine;

use super::library::Api;

const SCHEMA: &str = r#"
    create type size as enum ('small', 'large', 'huge');
    create table things (
        id integer primary key, t text, v varchar(8), i integer, b bigint, r real, d double precision, n numeric,
        p numeric(8,3), o boolean, day date, clock time, moment timestamp, at timestamptz, u uuid, j jsonb, s size, l text[],
        li integer[], ln numeric[], ld double precision[]
    );
"#;

/// Values worth meeting, in a URL's spelling.
const VALUES: &[(&str, &[&str])] = &[
    ("t", &["", "a", "A", "ab", "ä", "Ä", "Z", "z%", "a_b", "ß", "10", "9", "ΣΊΣΥΦΟΣ", "İx"]),
    ("v", &["x", "X", "xy", "é"]),
    ("i", &["-1", "0", "1", "2147483647"]),
    ("b", &["-9223372036854775808", "7", "9007199254740993"]),
    ("r", &["0.1", "-2.5", "1e20", "3"]),
    ("d", &["0.1", "0.30000000000000004", "-1e-7", "12345678901234567", "1e-300", "2.29e+245", "4.07e-93"]),
    ("n", &["0", "0.0", "10", "9.99", "-3.25", "123456789012345678901234567890.5"]),
    ("p", &["1.5", "1.500", "-0.001", "99999"]),
    ("o", &["true", "false"]),
    ("day", &["2013-01-01", "1999-12-31", "2024-02-29"]),
    ("clock", &["00:00:00", "23:59:59.999999", "12:00:00.5"]),
    ("moment", &["2013-01-01T00:00:00", "2013-01-01T00:00:00.5"]),
    ("at", &["2013-01-01T00:00:00Z", "2013-01-01T01:00:00+02:00", "2013-01-01T00:00:00.25Z"]),
    ("u", &["00000000-0000-0000-0000-000000000001", "FFFFFFFF-0000-0000-0000-000000000001"]),
    ("j", &["1", "1.0", "2", "\"a\"", "null", "[]", "[1,2]", "{\"a\":1}", "{\"a\":2,\"b\":[]}", "{\"aa\":0}", "{\"b\":1}", "true"]),
    ("s", &["small", "large", "huge"]),
    ("li", &["{}", "{1}", "{1,2}", "{1,NULL}", "{10}", "{2}"]),
    ("ln", &["{1.5}", "{1.50}", "{-1}"]),
    ("ld", &["{1e-300}", "{0.1,2}"]),
];
/// What cannot be ordered by.
const ARRAYS: &[&str] = &["li", "ln", "ld"];
const COMPARISONS: &[&str] = &["eq", "neq", "gt", "gte", "lt", "lte", "isdistinct", "not.eq", "not.lt"];
const PATTERNS: &[&str] = &["*", "a*", "A*", "*b", "_", "a\\_b", "*%", "ä*", "z\\%", "σίσυφος", "i̇*"];

fn comparison() -> impl Strategy<Value = String> {
    (0..VALUES.len(), any::<prop::sample::Index>(), 0..COMPARISONS.len()).prop_map(|(column, value, operator)| {
        let (name, values) = VALUES[column];
        format!("{name}.{}.{}", COMPARISONS[operator], quoted(values[value.index(values.len())]))
    })
}

fn list() -> impl Strategy<Value = String> {
    (0..VALUES.len(), proptest::collection::vec(any::<prop::sample::Index>(), 0..4)).prop_map(|(column, picks)| {
        let (name, values) = VALUES[column];
        let picked: Vec<_> = picks.iter().map(|pick| quoted(values[pick.index(values.len())])).collect();
        format!("{name}.in.({})", picked.join(","))
    })
}

fn pattern() -> impl Strategy<Value = String> {
    (prop::sample::select(vec!["t", "v"]), prop::sample::select(vec!["like", "ilike", "not.like"]), 0..PATTERNS.len())
        .prop_map(|(column, operator, pattern)| format!("{column}.{operator}.{}", quoted(PATTERNS[pattern])))
}

fn test() -> impl Strategy<Value = String> {
    let column = prop::sample::select(VALUES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    prop_oneof![
        column.prop_map(|name| format!("{name}.is.null")),
        prop::sample::select(vec!["o.is.true", "o.is.false", "o.is.unknown", "o.not.is.true"]).prop_map(str::to_owned),
        prop::sample::select(vec![
            "j->a.gt.1",
            "j->>a.eq.1",
            "j->0.eq.1",
            "j.cs.{\"a\":1}",
            "l.cs.{a}",
            "l.ov.{a,b}",
            "l.cd.{a,b}"
        ])
        .prop_map(str::to_owned),
    ]
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A filter in the grammar of `and=(…)`.
fn filter() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![4 => comparison(), 1 => list(), 1 => pattern(), 1 => test()];
    leaf.prop_recursive(3, 12, 3, |inner| {
        (prop::sample::select(vec!["and", "or", "not.and", "not.or"]), proptest::collection::vec(inner, 1..4))
            .prop_map(|(joiner, terms)| format!("{joiner}({})", terms.join(",")))
    })
}

fn order() -> impl Strategy<Value = String> {
    let orderable = VALUES.iter().map(|(name, _)| *name).filter(|name| !ARRAYS.contains(name));
    let column = prop::sample::select(orderable.collect::<Vec<_>>());
    (column, prop::sample::select(vec!["", ".desc", ".nullsfirst", ".desc.nullslast"]))
        .prop_map(|(name, way)| format!("{name}{way}"))
}

/// Rows in which every value meets every other now and then.
fn rows() -> serde_json::Value {
    let row = |id: usize| {
        let mut row = serde_json::Map::new();
        row.insert("id".to_owned(), json!(id));
        for (column, (name, values)) in VALUES.iter().enumerate() {
            let pick = (id * (column + 3) + id / 7) % (values.len() + 1);
            let Some(value) = values.get(pick) else { continue };
            let value = if *name == "j" { serde_json::from_str(value).unwrap() } else { json!(value) };
            row.insert((*name).to_owned(), value);
        }
        row.insert("l".to_owned(), [json!(null), json!([]), json!(["a"]), json!(["b", null, "a"])][id % 4].clone());
        serde_json::Value::Object(row)
    };
    (1..=60).map(row).collect()
}

async fn instance(kind: EngineKind) -> TestEngine {
    let engine = TestEngine::on(kind).await;
    engine.schema(SCHEMA).await;
    Api(&engine).add("things", rows()).await;
    engine
}

#[test]
fn both_engines_find_the_same_rows_in_the_same_order() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (sqlite, postgres) = runtime.block_on(async { (instance(EngineKind::Sqlite).await, instance(EngineKind::Postgres).await) });
    let whole = runtime.block_on(async { (Api(&sqlite).get("things").await, Api(&postgres).get("things").await) });
    assert_eq!(whole.0, whole.1);
    let mut runner = TestRunner::new(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() });
    runner
        .run(&(filter(), order()), |(filter, order)| {
            let path = format!("things?select=id&and=({filter})&order={order}");
            let (ours, theirs) = runtime.block_on(async { (Api(&sqlite).get(&path).await, Api(&postgres).get(&path).await) });
            prop_assert_eq!(ours, theirs, "{}", path);
            Ok(())
        })
        .unwrap();
    runtime.block_on(async {
        sqlite.shutdown().await;
        postgres.shutdown().await;
    });
}
