use std::path::PathBuf;

use serde_json::json;
use tenon_engine::{
    Caller, Code, Engine,
    database::EngineKind,
    records::{Format, ReadOptions},
};
use tenon_model::{Expr, Ident, Projection, ReadQuery, SelectItem, StudioRole};
use tenon_testkit::TestEngine;

const SCHEMA: &str = r#"
create type mood as enum ('sad', 'happy');
create table "Staff" (
    id bigint generated always as identity primary key,
    name text not null unique,
    boss bigint references "Staff" (id),
    mood mood
);
create table items (
    id uuid primary key default gen_random_uuid(),
    owner bigint references "Staff" (id) on delete cascade,
    price numeric(10,2), weight double precision, tiny real, small smallint,
    tags text[], flags boolean[], meta jsonb, raw json, data bytea,
    on_day date, at_time time, noted timestamp, seen timestamptz, ok boolean default true
);
create index items_price_idx on items (price);
comment on table items is 'Things';
create role editor noinherit in role authenticated;
grant select on items to editor;
"#;

async fn fill(engine: &TestEngine) {
    engine.schema(SCHEMA).await;
    engine.rows("Staff", json!([{"name": "Ann", "mood": "happy"}, {"name": "Bob"}, {"name": "\u{1F600} \"q\""}])).await;
    engine
        .rows(
            "items",
            json!([
                {
                    "id": "6b1d0b8e-8c0e-4d8f-9d8e-0f3f4a5b6c7d", "owner": 1, "price": 12.5, "weight": 1e300, "tiny": 0.1, "small": -7,
                    "tags": ["a", "b,\"c", null], "flags": [true, null], "meta": {"b": 1, "a": [1.50, null]}, "raw": {"b":  1},
                    "data": "\\xdeadbeef", "on_day": "2013-01-31", "at_time": "12:00:00.5", "noted": "2013-01-01T06:00:00",
                    "seen": "2013-01-01T06:00:00+02:00", "ok": false
                },
                {"id": "00000000-0000-0000-0000-000000000001", "tags": []}
            ]),
        )
        .await;
    engine.create_first_owner("owner@example.org".to_owned(), "correct horse".to_owned()).await.unwrap();
}

async fn all(engine: &Engine, table: &str) -> String {
    let schema = engine.schema();
    let columns = schema.table(table).unwrap().columns.iter();
    let query = ReadQuery {
        table: Ident::new(table).unwrap(),
        select: columns
            .map(|c| {
                let expr = Expr::Column { name: c.name.clone(), data_type: c.data_type.clone() };
                SelectItem::Field(Projection { key: c.name.to_string(), expr })
            })
            .collect(),
        filter: Expr::always(),
        order: Vec::new(),
        limit: None,
        offset: 0,
    };
    let rows = engine.read(&Caller::Operator, query, ReadOptions { format: Format::Json, ..ReadOptions::default() }).await;
    String::from_utf8(rows.unwrap().body).unwrap()
}

fn file(engine: &TestEngine, name: &str) -> PathBuf {
    engine.database.config.data.join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_either_engine_restores_into_either() {
    for from in [EngineKind::Sqlite, EngineKind::Postgres] {
        let engine = TestEngine::on(from).await;
        fill(&engine).await;
        let backup = file(&engine, "backup.db");
        engine.backup(&Caller::Operator, &backup).await.unwrap();
        for to in [EngineKind::Sqlite, EngineKind::Postgres] {
            let restored = TestEngine::on(to).await;
            restored.restore(&Caller::Operator, &backup).await.unwrap_or_else(|error| panic!("{from:?} to {to:?}: {error:?}"));
            let dumps = (engine.dump_schema(&Caller::Operator).await, restored.dump_schema(&Caller::Operator).await);
            assert_eq!(dumps.0, dumps.1, "{from:?} to {to:?}");
            for table in ["Staff", "items"] {
                assert_eq!(all(&engine, table).await, all(&restored, table).await, "{from:?} to {to:?}");
            }
            let accounts = restored.accounts(&Caller::Operator).await.unwrap();
            assert!(accounts.len() == 1 && accounts[0].role == StudioRole::Owner);
            // Numbers go on where they were, references hold, and the keys are those of the instance that was backed up.
            restored.rows("Staff", json!([{"name": "Cat"}])).await;
            assert!(all(&restored, "Staff").await.contains(r#""id":4,"#));
            let keys = engine.keys(&Caller::Operator).await.unwrap();
            assert_eq!(restored.keys(&Caller::Operator).await.unwrap().secret, keys.secret);
            let again = restored.restore(&Caller::Operator, &backup).await;
            assert_eq!(again.unwrap_err().code, Code::AlreadyExists);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_replaces_no_file_and_a_restore_takes_no_other() {
    let engine = TestEngine::on(EngineKind::Sqlite).await;
    let taken = file(&engine, "taken");
    std::fs::write(&taken, "precious").unwrap();
    assert_eq!(engine.backup(&Caller::Operator, &taken).await.unwrap_err().code, Code::AlreadyExists);
    assert_eq!(engine.backup(&Caller::service(), &file(&engine, "new")).await.unwrap_err().code, Code::Forbidden);
    for (name, content) in [("text", "precious"), ("empty", ""), ("header", "SQLite format 3\0 and no more")] {
        let other = file(&engine, name);
        std::fs::write(&other, content).unwrap();
        assert_eq!(engine.restore(&Caller::Operator, &other).await.unwrap_err().code, Code::InvalidSyntax, "{name}");
    }
    let gone = engine.restore(&Caller::Operator, &file(&engine, "gone")).await;
    assert_eq!(gone.unwrap_err().code, Code::Configuration);
    // Nothing but what was there before.
    let left = std::fs::read_dir(&engine.database.config.data).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().contains("partial") || name.to_string_lossy().contains("tenon-backup")
    });
    assert_eq!(left.count(), 0);
}
