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
    insta::assert_snapshot!(answers.await, @"");
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
    insta::assert_snapshot!(answers.await, @"");
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
    insta::assert_snapshot!(names.await, @"");
}
