//! Row level security: what two users of an application see and write of each other's rows.

use http::Request;
use serde_json::{Value, json};
use tenon_engine::{Caller, audit::Client};

use crate::support::{App, both};

const SCHEMA: &str = "
    create table orgs (id bigint primary key, name text not null, slug text unique);
    create table members (
        org_id bigint not null references orgs (id), user_id uuid not null, role text not null default 'member',
        primary key (org_id, user_id)
    );
    create table projects (
        id bigint primary key, org_id bigint not null references orgs (id), name text not null, code text unique,
        archived boolean not null default false
    );
    create table notes (
        id bigint primary key, project_id bigint references projects (id), owner uuid not null, title text not null,
        published boolean not null default false, words integer not null default 0
    );
    create table tags (id bigint primary key, label text not null);
    create table note_tags (
        note_id bigint not null references notes (id), tag_id bigint not null references tags (id), owner uuid,
        primary key (note_id, tag_id)
    );
    alter table orgs enable row level security;
    alter table members enable row level security;
    alter table projects enable row level security;
    alter table notes enable row level security;
    alter table note_tags enable row level security;
    grant all on orgs, members, projects, notes, tags, note_tags to authenticated;
    grant select on orgs, notes to anon;

    create policy own on members for select to authenticated using (user_id = (select auth.uid()));
    create policy mine on orgs for select to authenticated
        using (exists (select 1 from members m where m.org_id = orgs.id));
    create policy team on projects to authenticated
        using (org_id in (select org_id from members))
        with check (org_id in (select org_id from members where role = 'owner'));
    create policy live on projects as restrictive for select using (not archived);
    create policy own on notes to authenticated using (owner = auth.uid()) with check (owner = auth.uid() and words < 100);
    create policy open on notes for select using (published);
    create policy shared on notes for select to authenticated
        using (exists (select 1 from projects p where p.id = notes.project_id));
    create policy own on note_tags using (owner = auth.uid());
";

/// A user of the application: their id and the header of their token.
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) header: String,
}

pub(crate) async fn sign_up(app: &App, email: &str) -> User {
    let body = json!({ "email": email, "password": "a long enough password" }).to_string();
    let request = Request::post("/auth/v1/signup").header("apikey", &app.keys.publishable).body(body.into()).unwrap();
    let (_, text) = app.send(request).await;
    let session: Value = serde_json::from_str(&text).unwrap();
    let token = session["access_token"].as_str().unwrap_or_else(|| panic!("{text}"));
    User { id: session["user"]["id"].as_str().unwrap().to_owned(), header: format!("Authorization: Bearer {token}") }
}

