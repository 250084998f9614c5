//! What SQL on SQLite has from Tenon, on every connection, so that it means what it means on PostgreSQL.
//!
//! - collation `tenon_numeric`: exact order of decimal numbers kept as texts;
//! - collation `tenon_jsonb`: PostgreSQL's order and equality of `jsonb`;
//! - collation `tenon_interval`: PostgreSQL's order and equality of intervals kept as texts;
//! - collation `tenon_array`: PostgreSQL's order and equality of arrays;
//! - `tenon_like(text, pattern)`: `like` with `\` as the escape, for patterns that are too long for SQLite's own `glob`;
//! - `tenon_ilike(text, pattern)`: `ilike`, folding case as Unicode does;
//! - `tenon_json_path(json, path, as_text, jsonb)`: `->` (0) and `->>` (1) along a path, a JSON array of keys and places, in
//!   `json` (0) or `jsonb` (1);
//! - `tenon_contains(operator, left, right)`: containment of `jsonb` and arrays, see [`json_containment`];
//! - `tenon_call(operation, …)`: any function of expressions, see [`calls`];
//! - `tenon_one(count)`: fails if a subquery that stands for a value has several rows;
//! - `tenon_sum(number)`, `tenon_avg(number)`: exact aggregates;
//! - `tenon_list(spec, value)`: `array_agg` and `string_agg` in ascending order;
//! - `gen_random_uuid()`.
//!
//! A null argument gives null.

use diesel::SqliteConnection;
use tenon_model::{
    Result,
    value::{compare_decimals, compare_json_arrays, compare_jsonb, json_containment, parse_interval},
};
use uuid::Uuid;

use super::{
    calls::{self, Stored},
    errors::Translate,
    json_path, like,
};

#[allow(
    missing_docs,
    clippy::too_many_arguments,
    reason = "Diesel's macro makes items without docs, of as many arguments as are said"
)]
mod sql {
    use diesel::sql_types::{BigInt, Integer, Nullable, Numeric, Text};

    diesel::define_sql_function! {
        fn tenon_like(text: Nullable<Text>, pattern: Nullable<Text>) -> Nullable<Integer>;
    }
    diesel::define_sql_function! {
        fn tenon_ilike(text: Nullable<Text>, pattern: Nullable<Text>) -> Nullable<Integer>;
    }
    diesel::define_sql_function! {
        fn tenon_json_path(json: Nullable<Text>, path: Nullable<Text>, as_text: Nullable<Integer>, jsonb: Nullable<Integer>) -> Nullable<Text>;
    }
    diesel::define_sql_function! {
        fn tenon_contains(operator: Nullable<Text>, left: Nullable<Text>, right: Nullable<Text>) -> Nullable<Integer>;
    }
    diesel::define_sql_function! {
        #[sql_name = "tenon_call"]
        fn tenon_call1(operation: Nullable<Text>, aa: Nullable<Numeric>) -> Nullable<Numeric>;
    }
    diesel::define_sql_function! {
        #[sql_name = "tenon_call"]
        fn tenon_call2(operation: Nullable<Text>, aa: Nullable<Numeric>, bb: Nullable<Numeric>) -> Nullable<Numeric>;
    }
    diesel::define_sql_function! {
        #[sql_name = "tenon_call"]
        fn tenon_call3(operation: Nullable<Text>, aa: Nullable<Numeric>, bb: Nullable<Numeric>, cc: Nullable<Numeric>) -> Nullable<Numeric>;
    }
    diesel::define_sql_function! {
        #[sql_name = "tenon_call"]
        fn tenon_call4(operation: Nullable<Text>, aa: Nullable<Numeric>, bb: Nullable<Numeric>, cc: Nullable<Numeric>, dd: Nullable<Numeric>) -> Nullable<Numeric>;
    }
    diesel::define_sql_function! {
        #[sql_name = "tenon_call"]
        fn tenon_call5(operation: Nullable<Text>, aa: Nullable<Numeric>, bb: Nullable<Numeric>, cc: Nullable<Numeric>, dd: Nullable<Numeric>, ee: Nullable<Numeric>) -> Nullable<Numeric>;
    }
    diesel::define_sql_function! {
        #[sql_name = "tenon_call"]
        fn tenon_call6(operation: Nullable<Text>, aa: Nullable<Numeric>, bb: Nullable<Numeric>, cc: Nullable<Numeric>, dd: Nullable<Numeric>, ee: Nullable<Numeric>, ff: Nullable<Numeric>) -> Nullable<Numeric>;
    }
    diesel::define_sql_function! {
        #[sql_name = "tenon_call"]
        fn tenon_call7(operation: Nullable<Text>, aa: Nullable<Numeric>, bb: Nullable<Numeric>, cc: Nullable<Numeric>, dd: Nullable<Numeric>, ee: Nullable<Numeric>, ff: Nullable<Numeric>, gg: Nullable<Numeric>) -> Nullable<Numeric>;
    }
    diesel::define_sql_function! {
        #[sql_name = "tenon_call"]
        fn tenon_call8(operation: Nullable<Text>, aa: Nullable<Numeric>, bb: Nullable<Numeric>, cc: Nullable<Numeric>, dd: Nullable<Numeric>, ee: Nullable<Numeric>, ff: Nullable<Numeric>, gg: Nullable<Numeric>, hh: Nullable<Numeric>) -> Nullable<Numeric>;
    }
    diesel::define_sql_function! {
        fn tenon_one(count: BigInt) -> Nullable<Numeric>;
    }
    diesel::define_sql_function! {
        #[aggregate]
        fn tenon_sum(number: Nullable<Numeric>) -> Nullable<Numeric>;
    }
    diesel::define_sql_function! {
        #[aggregate]
        fn tenon_avg(number: Nullable<Numeric>) -> Nullable<Numeric>;
    }
    diesel::define_sql_function! {
        #[aggregate]
        fn tenon_list(spec: Nullable<Text>, value: Nullable<Numeric>) -> Nullable<Numeric>;
    }
    diesel::define_sql_function! {
        fn gen_random_uuid() -> Text;
    }

