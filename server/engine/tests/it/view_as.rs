//! Seeing as somebody else: no more than they see, no more than one may oneself, and nothing written unless that was said.

use indexmap::IndexMap;
use serde_json::{Value as Json, json};
use tenon_engine::{
    Caller, Code, Engine,
    audit::{AuditFilter, Client},
    identity::UserAttributes,
    records::{
        Count, Delete, Insert, Missing, ReadOptions, RecordChange, RecordSet, Returning, Update,
        explain::{Question, RowQuestion},
    },
};
use tenon_model::{
    Command, Error, Expr, Ident, ReadQuery, Role, StudioRole, UserId, Value,
    view_as::{ViewAs, Whom},
};
use tenon_testkit::{TestEngine, for_each_engine};
use uuid::Uuid;

const ADA: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const BOB: &str = "bbbbbbbb-0000-4000-8000-000000000002";

const SCHEMA: &str = "
    create table notes (id bigint primary key, owner uuid, title text not null);
    create table plans (id bigint primary key, title text not null);
    alter table notes enable row level security;
    grant select, insert, update, delete on notes to authenticated;
    create policy own on notes using (owner = auth.uid());
    create policy paid on notes for select using (auth.jwt() -> 'app_metadata' ->> 'plan' = 'paid' and title = 'paid');
";

fn studio(role: StudioRole) -> Caller {
    Caller::Studio { user: UserId(Uuid::from_u128(7)), role, email: "builder@example.org".to_owned(), acts_as: Role::Authenticated }
}

fn ident(name: &str) -> Ident {
    Ident::new(name).unwrap()
}

async fn set_up(engine: &TestEngine) {
    engine.schema(SCHEMA).await;
    for (id, email, plan) in [(ADA, "ada@example.org", "free"), (BOB, "bob@example.org", "paid")] {
        let attributes = UserAttributes {
            id: Some(Uuid::parse_str(id).unwrap()),
            email: Some(email.to_owned()),
            app_metadata: json!({ "plan": plan }).as_object().cloned(),
            ..UserAttributes::default()
        };
        engine.create_user(&Caller::Operator, &Client::default(), attributes).await.unwrap();
    }
    let notes = json!([
        { "id": 1, "owner": ADA, "title": "hers" }, { "id": 2, "owner": BOB, "title": "his" }, { "id": 3, "title": "paid" }
    ]);
    engine.rows("notes", notes).await;
    engine.rows("plans", json!([{ "id": 1, "title": "closed" }])).await;
}

async fn seen_as(engine: &TestEngine, text: &str) -> Caller {
    engine.view_as(&studio(StudioRole::Builder), &text.parse().unwrap()).await.unwrap()
}

async fn ids(engine: &TestEngine, caller: &Caller, table: &str) -> Result<Vec<i64>, Error> {
    let query = ReadQuery::all(Engine::schema(engine).require_table(table)?);
    let options = ReadOptions { count: Some(Count::Exact), ..ReadOptions::default() };
    let rows = engine.read(caller, query, options).await?;
    let found: Vec<Json> = serde_json::from_slice(&rows.body).unwrap();
    assert_eq!(rows.total, Some(found.len() as u64));
    Ok(found.iter().map(|row| row["id"].as_i64().unwrap()).collect())
}

fn notes(engine: &TestEngine, row: &Json) -> Insert {
    let schema = Engine::schema(engine);
    let table = schema.require_table("notes").unwrap();
    Insert {
        table: table.name.clone(),
        records: RecordSet::from_json(&schema, table, row.to_string().as_bytes(), None).unwrap(),
        missing: Missing::Default,
        on_conflict: None,
        returning: Returning::Nothing,
        rollback: false,
        max_affected: None,
    }
}

fn by_id(id: i64) -> Expr {
    Expr::equals(ident("id"), tenon_model::ScalarType::BigInt.into(), Value::Int(id))
}

fn update(id: i64) -> Update {
    Update {
        table: ident("notes"),
        set: IndexMap::from([(ident("title"), Value::Text("new".to_owned()))]),
        filter: by_id(id),
        all: false,
        order: Vec::new(),
        limit: None,
        returning: Returning::Nothing,
        rollback: false,
        max_affected: None,
    }
}

