//! Computed columns beside requests: bulk imports, cascades of several steps, other programs' writes, backups.

use serde_json::json;
use tenon_engine::{
    Caller,
    database::EngineKind,
    imports::{CsvOptions, ImportMode, ImportRequest, ImportState},
    records::{Delete, Format, ReadOptions, Returning},
};
use tenon_model::{Expr, Ident, ReadQuery, ScalarType, Value};
use tenon_testkit::{TestEngine, for_each_engine};

use crate::imports::finished;

const SCHEMA: &str = "
    create table regions (id bigint primary key, name text not null);
    create table shops (id bigint primary key, region bigint references regions (id) on delete cascade);
    create table sales (
        id bigint primary key, shop bigint not null references shops (id) on delete cascade, amount numeric(10,2) not null, item text
    );
    alter table shops
        add column total numeric generated always as ((select sum(s.amount) from sales s where s.shop = shops.id)) stored,
        add column dear bigint generated always as ((select count(*) from sales s where s.shop = shops.id and s.amount > 5)) stored,
        add column items text[] generated always as ((select array_agg(s.item) from sales s where s.shop = shops.id)) stored,
        add column names text generated always as
            ((select string_agg(distinct s.item, ', ') filter (where s.item <> 'b') from sales s where s.shop = shops.id)) virtual;
    alter table regions
        add column total numeric generated always as ((select sum(s.total) from shops s where s.region = regions.id)) stored,
        add column shops bigint generated always as ((select count(*) from shops s where s.region = regions.id)) stored,
        add column label text generated always as (name || ': ' || coalesce(total, 0)::text) stored;
";

async fn set_up(engine: &TestEngine) {
    engine.schema(SCHEMA).await;
    engine.rows("regions", json!([{ "id": 1, "name": "north" }, { "id": 2, "name": "south" }])).await;
    engine.rows("shops", json!([{ "id": 1, "region": 1 }, { "id": 2, "region": 1 }, { "id": 3, "region": 2 }])).await;
}

async fn all(engine: &TestEngine) -> String {
    let mut out = String::new();
    for table in ["regions", "shops"] {
        let query = ReadQuery::all(tenon_engine::Engine::schema(engine).table(table).unwrap());
        let options = ReadOptions { format: Format::Csv, ..ReadOptions::default() };
        out += &String::from_utf8(engine.read(&Caller::Operator, query, options).await.unwrap().body).unwrap();
    }
    out
}

async fn import(engine: &TestEngine, mode: ImportMode) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sales.csv");
    let rows: String =
        (1..=9_000).map(|n| format!("{n},{},{}.{:02},{}\n", 1 + n % 3, n % 10, n % 100, ["b", "a", "c"][n % 3])).collect();
    let misfit = if mode == ImportMode::WhatFits { "9001,77,1,x\n" } else { "" };
    std::fs::write(&file, format!("id,shop,amount,item\n{rows}{misfit}")).unwrap();
    let mapping = ["id", "shop", "amount", "item"].map(|name| Some(Ident::new(name).unwrap())).to_vec();
    let (options, table) = (CsvOptions::default(), Ident::new("sales").unwrap());
    let request = ImportRequest { file, table, create: None, options, mapping, mode, note: String::new() };
    let id = engine.start_import(&Caller::Operator, request).await.unwrap();
    let progress = finished(engine, id).await;
    assert_eq!((progress.state, progress.rows_done), (ImportState::Done, 9_000));
}

async fn delete(engine: &TestEngine, table: &str, id: i64) {
    let filter = Expr::equals(Ident::new("id").unwrap(), ScalarType::BigInt.into(), Value::Int(id));
    let delete = Delete {
        table: Ident::new(table).unwrap(),
        filter,
        all: false,
        order: Vec::new(),
        limit: None,
        returning: Returning::Nothing,
        rollback: false,
        max_affected: None,
    };
    assert_eq!(engine.delete(&Caller::Operator, delete).await.unwrap().rows, 1);
}

