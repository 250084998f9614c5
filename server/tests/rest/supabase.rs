//! The migrations of a Supabase project apply as they are, and two users work on what they make.

use std::path::PathBuf;

use serde_json::{Value, json};
use tenon_engine::{Caller, audit::Client, tables::MigrationFile};

use crate::{
    policies::sign_up,
    support::{App, both},
};

const FILES: [(&str, &str); 3] = [
    ("0.sql", "alter default privileges in schema public grant all on tables to anon, authenticated;"),
    ("20240101000000_init.sql", include_str!("../../../end2end/client/supabase/20240101000000_init.sql")),
    ("20240201000000_dump.sql", include_str!("../../../end2end/client/supabase/20240201000000_dump.sql")),
];

fn file((name, sql): (&str, &str)) -> MigrationFile {
    MigrationFile { name: name.to_owned(), path: PathBuf::from(name), sql: sql.to_owned() }
}

async fn set_up(app: &App) {
    let change = |settings: &tenon_engine::settings::Settings| settings.with("auth.email_autoconfirm", json!(true));
    app.engine.change_settings(&Caller::Operator, &Client::default(), change).await.unwrap();
    app.engine.schema("drop table person_skills, people, teams, skills;").await;
    app.engine.migrate(&Caller::Operator, FILES.map(file).to_vec()).await.unwrap();
}

/// The answer without what differs from run to run.
fn steady(text: &str, ids: &[&str]) -> String {
    ids.iter().enumerate().fold(text.to_owned(), |text, (index, id)| text.replace(id, &format!("ID{index}")))
}

#[tokio::test]
async fn two_users_work_on_a_project_as_it_is() {
    let answers = both(async |app| {
        set_up(&app).await;
        let (ada, bob) = (sign_up(&app, "ada@example.org").await, sign_up(&app, "bob@example.org").await);
        let full = "Prefer: return=representation";
        let body = json!({ "name": "North", "created_by": ada.id }).to_string();
        let made = app.call("POST teams", &[&ada.header, full], body).await;
        let team: Value = serde_json::from_str(made.rsplit('\n').next().unwrap()).unwrap();
        let team = team[0]["id"].as_str().unwrap().to_owned();
        let mut all = vec![made];
        let own = json!({ "id": ada.id, "username": "ada" }).to_string();
        all.push(app.call("POST profiles", &[&ada.header], own).await);
        let other = json!({ "id": "00000000-0000-4000-8000-000000000000", "username": "nobody" }).to_string();
        all.push(app.call("POST profiles", &[], other).await);
        let member = json!({ "team_id": team, "user_id": ada.id, "role": "owner" }).to_string();
        all.push(app.call("POST team_members", &[&ada.header], member).await);
        let tasks =
            json!([{ "team_id": team, "title": "one", "points": 2.5, "status": "done" }, { "team_id": team, "title": "two" }]);
        let tasks = tasks.as_array().unwrap();
        for task in tasks {
            all.push(app.call("POST tasks", &[&ada.header], task.to_string()).await);
        }
        all.push(app.call("POST labels", &[&ada.header], json!({ "team_id": team, "name": "red" }).to_string()).await);
        for user in [&ada, &bob] {
            for path in [
                "tasks?select=title,status,teams(name)&order=title",
                "team_progress",
                "teams?select=name",
                "profiles?select=username",
            ] {
                all.push(app.call(&format!("GET {path}"), &[&user.header], "").await);
            }
            all.push(app.call("POST rpc/team_labels", &[&user.header], json!({ "team": team }).to_string()).await);
        }
        all.push(app.call("POST tasks", &[&bob.header], tasks[0].to_string()).await);
        let user = tenon_model::UserId(ada.id.parse().unwrap());
        app.engine.delete_user(&Caller::Operator, &Client::default(), user, false).await.unwrap();
        all.push(app.get("teams?select=name").await);
        all.push(app.get("profiles?select=username").await);
        all.iter().map(|text| steady(text, &[&team, &ada.id, &bob.id])).collect()
    });
    insta::assert_snapshot!(answers.await, @r#"
    201
    content-range: */*
    preference-applied: return=representation
    [{"id":"ID0","name":"North","created_by":"ID1"}]
    ---
    201
    content-range: */*
    ---
    409
    {"code":"23503","details":"Key (id)=(00000000-0000-4000-8000-000000000000) is not present in table \"users\".","hint":null,"message":"insert or update on table \"profiles\" violates foreign key constraint \"profiles_id_fkey\""}
    ---
    201
    content-range: */*
    ---
    201
    content-range: */*
    ---
    201
    content-range: */*
    ---
    201
    content-range: */*
    ---
    200
    content-range: 0-1/*
    [{"title":"one","status":"done","teams":{"name":"North"}},{"title":"two","status":"open","teams":{"name":"North"}}]
    ---
    200
    content-range: 0-0/*
    [{"team_id":"ID0","tasks":2,"done":1,"points":2.50}]
    ---
    200
    content-range: 0-0/*
    [{"name":"North"}]
    ---
    200
    content-range: 0-0/*
    [{"username":"ada"}]
    ---
    200
    content-range: 0-0/*
    ["red"]
    ---
    200
    content-range: */*
    []
    ---
    200
    content-range: */*
    []
    ---
    200
    content-range: */*
    []
    ---
    200
    content-range: 0-0/*
    [{"username":"ada"}]
    ---
    200
    content-range: */*
    []
    ---
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"tasks\""}
    ---
    200
    content-range: */*
    []
    ---
    200
    content-range: */*
    []
    "#);
}

