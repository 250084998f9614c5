use crate::support::both;

const ROWS: &str = "Prefer: return=representation";

#[tokio::test]
async fn inserts() {
    let answers = both(async |app| {
        vec![
            app.call("POST teams", &[], r#"{"id": 3, "name": "Green"}"#).await,
            app.call("POST teams", &[ROWS], r#"[{"id": 4, "name": "Pink"}, {"id": 5, "name": "Grey"}]"#).await,
            app.call("POST teams", &["Prefer: return=headers-only, count=exact"], r#"{"id": 6, "name": "Gold & Co"}"#).await,
            app.call("POST people?select=id,name,mood", &[ROWS, "Prefer: missing=default"], r#"[{"id":9,"name":"X"}]"#).await,
            app.call("POST people?select=id,age,mood&columns=id,name,mood", &[ROWS], r#"[{"id":10,"name":"Y","age":5}]"#).await,
            app.call("POST skills", &[ROWS, "Content-Type: text/csv"], "id,title\n7,tea\n8,\"a,b\"\n").await,
            app.call("POST teams", &[ROWS], "[]").await,
            app.call("POST teams", &["Prefer: tx=rollback"], r#"{"id": 7, "name": "Gone"}"#).await,
            app.get("teams?id=gte.6").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @"");
}

#[tokio::test]
async fn upserts() {
    let answers = both(async |app| {
        let merge = &[ROWS, "Prefer: resolution=merge-duplicates"];
        let ignore = &[ROWS, "Prefer: resolution=ignore-duplicates"];
        vec![
            app.call("POST teams", merge, r#"[{"id": 1, "name": "Ruby"}, {"id": 3, "name": "Green"}]"#).await,
            app.call("POST teams?on_conflict=name", ignore, r#"[{"id": 8, "name": "Green"}, {"id": 9, "name": "New"}]"#).await,
            app.call("PUT teams?id=eq.2", &[ROWS], r#"{"id": 2, "name": "Navy"}"#).await,
            app.call("PUT teams?id=eq.2", &[], r#"{"id": 3, "name": "Navy"}"#).await,
            app.call("PUT teams?name=eq.Navy", &[], r#"{"id": 2, "name": "Navy"}"#).await,
            app.call("PUT teams?id=eq.2&limit=1", &[], r#"{"id": 2, "name": "Navy"}"#).await,
        ]
    });
    insta::assert_snapshot!(answers.await, @"");
}

#[tokio::test]
async fn updates_and_deletes() {
    let answers = both(async |app| {
        vec![
            app.call("PATCH people?id=eq.1", &["Prefer: count=exact"], r#"{"age": 37}"#).await,
            app.call("PATCH people?id=lte.2&select=id,age,teams(name)&order=id", &[ROWS], r#"{"age": 40, "team_id": 2}"#).await,
            app.call("PATCH people?id=eq.99", &[ROWS], r#"{"age": 40}"#).await,
            app.call("PATCH people?id=gt.0", &["Prefer: handling=strict, max-affected=1"], r#"{"age": 1}"#).await,
            app.call("PATCH people", &[], r#"{"age": 1}"#).await,
            app.call("DELETE person_skills", &[], "").await,
            app.call("DELETE person_skills?person_id=eq.1", &[ROWS], "").await,
            app.call("DELETE person_skills", &["X-Tenon-Allow-Unfiltered: true", "Prefer: count=exact"], "").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @"");
}
