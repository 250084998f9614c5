//! Why somebody may do something to a row, or may not: the same answer on both engines, and the one that is enforced.

use std::fmt::Write as _;

use indexmap::IndexMap;
use serde_json::json;
use tenon_engine::{
    Caller, Code,
    records::{
        Insert, Missing, RecordChange, RecordSet, Returning,
        explain::{Question, RowQuestion},
    },
};
use tenon_model::{
    Command, Error, Explanation, Ident, ReadQuery, Role, StudioRole, UserId, Value,
    explanation::{RowState, Term},
};
use tenon_testkit::{TestEngine, for_each_engine};
use uuid::Uuid;

const ADA: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const BOB: &str = "bbbbbbbb-0000-4000-8000-000000000002";

const SCHEMA: &str = "
    create table teams (id bigint primary key, name text not null);
    create table members (team_id bigint not null references teams (id), user_id uuid not null, primary key (team_id, user_id));
    create table notes (
        id bigint primary key, team_id bigint references teams (id), owner uuid, title text not null, words integer not null default 0,
        locked boolean not null default false, published boolean
    );
    alter table members enable row level security;
    alter table notes enable row level security;
    grant select on members, teams to authenticated;
    grant select, insert, update on notes to authenticated;
    grant select on notes to anon;
    create policy mine on members for select using (user_id = auth.uid());
    create policy own on notes to authenticated
        using (owner = auth.uid() and (words < 100 or not (locked or published))) with check (owner = auth.uid() and words < 100);
    create policy team on notes for select to authenticated
        using (exists (select 1 from members m where m.team_id = notes.team_id));
    create policy open on notes for select using (published);
    create policy kept on notes as restrictive for update using (not locked);
    create policy ratio on notes as restrictive for delete using (100 / words > 1);
    comment on policy own on notes is 'Notes belong to whom writes them, and have at most 99 words.';
    comment on policy kept on notes is 'This note is locked.';
";

fn ident(name: &str) -> Ident {
    Ident::new(name).unwrap()
}

fn user(id: &str) -> Caller {
    Caller::Api { role: Role::Authenticated, user: Some(UserId(Uuid::parse_str(id).unwrap())), claims: None }
}

async fn set_up(engine: &TestEngine) {
    engine.schema(SCHEMA).await;
    engine.rows("teams", json!([{ "id": 1, "name": "North" }, { "id": 2, "name": "South" }])).await;
    engine.rows("members", json!([{ "team_id": 1, "user_id": ADA }, { "team_id": 2, "user_id": BOB }])).await;
    let notes = json!([
        { "id": 1, "owner": ADA, "title": "plan", "words": 10 },
        { "id": 2, "owner": BOB, "title": "team", "team_id": 1, "words": 20 },
        { "id": 3, "owner": BOB, "title": "other", "team_id": 2, "published": false },
        { "id": 4, "owner": ADA, "title": "locked", "locked": true, "words": 1 },
        { "id": 5, "owner": ADA, "title": "long", "words": 500, "published": true },
        { "id": 6, "title": "news", "published": true }
    ]);
    engine.rows("notes", notes).await;
}

async fn why(engine: &TestEngine, whom: &Caller, command: Command, id: i64, set: &[(&str, Value)]) -> Explanation {
    let question = Question {
        table: ident("notes"),
        command,
        row: RowQuestion::Key(vec![Value::Int(id)]),
        set: set.iter().map(|(name, value)| (ident(name), value.clone())).collect(),
        reads: true,
    };
    engine.explain(&Caller::Operator, whom, question).await.unwrap()
}

/// The explanation, a line for each thing that it says; `*` before what decided.
fn told(explanation: &Explanation) -> String {
    let mut out = format!("{} {}: {}\n", explanation.command.as_str(), explanation.allowed, explanation.reason);
    for step in &explanation.steps {
        let state = if step.row == RowState::Before { "before" } else { "after" };
        let _ = writeln!(out, "  {} {state}: {}", step.command.as_str(), step.passed);
        for policy in &step.policies {
            let kind = if policy.permissive { "permissive" } else { "restrictive" };
            let _ = writeln!(out, "    {} ({kind}, {:?}): {:?}", policy.policy, policy.clause, policy.result);
            term(&mut out, &policy.condition, 6);
        }
    }
    out
}

