//! Migration files on both engines.

use std::path::PathBuf;

use tenon_engine::{
    Caller, Code, Engine,
    tables::{MigrationFile, MigrationOutcome},
};
use tenon_testkit::for_each_engine;

fn file(name: &str, sql: &str) -> MigrationFile {
    MigrationFile { name: name.to_owned(), path: PathBuf::from("migrations").join(name), sql: sql.to_owned() }
}

#[tokio::test]
async fn each_file_is_applied_once_and_whole() {
    for_each_engine(async |engine| {
        let first = file("1.sql", "create table t (id integer primary key);");
        let second = file("2.sql", "alter table t add a text;\nalter table t add b oid;");
        let error = engine.migrate(&Caller::Operator, vec![first.clone(), second]).await.unwrap_err();
        assert_eq!(error.code, Code::Unsupported);
        assert_eq!(error.details.as_deref(), Some("migrations/2.sql:2:21"));
        assert!(Engine::schema(&engine).require_table("t").unwrap().column("a").is_none());

        let second = file("2.sql", "alter table t add a text;\nalter table u add b text;");
        let error = engine.migrate(&Caller::Operator, vec![first.clone(), second]).await.unwrap_err();
        assert_eq!((error.code, error.details.as_deref()), (Code::UnknownTable, Some("migrations/2.sql:2:13: u")));

        let second = file("2.sql", "alter table t add a text;");
        let outcomes = engine.migrate(&Caller::Operator, vec![first, second]).await.unwrap();
        assert_eq!(outcomes[0], ("1.sql".to_owned(), MigrationOutcome::Skipped));
        assert!(matches!(&outcomes[1].1, MigrationOutcome::Applied(c) if c.version == 2 && c.file.as_deref() == Some("2.sql")));

        let changed = file("1.sql", "create table t (id bigint primary key);");
        let error = engine.migrate(&Caller::Operator, vec![changed]).await.unwrap_err();
        assert_eq!((error.code, error.details.as_deref()), (Code::Conflict, Some("migrations/1.sql:1:1")));
    })
    .await;
}

#[tokio::test]
async fn a_file_is_one_transaction_whatever_it_says() {
    for_each_engine(async |engine| {
        let (_, outcome) = &engine.migrate(&Caller::Operator, vec![file("0.sql", "begin;\ncommit;")]).await.unwrap()[0];
        assert!(matches!(outcome, MigrationOutcome::Applied(_)));
        let error = engine.migrate(&Caller::Operator, vec![file("1.sql", "-- first\nrollback;")]).await.unwrap_err();
        assert_eq!((error.code, error.details.as_deref()), (Code::Unsupported, Some("migrations/1.sql:2:1")));
    })
    .await;
}
