//! The application's roles on both engines: kept, inherited, held by users, carried by backups.

use serde_json::json;
use tenon_engine::{
    Caller, Engine,
    audit::Client,
    identity::UserAttributes,
    records::{Format, Insert, Missing, ReadOptions, RecordChange, RecordSet, Returning},
};
use tenon_model::{Code, Ident, Role, StudioRole, UserId, rest::RestQuery};
use tenon_testkit::{TestEngine, for_each_engine};

const SCHEMA: &str = "
    create role author in role authenticated;
    create role editor in role author;
    create role visitor noinherit in role author;
    create table posts (id bigint primary key, title text not null, state text not null default 'draft');
    grant select on posts to author;
    grant insert on posts to editor;
    alter table posts enable row level security;
    create policy live on posts for select to author using (state = 'live');
    create policy all_of_them on posts to editor using (true);
    create policy nobody on posts as restrictive for select to visitor using (false);
";

pub(crate) fn named(role: &str) -> Caller {
    Caller::Api { role: Role::from(Ident::new(role).unwrap()), user: None, claims: None }
}

/// The rows that a query answers, or the code of its failure.
pub(crate) async fn read(test: &TestEngine, caller: &Caller, query: &str) -> Result<String, Code> {
    let (table, params) = query.split_once('?').unwrap_or((query, ""));
    let pairs: Vec<(String, String)> = params
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let read = RestQuery::parse(&pairs).unwrap().resolve(&Engine::schema(test), table).unwrap();
    let rows = test.read(caller, read, ReadOptions { format: Format::Json, ..ReadOptions::default() }).await;
    rows.map(|rows| String::from_utf8(rows.body).unwrap()).map_err(|error| error.code)
}

async fn insert(test: &TestEngine, caller: &Caller, id: i64) -> Result<u64, Code> {
    let schema = Engine::schema(test);
    let table = schema.require_table("posts").unwrap();
    let body = json!({ "id": id, "title": "new" }).to_string();
    let insert = Insert {
        table: table.name.clone(),
        records: RecordSet::from_json(&schema, table, body.as_bytes(), None).unwrap(),
        missing: Missing::Default,
        on_conflict: None,
        returning: Returning::Nothing,
        rollback: true,
        max_affected: None,
    };
    test.insert(caller, insert).await.map(|rows| rows.rows).map_err(|error| error.code)
}