fn delete(id: i64) -> Delete {
    Delete {
        table: ident("notes"),
        filter: by_id(id),
        all: false,
        order: Vec::new(),
        limit: None,
        returning: Returning::Nothing,
        rollback: false,
        max_affected: None,
    }
}

fn change(id: i64) -> RecordChange {
    let set = IndexMap::from([(ident("title"), Value::Text("new".to_owned()))]);
    RecordChange { table: ident("notes"), key: vec![Value::Int(id)], set, version: None }
}

#[tokio::test]
async fn everything_is_seen_as_by_them() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        let (ada, bob) = (seen_as(&engine, &format!("user:{ADA}")).await, seen_as(&engine, &format!("user:{BOB}")).await);
        assert_eq!(ids(&engine, &ada, "notes").await.unwrap(), [1]);
        // What their token would say is known, too.
        assert_eq!(ids(&engine, &bob, "notes").await.unwrap(), [2, 3]);
        assert_eq!(ids(&engine, &seen_as(&engine, "role:authenticated").await, "notes").await.unwrap(), Vec::<i64>::new());
        for closed in [&ada, &seen_as(&engine, "role:anon").await] {
            assert_eq!(ids(&engine, closed, "plans").await.unwrap_err().code, Code::Forbidden);
        }
        assert!(engine.record(&ada, ident("notes"), vec![Value::Int(2)]).await.unwrap().is_none());
        assert!(engine.record(&ada, ident("notes"), vec![Value::Int(1)]).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn a_member_is_seen_as_in_the_studio() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        let (email, password) = ("mia@example.org".to_owned(), "a long enough password".to_owned());
        let member = engine.create_account(&Caller::Operator, email, password, StudioRole::Member).await.unwrap();
        let view = ViewAs { whom: Whom::User(member.id), writes: false };
        let seen = engine.view_as(&studio(StudioRole::Owner), &view).await.unwrap();
        assert_eq!(seen.seen(), &member.caller());
        assert_eq!(ids(&engine, &seen, "plans").await, ids(&engine, &member.caller(), "plans").await);
        assert_eq!(ids(&engine, &seen, "plans").await.unwrap(), [1]);
        assert_eq!(ids(&engine, &seen, "notes").await.unwrap(), Vec::<i64>::new());
    })
    .await;
}

#[tokio::test]
async fn nothing_is_written_unless_that_was_said_and_then_with_both_names() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        let mine = json!([{ "id": 9, "owner": ADA, "title": "new" }]);
        let reading = seen_as(&engine, &format!("user:{ADA}")).await;
        let refused = |result: Result<(), Error>| {
            let error = result.unwrap_err();
            assert_eq!(
                (error.code, error.message.as_str()),
                (Code::Forbidden, "You are viewing as ada@example.org: nothing is written.")
            );
        };
        refused(engine.insert(&reading, notes(&engine, &mine)).await.map(drop));
        refused(engine.update(&reading, update(1)).await.map(drop));
        refused(engine.delete(&reading, delete(1)).await.map(drop));
        refused(engine.change_record(&reading, change(1)).await.map(drop));

        let writing = seen_as(&engine, &format!("write-user:{ADA}")).await;
        assert_eq!(engine.insert(&writing, notes(&engine, &mine)).await.unwrap().rows, 1);
        assert_eq!(engine.update(&writing, update(1)).await.unwrap().rows, 1);
        engine.change_record(&writing, change(9)).await.unwrap();
        // What they may not do, nobody does as them.
        let theirs = json!([{ "id": 10, "owner": BOB, "title": "new" }]);
        assert_eq!(engine.insert(&writing, notes(&engine, &theirs)).await.unwrap_err().code, Code::Forbidden);
        assert_eq!(engine.update(&writing, update(2)).await.unwrap().rows, 0);
        assert_eq!(engine.change_record(&writing, change(2)).await.unwrap_err().code, Code::NotFound);
        assert_eq!(engine.delete(&writing, delete(2)).await.unwrap().rows, 0);
        assert_eq!(engine.delete(&writing, delete(9)).await.unwrap().rows, 1);

        let filter = AuditFilter { action: Some("records.".to_owned()), limit: 50, ..AuditFilter::default() };
        let entries = engine.audit(&Caller::Operator, filter).await.unwrap().entries;
        let told = |e: &tenon_engine::audit::AuditEntry| {
            let details: Json = serde_json::from_str(&e.details).unwrap();
            assert_eq!(details["as_id"], ADA);
            let said = [&details["verb"], &details["as"], &details["rows"]].map(ToString::to_string).join(" ");
            format!("{} {} {} {said}", e.actor, e.action, e.target.as_deref().unwrap_or_default())
        };
        let told: Vec<String> = entries.iter().rev().map(told).collect();
        insta::allow_duplicates! { insta::assert_snapshot!(told.join("\n"), @r#"
        builder@example.org records.written_as notes "insert" "ada@example.org" 1
        builder@example.org records.written_as notes "update" "ada@example.org" 1
        builder@example.org records.written_as notes "update" "ada@example.org" 1
        builder@example.org records.written_as notes "delete" "ada@example.org" 1
        "#); }
    })
    .await;
}

