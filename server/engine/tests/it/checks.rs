//! Checks: made, enforced on every path, carried through changes, and told alike by both engines.

use std::fmt::Write as _;

use diesel::connection::SimpleConnection;
use serde_json::json;
use tenon_engine::{
    Caller, Code, Engine, Error,
    database::{EngineKind, Translate},
    tables::{MigrationFile, schema_from_sql, schema_to_sql},
};
use tenon_model::{Ident, Schema};
use tenon_testkit::{TestEngine, for_each_engine};

const SHOP: &str = "
    create type size as enum ('s', 'm', 'l');
    create table shops (id bigint primary key, name text not null check (name ~ '^[A-Z]'));
    create table orders (
        id bigint primary key, shop bigint references shops on delete set null on update cascade,
        quantity integer not null default 1 check (quantity > 0),
        price numeric(8,2) constraint fair check (price between 0.01 and 9999),
        size size check (size in ('s', 'm')), starts date, ends date, tags text[], extra jsonb,
        constraint span check (ends >= starts), check (not ('bad' = any (tags)) and extra ->> 'k' is distinct from 'x'),
        constraint shopless check (shop is not null or quantity < 10)
    );
    comment on constraint span on orders is 'The end comes after the beginning.';
";

fn ident(name: &str) -> Ident {
    Ident::new(name).unwrap()
}

async fn insert(engine: &Engine, table: &str, record: serde_json::Value) -> Result<(), Error> {
    let schema = engine.schema();
    let columns: Vec<Ident> = record.as_object().unwrap().keys().map(|key| ident(key)).collect();
    let rows = record.as_object().unwrap();
    let values = columns.iter().map(|column| {
        let data_type = &schema.table(table).unwrap().column(column.as_str()).unwrap().data_type;
        match &rows[column.as_str()] {
            serde_json::Value::Null => Some(tenon_model::Value::Null),
            serde_json::Value::String(text) => Some(tenon_model::Value::parse(text, data_type, &schema).unwrap()),
            other => Some(tenon_model::Value::parse(&other.to_string(), data_type, &schema).unwrap()),
        }
    });
    let records = tenon_engine::records::RecordSet { rows: vec![values.collect()], columns };
    let insert = tenon_engine::records::Insert {
        table: ident(table),
        records,
        missing: tenon_engine::records::Missing::Default,
        on_conflict: None,
        returning: tenon_engine::records::Returning::Nothing,
        rollback: false,
        max_affected: None,
    };
    engine.insert(&Caller::Operator, insert).await.map(drop)
}

fn told(error: &Error) -> String {
    let fields: Vec<&str> = error.fields.iter().map(|field| field.column.as_str()).collect();
    format!("{:?}: {} | {} | {}", error.code, error.message, error.details.as_deref().unwrap_or("-"), fields.join(","))
}

async fn change(engine: &Engine, sql: &str) -> Result<(), Error> {
    engine.change_schema(&Caller::Operator, sql.to_owned()).await.map(drop)
}

