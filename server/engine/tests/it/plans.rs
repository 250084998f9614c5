//! What a change would cost, told before it is made.

use diesel::connection::SimpleConnection;
use tenon_engine::{
    Caller, Code, Engine,
    database::{EngineKind, Translate},
};
use tenon_testkit::for_each_engine;

#[tokio::test]
async fn a_plan_tells_costs_and_obstacles_and_changes_nothing() {
    for_each_engine(async |engine| {
        engine.schema("create table t (id integer primary key, a text, b integer)").await;
        let fill = "insert into t values (1, 'x', null), (2, 'x', 3), (3, null, 4)";
        engine.database().write(move |conn| conn.batch_execute(fill).translate()).await.unwrap();
        let sql = "alter table t drop column a;\nalter table t alter b set not null;\nalter table t add unique (a);";
        let error = engine.plan_schema(&Caller::Operator, sql.to_owned()).await.unwrap_err();
        assert_eq!((error.code, error.details.as_deref()), (Code::UnknownColumn, Some("line 3, column 27: a")));

        let sql = "alter table t add unique (a);\nalter table t alter b set not null; alter table t drop column a; create table n (a text)";
        let plan = engine.plan_schema(&Caller::Operator, sql.to_owned()).await.unwrap();
        let rewritten = u64::from(engine.kind() == EngineKind::Sqlite) * 3;
        let costs: Vec<_> = plan.effects.iter().map(|e| (e.summary.as_str(), e.rows_rewritten, e.values_lost)).collect();
        assert_eq!(
            costs,
            [
                ("Makes \"a\" unique in \"t\".", 0, 0),
                ("Refuses null in \"b\" of \"t\".", rewritten, 0),
                ("Drops the unique constraint \"t_a_key\" of \"t\".", 0, 0),
                ("Drops the column \"a\" of \"t\" and its values.", rewritten, 2),
                ("Creates the table \"n\" with 1 column.", 0, 0),
            ]
        );
        let obstacles: Vec<_> = plan.obstacles.iter().map(|e| (e.code, e.details.as_deref().unwrap_or_default())).collect();
        assert_eq!(
            obstacles,
            [
                (Code::UniqueViolation, "line 1, column 1: Key (a)=(x) is duplicated."),
                (Code::NotNullViolation, "line 2, column 21")
            ]
        );
        assert_eq!(Engine::schema(&engine).version, 1);
        let sizes = engine.table_sizes(&Caller::Operator).await.unwrap();
        assert_eq!((sizes[0].table.as_str(), sizes[0].rows), ("t", 3));
    })
    .await;
}