    pub(super) use self::{
        gen_random_uuid_utils as random_uuid, tenon_avg_utils as avg, tenon_call1_utils as call1, tenon_call2_utils as call2,
        tenon_call3_utils as call3, tenon_call4_utils as call4, tenon_call5_utils as call5, tenon_call6_utils as call6,
        tenon_call7_utils as call7, tenon_call8_utils as call8, tenon_contains_utils as contains, tenon_ilike_utils as ilike,
        tenon_json_path_utils as json_path, tenon_like_utils as like, tenon_list_utils as list, tenon_one_utils as one,
        tenon_sum_utils as sum,
    };
}

/// The order of intervals; texts that are none come by their bytes.
fn compare_intervals(left: &str, right: &str) -> std::cmp::Ordering {
    match (parse_interval(left), parse_interval(right)) {
        (Ok(l), Ok(r)) => l.compare(&r),
        _ => left.cmp(right),
    }
}

/// Registers everything on a connection.
pub(crate) fn register(conn: &mut SqliteConnection) -> Result<()> {
    // Diesel hands the operands over in reverse.
    conn.register_collation("tenon_numeric", |right, left| compare_decimals(left, right)).translate()?;
    conn.register_collation("tenon_jsonb", |right, left| compare_jsonb(left, right)).translate()?;
    conn.register_collation("tenon_interval", |right, left| compare_intervals(left, right)).translate()?;
    conn.register_collation("tenon_array", |right, left| compare_json_arrays(left, right)).translate()?;
    sql::like::register_impl(conn, |text: Option<String>, pattern: Option<String>| -> Option<i32> {
        like::like(&text?, &pattern?).map(i32::from)
    })
    .translate()?;
    sql::ilike::register_impl(conn, |text: Option<String>, pattern: Option<String>| -> Option<i32> {
        like::ilike(&text?, &pattern?).map(i32::from)
    })
    .translate()?;
    sql::json_path::register_impl(
        conn,
        |json: Option<String>, path: Option<String>, as_text: Option<i32>, jsonb: Option<i32>| -> Option<String> {
            json_path::path(&json?, &path?, as_text? != 0, jsonb? != 0)
        },
    )
    .translate()?;
    sql::contains::register_impl(conn, |operator: Option<String>, left: Option<String>, right: Option<String>| -> Option<i32> {
        json_containment(&operator?, &left?, &right?).map(i32::from)
    })
    .translate()?;
    register_calls(conn).translate()?;
    sql::random_uuid::register_nondeterministic_impl(conn, || Uuid::new_v4().to_string()).translate()
}

/// SQLite tells functions apart by how many arguments they take.
fn register_calls(conn: &mut SqliteConnection) -> diesel::QueryResult<()> {
    sql::call1::register_impl(conn, |operation: Option<String>, a: Option<Stored>| calls::call(operation.as_deref(), &[a]))?;
    sql::call2::register_impl(conn, |operation: Option<String>, a: Option<Stored>, b: Option<Stored>| {
        calls::call(operation.as_deref(), &[a, b])
    })?;
    sql::call3::register_impl(conn, |operation: Option<String>, a: Option<Stored>, b: Option<Stored>, c: Option<Stored>| {
        calls::call(operation.as_deref(), &[a, b, c])
    })?;
    sql::call4::register_impl(
        conn,
        |operation: Option<String>, a: Option<Stored>, b: Option<Stored>, c: Option<Stored>, d: Option<Stored>| {
            calls::call(operation.as_deref(), &[a, b, c, d])
        },
    )?;
    sql::call5::register_impl(
        conn,
        |operation: Option<String>,
         a: Option<Stored>,
         b: Option<Stored>,
         c: Option<Stored>,
         d: Option<Stored>,
         e: Option<Stored>| { calls::call(operation.as_deref(), &[a, b, c, d, e]) },
    )?;
    sql::call6::register_impl(
        conn,
        |operation: Option<String>,
         a: Option<Stored>,
         b: Option<Stored>,
         c: Option<Stored>,
         d: Option<Stored>,
         e: Option<Stored>,
         f: Option<Stored>| { calls::call(operation.as_deref(), &[a, b, c, d, e, f]) },
    )?;
    sql::call7::register_impl(
        conn,
        |operation: Option<String>,
         a: Option<Stored>,
         b: Option<Stored>,
         c: Option<Stored>,
         d: Option<Stored>,
         e: Option<Stored>,
         f: Option<Stored>,
         g: Option<Stored>| { calls::call(operation.as_deref(), &[a, b, c, d, e, f, g]) },
    )?;
    sql::call8::register_impl(
        conn,
        |operation: Option<String>,
         a: Option<Stored>,
         b: Option<Stored>,
         c: Option<Stored>,
         d: Option<Stored>,
         e: Option<Stored>,
         f: Option<Stored>,
         g: Option<Stored>,
         h: Option<Stored>| { calls::call(operation.as_deref(), &[a, b, c, d, e, f, g, h]) },
    )?;
    // Not deterministic, so that SQLite does not compute it where nobody asks.
    sql::one::register_nondeterministic_impl(conn, calls::one)?;
    sql::sum::register_impl::<calls::Sum, _>(conn)?;
    sql::list::register_impl::<calls::List, _, _>(conn)?;
    sql::avg::register_impl::<calls::Average, _>(conn)
}
