//! States: what no transition leads to is refused on every path, and where rows went is written down.

use indexmap::IndexMap;
use serde_json::json;
use tenon_engine::{
    Caller,
    database::EngineKind,
    records::{Delete, Insert, OnConflict, RecordChange, RecordStates, Resolution, Update},
};
use tenon_model::{Code, Ident, Result, Role, StudioRole, UserId, Value};
use tenon_testkit::TestEngine;
use uuid::Uuid;

use super::library::{Api, on_both, shown, told};

const SCHEMA: &str = "
    create type state as enum ('draft', 'review', 'approved', 'closed');
    create table orders (
        id bigint primary key, owner uuid, amount integer not null default 0, note text, state state not null default 'draft'
    );
    create transition submit on orders (state) from 'draft' to 'review' for authenticated using (owner = auth.uid());
    create transition approve on orders (state) from 'review' to 'approved' using (amount < 100) with check (note <> '');
    create transition reject on orders (state) from 'review' to 'draft';
    create transition close on orders (state) from 'approved', 'draft' to 'closed' for anon;
    comment on transition submit on orders is 'Hand in';
    grant all on orders to authenticated;
";
const ADA: Uuid = Uuid::from_u128(1);

fn ident(name: &str) -> Ident {
    Ident::new(name).unwrap()
}

fn ada() -> Caller {
    Caller::Api { role: Role::Authenticated, user: Some(UserId(ADA)), claims: None }
}

/// The update of one order, as that caller.
async fn patch(engine: &TestEngine, caller: &Caller, id: i64, set: serde_json::Value) -> String {
    let update = Api(engine).update(&format!("orders?id=eq.{id}&select=id,state"), &set).unwrap();
    shown(engine.update(caller, update).await)
}

/// A failure whole.
fn whole<T>(answer: Result<T>) -> String {
    match answer {
        Ok(_) => "done".to_owned(),
        Err(error) => {
            let hint = error.hint.as_deref().map(|hint| format!(" [{hint}]")).unwrap_or_default();
            let fields: Vec<_> = error.fields.iter().map(|field| field.column.as_str()).collect();
            format!("{}{hint} {fields:?}", told(&error))
        }
    }
}

async fn states(engine: &TestEngine, caller: &Caller, table: &str, id: i64) -> RecordStates {
    engine.record_states(caller, ident(table), vec![Value::Int(id)]).await.unwrap().unwrap()
}