#[tokio::test]
async fn a_bulk_import_is_rolled_up() {
    for mode in [ImportMode::AllOrNothing, ImportMode::WhatFits] {
        for_each_engine(async |engine| {
            set_up(&engine).await;
            // Without thousands of items.
            engine.schema("alter table shops drop column items").await;
            import(&engine, mode).await;
            let all = all(&engine).await;
            insta::allow_duplicates! { insta::assert_snapshot!(all, @r#"
            id,name,total,shops,label
            1,north,29970.00,2,north: 29970.00
            2,south,14985.00,1,south: 14985.00id,region,total,dear,names
            1,1,14985.00,1500,
            2,1,14985.00,1500,a
            3,2,14985.00,1500,c
            "#); }
        })
        .await;
    }
}

#[tokio::test]
async fn what_rests_on_what_is_kept_follows() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        let sale =
            |id: i64, shop: i64, amount: f64, item: Option<&str>| json!({ "id": id, "shop": shop, "amount": amount, "item": item });
        engine
            .rows(
                "sales",
                json!([
                    sale(1, 1, 10.0, Some("b")),
                    sale(2, 1, 2.5, None),
                    sale(3, 3, 7.25, Some("a")),
                    sale(4, 1, 1.0, Some("a"))
                ]),
            )
            .await;
        let mut seen = vec![all(&engine).await];
        engine.database.sql("update sales set shop = 2 where id = 1");
        // On SQLite, what another program touches is renewed with the next write.
        engine.rows("regions", json!([{ "id": 3, "name": "west" }])).await;
        seen.push(all(&engine).await);
        delete(&engine, "shops", 3).await;
        engine.rows("shops", json!([{ "id": 4, "region": 2 }])).await;
        seen.push(all(&engine).await);
        delete(&engine, "regions", 1).await;
        seen.push(all(&engine).await);
        insta::allow_duplicates! { insta::assert_snapshot!(seen.join("\n"), @r#"
        id,name,total,shops,label
        1,north,13.50,2,north: 13.50
        2,south,7.25,1,south: 7.25id,region,total,dear,items,names
        1,1,13.50,1,"[""a"",""b"",null]",a
        2,1,,0,,
        3,2,7.25,1,"[""a""]",a
        id,name,total,shops,label
        1,north,13.50,2,north: 13.50
        2,south,7.25,1,south: 7.25
        3,west,,0,west: 0id,region,total,dear,items,names
        1,1,3.50,0,"[""a"",null]",a
        2,1,10.00,1,"[""b""]",
        3,2,7.25,1,"[""a""]",a
        id,name,total,shops,label
        1,north,13.50,2,north: 13.50
        2,south,,1,south: 0
        3,west,,0,west: 0id,region,total,dear,items,names
        1,1,3.50,0,"[""a"",null]",a
        2,1,10.00,1,"[""b""]",
        4,2,,0,,
        id,name,total,shops,label
        2,south,,1,south: 0
        3,west,,0,west: 0id,region,total,dear,items,names
        4,2,,0,,
        "#); }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_brings_them_along() {
    for from in [EngineKind::Sqlite, EngineKind::Postgres] {
        let engine = TestEngine::on(from).await;
        set_up(&engine).await;
        engine
            .rows(
                "sales",
                json!([{ "id": 1, "shop": 1, "amount": 3, "item": "x" }, { "id": 2, "shop": 3, "amount": 4, "item": "y" }]),
            )
            .await;
        let backup = engine.database.config.data.join("backup.db");
        engine.backup(&Caller::Operator, &backup).await.unwrap();
        for to in [EngineKind::Sqlite, EngineKind::Postgres] {
            let restored = TestEngine::on(to).await;
            restored.restore(&Caller::Operator, &backup).await.unwrap_or_else(|error| panic!("{from:?} to {to:?}: {error:?}"));
            assert_eq!(all(&engine).await, all(&restored).await, "{from:?} to {to:?}");
            restored.rows("sales", json!([{ "id": 3, "shop": 1, "amount": 1, "item": null }])).await;
            assert!(all(&restored).await.contains("north: 4.00"), "{from:?} to {to:?}");
        }
    }
}
