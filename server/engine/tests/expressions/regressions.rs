//! Differences that were found, and are none any more. Each is a test of its own, on both engines and in memory.

use serde_json::json;
use tenon_engine::{Engine, expressions::compile};
use tenon_model::{Code, Ident};
use tenon_testkit::for_each_engine;

use super::{agree, in_database};

const SCHEMA: &str = "
create type mood as enum ('sad', 'ok', 'happy');
create table things (
  id bigint primary key, parent bigint references things (id), name text, big bigint, single real, mood mood, moods mood[],
  numbers integer[], data jsonb, raw json, seen timestamptz, until timestamptz, code varchar(4), codes varchar(3)[], flags boolean[]
);";

/// Compares expressions, one a line, over a few rows.
async fn compare(expressions: &str) {
    for_each_engine(async |engine| {
        engine.schema(SCHEMA).await;
        engine.rows("things", json!([
            {"id": 1, "parent": null, "name": "b", "big": 1, "single": 0.1, "mood": "happy", "moods": ["sad", "happy"],
             "numbers": [1, 2, null], "data": {"n": null, "b": true}, "raw": {"n": 1}, "seen": "2024-01-01T00:00:00Z", "until": "2024-02-01T00:00:00Z",
             "code": "ab", "codes": ["a", "ab"], "flags": [true, false, null]},
            {"id": 2, "parent": 1, "name": "a", "big": 32767, "single": -1.5, "mood": "sad", "moods": [null, "ok"],
             "numbers": [], "data": 7, "raw": 1, "seen": "2024-01-01T00:00:00Z", "until": "2024-01-02T01:00:00Z"},
            {"id": 3, "parent": 1, "name": null, "big": null, "single": null, "mood": null, "moods": null,
             "numbers": null, "data": null, "raw": null, "seen": null, "until": null}
        ])).await;
        agree(&engine, &Engine::schema(&engine), &Ident::new("things").unwrap(), expressions).await;
    })
    .await;
}

/// Sees that an expression is refused before any engine sees it.
async fn refused(sql: &str, code: Code, message: &str) {
    for_each_engine(async |engine| {
        engine.schema(SCHEMA).await;
        let error = compile(sql, &Engine::schema(&engine), &Ident::new("things").unwrap(), None).unwrap_err();
        assert_eq!((error.code, error.message.as_str()), (code, message), "{sql}");
    })
    .await;
}

#[tokio::test]
async fn a_query_sorted_by_what_is_outside_of_it() {
    compare(
        "(select t.name from things t order by abs(t.id - things.id), t.id limit 1)
         (select t.mood from things t order by t.mood = things.mood desc nulls last, t.mood desc, t.id limit 1)
         id in (select t.id from things t order by t.id + things.id desc limit 2)
         (select t.id from things t order by things.name, t.id desc limit 1)
         (select t.id from things t where t.id > things.id order by t.id * things.id limit 2)",
    )
    .await;
}

#[tokio::test]
async fn aggregates_of_a_query_inside_of_an_aggregate() {
    compare(
        "(select min((select min('104 days'::interval) from things u where false)) from things t)
         (select count(*) + (select count(*) from things u where u.id > 1) from things t where t.id > 2)
         (select max((select sum(u.id) from things u where u.id >= t.id)) from things t)
         (select count(*) in (select u.id from things u) from things t)",
    )
    .await;
}

#[tokio::test]
async fn an_array_out_of_a_query_is_no_query_to_look_through() {
    compare(
        "1 = any ((select t.numbers from things t where t.id = 1)::integer[])
         2 <> all (coalesce((select t.numbers from things t where t.id = things.id)))
         id = any ((select t.id from things t))
         id in ((select t.id from things t))",
    )
    .await;
}

#[tokio::test]
async fn a_cast_to_a_smaller_whole_number() {
    compare(
        "big::smallint
         (big + 1)::smallint
         big::integer",
    )
    .await;
}

#[tokio::test]
async fn a_real_is_what_it_is_as_double_precision() {
    compare(
        "single::double precision
         '0.1'::real::double precision
         single = 0.1
         single::double precision = 0.1",
    )
    .await;
}

#[tokio::test]
async fn the_null_of_json_is_null_in_a_cast() {
    compare(
        "(data -> 'n')::integer
         (data -> 'b')::boolean
         data::integer
         (data -> 'n')::text
         raw::jsonb::numeric",
    )
    .await;
}

