use crate::support::both;

#[tokio::test]
async fn the_publishable_key_sees_what_is_open_and_nothing_else() {
    let answers = both(async |app| {
        let open = format!("apikey: {}", app.keys.publishable);
        let open = &[open.as_str()];
        vec![
            app.call("GET skills?order=id", open, "").await,
            app.call("GET people", open, "").await,
            app.call("POST skills", open, r#"{"id": 9, "title": "x"}"#).await,
            app.call("DELETE skills?id=eq.1", open, "").await,
            app.call("GET skills?select=id,person_skills(level)", open, "").await,
            app.call("GET skills?select=id&person_skills.level=eq.5", open, "").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @r#"
    200
    content-range: 0-1/*
    [{"id":1,"title":"maths"},{"id":2,"title":"logic"}]
    ---
    401
    {"code":"42501","details":null,"hint":null,"message":"permission denied for table people"}
    ---
    401
    {"code":"42501","details":null,"hint":null,"message":"permission denied for table skills"}
    ---
    401
    {"code":"42501","details":null,"hint":null,"message":"permission denied for table skills"}
    ---
    401
    {"code":"42501","details":null,"hint":null,"message":"permission denied for table person_skills"}
    ---
    400
    {"code":"PGRST108","details":null,"hint":"Verify that 'person_skills' is included in the 'select' query parameter.","message":"'person_skills' is not an embedded resource in this request"}
    "#);
}

#[tokio::test]
async fn a_bearer_token_decides_before_the_key() {
    let answers = both(async |app| {
        let bearer = |token: &str| format!("Authorization: Bearer {token}");
        let key = |token: &str| format!("apikey: {token}");
        let (secret, open) = (&app.keys.secret, &app.keys.publishable);
        vec![
            app.call("GET teams?select=id&id=eq.1", &[&bearer(secret), &key(open)], "").await,
            app.call("GET teams?select=id&id=eq.1", &[&bearer("expired"), &key(secret)], "").await,
            app.call("GET teams?select=id&id=eq.1", &[&key("nonsense")], "").await,
            app.call("GET teams?select=id&id=eq.1", &["Authorization: Basic abc"], "").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @r#"
    200
    content-range: 0-0/*
    [{"id":1}]
    ---
    401
    {"code":"PGRST301","details":null,"hint":"Double check the key; `tenon keys` prints those of an instance.","message":"Invalid API key"}
    ---
    401
    {"code":"PGRST301","details":null,"hint":"Double check the key; `tenon keys` prints those of an instance.","message":"Invalid API key"}
    ---
    401
    {"code":"PGRST302","details":null,"hint":"Send a key of this instance in the header `apikey` or `Authorization: Bearer`.","message":"No API key found in request"}
    "#);
}

#[tokio::test]
async fn the_description_holds_what_the_key_may_use() {
    let names = both(async |app| {
        let mut found = Vec::new();
        for key in [&app.keys.secret, &app.keys.publishable] {
            let text = app.call("GET ", &[&format!("apikey: {key}")], "").await;
            let description: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
            assert_eq!(description["openapi"], "3.1.0");
            let paths: Vec<&String> = description["paths"].as_object().unwrap().keys().collect();
            found.push(format!("{paths:?}\n{}", description["components"]["schemas"]["skills"]));
        }
        found
    });
    insta::assert_snapshot!(names.await, @r#"
    ["/", "/people", "/person_skills", "/skills", "/teams"]
    {"type":"object","properties":{"id":{"type":"integer","format":"bigint","description":"Primary key."},"title":{"type":"string","maxLength":20}},"required":["id","title"]}
    ---
    ["/", "/skills"]
    {"type":"object","properties":{"id":{"type":"integer","format":"bigint","description":"Primary key."},"title":{"type":"string","maxLength":20}},"required":["id","title"]}
    "#);
}