/// The tables, two users and their rows.
async fn set_up(app: &App) -> (User, User) {
    let change = |settings: &tenon_engine::settings::Settings| settings.with("auth.email_autoconfirm", json!(true));
    app.engine.change_settings(&Caller::Operator, &Client::default(), change).await.unwrap();
    app.engine.schema(SCHEMA).await;
    let (ada, bob) = (sign_up(app, "ada@example.org").await, sign_up(app, "bob@example.org").await);
    let orgs = json!([{ "id": 1, "name": "North", "slug": "n" }, { "id": 2, "name": "South", "slug": "s" }]);
    app.engine.rows("orgs", orgs).await;
    let members = json!([
        { "org_id": 1, "user_id": ada.id, "role": "owner" }, { "org_id": 1, "user_id": bob.id, "role": "member" },
        { "org_id": 2, "user_id": bob.id, "role": "owner" }
    ]);
    app.engine.rows("members", members).await;
    let projects = json!([
        { "id": 1, "org_id": 1, "name": "Bridge", "code": "b" }, { "id": 2, "org_id": 2, "name": "Tower", "code": "t" },
        { "id": 3, "org_id": 1, "name": "Ruin", "code": "r", "archived": true }
    ]);
    app.engine.rows("projects", projects).await;
    let notes = json!([
        { "id": 1, "project_id": 1, "owner": ada.id, "title": "plan", "words": 10 },
        { "id": 2, "project_id": 2, "owner": bob.id, "title": "secret", "words": 20 },
        { "id": 3, "project_id": null, "owner": bob.id, "title": "news", "published": true, "words": 30 },
        { "id": 4, "project_id": 3, "owner": bob.id, "title": "old", "words": 40 }
    ]);
    app.engine.rows("notes", notes).await;
    app.engine.rows("tags", json!([{ "id": 1, "label": "red" }, { "id": 2, "label": "blue" }])).await;
    let note_tags = json!([
        { "note_id": 1, "tag_id": 1, "owner": ada.id }, { "note_id": 1, "tag_id": 2, "owner": bob.id },
        { "note_id": 3, "tag_id": 1, "owner": bob.id }
    ]);
    app.engine.rows("note_tags", note_tags).await;
    (ada, bob)
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_their_own() {
    let answers = both(async |app| {
        let (ada, bob) = set_up(&app).await;
        let publishable = format!("apikey: {}", app.keys.publishable);
        let mut answers = Vec::new();
        for who in [publishable.as_str(), &ada.header, &bob.header] {
            for path in ["orgs?select=id&order=id", "notes?select=id,title&order=id"] {
                answers.push(app.call(&format!("GET {path}"), &[who], "").await);
            }
        }
        for path in [
            "projects?select=id,orgs(name),notes(id)&order=id",
            "projects?select=id,notes!inner(id)&notes.words=gt.15&order=id",
            "notes?select=id,projects(name,orgs(name))&order=id",
            "notes?select=id,projects()&order=projects(name).desc,id",
            "notes?projects.name=eq.Tower&select=id,projects!inner()",
            "notes?select=id,tags(label)&order=id",
            "tags?select=label,notes(title)&order=id",
            "members?select=org_id,role",
            "notes?select=id&words=gt.15&order=words.desc",
        ] {
            answers.push(app.call(&format!("GET {path}"), &[&ada.header, "Prefer: count=exact"], "").await);
        }
        answers.push(app.get("notes?select=id&order=id").await);
        answers
    });
    insta::assert_snapshot!(answers.await, @r#"
    200
    content-range: */*
    []
    ---
    200
    content-range: 0-0/*
    [{"id":3,"title":"news"}]
    ---
    200
    content-range: 0-0/*
    [{"id":1}]
    ---
    200
    content-range: 0-1/*
    [{"id":1,"title":"plan"},{"id":3,"title":"news"}]
    ---
    200
    content-range: 0-1/*
    [{"id":1},{"id":2}]
    ---
    200
    content-range: 0-3/*
    [{"id":1,"title":"plan"},{"id":2,"title":"secret"},{"id":3,"title":"news"},{"id":4,"title":"old"}]
    ---
    200
    content-range: 0-0/1
    preference-applied: count=exact
    [{"id":1,"orgs":{"name":"North"},"notes":[{"id":1}]}]
    ---
    200
    content-range: */0
    preference-applied: count=exact
    []
    ---
    200
    content-range: 0-1/2
    preference-applied: count=exact
    [{"id":1,"projects":{"name":"Bridge","orgs":{"name":"North"}}},{"id":3,"projects":null}]
    ---
    200
    content-range: 0-1/2
    preference-applied: count=exact
    [{"id":3},{"id":1}]
    ---
    200
    content-range: */0
    preference-applied: count=exact
    []
    ---
    200
    content-range: 0-1/2
    preference-applied: count=exact
    [{"id":1,"tags":[{"label":"red"}]},{"id":3,"tags":[]}]
    ---
    200
    content-range: 0-1/2
    preference-applied: count=exact
    [{"label":"red","notes":[{"title":"plan"}]},{"label":"blue","notes":[]}]
    ---
    200
    content-range: 0-0/1
    preference-applied: count=exact
    [{"org_id":1,"role":"owner"}]
    ---
    200
    content-range: 0-0/1
    preference-applied: count=exact
    [{"id":3}]
    ---
    200
    content-range: 0-3/*
    [{"id":1},{"id":2},{"id":3},{"id":4}]
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_writes_their_own() {
    let answers = both(async |app| {
        let (ada, bob) = set_up(&app).await;
        let (mine, theirs) = (&ada.id, &bob.id);
        let note = |id: u32, owner: &str, words: u32| json!({ "id": id, "owner": owner, "title": "x", "words": words }).to_string();
        let returned = "Prefer: return=representation";
        let merge = "Prefer: resolution=merge-duplicates,return=representation";
        let calls: Vec<(&str, &str, String)> = vec![
            ("POST notes?select=id", returned, note(10, mine, 1)),
            ("POST notes?select=id", returned, note(11, theirs, 1)),
            ("POST notes?select=id", returned, note(12, mine, 100)),
            ("POST notes?select=id", returned, format!("[{},{}]", note(13, mine, 1), note(14, theirs, 1))),
            // A taken key tells nothing if the row is not allowed anyway.
            ("POST notes", "Prefer: return=minimal", note(2, theirs, 1)),
            ("POST notes", "Prefer: return=minimal", note(2, mine, 1)),
            ("PATCH notes?id=eq.1&select=id,words", returned, json!({ "words": 11 }).to_string()),
            ("PATCH notes?id=eq.1&select=id", returned, json!({ "words": 1000 }).to_string()),
            ("PATCH notes?id=eq.1&select=id", returned, json!({ "owner": theirs }).to_string()),
            ("PATCH notes?id=eq.2&select=id", returned, json!({ "words": 1 }).to_string()),
            ("PATCH notes?id=eq.3&select=id", returned, json!({ "words": 1 }).to_string()),
            ("DELETE notes?id=eq.3&select=id", returned, String::new()),
            ("POST notes?select=id,words", merge, note(1, mine, 12)),
            ("POST notes?select=id", merge, note(2, mine, 12)),
            ("POST notes?select=id", merge, note(3, mine, 12)),
            ("POST projects?select=id", returned, json!({ "id": 20, "org_id": 1, "name": "New", "code": "x" }).to_string()),
            ("POST projects?select=id", returned, json!({ "id": 21, "org_id": 2, "name": "New", "code": "y" }).to_string()),
            ("POST projects", "Prefer: return=minimal", json!({ "id": 22, "org_id": 1, "name": "New", "code": "t" }).to_string()),
            ("POST projects?select=id", returned, json!({ "id": 23, "org_id": 1, "name": "N", "archived": true }).to_string()),
            (
                "POST projects",
                "Prefer: return=minimal",
                json!({ "id": 23, "org_id": 1, "name": "N", "archived": true }).to_string(),
            ),
            ("PATCH projects?id=eq.1&select=id", returned, json!({ "archived": true }).to_string()),
            ("DELETE projects?id=eq.2", "Prefer: return=minimal", String::new()),
            ("DELETE projects?id=eq.1", "Prefer: return=minimal", String::new()),
            ("DELETE members?org_id=eq.1", returned, String::new()),
        ];
        let mut answers = Vec::new();
        for (line, prefer, body) in calls {
            let headers = [ada.header.as_str(), prefer, "content-type: application/json"];
            let answer = app.call(line, &headers, body.clone()).await;
            let body = body.replace(mine, "MINE").replace(theirs, "THEIRS");
            answers.push(format!("{}\n{answer}", format!("{line} {body}").trim_end()));
        }
        answers.push(app.get("notes?select=id,words&order=id").await);
        answers
    });
    insta::assert_snapshot!(answers.await, @r#"
    POST notes?select=id {"id":10,"owner":"MINE","title":"x","words":1}
    201
    content-range: */*
    preference-applied: return=representation
    [{"id":10}]
    ---
    POST notes?select=id {"id":11,"owner":"THEIRS","title":"x","words":1}
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"notes\""}
    ---
    POST notes?select=id {"id":12,"owner":"MINE","title":"x","words":100}
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"notes\""}
    ---
    POST notes?select=id [{"id":13,"owner":"MINE","title":"x","words":1},{"id":14,"owner":"THEIRS","title":"x","words":1}]
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"notes\""}
    ---
    POST notes {"id":2,"owner":"THEIRS","title":"x","words":1}
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"notes\""}
    ---
    POST notes {"id":2,"owner":"MINE","title":"x","words":1}
    409
    {"code":"23505","details":null,"hint":null,"message":"duplicate key value violates unique constraint \"notes_pkey\""}
    ---
    PATCH notes?id=eq.1&select=id,words {"words":11}
    200
    content-range: 0-0/*
    preference-applied: return=representation
    [{"id":1,"words":11}]
    ---
    PATCH notes?id=eq.1&select=id {"words":1000}
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"notes\""}
    ---
    PATCH notes?id=eq.1&select=id {"owner":"THEIRS"}
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"notes\""}
    ---
    PATCH notes?id=eq.2&select=id {"words":1}
    200
    content-range: */*
    preference-applied: return=representation
    []
    ---
    PATCH notes?id=eq.3&select=id {"words":1}
    200
    content-range: */*
    preference-applied: return=representation
    []
    ---
    DELETE notes?id=eq.3&select=id
    200
    content-range: */*
    preference-applied: return=representation
    []
    ---
    POST notes?select=id,words {"id":1,"owner":"MINE","title":"x","words":12}
    201
    content-range: */*
    preference-applied: resolution=merge-duplicates, return=representation
    [{"id":1,"words":12}]
    ---
    POST notes?select=id {"id":2,"owner":"MINE","title":"x","words":12}
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy (USING expression) for table \"notes\""}
    ---
    POST notes?select=id {"id":3,"owner":"MINE","title":"x","words":12}
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy (USING expression) for table \"notes\""}
    ---
    POST projects?select=id {"id":20,"org_id":1,"name":"New","code":"x"}
    201
    content-range: */*
    preference-applied: return=representation
    [{"id":20}]
    ---
    POST projects?select=id {"id":21,"org_id":2,"name":"New","code":"y"}
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"projects\""}
    ---
    POST projects {"id":22,"org_id":1,"name":"New","code":"t"}
    409
    {"code":"23505","details":null,"hint":null,"message":"duplicate key value violates unique constraint \"projects_code_key\""}
    ---
    POST projects?select=id {"id":23,"org_id":1,"name":"N","archived":true}
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"projects\""}
    ---
    POST projects {"id":23,"org_id":1,"name":"N","archived":true}
    201
    content-range: */*
    preference-applied: return=minimal
    ---
    PATCH projects?id=eq.1&select=id {"archived":true}
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"projects\""}
    ---
    DELETE projects?id=eq.2
    204
    content-range: */*
    preference-applied: return=minimal
    ---
    DELETE projects?id=eq.1
    409
    {"code":"23503","details":null,"hint":null,"message":"update or delete on table \"projects\" violates foreign key constraint \"notes_project_id_fkey\" on table \"notes\""}
    ---
    DELETE members?org_id=eq.1
    200
    content-range: */*
    preference-applied: return=representation
    []
    ---
    200
    content-range: 0-4/*
    [{"id":1,"words":12},{"id":2,"words":20},{"id":3,"words":30},{"id":4,"words":40},{"id":10,"words":1}]
    "#);
}
