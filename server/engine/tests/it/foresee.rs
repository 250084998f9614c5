//! What a change of policies would do, before it is done.

use serde_json::json;
use tenon_engine::{
    Caller, Code, Engine,
    audit::Client,
    identity::UserAttributes,
    records::foresee::{Foreseen, Reached},
};
use tenon_testkit::{TestEngine, for_each_engine};
use uuid::Uuid;

const ADA: &str = "aaaaaaaa-0000-4000-8000-000000000001";

async fn set_up(engine: &TestEngine) {
    let schema = "create role editor;
        create table notes (id bigint primary key, owner uuid, title text not null, published boolean not null, size integer);
        create index notes_owner on notes (owner);
        create table tags (id bigint primary key);
        alter table notes enable row level security;
        grant select, update, delete on notes to authenticated; grant select on notes to anon; grant select on notes to editor;
        create policy open on notes for select using (published)";
    engine.schema(schema).await;
    let attributes = UserAttributes {
        id: Some(Uuid::parse_str(ADA).unwrap()),
        email: Some("ada@example.org".to_owned()),
        ..UserAttributes::default()
    };
    engine.create_user(&Caller::Operator, &Client::default(), attributes).await.unwrap();
    let note = |id: u32| json!({ "id": id, "owner": (id <= 3).then_some(ADA), "title": "x", "published": id.is_multiple_of(2), "size": 0 });
    engine.rows("notes", (1..=10).map(note).collect::<Vec<_>>().into()).await;
}

async fn foresee(engine: &TestEngine, sql: &str) -> Foreseen {
    engine.foresee(&Caller::Operator, sql, None).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"))
}

fn told(foreseen: &Foreseen) -> String {
    let one = |r: &Reached| {
        let problem = r.problem.as_ref().map_or(String::new(), |problem| format!(" ({problem})"));
        format!("{} {} {}: {} +{} -{}{problem}", r.table, r.who, r.command.as_str(), r.before, r.gained, r.lost)
    };
    foreseen.reached.iter().map(one).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn rows_gained_and_lost_are_counted_for_roles_and_people() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        let mut out = String::new();
        for sql in [
            "create policy own on notes to authenticated using (owner = auth.uid())",
            "drop policy open on notes",
            "create policy few on notes as restrictive for select using (id > 6)",
            "alter table notes disable row level security",
            "revoke select on notes from anon",
            "create policy odd on notes for select to editor using (1 / size = 1)",
            "create table other (id bigint primary key)",
        ] {
            let version = Engine::schema(&engine).version;
            let foreseen = foresee(&engine, sql).await;
            assert_eq!(Engine::schema(&engine).version, version, "nothing is applied");
            out += &format!("{sql}\n{}\n", told(&foreseen));
        }
        insta::allow_duplicates! { insta::assert_snapshot!(out, @r#"
        create policy own on notes to authenticated using (owner = auth.uid())
        notes authenticated select: 5 +0 -0
        notes authenticated update: 0 +0 -0
        notes authenticated delete: 0 +0 -0
        notes ada@example.org select: 5 +2 -0
        notes ada@example.org update: 0 +3 -0
        notes ada@example.org delete: 0 +3 -0
        drop policy open on notes
        notes anon select: 5 +0 -5
        notes authenticated select: 5 +0 -5
        notes authenticated update: 0 +0 -0
        notes authenticated delete: 0 +0 -0
        notes editor select: 5 +0 -5
        notes ada@example.org select: 5 +0 -5
        notes ada@example.org update: 0 +0 -0
        notes ada@example.org delete: 0 +0 -0
        create policy few on notes as restrictive for select using (id > 6)
        notes anon select: 5 +0 -3
        notes authenticated select: 5 +0 -3
        notes authenticated update: 0 +0 -0
        notes authenticated delete: 0 +0 -0
        notes editor select: 5 +0 -3
        notes ada@example.org select: 5 +0 -3
        notes ada@example.org update: 0 +0 -0
        notes ada@example.org delete: 0 +0 -0
        alter table notes disable row level security
        notes anon select: 5 +5 -0
        notes authenticated select: 5 +5 -0
        notes authenticated update: 0 +10 -0
        notes authenticated delete: 0 +10 -0
        notes editor select: 5 +5 -0
        notes ada@example.org select: 5 +5 -0
        notes ada@example.org update: 0 +10 -0
        notes ada@example.org delete: 0 +10 -0
        revoke select on notes from anon
        notes anon select: 5 +0 -5
        create policy odd on notes for select to editor using (1 / size = 1)
        notes editor select: 0 +0 -0 (division by zero)
        create table other (id bigint primary key)
        "#); }
    })
    .await;
}

#[tokio::test]
async fn an_index_that_serves_the_rule_is_named() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        let indexes = async |rule: &str| {
            let sql = format!("drop policy open on notes; create policy own on notes to authenticated using ({rule})");
            let foreseen = foresee(&engine, &sql).await;
            let ada = foreseen.costs.into_iter().find(|cost| cost.who == "ada@example.org").unwrap();
            assert!(ada.plain > 0 && ada.before > 0 && ada.after > 0 && ada.ratio() > 0, "{ada:?}");
            ada.indexes
        };
        assert_eq!(indexes("owner = auth.uid()").await, ["notes_owner"]);
        assert_eq!(indexes("title = 'x'").await, Vec::<String>::new());
        let foreseen = foresee(&engine, "drop policy open on notes").await;
        assert_eq!(foreseen.counted_for, ["anon", "authenticated", "editor", "ada@example.org"]);
        assert!(!foreseen.sampled);
    })
    .await;
}

#[tokio::test]
async fn only_builders_look_ahead() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        let sql = "drop policy open on notes";
        assert_eq!(engine.foresee(&Caller::anon(), sql, None).await.unwrap_err().code, Code::Forbidden);
        assert_eq!(engine.foresee(&Caller::Operator, "drop policy closed on notes", None).await.unwrap_err().code, Code::NotFound);
    })
    .await;
}