#[tokio::test]
async fn enums_come_in_their_order_everywhere() {
    compare(
        "mood = any (moods)
         'ok' < any (moods)
         mood >= all (moods)
         greatest(mood, 'ok')
         least(mood, 'ok', 'sad')
         (select min(t.mood) from things t)
         (select max(t.mood) from things t)
         (select max(t.mood) filter (where t.id > 1) from things t)
         (select count(distinct t.mood) from things t)
         (select t.mood from things t where t.mood is not null order by t.mood limit 1)",
    )
    .await;
}

#[tokio::test]
async fn intervals_come_in_their_order_everywhere() {
    compare(
        "until - seen > interval '1 day'
         until - seen = interval '25 hours'
         until - seen in ('31 days', '1 day 01:00:00')
         greatest(until - seen, interval '9 days')
         (select min(t.until - t.seen) from things t)
         (select max(t.until - t.seen) from things t)
         (select count(distinct t.until - t.seen) from things t)
         (select t.id from things t order by t.until - t.seen desc nulls last limit 1)
         '1 mon'::interval = '30 days'::interval
         '1 day'::interval < any (select t.until - t.seen from things t)",
    )
    .await;
}

#[tokio::test]
async fn texts_beside_numbers_compare_by_bytes() {
    compare(
        "id::text <= ceiling(-101964.7701460) || btrim('ß')
         (id * 1.5)::text < '10'
         case when id > 1.5 then '10' else '9' end < '9.0'
         case when id > 1.5 then '10' else '9' end in ('9.0', '10.0')
         (select count(distinct case when t.id > 1.5 then '1.0' else '1' end) from things t)
         (select max(case when t.id > 1.5 then '10' else '9' end) from things t)
         case when id > 1.5 then 'ok'::mood else 'sad'::mood end < mood
         (select t.id from things t order by case when t.id > 1.5 then '10' else '9' end, t.id desc limit 1)",
    )
    .await;
}

#[tokio::test]
async fn varchar_is_text_among_texts() {
    compare(
        "codes @> array['a']
         codes = array['a', 'ab']
         codes || 'longer than three'::text
         array_append(codes, name)
         array[code, code] = codes
         code || codes
         coalesce(code) = any (codes)
         least(code) || array[name, name] is distinct from codes",
    )
    .await;
}

#[tokio::test]
async fn booleans_of_an_array_have_one_letter_as_text() {
    compare(
        "flags::text
         array[id > 1, null]::text",
    )
    .await;
}

#[tokio::test]
async fn two_signs_before_a_number() {
    compare(
        "- -5
         -(-5) + id
         - - id
         -(-2147483648)",
    )
    .await;
}

#[tokio::test]
async fn many_operands() {
    compare(
        "greatest(1, id, 3, big, 5, 6, 7, 8)
         array[id, 2, 3, 4, 5, 6, 7, 8]
         array[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]",
    )
    .await;
}

#[tokio::test]
async fn what_postgresql_has_no_cast_for() {
    refused("raw::bigint", Code::Unsupported, "cannot cast type json to bigint").await;
    refused("raw::boolean", Code::Unsupported, "cannot cast type json to boolean").await;
    refused("big::boolean", Code::Unsupported, "cannot cast type bigint to boolean").await;
}

#[tokio::test]
async fn what_would_be_another_querys_aggregate() {
    let message = "max over columns of the query around would be an aggregate of that query";
    refused("(select max(things.id) from things t)", Code::Unsupported, message).await;
    let message = "aggregate functions are not allowed here: put them in (select …)";
    refused("exists (select count(*) from things t where false)", Code::InvalidSyntax, message).await;
    refused("id in (select max(t.id) from things t)", Code::InvalidSyntax, message).await;
}

#[tokio::test]
async fn the_null_of_json_in_an_array() {
    refused("array[data]", Code::Unsupported, "an array of jsonb cannot be made").await;
    refused("array[name]::jsonb[]", Code::Unsupported, "cannot cast type text[] to jsonb[]").await;
    compare("'{null,\"\\\"null\\\"\"}'::jsonb[]").await;
}

#[tokio::test]
async fn a_failure_in_sqlite_is_no_fault_of_ours() {
    for_each_engine(async |engine| {
        engine.schema(SCHEMA).await;
        engine.rows("things", json!([{"id": 1, "data": {"a": 1}}])).await;
        let things = Ident::new("things").unwrap();
        let expr = compile("data::integer", &Engine::schema(&engine), &things, None).unwrap();
        let error = in_database(&engine, &things, &expr).await.unwrap_err();
        assert_eq!((error.code, error.message.as_str()), (Code::InvalidValue, "cannot cast jsonb object to type integer"));
    })
    .await;
}
