use crate::support::both;

#[tokio::test]
async fn what_does_not_exist() {
    let answers = both(async |app| {
        vec![
            app.get("peopl").await,
            app.get("people?select=nam").await,
            app.get("people?nam=eq.1").await,
            app.get("people?select=id,skil(id)").await,
            app.call("POST people", &[], r#"{"nam": "x"}"#).await,
            app.call("POST rpc/nope", &[], "{}").await,
            app.get("a/b").await,
            app.call("GET people", &["Accept-Profile: private"], "").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @"");
}

#[tokio::test]
async fn what_does_not_fit() {
    let answers = both(async |app| {
        vec![
            app.call("POST people", &[], r#"{"name": "x", "age": "old", "salary": "much"}"#).await,
            app.call("POST people", &[], r#"{"name": "x", "age": 99999}"#).await,
            app.call("POST skills", &[], r#"{"id": 9, "title": "a title of more than twenty letters"}"#).await,
            app.call("POST people", &[], r#"{"name": "x", "mood": "sad"}"#).await,
            app.call("POST people", &[], r#"{"name": "x", "joined": "soon"}"#).await,
            app.get("people?id=eq.x").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @"");
}

#[tokio::test]
async fn what_breaks_a_constraint() {
    let answers = both(async |app| {
        vec![
            app.call("POST teams", &[], r#"{"id": 1, "name": "Other"}"#).await,
            app.call("POST teams", &[], r#"{"id": 9, "name": "Red"}"#).await,
            app.call("POST people", &[], r#"{"id": 9, "name": "x", "team_id": 77}"#).await,
            app.call("DELETE teams?id=eq.1", &[], "").await,
            app.call("POST teams", &[], r#"{"id": 9}"#).await,
        ]
    });
    insta::assert_snapshot!(answers.await, @"");
}

#[tokio::test]
async fn what_cannot_be_read() {
    let answers = both(async |app| {
        vec![
            app.get("people?id=nope.1").await,
            app.get("people?or=(id.eq.1,and(id").await,
            app.get("people?select=id,teams(").await,
            app.get("people?order=id.sideways").await,
            app.get("people?limit=-1").await,
            app.get("people?name=eq.%FF").await,
            app.call("POST teams", &[], "").await,
            app.call("POST teams", &[], "{\"id\":").await,
            app.call("POST teams", &["Content-Type: image/png"], "x").await,
            app.call("GET teams", &["Prefer: handling=strict, colour=blue"], "").await,
            app.call("TRACE teams", &[], "").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @"");
}