#[tokio::test]
async fn rows_that_do_not_pass_are_refused_in_the_same_words() {
    for_each_engine(async |engine| {
        engine.schema(SHOP).await;
        insert(&engine, "shops", json!({ "id": 1, "name": "North" })).await.unwrap();
        let good = [
            json!({ "id": 1, "shop": 1 }),
            json!({ "id": 2, "shop": 1, "quantity": 50, "price": "0.01", "size": "m", "starts": "2024-01-01", "ends": "2024-01-01" }),
            json!({ "id": 3, "tags": "{a,NULL}", "extra": "{\"k\": null}", "starts": "2024-01-01" }),
        ];
        for record in good {
            insert(&engine, "orders", record).await.unwrap();
        }
        let mut out = String::new();
        for record in [
            json!({ "id": 9, "quantity": 0 }),
            json!({ "id": 9, "price": "0.004" }),
            json!({ "id": 9, "size": "l" }),
            json!({ "id": 9, "starts": "2024-01-02", "ends": "2024-01-01" }),
            json!({ "id": 9, "tags": "{x,bad}" }),
            json!({ "id": 9, "extra": "{\"k\": \"x\"}" }),
            json!({ "id": 9, "quantity": 10 }),
            // The first by name decides, and checks come before keys and references.
            json!({ "id": 1, "shop": 77, "quantity": 0, "price": "0" }),
        ] {
            let error = insert(&engine, "orders", record).await.unwrap_err();
            let _ = writeln!(out, "{}", told(&error));
        }
        let error = insert(&engine, "shops", json!({ "id": 2, "name": "south" })).await.unwrap_err();
        let _ = writeln!(out, "{}", told(&error));
        // What a reference does to rows is checked, too.
        let gone = engine.database().write(|conn| conn.batch_execute("delete from shops where id = 1").translate()).await;
        assert_eq!(gone.unwrap_err().code, Code::CheckViolation);
        insta::allow_duplicates! {
            insta::assert_snapshot!(out, @r#"
            CheckViolation: new row for relation "orders" violates check constraint "orders_quantity_check" | - | quantity
            CheckViolation: new row for relation "orders" violates check constraint "fair" | - | price
            CheckViolation: new row for relation "orders" violates check constraint "orders_size_check" | - | size
            CheckViolation: The end comes after the beginning. | new row for relation "orders" violates check constraint "span" | starts,ends
            CheckViolation: new row for relation "orders" violates check constraint "orders_check" | - | tags,extra
            CheckViolation: new row for relation "orders" violates check constraint "orders_check" | - | tags,extra
            CheckViolation: new row for relation "orders" violates check constraint "shopless" | - | shop,quantity
            CheckViolation: new row for relation "orders" violates check constraint "fair" | - | price
            CheckViolation: new row for relation "shops" violates check constraint "shops_name_check" | - | name
            "#);
        }
    })
    .await;
}

#[tokio::test]
async fn a_cascade_tells_the_check_that_it_broke() {
    for_each_engine(async |engine| {
        engine.schema(SHOP).await;
        insert(&engine, "shops", json!({ "id": 1, "name": "North" })).await.unwrap();
        insert(&engine, "orders", json!({ "id": 1, "shop": 1, "quantity": 20 })).await.unwrap();
        let delete = tenon_engine::records::Delete {
            table: ident("shops"),
            filter: tenon_model::Expr::always(),
            all: true,
            order: Vec::new(),
            limit: None,
            returning: tenon_engine::records::Returning::Nothing,
            rollback: false,
            max_affected: None,
        };
        let error = engine.delete(&Caller::Operator, delete).await.unwrap_err();
        insta::allow_duplicates! {
            insta::assert_snapshot!(told(&error), @r#"CheckViolation: new row for relation "orders" violates check constraint "shopless" | - | "#);
        }
    })
    .await;
}

fn dumped(sql: &str) -> String {
    schema_to_sql(&schema_from_sql(sql).unwrap())
}

#[test]
fn checks_are_named_and_dumped_as_postgresql_does() {
    let sql = format!("{SHOP} alter table orders add check (quantity < 100), add check (quantity < price) not valid");
    let text = dumped(&sql);
    assert_eq!(dumped(&text), text);
    insta::assert_snapshot!(text, @r#"
    create type size as enum ('s', 'm', 'l');

    create table shops (
      id bigint not null,
      name text not null,
      constraint shops_pkey primary key (id),
      constraint shops_name_check check (name ~ '^[A-Z]')
    );

    create table orders (
      id bigint not null,
      shop bigint,
      quantity integer not null default 1,
      price numeric(8,2),
      size size,
      starts date,
      ends date,
      tags text[],
      extra jsonb,
      constraint orders_pkey primary key (id),
      constraint orders_shop_fkey foreign key (shop) references shops (id) on delete set null on update cascade,
      constraint fair check (price >= 0.01 and price <= 9999),
      constraint orders_check check (not ('bad' = any (tags)) and extra ->> 'k' is distinct from 'x'),
      constraint orders_quantity_check check (quantity > 0),
      constraint orders_quantity_check1 check (quantity < 100),
      constraint orders_size_check check (size in ('s', 'm')),
      constraint shopless check (shop is not null or quantity < 10),
      constraint span check (ends >= starts)
    );
    alter table orders add constraint orders_check1 check (quantity < price) not valid;
    comment on constraint span on orders is 'The end comes after the beginning.';
    "#);
}

#[test]
fn renames_are_carried_and_what_goes_takes_checks_along() {
    let text = dumped(&format!(
        "{SHOP} alter table orders rename column quantity to number; alter table orders rename to purchases;
         alter type size rename value 'm' to 'medium'; alter type size rename to measure;
         alter table purchases rename constraint fair to price_is_fair; alter table purchases drop column ends;
         alter table purchases drop column tags; alter table purchases drop constraint shopless"
    ));
    insta::assert_snapshot!(text, @r#"
    create type measure as enum ('s', 'medium', 'l');

    create table shops (
      id bigint not null,
      name text not null,
      constraint shops_pkey primary key (id),
      constraint shops_name_check check (name ~ '^[A-Z]')
    );

    create table purchases (
      id bigint not null,
      shop bigint,
      number integer not null default 1,
      price numeric(8,2),
      size measure,
      starts date,
      extra jsonb,
      constraint orders_pkey primary key (id),
      constraint orders_shop_fkey foreign key (shop) references shops (id) on delete set null on update cascade,
      constraint orders_quantity_check check (number > 0),
      constraint orders_size_check check (size in ('s', 'medium')),
      constraint price_is_fair check (price >= 0.01 and price <= 9999)
    );
    "#);
}

#[test]
fn what_a_check_cannot_hold_is_refused_where_it_stands() {
    let mut out = String::new();
    for sql in [
        "create table t (a int check (a > (select 1)))",
        "create table t (a int, b uuid,\n  check (b = auth.uid()))",
        "create table t (a timestamptz check (a < now()))",
        "create table t (a date check (a < current_date))",
        "create table t (a int check (b > 1))",
        "create table t (a int check (a))",
        "create table t (a int check (a > 'x'))",
        "create table t (a int check a > 1)",
        "create table t (a int constraint c check (a > 1) constraint c check (a < 9))",
        "create table t (a int); alter table t add unique (a) not valid",
        "create table t (a int check (a > 1) no inherit)",
        "create table t (a int check (a > 1)); alter table t alter a type bigint",
        "create table t (a int check (a > 1)); alter table t drop constraint t_check",
        "create table t (a int check (a > 1)); comment on constraint t_b_check on t is 'x'",
        "create table t (a int unique); comment on constraint t_a_key on t is 'x'",
        "create type e as enum ('x'); create table t (a text check (a::e = 'x')); drop type e",
        "create table t (a int default b)",
        "create table t (a int, b int default a + 1)",
        "create table t (a int default (select 1))",
        "create table t (a int default 'x' || 'y')",
        "create table t (a int default random())",
        "create table t (a uuid default gen_random_uuid()::text)",
        "create table u (a int primary key); create table t (a int default 1 + 1 references u on delete set default)",
    ] {
        let told = match schema_from_sql(sql) {
            Ok(_) => "taken".to_owned(),
            Err(e) => format!("{:?}, {}: {}", e.code, e.details.unwrap_or_default(), e.message),
        };
        let _ = writeln!(out, "{sql:?}\n  {told}");
    }
    insta::assert_snapshot!(out, @r#"
    "create table t (a int check (a > (select 1)))"
      Unsupported, line 1, column 35: cannot use subquery in check constraint
    "create table t (a int, b uuid,\n  check (b = auth.uid()))"
      Unsupported, line 2, column 14: a check constraint cannot ask for auth.uid(): a row that passed must pass again later, whoever asks
    "create table t (a timestamptz check (a < now()))"
      Unsupported, line 1, column 42: a check constraint cannot ask for now(): a row that passed must pass again later, whoever asks
    "create table t (a date check (a < current_date))"
      Unsupported, line 1, column 35: a check constraint cannot ask for current_date: a row that passed must pass again later, whoever asks
    "create table t (a int check (b > 1))"
      UnknownColumn, line 1, column 30: column "b" does not exist
    "create table t (a int check (a))"
      InvalidValue, line 1, column 30: a condition must be boolean, this is integer
    "create table t (a int check (a > 'x'))"
      InvalidValue, line 1, column 34: invalid input syntax for type integer: "x"
    "create table t (a int check a > 1)"
      InvalidSyntax, line 1, column 29: expected "(", found "a"
    "create table t (a int constraint c check (a > 1) constraint c check (a < 9))"
      AlreadyExists, : constraint "c" of "t" already exists
    "create table t (a int); alter table t add unique (a) not valid"
      Unsupported, line 1, column 54: keys and references hold for all rows: only a check can be "not valid"
    "create table t (a int check (a > 1) no inherit)"
      Unsupported, line 1, column 37: tables have no heirs here: leave "no inherit" out
    "create table t (a int check (a > 1)); alter table t alter a type bigint"
      Dependent, check "t_a_check" of "t": cannot change the type of column "a" because check "t_a_check" of "t" uses it
    "create table t (a int check (a > 1)); alter table t drop constraint t_check"
      NotFound, : there is no constraint "t_check" of "t"
    "create table t (a int check (a > 1)); comment on constraint t_b_check on t is 'x'"
      NotFound, : there is no constraint "t_b_check" of "t"
    "create table t (a int unique); comment on constraint t_a_key on t is 'x'"
      Unsupported, : constraint "t_a_key" of "t" is no check: only checks can have comments
    "create type e as enum ('x'); create table t (a text check (a::e = 'x')); drop type e"
      Dependent, constraint "t_a_check" of "t": cannot drop type "e" because constraint "t_a_check" of "t" depends on it
    "create table t (a int default b)"
      Unsupported, line 1, column 31: cannot use column reference in DEFAULT expression
    "create table t (a int, b int default a + 1)"
      Unsupported, line 1, column 38: cannot use column reference in DEFAULT expression
    "create table t (a int default (select 1))"
      Unsupported, line 1, column 32: cannot use subquery in DEFAULT expression
    "create table t (a int default 'x' || 'y')"
      InvalidValue, line 1, column 35: column "a" is of type integer but its default is of type text
    "create table t (a int default random())"
      UnknownFunction, line 1, column 31: function random() does not exist
    "create table t (a uuid default gen_random_uuid()::text)"
      UnknownFunction, line 1, column 32: function gen_random_uuid() does not exist
    "create table u (a int primary key); create table t (a int default 1 + 1 references u on delete set default)"
      Unsupported, : the default of column "a" is calculated, so a reference cannot set the column to it
    "#);
}

#[tokio::test]
async fn a_check_that_rows_fail_is_refused_unless_it_is_for_new_rows_only() {
    for_each_engine(async |engine| {
        engine.schema("create table t (id bigint primary key, a int, b int)").await;
        let rows: Vec<_> = (1..=120).map(|id| json!({ "id": id, "a": id % 2, "b": 1 })).collect();
        engine.rows("t", json!(rows)).await;
        let sql = "alter table t add constraint odd check (a = 1 or id > 118)";
        let error = change(&engine, sql).await.unwrap_err();
        insta::allow_duplicates! {
            insta::assert_snapshot!(told(&error), @r#"CheckViolation: 59 rows of "t" do not pass the check "odd" | line 1, column 13: rows that fail: (id)=(2), (id)=(4), (id)=(6), (id)=(8), (id)=(10), … |"#);
        }
        let plan = engine.plan_schema(&Caller::Operator, sql.to_owned()).await.unwrap();
        assert_eq!(plan.failing.len(), 1);
        assert_eq!((plan.failing[0].count, plan.failing[0].keys.len()), (59, 59));
        assert_eq!((plan.failing[0].keys[0].as_slice(), plan.obstacles.len()), (["2".to_owned()].as_slice(), 1));

        change(&engine, &format!("{sql} not valid")).await.unwrap();
        let update = |id: i64, set: (&str, i64)| tenon_engine::records::Update {
            table: ident("t"),
            set: [(ident(set.0), tenon_model::Value::Int(set.1))].into_iter().collect(),
            filter: tenon_model::Expr::equals(ident("id"), tenon_model::ScalarType::BigInt.into(), tenon_model::Value::Int(id)),
            all: false,
            order: Vec::new(),
            limit: None,
            returning: tenon_engine::records::Returning::Nothing,
            rollback: false,
            max_affected: None,
        };
        // Whatever is changed in a row that fails.
        let error = engine.update(&Caller::Operator, update(2, ("b", 5))).await.unwrap_err();
        assert_eq!(error.code, Code::CheckViolation);
        engine.update(&Caller::Operator, update(1, ("b", 5))).await.unwrap();
        // Changes of the table leave such rows alone.
        change(&engine, "alter table t add column c int not null default 3; alter table t alter b set not null").await.unwrap();
        change(&engine, "alter table t add column d text").await.unwrap();
        let error = change(&engine, "alter table t validate constraint odd").await.unwrap_err();
        assert_eq!(error.code, Code::CheckViolation);
        for id in 1..=59 {
            engine.update(&Caller::Operator, update(id * 2, ("a", 1))).await.unwrap();
        }
        change(&engine, "alter table t validate constraint odd").await.unwrap();
        assert!(Engine::schema(&engine).table("t").unwrap().checks.iter().all(|check| !check.not_valid));
        // The check itself fails on a row.
        let error = change(&engine, "alter table t add constraint broken check (1 / (a - 1) > 0)").await.unwrap_err();
        insta::allow_duplicates! {
            insta::assert_snapshot!(told(&error), @r#"InvalidValue: check "broken" cannot be asked of every row: division by zero | line 1, column 30 |"#);
        }
    })
    .await;
}

#[tokio::test]
async fn enums_change_under_checks() {
    for_each_engine(async |engine| {
        engine
            .schema(
                "create type size as enum ('s', 'm', 'l');
                 create table t (id int primary key, size size constraint small check (size < 'l'), word text check (word::size <> 'm'))",
            )
            .await;
        insert(&engine, "t", json!({ "id": 1, "size": "m", "word": "l" })).await.unwrap();
        change(
            &engine,
            "alter type size add value 'xs' before 's'; alter type size rename value 'm' to 'mid';
             alter table t add constraint new check (size <> 'xs'); alter type size rename to measure",
        )
        .await
        .unwrap();
        let refused = async |record| insert(&engine, "t", record).await.unwrap_err().message;
        assert!(refused(json!({ "id": 2, "size": "l" })).await.contains("small"));
        assert!(refused(json!({ "id": 2, "size": "xs" })).await.contains("new"));
        assert!(refused(json!({ "id": 2, "word": "mid" })).await.contains("t_word_check"));
        assert!(refused(json!({ "id": 2, "word": "m" })).await.contains("invalid input value for enum"));
        insert(&engine, "t", json!({ "id": 2, "size": "mid", "word": "xs" })).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn checks_go_with_backups() {
    for_each_engine(async |engine| {
        engine.schema(SHOP).await;
        engine.schema("create table t (id int primary key, a int); ").await;
        engine.rows("t", json!([{ "id": 1, "a": -1 }])).await;
        engine
            .schema("alter table t add constraint plus check (a > 0) not valid; comment on constraint plus on t is 'More!'")
            .await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("backup.db");
        engine.backup(&Caller::Operator, &file).await.unwrap();
        for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
            let other = TestEngine::on(kind).await;
            other.restore(&Caller::Operator, &file).await.unwrap();
            let (here, there): (Schema, Schema) = ((*Engine::schema(&engine)).clone(), (*Engine::schema(&other)).clone());
            assert_eq!(here.tables, there.tables);
            let error = insert(&other, "t", json!({ "id": 2, "a": 0 })).await.unwrap_err();
            assert_eq!(error.message, "More!");
        }
    })
    .await;
}

#[tokio::test]
async fn migrations_of_an_ordinary_project_apply() {
    for_each_engine(async |engine| {
        let sql = "create table public.profiles (
            id uuid not null default auth.uid() primary key,
            username text unique constraint username_length check (char_length(username) >= 3),
            website text, score integer default 0 not null,
            created_at timestamp with time zone default timezone('utc'::text, now()) not null,
            expires_at timestamptz default (now() + interval '7 days'), slug text default upper('x') || lower('Y'),
            constraint profiles_score_check check ((score >= 0) and (score <= 100))
        );
        alter table public.profiles add constraint website_check check (website is null or website ~* '^https?://') not valid;
        alter table public.profiles validate constraint website_check;";
        let file = MigrationFile { name: "1.sql".into(), path: "1.sql".into(), sql: sql.into() };
        engine.migrate(&Caller::Operator, vec![file]).await.unwrap();
        let text = engine.dump_schema(&Caller::Operator).await.unwrap();
        assert_eq!(dumped(&text), text);
        insta::allow_duplicates! { insta::assert_snapshot!(text, @r#"
        create table profiles (
          id uuid not null default (auth.uid()),
          username text,
          website text,
          score integer not null default 0,
          created_at timestamptz not null default (timezone('utc', now())::timestamptz),
          expires_at timestamptz default (now() + '7 days'),
          slug text default (upper('x') || lower('Y')),
          constraint profiles_pkey primary key (id),
          constraint profiles_username_key unique (username),
          constraint profiles_score_check check (score >= 0 and score <= 100),
          constraint username_length check (char_length(username) >= 3),
          constraint website_check check (website is null or website ~* '^https?://')
        );
        "#); }
    })
    .await;
}

#[tokio::test]
async fn new_columns_and_imports_get_what_is_calculated() {
    use tenon_engine::imports::{CsvOptions, ImportMode, ImportRequest, ImportState};
    for_each_engine(async |engine| {
        engine.schema("create table t (id int primary key, n int check (n < 5))").await;
        insert(&engine, "t", json!({ "id": 1 })).await.unwrap();
        engine
            .schema("alter table t add column a text not null default upper('x') || 1, add column b uuid default auth.uid(), add column c numeric(4,1) default 1 / 3.0")
            .await;
        let error = change(&engine, "alter table t add column d uuid not null default auth.uid()").await.unwrap_err();
        assert_eq!(error.code, Code::NotNullViolation);
        let error = change(&engine, "alter table t add column d int default 1 / 0").await.unwrap_err();
        assert_eq!((error.code, error.message.as_str()), (Code::InvalidValue, "division by zero"));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("t.csv");
        std::fs::write(&file, "id,n\n2,1\n3,7\n4,2\n").unwrap();
        let request = ImportRequest {
            file,
            table: ident("t"),
            create: None,
            options: CsvOptions::default(),
            mapping: vec![Some(ident("id")), Some(ident("n"))],
            mode: ImportMode::WhatFits,
            note: String::new(),
        };
        let id = engine.start_import(&Caller::Operator, request).await.unwrap();
        let progress = loop {
            let progress = engine.import_progress(&Caller::Operator, id).unwrap();
            if progress.state != ImportState::Running {
                break progress;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!((progress.rows_done, progress.rows_failed), (2, 1));
        assert_eq!(progress.failures[0].1, "new row for relation \"t\" violates check constraint \"t_n_check\"");
        let (table, schema) = (ident("t"), Engine::schema(&engine));
        let expr = tenon_engine::expressions::compile("id || a || c || (b is null)", &schema, &table, None).unwrap();
        let rows = engine.expression_values(&Caller::Operator, &table, expr);
        let rows: Vec<String> = rows.await.unwrap().into_iter().flatten().collect();
        assert_eq!(rows, ["1X10.3true", "2X10.3true", "4X10.3true"]);
    })
    .await;
}