/// `from>to by transition, who` for each change, oldest first.
async fn history(engine: &TestEngine, table: &str, id: i64) -> String {
    let found = states(engine, &Caller::Operator, table, id).await;
    let line = |change: &tenon_engine::records::StateChange| {
        let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        format!("{}>{} by {}, {}", or(&change.from), change.to, or(&change.transition), or(&change.who))
    };
    found.history.iter().rev().map(line).collect::<Vec<_>>().join("; ")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_graph_binds_everybody_and_conditions_those_whom_policies_bind() {
    let seen = on_both(async |engine| {
        engine.schema(SCHEMA).await;
        let api = Api(&engine);
        let mut out = vec![
            whole(engine.insert(&Caller::service(), api.insert("orders", &json!({ "id": 9, "state": "closed" }))).await),
            whole(engine.insert(&ada(), api.insert("orders", &json!([{ "id": 9 }, { "id": 10, "state": "review" }]))).await),
        ];
        let rows = json!([{ "id": 1, "owner": ADA }, { "id": 2, "amount": 500 }, { "id": 3, "owner": ADA }]);
        out.push(whole(engine.insert(&ada(), api.insert("orders", &rows)).await));
        let secret = Caller::service();
        for (caller, id, set) in [
            (&secret, 1, json!({ "state": "approved" })),
            (&ada(), 1, json!({ "state": "draft", "note": "stays" })),
            (&ada(), 1, json!({ "state": "closed" })),
            (&ada(), 2, json!({ "state": "review" })),
            (&ada(), 1, json!({ "state": "review" })),
            (&secret, 2, json!({ "state": "review" })),
            (&ada(), 2, json!({ "state": "approved", "note": "ok" })),
            (&ada(), 1, json!({ "state": "approved", "note": "" })),
            (&ada(), 1, json!({ "state": "approved", "note": "ok" })),
            (&secret, 2, json!({ "state": "approved" })),
            (&secret, 2, json!({ "state": "closed" })),
            (&secret, 2, json!({ "state": "draft" })),
        ] {
            let update = api.update(&format!("orders?id=eq.{id}"), &set).unwrap();
            out.push(whole(engine.update(caller, update).await));
        }
        // One of two cannot: neither goes.
        out.push(whole(engine.update(&secret, api.update("orders?id=in.(1,3)", &json!({ "state": "review" })).unwrap()).await));
        out.push(api.get("orders?select=id,state&order=id").await);
        out.push(history(&engine, "orders", 1).await);
        out.push(history(&engine, "orders", 2).await);
        out.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
    CheckViolation: "state" of "orders" may not begin as "closed" [It may begin as "draft".] ["state"]
    CheckViolation: "state" of "orders" may not begin as "review" [It may begin as "draft".] ["state"]
    done
    CheckViolation: "state" of "orders" may not go from "draft" to "approved" [From "draft" it may go to "closed" or "review".] ["state"]
    done
    Forbidden: you may not take transition "close" of "orders" ["state"]
    CheckViolation: the condition of transition "submit" of "orders" does not hold ["state"]
    done
    done
    CheckViolation: the condition of transition "approve" of "orders" does not hold ["state"]
    CheckViolation: the condition of transition "approve" of "orders" does not hold ["state"]
    done
    done
    done
    CheckViolation: "state" of "orders" may not go from "closed" to "draft" ["closed" is a last state: it may not go anywhere.] ["state"]
    CheckViolation: "state" of "orders" may not go from "approved" to "review" [From "approved" it may go to "closed".] ["state"]
    [{"id":1,"state":"approved"},{"id":2,"state":"closed"},{"id":3,"state":"draft"}]
    ->draft by -, authenticated; draft>review by submit, authenticated; review>approved by approve, authenticated
    ->draft by -, authenticated; draft>review by submit, service_role; review>approved by approve, service_role; approved>closed by close, service_role
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn upserts_begin_or_go() {
    let seen = on_both(async |engine| {
        engine.schema(SCHEMA).await;
        engine.rows("orders", json!([{ "id": 1, "owner": ADA }, { "id": 2 }])).await;
        let api = Api(&engine);
        let mut out = Vec::new();
        for (caller, resolution, rows) in [
            (Caller::service(), Resolution::Merge, json!([{ "id": 1, "state": "review" }, { "id": 5, "state": "review" }])),
            (Caller::service(), Resolution::Merge, json!([{ "id": 1, "state": "approved" }])),
            (ada(), Resolution::Merge, json!([{ "id": 2, "state": "review" }])),
            (ada(), Resolution::Merge, json!([{ "id": 1, "state": "review" }, { "id": 5, "state": "draft" }])),
            (ada(), Resolution::Merge, json!([{ "id": 1, "state": "review", "note": "x" }])),
            (ada(), Resolution::Merge, json!([{ "id": 1, "state": "approved", "note": "" }])),
            (ada(), Resolution::Merge, json!([{ "id": 1, "state": "approved", "note": "fine" }])),
            (ada(), Resolution::Ignore, json!([{ "id": 1, "state": "closed" }])),
            (ada(), Resolution::Ignore, json!([{ "id": 7, "state": "closed" }])),
        ] {
            let on_conflict = Some(OnConflict { columns: Vec::new(), resolution });
            let insert = Insert { on_conflict, ..api.insert("orders", &rows) };
            out.push(whole(engine.insert(&caller, insert).await));
        }
        out.push(api.get("orders?select=id,state&order=id").await);
        out.push(history(&engine, "orders", 1).await);
        out.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
    CheckViolation: "state" of "orders" may not begin as "review" [It may begin as "draft".] ["state"]
    CheckViolation: "state" of "orders" may not go from "draft" to "approved" [From "draft" it may go to "closed" or "review".] ["state"]
    CheckViolation: the condition of transition "submit" of "orders" does not hold ["state"]
    done
    done
    CheckViolation: the condition of transition "approve" of "orders" does not hold ["state"]
    done
    done
    CheckViolation: "state" of "orders" may not begin as "closed" [It may begin as "draft".] ["state"]
    [{"id":1,"state":"approved"},{"id":2,"state":"draft"},{"id":5,"state":"draft"}]
    ->draft by -, operator; draft>review by submit, authenticated; review>approved by approve, authenticated
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_begins_where_a_transition_says() {
    let seen = on_both(async |engine| {
        engine
            .schema(
                "create type state as enum ('a', 'b', 'c'); create table free (id bigint primary key, s state not null);
                 create transition go on free (s) from 'a' to 'b'; grant all on free to authenticated;
                 create table named (id bigint primary key, s state not null default 'c', owner uuid);
                 create transition as_a on named (s) to 'a' for anon; create transition as_b on named (s) to 'b'
                 with check (owner = auth.uid()); create transition go on named (s) from 'a' to 'c'; grant all on named to authenticated;",
            )
            .await;
        let api = Api(&engine);
        let mut out = Vec::new();
        for (caller, table, row) in [
            (ada(), "free", json!({ "id": 1, "s": "c" })),
            (ada(), "named", json!({ "id": 1 })),
            (ada(), "named", json!({ "id": 1, "s": "a" })),
            (ada(), "named", json!({ "id": 1, "s": "b" })),
            (ada(), "named", json!([{ "id": 1, "s": "b", "owner": ADA }, { "id": 2, "s": "b", "owner": ADA }])),
            (Caller::service(), "named", json!({ "id": 3, "s": "c" })),
            (Caller::service(), "named", json!({ "id": 3, "s": "a" })),
        ] {
            out.push(whole(engine.insert(&caller, api.insert(table, &row)).await));
        }
        out.push(history(&engine, "named", 1).await);
        out.push(history(&engine, "free", 1).await);
        out.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
    done
    CheckViolation: "s" of "named" may not begin as "c" [It may begin as "a" or "b".] ["s"]
    Forbidden: you may not take transition "as_a" of "named" ["s"]
    CheckViolation: the condition of transition "as_b" of "named" does not hold ["s"]
    done
    CheckViolation: "s" of "named" may not begin as "c" [It may begin as "a" or "b".] ["s"]
    done
    ->b by as_b, authenticated
    ->c by -, authenticated
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_programs_and_references_are_bound_too() {
    let seen = on_both(async |engine| {
        engine.schema(SCHEMA).await;
        engine
            .schema(
                "create table states (name state primary key);
                 create table cases (id bigint primary key, s state not null default 'draft' references states (name)
                 on update cascade on delete set default);
                 create transition up on cases (s) from 'draft' to 'review'; create transition over on cases (s) from 'review' to 'closed';",
            )
            .await;
        engine.rows("states", json!([{ "name": "draft" }, { "name": "review" }])).await;
        engine.rows("cases", json!([{ "id": 1 }])).await;
        engine.rows("orders", json!([{ "id": 1, "owner": ADA }])).await;
        let api = Api(&engine);
        let mut out = vec![
            // What is not open to a row of the graph is not open to one that follows a reference.
            api.patch("states?name=eq.draft", json!({ "name": "closed" })).await,
            api.patch("cases?id=eq.1&select=s", json!({ "s": "review" })).await,
            api.delete("states?name=eq.review").await,
            api.patch("states?name=eq.review&select=name", json!({ "name": "closed" })).await,
            history(&engine, "cases", 1).await,
        ];
        for sql in [
            "update orders set state = 'approved' where id = 1",
            "insert into orders (id, state) values (2, 'closed')",
            "update orders set state = 'draft' where id = 1",
            "update orders set state = 'review' where id = 1",
            "update orders set id = 77 where id = 1",
        ] {
            let outcome = engine.database.try_sql(sql);
            out.push(outcome.map_or_else(|message| message.lines().next().unwrap_or_default().replace("ERROR:  ", ""), |()| "done".to_owned()));
        }
        out.push(history(&engine, "orders", 77).await);
        out.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
    CheckViolation: "s" of "cases" may not go there from "draft", only to "review"
    [{"s":"review"}]
    CheckViolation: "s" of "cases" may not go there from "review", only to "closed"
    [{"name":"closed"}]
    ->draft by -, operator; draft>review by up, service_role; review>closed by over, service_role
    "state" of "orders" may not go there from "draft", only to "closed" or "review"
    "state" of "orders" may begin only as "draft"
    done
    done
    done
    ->draft by -, operator; draft>review by submit, -
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_once_one_goes() {
    for kind in [EngineKind::Sqlite, EngineKind::Postgres] {
        let engine = TestEngine::on(kind).await;
        engine.schema(SCHEMA).await;
        let ids = 1..=20;
        let rows: Vec<_> = ids.clone().map(|id| json!({ "id": id, "owner": ADA, "note": "n" })).collect();
        engine.rows("orders", json!(rows)).await;
        engine
            .update(&Caller::service(), Api(&engine).update("orders?id=gt.0", &json!({ "state": "review" })).unwrap())
            .await
            .unwrap();
        for caller in [Caller::service(), ada()] {
            for id in ids.clone().filter(|id| (id % 2 == 0) == (caller == ada())) {
                let go = |to: &str| {
                    let update = Api(&engine).update(&format!("orders?id=eq.{id}"), &json!({ "state": to })).unwrap();
                    let caller = caller.clone();
                    let engine = &engine;
                    async move { engine.update(&caller, update).await }
                };
                let (one, other) = tokio::join!(go("approved"), go("draft"));
                let lost = [one, other].into_iter().filter_map(std::result::Result::err).collect::<Vec<_>>();
                assert_eq!(lost.len(), 1, "{kind:?} {id}: {lost:?}");
                assert_eq!(lost[0].code, Code::CheckViolation, "{lost:?}");
                assert_eq!(history(&engine, "orders", id).await.split("; ").count(), 3);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_says_where_it_may_go_and_how_it_came_there() {
    let seen = on_both(async |engine| {
        engine.schema(SCHEMA).await;
        engine
            .schema(
                "alter table orders enable row level security;
                 create policy own on orders to authenticated using (owner = auth.uid()) with check (amount < 1000);",
            )
            .await;
        engine.rows("orders", json!([{ "id": 1, "owner": ADA, "amount": 500, "note": "n" }, { "id": 2 }])).await;
        let member = Caller::Studio {
            user: UserId(ADA),
            role: StudioRole::Member,
            email: "ada@example.org".into(),
            acts_as: Role::Authenticated,
        };
        let builder = Caller::Studio {
            user: UserId(ADA),
            role: StudioRole::Builder,
            email: "eve@example.org".into(),
            acts_as: Role::Authenticated,
        };
        let ways = async |caller: &Caller| {
            let found = states(&engine, caller, "orders", 1).await;
            let way =
                |way: &tenon_engine::records::StateWay| format!("{} ({}) to {}: {}", way.transition, way.label, way.to, way.open);
            let ways: Vec<String> = found.now[0].ways.iter().map(way).collect();
            format!("{} -> {}", found.now[0].state, ways.join(", "))
        };
        let take = async |caller: &Caller, id: i64, name: &str| {
            whole(engine.take_transition(caller, ident("orders"), vec![Value::Int(id)], &ident(name)).await)
        };
        let mut out = vec![ways(&member).await, ways(&builder).await];
        out.push(take(&member, 1, "approve").await);
        out.push(take(&member, 1, "close").await);
        out.push(take(&member, 1, "nothing").await);
        // What the member may not see is not there, whatever its state.
        out.push(take(&member, 2, "submit").await);
        out.push(take(&member, 99, "submit").await);
        out.push(take(&member, 1, "submit").await);
        out.push(take(&member, 1, "submit").await);
        out.push(ways(&member).await);
        out.push(take(&member, 1, "approve").await);
        out.push(take(&builder, 1, "approve").await);
        out.push(format!("{:?}", engine.record_states(&member, ident("orders"), vec![Value::Int(2)]).await.unwrap()));
        out.push(whole(
            engine.update(&member, Api(&engine).update("orders?id=eq.2", &json!({ "state": "approved" })).unwrap()).await,
        ));
        out.push(history(&engine, "orders", 1).await);
        // Another row under a key that was free again has a history of its own.
        let gone: Delete = Api(&engine).deletion("orders?id=eq.1").unwrap();
        engine.delete(&Caller::service(), gone).await.unwrap();
        engine.rows("orders", json!([{ "id": 1 }])).await;
        out.push(history(&engine, "orders", 1).await);
        out.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
    draft -> submit (Hand in) to review: true
    draft -> close (Close) to closed: true, submit (Hand in) to review: true
    Conflict: transition "approve" of "orders" does not lead on from here: it is "draft" now [Somebody else may have changed the record: look at it again.] []
    Forbidden: you may not take transition "close" of "orders" ["state"]
    NotFound: "orders" has no transition "nothing" []
    NotFound: the record is no longer there []
    NotFound: the record is no longer there []
    done
    Conflict: transition "submit" of "orders" does not lead on from here: it is "review" now [Somebody else may have changed the record: look at it again.] []
    review -> approve (Approve) to approved: false, reject (Reject) to draft: true
    CheckViolation: the condition of transition "approve" of "orders" does not hold ["state"]
    done
    None
    done
    ->draft by -, operator; draft>review by submit, ada@example.org; review>approved by approve, eve@example.org
    ->draft by -, operator
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn states_outlive_changes_of_the_schema() {
    let seen = on_both(async |engine| {
        engine.schema(SCHEMA).await;
        engine.rows("orders", json!([{ "id": 1, "owner": ADA }])).await;
        let api = Api(&engine);
        let mut out = vec![api.patch("orders?id=eq.1&select=state", json!({ "state": "review" })).await];
        engine
            .schema(
                "alter type state add value 'lost' after 'draft'; alter type state rename value 'review' to 'in review';
                 alter table orders rename column state to stage; alter table orders rename to purchases;
                 alter table purchases alter column amount drop not null; alter table purchases add column extra text not null default '';",
            )
            .await;
        out.push(history(&engine, "purchases", 1).await);
        out.push(api.patch("purchases?id=eq.1", json!({ "stage": "lost" })).await);
        out.push(api.patch("purchases?id=eq.1&select=stage", json!({ "stage": "approved" })).await);
        for sql in ["update purchases set stage = 'draft'", "insert into purchases (id, stage) values (3, 'lost')"] {
            out.push(engine.database.try_sql(sql).expect_err(sql).lines().next().unwrap_or_default().replace("ERROR:  ", ""));
        }
        engine.schema("drop transition reject on purchases; drop transition approve on purchases;").await;
        engine.schema("drop transition submit on purchases; drop transition close on purchases;").await;
        out.push(api.patch("purchases?id=eq.1&select=stage", json!({ "stage": "draft" })).await);
        engine.schema("drop table purchases; create table purchases (id bigint primary key, stage state not null);").await;
        engine.schema("create transition go on purchases (stage) from 'draft' to 'lost';").await;
        engine.rows("purchases", json!([{ "id": 1, "stage": "draft" }])).await;
        out.push(history(&engine, "purchases", 1).await);
        out.join("\n")
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
    [{"state":"review"}]
    ->draft by -, operator; draft>in review by submit, service_role
    CheckViolation: "stage" of "purchases" may not go from "in review" to "lost"
    [{"stage":"approved"}]
    "stage" of "purchases" may not go there from "approved", only to "closed"
    "stage" of "purchases" may begin only as "draft"
    [{"stage":"draft"}]
    ->draft by -, operator
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_one_record_is_no_way_around() {
    let seen = on_both(async |engine| {
        engine.schema(SCHEMA).await;
        engine.rows("orders", json!([{ "id": 1, "owner": ADA }])).await;
        let change = |set: &str| RecordChange {
            table: ident("orders"),
            key: vec![Value::Int(1)],
            set: IndexMap::from([(ident("state"), Value::Text(set.to_owned()))]),
            version: None,
        };
        let out = [
            whole(engine.change_record(&Caller::Operator, change("approved")).await),
            whole(engine.change_record(&ada(), change("review")).await),
        ];
        let rolled = Update { rollback: true, ..Api(&engine).update("orders?id=eq.1", &json!({ "state": "draft" })).unwrap() };
        engine.update(&Caller::service(), rolled).await.unwrap();
        format!("{}\n{}", out.join("\n"), history(&engine, "orders", 1).await)
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
    CheckViolation: "state" of "orders" may not go from "draft" to "approved" [From "draft" it may go to "closed" or "review".] ["state"]
    done
    ->draft by -, operator; draft>review by submit, authenticated
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_carries_states_and_their_history() {
    for (from, to) in [(EngineKind::Sqlite, EngineKind::Postgres), (EngineKind::Postgres, EngineKind::Sqlite)] {
        let (source, target) = (TestEngine::on(from).await, TestEngine::on(to).await);
        source.schema(SCHEMA).await;
        source.rows("orders", json!([{ "id": 1, "owner": ADA }])).await;
        assert_eq!(patch(&source, &Caller::service(), 1, json!({ "state": "review" })).await, r#"[{"id":1,"state":"review"}]"#);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("copy.db");
        source.backup(&Caller::Operator, &file).await.unwrap();
        target.restore(&Caller::Operator, &file).await.unwrap();
        assert_eq!(history(&target, "orders", 1).await, history(&source, "orders", 1).await);
        assert_eq!(history(&target, "orders", 1).await, "->draft by -, operator; draft>review by submit, service_role");
        assert!(patch(&target, &Caller::service(), 1, json!({ "state": "closed" })).await.starts_with("CheckViolation"));
        assert_eq!(patch(&target, &Caller::service(), 1, json!({ "state": "draft" })).await, r#"[{"id":1,"state":"draft"}]"#);
        assert!(history(&target, "orders", 1).await.ends_with("; review>draft by reject, service_role"));
    }
}

const STATES: [&str; 5] = ["a", "b", "c", "d", "e"];

/// Random graphs and walks: what the database lets through is what the graph says.
#[test]
fn walks_follow_the_graph() {
    use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let engines =
        runtime.block_on(async { [TestEngine::on(EngineKind::Sqlite).await, TestEngine::on(EngineKind::Postgres).await] });
    runtime.block_on(async {
        for engine in &engines {
            engine.schema("create type s as enum ('a', 'b', 'c', 'd', 'e');").await;
        }
    });
    let edge = || (0..STATES.len(), 0..STATES.len());
    let cases = (vec(edge(), 1..9), vec(0..STATES.len(), 0..3), vec((0..STATES.len(), any::<bool>()), 1..10));
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let outcome = TestRunner::new(config).run(&cases, |(edges, begin, walk)| {
        let edges: std::collections::BTreeSet<_> = edges.into_iter().filter(|(from, to)| from != to).collect();
        let begin: std::collections::BTreeSet<_> = begin.into_iter().collect();
        prop_assume!(!edges.is_empty());
        let mut sql = "create table t (id bigint primary key, s s not null);".to_owned();
        for (from, to) in &edges {
            sql += &format!("create transition t{from}{to} on t (s) from '{}' to '{}';", STATES[*from], STATES[*to]);
        }
        for to in &begin {
            sql += &format!("create transition b{to} on t (s) to '{}';", STATES[*to]);
        }
        for engine in &engines {
            runtime.block_on(async {
                engine.schema(&sql).await;
                let api = Api(engine);
                let (mut at, mut path) = (None, Vec::new());
                for (to, raw) in &walk {
                    let may = match at {
                        None => begin.is_empty() || begin.contains(to),
                        Some(from) => from == *to || edges.contains(&(from, *to)),
                    };
                    let state = STATES[*to];
                    let went = match (at, raw) {
                        (None, true) => engine.database.try_sql(&format!("insert into t (id, s) values (1, '{state}')")).is_ok(),
                        (None, false) => {
                            engine.insert(&Caller::service(), api.insert("t", &json!({ "id": 1, "s": state }))).await.is_ok()
                        }
                        (Some(_), true) => engine.database.try_sql(&format!("update t set s = '{state}'")).is_ok(),
                        (Some(_), false) => engine
                            .update(&Caller::service(), api.update("t?id=eq.1", &json!({ "s": state })).unwrap())
                            .await
                            .is_ok(),
                    };
                    assert_eq!(went, may, "{sql} {walk:?}: {at:?} to {to}, raw: {raw}");
                    if went && at != Some(*to) {
                        path.push(state);
                        at = Some(*to);
                    }
                }
                if at.is_some() {
                    let found = states(engine, &Caller::Operator, "t", 1).await;
                    let told: Vec<_> = found.history.iter().rev().map(|change| change.to.as_str()).collect();
                    assert_eq!(told, path, "{sql}");
                }
                engine.schema("drop table t;").await;
            });
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
