use std::{sync::Arc, time::Duration};

use diesel::{
    RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Text},
};
use tenon_engine::{
    Code, Engine, Error, Result,
    database::{Conn, EngineKind, Inline, Translate},
};
use tenon_testkit::{TestDatabase, TestEngine, for_each_engine};
use tokio::task::JoinSet;

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn run(conn: &mut Conn, sql: &str) -> Result<()> {
    conn.batch_execute(sql).translate()
}

fn number(conn: &mut Conn, sql: &str) -> Result<i64> {
    sql_query(sql).get_result::<Number>(conn).map(|row| row.n).translate()
}

async fn count(engine: &Engine) -> i64 {
    engine.database().read(|conn| number(conn, "select count(*) as n from t")).await.unwrap()
}

async fn with_table(engine: &TestEngine) {
    let id = "create table t (id bigint not null primary key, other bigint references t (id), name text not null unique)";
    engine.database().write(move |conn| run(conn, id)).await.unwrap();
}

fn insert(conn: &mut Conn, id: i64) -> Result<()> {
    sql_query(match conn {
        Conn::Sqlite(_) => "insert into t values (?, null, 'row ' || ?)",
        Conn::Postgres(_) => "insert into t values ($1, null, 'row ' || $2)",
    })
    .bind::<BigInt, _>(id)
    .bind::<Text, _>(id.to_string())
    .execute(conn)
    .map(drop)
    .translate()
}

/// Every third unit fails, every tenth panics, both after writing; the others must all be there.
#[tokio::test(flavor = "multi_thread")]
async fn a_failing_unit_takes_nothing_with_it() {
    for_each_engine(async |engine| {
        with_table(&engine).await;
        let mut units = JoinSet::new();
        for id in 0..200 {
            let database = engine.database().clone();
            units.spawn(async move {
                let outcome = database.write(move |conn| {
                    insert(conn, id)?;
                    match id {
                        _ if id % 3 == 0 => Err(Error::new(Code::InvalidValue, "refused")),
                        _ if id % 10 == 0 => panic!("on purpose"),
                        _ => Ok(id),
                    }
                });
                outcome.await.is_ok()
            });
        }
        let kept = units.join_all().await.into_iter().filter(|ok| *ok).count();
        assert_eq!(kept, (0..200).filter(|id| id % 3 != 0 && id % 10 != 0).count());
        assert_eq!(count(&engine).await, i64::try_from(kept).unwrap());
    })
    .await;
}

/// A constraint that is checked at the commit undoes SQLite's whole transaction: its neighbours get another.
#[tokio::test(flavor = "multi_thread")]
async fn a_failure_at_the_commit_takes_nothing_with_it() {
    let engine = TestEngine::on(EngineKind::Sqlite).await;
    with_table(&engine).await;
    let mut units = JoinSet::new();
    for id in 0..60 {
        let database = engine.database().clone();
        units.spawn(async move {
            let broken = id % 20 == 7;
            let outcome = database.write(move |conn| {
                insert(conn, id)?;
                if broken {
                    run(conn, "pragma defer_foreign_keys = on; update t set other = -1 where id % 20 = 7")?;
                }
                Ok(())
            });
            match outcome.await {
                Ok(()) => assert!(!broken),
                Err(error) => assert!(broken && error.code == Code::ForeignKeyViolation, "{id}: {error:?}"),
            }
        });
    }
    units.join_all().await;
    assert_eq!(count(&engine).await, 57);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_pool_answers_busy_and_recovers() {
    for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
        let mut database = TestDatabase::on(kind);
        database.config.pool_size = 1;
        database.config.pool_wait = Duration::from_millis(20);
        let engine = database.open().await;
        let (release, released) = std::sync::mpsc::channel::<()>();
        let (started, running) = tokio::sync::oneshot::channel();
        let long = tokio::spawn({
            let database = engine.database().clone();
            async move {
                database
                    .read(move |_| {
                        let _ = started.send(());
                        released.recv().map_err(Error::internal)
                    })
                    .await
            }
        });
        running.await.unwrap();
        let error = engine.database().read(|_| Ok(())).await.unwrap_err();
        assert_eq!((error.code, error.retry_after), (Code::Busy, Some(1)), "{kind:?}");
        release.send(()).unwrap();
        long.await.unwrap().unwrap();
        engine.database().read(|_| Ok(())).await.unwrap();
    }
}