/// Whoever sees as somebody else has lost what only builders and owners may: nothing leads from there to more.
#[tokio::test]
async fn it_never_exceeds() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        let (email, password) = ("olga@example.org".to_owned(), "a long enough password".to_owned());
        let owner = engine.create_account(&Caller::Operator, email, password, StudioRole::Owner).await.unwrap();
        let as_owner = seen_as(&engine, &format!("write-user:{}", owner.id)).await;
        for caller in [seen_as(&engine, &format!("write-user:{ADA}")).await, as_owner] {
            assert!(!caller.may_build() && !caller.may_own());
            let refused = |result: Result<(), Error>| assert_eq!(result.unwrap_err().code, Code::Forbidden, "{caller:?}");
            refused(engine.change_schema(&caller, "create table x (id bigint)".to_owned()).await.map(drop));
            refused(engine.users(&caller, Default::default()).await.map(drop));
            refused(engine.audit(&caller, AuditFilter::default()).await.map(drop));
            refused(engine.table_sizes(&caller).await.map(drop));
            refused(engine.keys(&caller).await.map(drop));
            refused(engine.viewable_people(&caller, "").await.map(drop));
            refused(engine.view_as(&caller, &"role:anon".parse().unwrap()).await.map(drop));
            refused(engine.expression_values(&caller, &ident("notes"), Expr::always()).await.map(drop));
            let question = Question {
                table: ident("notes"),
                command: Command::Select,
                row: RowQuestion::Key(vec![Value::Int(1)]),
                set: IndexMap::new(),
                reads: true,
            };
            refused(engine.explain(&caller, &Caller::anon(), question).await.map(drop));
        }
        // Nor may others borrow eyes at all.
        let ada = seen_as(&engine, &format!("user:{ADA}")).await.seen().clone();
        for caller in [Caller::anon(), ada, studio(StudioRole::Member)] {
            for text in [format!("user:{ADA}"), "role:anon".to_owned(), format!("user:{}", Uuid::nil())] {
                let view: ViewAs = text.parse().unwrap();
                assert_eq!(engine.view_as(&caller, &view).await.unwrap_err().code, Code::Forbidden, "{caller:?} {text}");
            }
            assert_eq!(engine.viewable_people(&caller, "ada").await.unwrap_err().code, Code::Forbidden);
        }
        for nobody in ["role:service_role", "role:nobody", "user:00000000-0000-0000-0000-000000000000"] {
            let error = engine.view_as(&studio(StudioRole::Owner), &nobody.parse().unwrap()).await.unwrap_err();
            assert_eq!(error.code, Code::NotFound, "{nobody}");
        }
        let found = engine.viewable_people(&studio(StudioRole::Builder), "ADA@").await.unwrap();
        assert_eq!(found.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["ada@example.org"]);
        assert_eq!(engine.viewable_people(&studio(StudioRole::Builder), BOB).await.unwrap()[0].name, "bob@example.org");
    })
    .await;
}
