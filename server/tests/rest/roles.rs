//! The application's roles over HTTP: in users' tokens, in tokens of a former backend, refused where there are none.

use http::Request;
use serde_json::{Value, json};
use tenon_engine::{Caller, audit::Client};

use crate::{
    policies::sign_up,
    support::{App, both},
};

const SCHEMA: &str = "
    create role author in role authenticated;
    create role editor in role author;
    create table posts (id bigint primary key, title text not null, secret text, author uuid);
    create table comments (id bigint primary key, post_id bigint references posts (id), body text, email text);
    grant select on posts to authenticated;
    grant insert, update, delete on posts to editor;
    alter table posts enable row level security;
    create policy even on posts for select to author using (id % 2 = 0);
    create policy every on posts to editor using (true);
    create policy named on posts for select to authenticated using (title = auth.role());
";

/// Signs somebody in who has a role; gives the header of their token.
pub(crate) async fn user(app: &App, email: &str, role: &str) -> String {
    let known = sign_up(app, email).await;
    let secret = format!("Authorization: Bearer {}", app.keys.secret);
    let body = json!({ "role": role }).to_string();
    let request = Request::put(format!("/auth/v1/admin/users/{}", known.id))
        .header("apikey", &app.keys.secret)
        .header("Authorization", secret.split_once(": ").unwrap().1)
        .body(body.into())
        .unwrap();
    let (_, text) = app.send(request).await;
    let changed: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(changed["role"], role, "{text}");
    let body = json!({ "email": email, "password": "a long enough password" }).to_string();
    let request =
        Request::post("/auth/v1/token?grant_type=password").header("apikey", &app.keys.publishable).body(body.into()).unwrap();
    let (_, text) = app.send(request).await;
    let session: Value = serde_json::from_str(&text).unwrap();
    format!("Authorization: Bearer {}", session["access_token"].as_str().unwrap_or_else(|| panic!("{text}")))
}

pub(crate) async fn set(app: &App, name: &'static str, value: Value) {
    let change = move |settings: &tenon_engine::settings::Settings| settings.with(name, value.clone());
    app.engine.change_settings(&Caller::Operator, &Client::default(), change).await.unwrap();
}

/// A token as another backend would sign it with the secret that both know.
fn foreign(claims: &Value) -> String {
    let key = jsonwebtoken::EncodingKey::from_secret(SECRET.as_bytes());
    let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
    format!("Authorization: Bearer {}", jsonwebtoken::encode(&header, claims, &key).unwrap())
}

const SECRET: &str = "a secret of at least thirty-two characters";

#[tokio::test(flavor = "multi_thread")]
async fn a_users_role_decides_what_they_reach() {
    let answers = both(async |app| {
        set(&app, "auth.email_autoconfirm", json!(true)).await;
        set(&app, "auth.legacy_jwt_secret", json!(SECRET)).await;
        app.engine.schema(SCHEMA).await;
        let posts = json!([
            { "id": 1, "title": "authenticated" }, { "id": 2, "title": "author" }, { "id": 3, "title": "editor" },
            { "id": 4, "title": "other" }
        ]);
        app.engine.rows("posts", posts).await;
        let mut answers = Vec::new();
        for role in ["authenticated", "author", "editor"] {
            let header = user(&app, &format!("{role}@example.org"), role).await;
            answers.push(format!("{role} {}", app.call("GET posts?select=id&order=id", &[&header], "").await));
            answers.push(app.call("PATCH posts?id=eq.4", &[&header], r#"{"title": "changed"}"#).await);
        }
        let nobody = json!({ "role": "authr", "sub": "6b1d0b8e-8c0e-4d8f-9d8e-0f3f4a5b6c7d", "exp": 4_000_000_000_u32 });
        for claims in [nobody, json!({ "role": "editor" }), json!({ "role": "authenticated" }), json!({ "role": "a\u{0}b" })] {
            answers.push(app.call("GET posts?select=id&order=id", &[&foreign(&claims)], "").await);
        }
        answers
    });
    insta::assert_snapshot!(answers.await, @r#"
    authenticated 200
    content-range: 0-0/*
    [{"id":1}]
    ---
    403
    {"code":"42501","details":null,"hint":null,"message":"permission denied for table posts"}
    ---
    author 200
    content-range: 0-1/*
    [{"id":2},{"id":4}]
    ---
    403
    {"code":"42501","details":null,"hint":null,"message":"permission denied for table posts"}
    ---
    editor 200
    content-range: 0-3/*
    [{"id":1},{"id":2},{"id":3},{"id":4}]
    ---
    204
    content-range: 0-0/*
    ---
    401
    {"code":"22023","details":null,"hint":null,"message":"role \"authr\" does not exist"}
    ---
    200
    content-range: 0-3/*
    [{"id":1},{"id":2},{"id":3},{"id":4}]
    ---
    401
    {"code":"PGRST301","details":null,"hint":"Double check the key; `tenon keys` prints those of an instance.","message":"Invalid API key"}
    ---
    401
    {"code":"PGRST301","details":null,"hint":"Double check the key; `tenon keys` prints those of an instance.","message":"Invalid API key"}
    "#);
}
