//! Texts of a table, read as another type while a query runs: nobody takes what another does not.

use serde_json::json;
use tenon_engine::{Engine, expressions::compile};
use tenon_model::{Code, Ident};
use tenon_testkit::for_each_engine;

use super::{agree, in_database, in_memory, tables};

const TYPES: [&str; 16] = [
    "varchar(3)",
    "text",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "numeric",
    "numeric(4,1)",
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "boolean",
    "uuid",
    "bytea",
];

const TEXTS: [&str; 72] = [
    "",
    " ",
    "today",
    "now",
    "epoch",
    "infinity",
    "-infinity",
    "tomorrow",
    "allballs",
    "Jan 5 2020",
    "5 Jan 2020",
    "1/2/2020",
    "2020-02-30",
    "2020-02-29",
    " 2020-2-9 ",
    "20200229",
    "02020-02-29",
    "10000-01-01",
    "294277-01-01",
    "9999999-01-01",
    "2020-02-29 BC",
    "2020.02.29",
    "2020-060",
    "J2451187",
    "202002",
    "2020-02-29T10:00",
    "2020-02-29 24:00:00",
    "2020-02-29 24:00:01",
    "2020-02-29T10:00:00.1234567z",
    "2020-02-29 10:00 UTC",
    "2020-02-29 10:00 Europe/Paris",
    "2020-02-29 10:00 PM",
    "2020-02-29 10:00+01:30",
    "2020-02-29 10:00-15:59:59",
    "2020-02-29 10:00+16",
    "10:00",
    "10:61",
    "04:05 AM",
    "040506",
    "12:34:60",
    "10:00:00.5 +02",
    "T10:00",
    "NaN",
    "inf",
    "-Infinity",
    "1_000",
    "0x1F",
    "0b1",
    "1e3",
    " 12 ",
    "+5",
    "--5",
    "1e400",
    "12345678901234567890",
    "3.5",
    ".5",
    "5.",
    "yes",
    "of",
    "\\x0g",
    "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}",
    "urn:uuid:a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    "a0eebc999c0b4ef8bb6d6bb9bd380a1-1",
    "A0EEBC999C0B4EF8BB6D6BB9BD380A11",
    " a0eebc999c0b4ef8bb6d6bb9bd380a11",
    "10000-01-01 10:00",
    "2020-02-30 10:00",
    "2020-02-29 24:00",
    "24:00:00.0",
    "12:24:30",
    "\u{b}12",
    "tru",
];

#[tokio::test]
async fn a_cast_cuts_and_rounds_to_what_it_names() {
    for_each_engine(async |engine| {
        let columns = "whole integer, exact numeric, float double precision, word text, code varchar(4), flag boolean, born date";
        engine.schema(&format!("create table texts (id bigint primary key, {columns});")).await;
        engine.rows("texts", json!([
            {"id": 1, "whole": 5, "exact": "12.345", "float": 0.05, "word": "1.25", "code": "abcd", "flag": true, "born": "2020-02-29"},
            {"id": 2, "whole": -100, "exact": "-0.05", "float": 99.95, "word": "7", "code": "Ü", "flag": false, "born": null}
        ])).await;
        let casts = |(columns, types): (&[&str], &[&str])| -> Vec<String> {
            columns.iter().flat_map(|column| types.iter().map(move |to| format!("{column}::{to}"))).collect()
        };
        let lines: Vec<String> = [
            casts((&["whole", "exact", "float", "word"], &["numeric(4,1)", "numeric(6,3)", "numeric"])),
            casts((&["whole", "exact", "float", "word", "code", "flag", "born"], &["varchar(2)", "varchar(20)", "text"])),
        ]
        .concat();
        agree(&engine, &Engine::schema(&engine), &Ident::new("texts").unwrap(), &lines.join("\n")).await;
    })
    .await;
}

#[tokio::test]
async fn a_text_is_read_alike_everywhere() {
    for_each_engine(async |engine| {
        engine.schema("create table texts (id bigint primary key, text text);").await;
        let schema = Engine::schema(&engine);
        let table = Ident::new("texts").unwrap();
        let mut differences = Vec::new();
        for text in TEXTS {
            engine.schema("drop table texts; create table texts (id bigint primary key, text text);").await;
            engine.rows("texts", json!([{"id": 1, "text": text}])).await;
            let tables = tables(&engine, &schema).await;
            for data_type in TYPES {
                let expr = compile(&format!("text::{data_type}"), &schema, &table, None).unwrap();
                let memory = in_memory(&tables, &schema, &table, &expr);
                let database = in_database(&engine, &table, &expr).await;
                let same = match (&memory, &database) {
                    (Ok(memory), Ok(database)) => memory == database,
                    (Err(memory), Err(database)) => memory.code == database.code && memory.code != Code::Internal,
                    _ => false,
                };
                if !same {
                    differences.push(format!("{text:?}::{data_type}\n  memory   {memory:?}\n  database {database:?}"));
                }
            }
        }
        assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    })
    .await;
}