async fn set_up(test: &TestEngine) {
    test.schema(SCHEMA).await;
    test.rows("posts", json!([{ "id": 1, "title": "a", "state": "live" }, { "id": 2, "title": "b", "state": "draft" }])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_has_the_rights_of_those_it_is_a_member_of() {
    for_each_engine(async |test| {
        set_up(&test).await;
        let all = [
            ("anon", Err(Code::Forbidden), Err(Code::Forbidden)),
            ("authenticated", Err(Code::Forbidden), Err(Code::Forbidden)),
            ("author", Ok(r#"[{"id":1}]"#), Err(Code::Forbidden)),
            ("editor", Ok(r#"[{"id":1},{"id":2}]"#), Ok(1)),
            ("visitor", Err(Code::Forbidden), Err(Code::Forbidden)),
            ("nobody", Err(Code::UnknownRole), Err(Code::UnknownRole)),
            ("service_role", Ok(r#"[{"id":1},{"id":2}]"#), Ok(1)),
        ];
        for (role, seen, added) in all {
            let caller = named(role);
            assert_eq!(read(&test, &caller, "posts?select=id&order=id").await, seen.map(str::to_owned), "{role}");
            assert_eq!(insert(&test, &caller, 3).await, added, "{role}");
        }
        // What was only a member becomes an heir, and is bound by its own restriction.
        test.schema("alter role visitor inherit;").await;
        assert_eq!(read(&test, &named("visitor"), "posts?select=id").await, Ok("[]".to_owned()));
        test.schema("revoke author from editor; grant authenticated to editor;").await;
        assert_eq!(read(&test, &named("editor"), "posts?select=id").await, Err(Code::Forbidden));
        // Everybody is everybody, but for those who are nobody.
        test.schema("grant select on posts to public; create policy open on posts for select using (true);").await;
        assert_eq!(read(&test, &named("anon"), "posts?select=id&order=id").await, Ok(r#"[{"id":1},{"id":2}]"#.to_owned()));
        assert_eq!(read(&test, &named("nobody"), "posts?select=id").await, Err(Code::UnknownRole));
    })
    .await;
}

async fn set_role(test: &TestEngine, user: UserId, role: &str) -> Result<(), String> {
    let attributes: UserAttributes = serde_json::from_value(json!({ "role": role })).unwrap();
    let changed = test.update_user(&Caller::service(), &Client::default(), user, attributes).await;
    changed.map(drop).map_err(|error| error.message)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_users_have_stays() {
    for_each_engine(async |test| {
        set_up(&test).await;
        test.schema("create role helper;").await;
        let attributes = json!({ "email": "ada@example.org", "role": "helper" });
        let made = test.create_user(&Caller::service(), &Client::default(), serde_json::from_value(attributes).unwrap()).await;
        let made = made.unwrap();
        assert_eq!(made["role"], "helper");
        let user = UserId(made["id"].as_str().unwrap().parse().unwrap());
        assert_eq!(set_role(&test, user, "helpr").await.unwrap_err(), "role \"helpr\" does not exist");
        assert!(set_role(&test, user, "anon").await.is_err());

        let plan = test.plan_schema(&Caller::Operator, "drop role helper;".into()).await.unwrap();
        let refused = test.change_schema(&Caller::Operator, "drop role helper;".into()).await.unwrap_err();
        assert_eq!(plan.obstacles, std::slice::from_ref(&refused));
        assert_eq!(refused.code, Code::Dependent);
        insta::allow_duplicates! {
            insta::assert_snapshot!(refused.message, @r#"cannot drop role "helper" because 1 user has it"#);
        }
        set_role(&test, user, "author").await.unwrap();
        test.schema("drop role helper;").await;
        assert!(Engine::schema(&test).roles.get("helper").is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_of_the_studio_are_bound_by_their_role() {
    for_each_engine(async |test| {
        set_up(&test).await;
        let member = |role: &str| Caller::Studio {
            user: UserId(uuid::Uuid::nil()),
            role: StudioRole::Member,
            email: "m@example.org".into(),
            acts_as: Role::from(Ident::new(role).unwrap()),
        };
        let seen = async |role: &str| read(&test, &member(role), "posts?select=id&order=id").await;
        // Without a role of the application's, members work with every table, within what policies let signed-in users see.
        assert_eq!(seen("authenticated").await, Ok("[]".to_owned()));
        assert_eq!(seen("author").await, Ok(r#"[{"id":1}]"#.to_owned()));
        assert_eq!(seen("editor").await, Ok(r#"[{"id":1},{"id":2}]"#.to_owned()));
        assert_eq!(seen("visitor").await, Err(Code::Forbidden));
        assert_eq!(seen("nobody").await, Err(Code::UnknownRole));
        let owner = Caller::Studio {
            user: UserId(uuid::Uuid::nil()),
            role: StudioRole::Owner,
            email: "o@example.org".into(),
            acts_as: Role::from(Ident::new("visitor").unwrap()),
        };
        assert_eq!(read(&test, &owner, "posts?select=id&order=id").await, Ok(r#"[{"id":1},{"id":2}]"#.to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_outlive_the_process() {
    for_each_engine(async |test| {
        set_up(&test).await;
        test.schema("comment on role editor is 'it''s'; grant select (id) on posts to anon;").await;
        let dumped = test.dump_schema(&Caller::Operator).await.unwrap();
        let again = tenon_engine::Engine::open(test.config().clone()).await.unwrap();
        assert_eq!(again.dump_schema(&Caller::Operator).await.unwrap(), dumped);
        assert_eq!(again.schema().roles, Engine::schema(&test).roles);
        again.shutdown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_know_the_columns_that_their_role_may_read() {
    for_each_engine(async |test| {
        test.schema(
            "create role author in role authenticated;
             create table people (id bigint primary key, name text, salary integer);
             create table posts (id bigint primary key, person bigint references people (id), title text, notes text);
             create table private (id bigint primary key, post bigint references posts (id));
             grant select (id, name) on people to authenticated;
             grant select (id, title), update (title) on posts to author;",
        )
        .await;
        test.rows("posts", json!([{ "id": 1, "title": "a", "notes": "b" }])).await;
        let member = |role: &str| Caller::Studio {
            user: UserId(uuid::Uuid::nil()),
            role: StudioRole::Member,
            email: "m@example.org".into(),
            acts_as: Role::from(Ident::new(role).unwrap()),
        };
        let known = |caller: &Caller| {
            let schema = test.schema_for(caller).unwrap();
            let of = |table: &std::sync::Arc<tenon_model::Table>| {
                let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
                format!("{}({}){}", table.name, columns.join(","), ">".repeat(table.foreign_keys.len()))
            };
            schema.tables.values().map(of).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(known(&member("author")), "people(id,name) posts(id,title)");
        // Who has no role of the application's works with every table but for what is said of columns.
        assert_eq!(known(&member("authenticated")), "people(id,name) posts(id,person,title,notes)> private(id,post)>");
        assert_eq!(known(&Caller::Operator), "people(id,name,salary) posts(id,person,title,notes)> private(id,post)>");
        assert_eq!(test.schema_for(&member("nobody")).unwrap_err().code, Code::UnknownRole);

        let (author, posts, key) = (member("author"), Ident::new("posts").unwrap(), vec![tenon_model::Value::Int(1)]);
        let record = test.record(&author, posts.clone(), key.clone()).await.unwrap().unwrap();
        assert_eq!(record.body, r#"{"id":1,"title":"a"}"#);
        let change = async |column: &str| {
            let set = [(Ident::new(column).unwrap(), tenon_model::Value::Text("x".into()))].into_iter().collect();
            let change = RecordChange { table: posts.clone(), key: key.clone(), set, version: None };
            test.change_record(&author, change).await.map(|record| record.body).map_err(|error| error.code)
        };
        assert_eq!(change("title").await, Ok(r#"{"id":1,"title":"x"}"#.to_owned()));
        assert_eq!(change("notes").await, Err(Code::Forbidden));
    })
    .await;
}