#[tokio::test]
async fn what_the_project_makes_is_dumped_and_read_again() {
    let dumps = both(async |app| {
        set_up(&app).await;
        let dump = app.engine.dump_schema(&Caller::Operator).await.unwrap();
        let again = tenon_engine::tables::schema_to_sql(&tenon_engine::tables::schema_from_sql(&dump).unwrap());
        assert_eq!(dump, again);
        vec![dump]
    });
    let dump = dumps.await;
    assert!(dump.contains("references auth.users (id) on delete cascade"), "{dump}");
    assert!(dump.contains("create view team_progress"), "{dump}");
}

#[tokio::test]
async fn triggers_are_refused_where_they_stand() {
    let answers = both(async |app| {
        let texts = [
            "create table t (id int);\n\ncreate function public.touch() returns trigger\nlanguage plpgsql as $$\nbegin\n  return new;\nend $$;",
            "create table t (id int);\n  create trigger touch before update on t for each row execute function touch();",
            "create function f() returns int language sql as $$\n  select nothing from people\n$$;",
            "create function f() returns int language sql as $$ delete from people returning id $$;",
            "create view v as select id, count(*) from people group by name;",
        ];
        let mut all = Vec::new();
        for text in texts {
            let error = app.engine.migrate(&Caller::Operator, vec![file(("bad.sql", text))]).await.unwrap_err();
            all.push(format!("{}\n{}\n{}", error.details.unwrap_or_default(), error.message, error.hint.unwrap_or_default()));
        }
        all
    });
    insta::assert_snapshot!(answers.await, @r#"
    bad.sql:4:1
    functions in language plpgsql are not understood
    what triggers do is done by defaults, checks, computed columns and foreign keys here: write it as one of those
    ---
    bad.sql:2:10
    only tables, indexes, enum types, policies, transitions, roles, views and functions can be created
    what triggers do is done by defaults, checks, computed columns and foreign keys here: write it as one of those
    ---
    bad.sql:2:10
    column "nothing" does not exist

    ---
    bad.sql:1:52
    a function only reads: its body is one select
    write the records through the API: policies and checks hold there
    ---
    bad.sql:1:25
    column "people.id" must appear in the GROUP BY clause or be used in an aggregate function
    "#);
}
