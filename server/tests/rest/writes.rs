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
    insta::assert_snapshot!(answers.await, @r#"
    201
    content-range: */*
    ---
    201
    content-range: */*
    preference-applied: return=representation
    [{"id":4,"name":"Pink"},{"id":5,"name":"Grey"}]
    ---
    201
    content-range: */1
    location: /teams?id=eq.6
    preference-applied: return=headers-only, count=exact
    ---
    201
    content-range: */*
    preference-applied: missing=default, return=representation
    [{"id":9,"name":"X","mood":"fair"}]
    ---
    201
    content-range: */*
    preference-applied: return=representation
    [{"id":10,"age":null,"mood":null}]
    ---
    201
    content-range: */*
    preference-applied: return=representation
    [{"id":7,"title":"tea"},{"id":8,"title":"a,b"}]
    ---
    201
    content-range: */*
    preference-applied: return=representation
    []
    ---
    201
    content-range: */*
    preference-applied: tx=rollback
    ---
    200
    content-range: 0-0/*
    [{"id":6,"name":"Gold & Co"}]
    "#);
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
    insta::assert_snapshot!(answers.await, @r#"
    201
    content-range: */*
    preference-applied: resolution=merge-duplicates, return=representation
    [{"id":1,"name":"Ruby"},{"id":3,"name":"Green"}]
    ---
    201
    content-range: */*
    preference-applied: resolution=ignore-duplicates, return=representation
    [{"id":9,"name":"New"}]
    ---
    200
    content-range: */*
    preference-applied: return=representation
    [{"id":2,"name":"Navy"}]
    ---
    400
    {"code":"PGRST115","details":null,"hint":null,"message":"Payload values do not match URL in primary key column(s)"}
    ---
    405
    {"code":"PGRST105","details":null,"hint":null,"message":"Filters must include all and only primary key columns with 'eq' operators"}
    ---
    400
    {"code":"PGRST114","details":null,"hint":null,"message":"limit/offset querystring parameters are not allowed for PUT"}
    "#);
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
    insta::assert_snapshot!(answers.await, @r#"
    204
    content-range: 0-0/1
    preference-applied: count=exact
    ---
    200
    content-range: 0-1/*
    preference-applied: return=representation
    [{"id":1,"age":40,"teams":{"name":"Blue"}},{"id":2,"age":40,"teams":{"name":"Blue"}}]
    ---
    200
    content-range: */*
    preference-applied: return=representation
    []
    ---
    400
    {"code":"PGRST124","details":"The query affects 3 rows","hint":null,"message":"Query result exceeds max-affected preference constraint"}
    ---
    400
    {"code":"21000","details":null,"hint":"add a filter, or ask for every row explicitly","message":"UPDATE requires a WHERE clause"}
    ---
    400
    {"code":"21000","details":null,"hint":"add a filter, or ask for every row explicitly","message":"DELETE requires a WHERE clause"}
    ---
    200
    content-range: */*
    preference-applied: return=representation
    [{"person_id":1,"skill_id":1,"level":5}]
    ---
    204
    content-range: */1
    preference-applied: count=exact
    "#);
}
