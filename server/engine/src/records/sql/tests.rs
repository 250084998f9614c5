//! What SQL our typed forms become.

use std::sync::Arc;

use tenon_model::{Column, DataType, EnumType, Expr, Ident, ReadQuery, ScalarType, Schema, Table, Unique, rest::RestQuery};

use super::{Rows, select};
use crate::{database::EngineKind, records::plan::Level};

fn ident(name: &str) -> Ident {
    Ident::new(name).unwrap()
}

fn column(name: &str, data_type: impl Into<DataType>, not_null: bool) -> Column {
    Column { not_null, ..Column::new(ident(name), data_type.into()) }
}

fn schema() -> Schema {
    let table = Table {
        columns: vec![
            column("id", ScalarType::Integer, true),
            column("name", ScalarType::Text, false),
            column("price", ScalarType::Numeric(Some((10, 2))), false),
            column("mood", ScalarType::Enum(ident("mood")), false),
            column("doc", ScalarType::Jsonb, false),
            column("at", ScalarType::Timestamptz, true),
        ],
        primary_key: Some(Unique { name: ident("t_pkey"), columns: vec![ident("id")] }),
        ..Table::new(ident("t"))
    };
    let mood = EnumType { name: ident("mood"), values: vec!["sad".into(), "happy".into()], comment: None };
    Schema {
        version: 1,
        tables: [(table.name.clone(), Arc::new(table))].into_iter().collect(),
        enums: [(mood.name.clone(), Arc::new(mood))].into_iter().collect(),
        ..Schema::default()
    }
}

fn query(schema: &Schema, query: &str) -> ReadQuery {
    let params: Vec<_> = query.split('&').map(|p| p.split_once('=').unwrap()).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    RestQuery::parse(&params).unwrap().resolve(schema, "t").unwrap()
}

/// Both engines' statements, with the binds in braces.
fn compiled(text: &str) -> String {
    let schema = schema();
    let query = query(&schema, text);
    let level = Level::new(&schema, &query.table, &query.select).unwrap();
    let rows = Rows { table: &query.table, filter: &query.filter, order: &query.order, limit: query.limit, offset: query.offset };
    let show = |engine| select::select(engine, &schema, &level.columns, &rows).unwrap().display();
    format!("{}\n{}", show(EngineKind::Sqlite), show(EngineKind::Postgres))
}

#[test]
fn a_point_read_needs_no_order() {
    insta::assert_snapshot!(compiled("select=id,name&id=eq.7"), @r#"
select t0."id", t0."name" from "t" as t0 where t0."id" = ({7})
select t0."id"::text, t0."name" from "t" as t0 where t0."id" = ({'7'}::integer)
"#);
}

#[test]
fn a_page_is_ordered_to_the_last() {
    insta::assert_snapshot!(compiled("select=id&order=at.desc&limit=30&offset=60"), @r#"
select t0."id" from "t" as t0 order by t0."at" desc, t0."id" desc limit {30} offset {60}
select t0."id"::text from "t" as t0 order by t0."at" desc, t0."id" desc limit {30} offset {60}
"#);
    insta::assert_snapshot!(compiled("select=id&order=price"), @r#"
select t0."id" from "t" as t0 order by t0."price" nulls last, t0."id"
select t0."id"::text from "t" as t0 order by t0."price", t0."id"
"#);
    insta::assert_snapshot!(compiled("select=id&order=mood.desc.nullslast"), @r#"
select t0."id" from "t" as t0 order by case t0."mood" when {'sad'} then 0 when {'happy'} then 1 end desc, t0."id" desc
select t0."id"::text from "t" as t0 order by t0."mood" desc nulls last, t0."id" desc
"#);
}

#[test]
fn comparisons_mean_the_same() {
    insta::assert_snapshot!(compiled("select=id&price=gt.1.5&mood=gte.sad&doc->a=lt.5&doc->>b=eq.x&at=lt.2020-01-01"), @r#"
select t0."id" from "t" as t0 where (t0."price" > ({'1.5'} collate tenon_numeric)) and (case t0."mood" when {'sad'} then 0 when {'happy'} then 1 end >= {0}) and ((tenon_json_path(t0."doc", {'["a"]'}, 0, 1)) collate tenon_jsonb < ({'5'}) collate tenon_jsonb) and ((tenon_json_path(t0."doc", {'["b"]'}, 1, 1)) = ({'x'})) and (t0."at" < ({'2020-01-01T00:00:00+00:00'})) order by t0."id"
select t0."id"::text from "t" as t0 where (t0."price" > ({'1.5'}::numeric)) and (t0."mood" >= ({'sad'}::"mood")) and (((t0."doc" -> {'a'}::text)) < ({'5'}::jsonb)) and (((t0."doc" ->> {'b'}::text) collate "C") = ({'x'}::text)) and (t0."at" < ({'2020-01-01 00:00:00+00'}::timestamptz)) order by t0."id"
"#);
    insta::assert_snapshot!(compiled("select=id&id=in.(1,2,3)&name=like.a*b&or=(name.ilike.x*,name.is.null)&price=in.(1,2)"), @r#"
select t0."id" from "t" as t0 where (t0."id" in (select value from json_each({'[1,2,3]'}))) and ((t0."name" >= {'a'} and t0."name" < {'b'} and t0."name" glob ({'a*b'} || ''))) and ((tenon_ilike(t0."name", {'x%'})) or (t0."name" is null)) and (t0."price" in (select value from json_each({'["1","2"]'}))) order by t0."id"
select t0."id"::text from "t" as t0 where (t0."id" = any({'{1,2,3}'}::integer[])) and (t0."name" like {'a%b'}) and (((t0."name" collate "und-x-icu") ilike {'x%'}) or (t0."name" is null)) and (t0."price" = any({'{1,2}'}::numeric[])) order by t0."id"
"#);
}

#[test]
fn long_chains_stay_shallow() {
    let terms: Vec<Expr> =
        (0..1_000).map(|id| Expr::equals(ident("id"), ScalarType::Integer.into(), tenon_model::Value::Int(id))).collect();
    let schema = schema();
    let filter = Expr::Or(terms);
    let rows = Rows { table: &ident("t"), filter: &filter, order: &[], limit: None, offset: 0 };
    let text = select::select(EngineKind::Sqlite, &schema, &[], &rows).unwrap().display();
    let deepest = text
        .chars()
        .scan(0_i32, |depth, c| {
            *depth += i32::from(c == '(') - i32::from(c == ')');
            Some(*depth)
        })
        .max();
    assert!(deepest.unwrap() < 20, "{deepest:?}");
}