const ENDLESS: &str = "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) as n from c";

#[tokio::test(flavor = "multi_thread")]
async fn a_long_statement_is_stopped() {
    for_each_engine(async |engine| {
        let database = engine.database().with_timeout(Duration::from_millis(30));
        let mut answers = vec![database.read(|conn| number(conn, ENDLESS)).await.unwrap_err()];
        answers.push(database.write(|conn| number(conn, ENDLESS)).await.unwrap_err());
        answers.push(database.read_with(|reader| number(&mut reader.conn, ENDLESS)).await.unwrap_err());
        for error in answers {
            assert_eq!((error.code, &*error.message), (Code::Timeout, "canceling statement due to statement timeout"));
        }
        // The connections serve on.
        assert_eq!(
            database.read(|conn| number(conn, "select 1::bigint as n").or_else(|_| number(conn, "select 1 as n"))).await,
            Ok(1)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_is_too_long_for_the_calling_thread_goes_elsewhere() {
    let engine = TestEngine::on(EngineKind::Sqlite).await;
    let database = engine.database();
    let short = database.read_inline(|reader| number(&mut reader.conn, "select 1 as n")).unwrap();
    assert!(matches!(short, Inline::Done(1)));
    let long = database.read_inline(|reader| number(&mut reader.conn, ENDLESS)).unwrap();
    assert!(matches!(long, Inline::Elsewhere));
    let limited = ENDLESS.replace("from c)", "from c limit 300000)");
    assert_eq!(database.read_with(move |reader| number(&mut reader.conn, &limited)).await, Ok(300_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_nobody_waits_for_is_stopped() {
    let mut database = TestDatabase::sqlite();
    database.config.pool_size = 1;
    let engine = database.open().await;
    let endless = engine.database().with_timeout(Duration::ZERO);
    let read = tokio::time::timeout(Duration::from_millis(20), endless.read(|conn| number(conn, ENDLESS)));
    assert!(read.await.is_err());
    // The only connection comes back.
    engine.database().read(|_| Ok(())).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn violations_have_the_same_codes() {
    for_each_engine(async |engine| {
        with_table(&engine).await;
        engine.database().write(|conn| insert(conn, 1)).await.unwrap();
        let codes = [
            ("insert into t values (1, null, 'x')", Code::UniqueViolation),
            ("insert into t values (2, 77, 'x')", Code::ForeignKeyViolation),
            ("insert into t values (2, null, null)", Code::NotNullViolation),
            ("insert into gone values (1)", Code::UnknownTable),
            ("insert into t (gone) values (1)", Code::UnknownColumn),
            ("this is no SQL", Code::Internal),
        ];
        for (sql, code) in codes {
            let error = engine.database().write(move |conn| run(conn, sql)).await.unwrap_err();
            assert_eq!(error.code, code, "{sql}: {error:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_database_is_refused() {
    for_each_engine(async |engine| {
        engine.database.sql("insert into __diesel_schema_migrations (version) values ('99999999999999')");
        let error = Engine::open(engine.database.config.clone()).await.map(drop).unwrap_err();
        assert_eq!(error.code, Code::NewerDatabase);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_processes_start_at_once_on_an_empty_database() {
    for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
        let database = Arc::new(TestDatabase::on(kind));
        let mut starts = JoinSet::new();
        for _ in 0..6 {
            let database = Arc::clone(&database);
            starts.spawn(async move { database.open().await.ready().await });
        }
        assert!(starts.join_all().await.into_iter().all(|ready| ready.is_ok()), "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_write_to_one_file() {
    for_each_engine(async |engine| {
        with_table(&engine).await;
        let other = engine.database.open().await;
        let mut units = JoinSet::new();
        for id in 0..100 {
            let database = if id % 2 == 0 { engine.database().clone() } else { other.database().clone() };
            units.spawn(async move { database.write(move |conn| insert(conn, id)).await });
        }
        for outcome in units.join_all().await {
            outcome.unwrap();
        }
        assert_eq!(count(&engine).await, 100);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_finishes_what_waits() {
    for_each_engine(async |engine| {
        with_table(&engine).await;
        let writes: Vec<_> = (0..50)
            .map(|id| {
                let database = engine.database().clone();
                tokio::spawn(async move { database.write(move |conn| insert(conn, id)).await })
            })
            .collect();
        let mut kept = 0;
        engine.shutdown().await;
        for write in writes {
            kept += i64::from(write.await.unwrap().is_ok());
        }
        assert_eq!(engine.database().write(|_| Ok(())).await.unwrap_err().code, Code::Busy);
        let again = engine.database.open().await;
        assert_eq!(count(&again).await, kept);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_hold_until_somebody_commits() {
    let engine = TestEngine::on(EngineKind::Sqlite).await;
    with_table(&engine).await;
    let known = async || {
        engine
            .database()
            .read_with(|reader| {
                let counts = reader.counts()?.expect("SQLite knows");
                Ok(counts.insert(1, 1))
            })
            .await
            .unwrap()
    };
    assert_eq!((known().await, known().await), (None, Some(1)));
    engine.database().write(|conn| insert(conn, 1)).await.unwrap();
    assert_eq!((known().await, known().await), (None, Some(1)));
    engine.database.sql("insert into t values (2, null, 'by another program')");
    assert_eq!(known().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_knows_tenons_functions() {
    let engine = TestEngine::on(EngineKind::Sqlite).await;
    for (sql, n) in [
        ("select tenon_ilike('Zürich', 'zÜ%') as n", 1),
        ("select tenon_ilike(null, 'x') is null as n", 1),
        ("select tenon_json_path('{\"a\": [1, 2]}', '[\"a\",1]', 1, 1) = '2' as n", 1),
        ("select tenon_contains('array_contains', '[1, 2]', '[2]') as n", 1),
        ("select length(gen_random_uuid()) as n", 36),
        ("select '10.0' > '9' collate tenon_numeric as n", 1),
        ("select '10.0' = '10' collate tenon_numeric as n", 1),
    ] {
        assert_eq!(engine.database().read(move |conn| number(conn, sql)).await, Ok(n), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_postgresql_connection_is_replaced() {
    let engine = TestEngine::on(EngineKind::Postgres).await;
    with_table(&engine).await;
    engine.database().write(|conn| insert(conn, 1)).await.unwrap();
    let kill =
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tenon' and datname = current_database()";
    for n in 0..3 {
        engine.database.sql(kill);
        match n {
            0 => assert_eq!(count(&engine).await, 1),
            1 => engine.database().write(|conn| insert(conn, 2)).await.unwrap(),
            _ => assert_eq!(
                engine.database().read_with(|reader| number(&mut reader.conn, "select count(*) as n from t")).await,
                Ok(2)
            ),
        }
    }
}

/// A command beside a server that is in the middle of a long write.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_opens_and_reads_during_a_long_write() {
    for_each_engine(async |engine| {
        with_table(&engine).await;
        let (release, released) = std::sync::mpsc::channel::<()>();
        let released = std::sync::Mutex::new(released);
        let (started, running) = tokio::sync::mpsc::unbounded_channel();
        let mut running = running;
        let database = engine.database().clone();
        let write = tokio::spawn(async move {
            let unit = move |conn: &mut Conn| {
                insert(conn, 1)?;
                let _ = started.send(());
                released.lock().unwrap().recv().map_err(Error::internal)
            };
            database.write(unit).await
        });
        running.recv().await.unwrap();
        let other = engine.database.open().await;
        assert_eq!(count(&other).await, 0);
        release.send(()).unwrap();
        write.await.unwrap().unwrap();
        assert_eq!(count(&other).await, 1);
    })
    .await;
}

/// The directory of a database whose process was killed, as a copy of its files in the middle of writing shows it.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_in_the_files() {
    let engine = TestEngine::on(EngineKind::Sqlite).await;
    with_table(&engine).await;
    for id in 0..20 {
        engine.database().write(move |conn| insert(conn, id)).await.unwrap();
    }
    let copy = TestDatabase::sqlite();
    for file in ["tenon.db", "tenon.db-wal"] {
        std::fs::copy(engine.database.config.data.join(file), copy.config.data.join(file)).unwrap();
    }
    assert_eq!(count(&copy.open().await).await, 20);
}