fn term(out: &mut String, term_: &Term, depth: usize) {
    let mark = if term_.decides { '*' } else { ' ' };
    let result = term_.result.map_or("null".to_owned(), |flag| flag.to_string());
    let seen: Vec<String> = term_.seen.iter().map(|s| format!("{} = {}", s.of, s.value.as_deref().unwrap_or("null"))).collect();
    let seen = if seen.is_empty() { String::new() } else { format!(" [{}]", seen.join(", ")) };
    let error = term_.error.as_ref().map_or(String::new(), |error| format!(" !{error}"));
    let _ = writeln!(out, "{:depth$}{mark}{} → {result}{seen}{error}", "", term_.sql);
    for part in &term_.terms {
        term(out, part, depth + 2);
    }
}

#[tokio::test]
async fn what_decided_is_told_with_the_values_it_saw() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        let mut out = String::new();
        for (whom, command, id) in [
            (user(ADA), Command::Select, 1),
            (user(ADA), Command::Select, 3),
            (user(ADA), Command::Select, 5),
            (Caller::anon(), Command::Select, 2),
            (user(ADA), Command::Delete, 1),
            (user(ADA), Command::Update, 4),
        ] {
            let _ = writeln!(out, "{} {id} {}", whom.label(), told(&why(&engine, &whom, command, id, &[]).await).trim_end());
        }
        insta::allow_duplicates! { insta::assert_snapshot!(out, @r#"
        authenticated 1 select true: Allowed by “own”.
          select before: true
            open (permissive, Using): None
              *published → null [published = null]
            own (permissive, Using): Some(true)
              *owner = auth.uid() and (words < 100 or not (locked or published)) → true
                *owner = auth.uid() → true [owner = aaaaaaaa-0000-4000-8000-000000000001, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                *words < 100 or not (locked or published) → true
                  *words < 100 → true [words = 10]
                   not (locked or published) → null
                     locked or published → null
                       locked → false [locked = false]
                       published → null [published = null]
            team (permissive, Using): Some(false)
              *exists (select 1 from members as m where m.team_id = notes.team_id) → false [team_id = null]
        authenticated 3 select false: No policy for select lets the row as it is through (“open”, “own”, “team”): published is false; owner = auth.uid() is false; exists (select 1 from members as m where m.team_id = notes.team_id) is false.
          select before: false
            open (permissive, Using): Some(false)
              *published → false [published = false]
            own (permissive, Using): Some(false)
              *owner = auth.uid() and (words < 100 or not (locked or published)) → false
                *owner = auth.uid() → false [owner = bbbbbbbb-0000-4000-8000-000000000002, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                 words < 100 or not (locked or published) → true
                   words < 100 → true [words = 0]
                   not (locked or published) → true
                     locked or published → false
                       locked → false [locked = false]
                       published → false [published = false]
            team (permissive, Using): Some(false)
              *exists (select 1 from members as m where m.team_id = notes.team_id) → false [team_id = 2]
        authenticated 5 select true: Allowed by “open”.
          select before: true
            open (permissive, Using): Some(true)
              *published → true [published = true]
            own (permissive, Using): Some(false)
              *owner = auth.uid() and (words < 100 or not (locked or published)) → false
                 owner = auth.uid() → true [owner = aaaaaaaa-0000-4000-8000-000000000001, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                *words < 100 or not (locked or published) → false
                  *words < 100 → false [words = 500]
                  *not (locked or published) → false
                    *locked or published → true
                       locked → false [locked = false]
                      *published → true [published = true]
            team (permissive, Using): Some(false)
              *exists (select 1 from members as m where m.team_id = notes.team_id) → false [team_id = null]
        anon 2 select false: No policy for select lets the row as it is through (“open”): published is null.
          select before: false
            open (permissive, Using): None
              *published → null [published = null]
        authenticated 1 delete false: authenticated has not been granted delete on notes.
          select before: true
            open (permissive, Using): None
              *published → null [published = null]
            own (permissive, Using): Some(true)
              *owner = auth.uid() and (words < 100 or not (locked or published)) → true
                *owner = auth.uid() → true [owner = aaaaaaaa-0000-4000-8000-000000000001, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                *words < 100 or not (locked or published) → true
                  *words < 100 → true [words = 10]
                   not (locked or published) → null
                     locked or published → null
                       locked → false [locked = false]
                       published → null [published = null]
            team (permissive, Using): Some(false)
              *exists (select 1 from members as m where m.team_id = notes.team_id) → false [team_id = null]
          delete before: true
            own (permissive, Using): Some(true)
              *owner = auth.uid() and (words < 100 or not (locked or published)) → true
                *owner = auth.uid() → true [owner = aaaaaaaa-0000-4000-8000-000000000001, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                *words < 100 or not (locked or published) → true
                  *words < 100 → true [words = 10]
                   not (locked or published) → null
                     locked or published → null
                       locked → false [locked = false]
                       published → null [published = null]
            ratio (restrictive, Using): Some(true)
              *100 / words > 1 → true [words = 10]
        authenticated 4 update false: “kept” restricts update and does not let the row as it is through: not locked is false.
          select before: true
            open (permissive, Using): None
              *published → null [published = null]
            own (permissive, Using): Some(true)
              *owner = auth.uid() and (words < 100 or not (locked or published)) → true
                *owner = auth.uid() → true [owner = aaaaaaaa-0000-4000-8000-000000000001, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                *words < 100 or not (locked or published) → true
                  *words < 100 → true [words = 1]
                   not (locked or published) → false
                     locked or published → true
                       locked → true [locked = true]
                       published → null [published = null]
            team (permissive, Using): Some(false)
              *exists (select 1 from members as m where m.team_id = notes.team_id) → false [team_id = null]
          update before: false
            own (permissive, Using): Some(true)
              *owner = auth.uid() and (words < 100 or not (locked or published)) → true
                *owner = auth.uid() → true [owner = aaaaaaaa-0000-4000-8000-000000000001, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                *words < 100 or not (locked or published) → true
                  *words < 100 → true [words = 1]
                   not (locked or published) → false
                     locked or published → true
                       locked → true [locked = true]
                       published → null [published = null]
            kept (restrictive, Using): Some(false)
              *not locked → false [locked = true]
          update after: false
            own (permissive, Check): Some(true)
              *owner = auth.uid() and words < 100 → true
                *owner = auth.uid() → true [owner = aaaaaaaa-0000-4000-8000-000000000001, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                *words < 100 → true [words = 1]
            kept (restrictive, Using): Some(false)
              *not locked → false [locked = true]
          select after: true
            open (permissive, Using): None
              *published → null [published = null]
            own (permissive, Using): Some(true)
              *owner = auth.uid() and (words < 100 or not (locked or published)) → true
                *owner = auth.uid() → true [owner = aaaaaaaa-0000-4000-8000-000000000001, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                *words < 100 or not (locked or published) → true
                  *words < 100 → true [words = 1]
                   not (locked or published) → false
                     locked or published → true
                       locked → true [locked = true]
                       published → null [published = null]
            team (permissive, Using): Some(false)
              *exists (select 1 from members as m where m.team_id = notes.team_id) → false [team_id = null]
        "#); }
    })
    .await;
}

#[tokio::test]
async fn a_write_is_explained_by_the_row_as_it_would_be() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        let other = Value::Uuid(Uuid::parse_str(BOB).unwrap());
        let changed = why(&engine, &user(ADA), Command::Update, 1, &[("owner", other)]).await;
        let schema = tenon_engine::Engine::schema(&engine);
        let table = schema.require_table("notes").unwrap();
        let row = json!([{ "id": 9, "title": "x", "owner": ADA, "words": 100 }]).to_string();
        let records = RecordSet::from_json(&schema, table, row.as_bytes(), None).unwrap();
        let question = Question {
            table: table.name.clone(),
            command: Command::Insert,
            row: RowQuestion::New(records, Missing::Default),
            set: IndexMap::new(),
            reads: false,
        };
        let made = engine.explain(&Caller::Operator, &user(ADA), question).await.unwrap();
        let shown = format!("{}{}", told(&changed), told(&made));
        insta::allow_duplicates! { insta::assert_snapshot!(shown, @r#"
        update false: No policy for update lets the row as it would be written through (“own”): owner = auth.uid() is false.
          select before: true
            open (permissive, Using): None
              *published → null [published = null]
            own (permissive, Using): Some(true)
              *owner = auth.uid() and (words < 100 or not (locked or published)) → true
                *owner = auth.uid() → true [owner = aaaaaaaa-0000-4000-8000-000000000001, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                *words < 100 or not (locked or published) → true
                  *words < 100 → true [words = 10]
                   not (locked or published) → null
                     locked or published → null
                       locked → false [locked = false]
                       published → null [published = null]
            team (permissive, Using): Some(false)
              *exists (select 1 from members as m where m.team_id = notes.team_id) → false [team_id = null]
          update before: true
            own (permissive, Using): Some(true)
              *owner = auth.uid() and (words < 100 or not (locked or published)) → true
                *owner = auth.uid() → true [owner = aaaaaaaa-0000-4000-8000-000000000001, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                *words < 100 or not (locked or published) → true
                  *words < 100 → true [words = 10]
                   not (locked or published) → null
                     locked or published → null
                       locked → false [locked = false]
                       published → null [published = null]
            kept (restrictive, Using): Some(true)
              *not locked → true [locked = false]
          update after: false
            own (permissive, Check): Some(false)
              *owner = auth.uid() and words < 100 → false
                *owner = auth.uid() → false [owner = bbbbbbbb-0000-4000-8000-000000000002, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                 words < 100 → true [words = 10]
            kept (restrictive, Using): Some(true)
              *not locked → true [locked = false]
          select after: false
            open (permissive, Using): None
              *published → null [published = null]
            own (permissive, Using): Some(false)
              *owner = auth.uid() and (words < 100 or not (locked or published)) → false
                *owner = auth.uid() → false [owner = bbbbbbbb-0000-4000-8000-000000000002, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                 words < 100 or not (locked or published) → true
                   words < 100 → true [words = 10]
                   not (locked or published) → null
                     locked or published → null
                       locked → false [locked = false]
                       published → null [published = null]
            team (permissive, Using): Some(false)
              *exists (select 1 from members as m where m.team_id = notes.team_id) → false [team_id = null]
        insert false: No policy for insert lets the row as it would be written through (“own”): words < 100 is false.
          insert after: false
            own (permissive, Check): Some(false)
              *owner = auth.uid() and words < 100 → false
                 owner = auth.uid() → true [owner = aaaaaaaa-0000-4000-8000-000000000001, auth.uid() = aaaaaaaa-0000-4000-8000-000000000001]
                *words < 100 → false [words = 100]
        "#); }
    })
    .await;
}

#[tokio::test]
async fn one_that_fails_keeps_no_other_from_being_told() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        engine.schema("grant delete on notes to authenticated; drop policy own on notes;
            create policy own on notes using (owner = auth.uid() and 10 / words > 0)").await;
        let shown = told(&why(&engine, &user(BOB), Command::Delete, 3, &[]).await);
        insta::allow_duplicates! { insta::assert_snapshot!(shown, @r#"
        delete false: “ratio” restricts delete and does not let the row as it is through: 100 / words > 1 cannot be computed.
          select before: true
            open (permissive, Using): Some(false)
              *published → false [published = false]
            own (permissive, Using): None
              *owner = auth.uid() and 10 / words > 0 → null
                 owner = auth.uid() → true [owner = bbbbbbbb-0000-4000-8000-000000000002, auth.uid() = bbbbbbbb-0000-4000-8000-000000000002]
                *10 / words > 0 → null [words = 0] !division by zero
            team (permissive, Using): Some(true)
              *exists (select 1 from members as m where m.team_id = notes.team_id) → true [team_id = 2]
          delete before: false
            own (permissive, Using): None
              *owner = auth.uid() and 10 / words > 0 → null
                 owner = auth.uid() → true [owner = bbbbbbbb-0000-4000-8000-000000000002, auth.uid() = bbbbbbbb-0000-4000-8000-000000000002]
                *10 / words > 0 → null [words = 0] !division by zero
            ratio (restrictive, Using): None
              *100 / words > 1 → null [words = 0] !division by zero
        "#); }
    })
    .await;
}

/// What is explained is what happens: for every row, person and command.
#[tokio::test]
async fn an_explanation_says_what_is_enforced() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        for whom in [user(ADA), user(BOB), Caller::anon(), Caller::service()] {
            let schema = tenon_engine::Engine::schema(&engine);
            let table = schema.require_table("notes").unwrap();
            let all = engine.read(&whom, ReadQuery::all(table), tenon_engine::records::ReadOptions::default()).await.unwrap();
            let seen: Vec<serde_json::Value> = serde_json::from_slice(&all.body).unwrap();
            let (mut visible, mut changeable) = (0, 0);
            for id in 1..=6 {
                let can_see = seen.iter().any(|row| row["id"] == id);
                assert_eq!(why(&engine, &whom, Command::Select, id, &[]).await.allowed, can_see, "{whom:?} {id}");
                visible += usize::from(can_see);
                let set = IndexMap::from([(ident("title"), Value::Text("new".to_owned()))]);
                let change = RecordChange { table: ident("notes"), key: vec![Value::Int(id)], set, version: None };
                let explained = why(&engine, &whom, Command::Update, id, &[("title", Value::Text("new".to_owned()))]).await;
                let done = engine.change_record(&whom, change).await;
                assert_eq!(explained.allowed, done.is_ok(), "{whom:?} {id} {done:?} {}", told(&explained));
                changeable += usize::from(done.is_ok());
            }
            // What is the same for everybody would show nothing.
            let expected = match whom.label() {
                "anon" => (2, 0),
                "service_role" => (6, 6),
                _ if whom == user(ADA) => (5, 1),
                _ => (4, 2),
            };
            assert_eq!((visible, changeable), expected, "{whom:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn only_those_who_may_build_are_told() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        let studio = |role| Caller::Studio {
            user: UserId(Uuid::nil()),
            role,
            email: "x@example.org".to_owned(),
            acts_as: Role::Authenticated,
        };
        let question = || Question {
            table: ident("notes"),
            command: Command::Select,
            row: RowQuestion::Key(vec![Value::Int(1)]),
            set: IndexMap::new(),
            reads: true,
        };
        for caller in [Caller::anon(), user(ADA), studio(StudioRole::Member)] {
            let refused = |result: Result<(), Error>| assert_eq!(result.unwrap_err().code, Code::Forbidden, "{caller:?}");
            refused(engine.explain(&caller, &user(ADA), question()).await.map(drop));
            refused(engine.explain(&caller, &caller, question()).await.map(drop));
            let (table, all) = (ident("notes"), tenon_model::Expr::always());
            refused(engine.explain_rows(&caller, &caller, (&table, Command::Select), all, IndexMap::new()).await.map(drop));
            refused(engine.explain_access(&caller, &caller, (&table, Command::Select), (true, &[])).map(drop));
        }
        for caller in [Caller::Operator, Caller::service(), studio(StudioRole::Builder), studio(StudioRole::Owner)] {
            assert!(engine.explain(&caller, &user(ADA), question()).await.unwrap().allowed);
        }
        let gone = Question { row: RowQuestion::Key(vec![Value::Int(99)]), ..question() };
        assert_eq!(engine.explain(&Caller::Operator, &user(ADA), gone).await.unwrap_err().code, Code::NotFound);
    })
    .await;
}

#[tokio::test]
async fn those_whom_a_policy_refuses_read_its_comment() {
    for_each_engine(async |engine| {
        set_up(&engine).await;
        let schema = tenon_engine::Engine::schema(&engine);
        let table = schema.require_table("notes").unwrap();
        let insert = async |whom: &Caller, row: serde_json::Value| {
            let records = RecordSet::from_json(&schema, table, row.to_string().as_bytes(), None).unwrap();
            let insert = Insert {
                table: table.name.clone(),
                records,
                missing: Missing::Default,
                on_conflict: None,
                returning: Returning::Nothing,
                rollback: false,
                max_affected: None,
            };
            engine.insert(whom, insert).await.unwrap_err().hint
        };
        let message = "Notes belong to whom writes them, and have at most 99 words.";
        let long = json!({ "id": 20, "title": "x", "owner": ADA, "words": 100 });
        assert_eq!(insert(&user(ADA), long.clone()).await.as_deref(), Some(message));
        assert_eq!(insert(&Caller::anon(), long).await, None);
        let change = async |id: i64, column: &str, value: Value| {
            let set = IndexMap::from([(ident(column), value)]);
            let change = RecordChange { table: ident("notes"), key: vec![Value::Int(id)], set, version: None };
            engine.change_record(&user(ADA), change).await.unwrap_err().hint
        };
        assert_eq!(change(1, "words", Value::Int(100)).await.as_deref(), Some(message));
        assert_eq!(change(4, "title", Value::Text("y".into())).await.as_deref(), Some("This note is locked."));
        // It is somebody else's, and locked for nobody.
        assert_eq!(change(2, "title", Value::Text("y".into())).await.as_deref(), Some(message));
        let dump = engine.dump_schema(&Caller::Operator).await.unwrap();
        assert!(dump.contains("comment on policy kept on notes is 'This note is locked.';"), "{dump}");
        engine.schema("comment on policy own on notes is null").await;
        assert_eq!(change(1, "words", Value::Int(100)).await, None);
        let unknown = "comment on policy nobody on notes is 'x'".to_owned();
        assert_eq!(engine.change_schema(&Caller::Operator, unknown).await.unwrap_err().code, Code::NotFound);
    })
    .await;
}
