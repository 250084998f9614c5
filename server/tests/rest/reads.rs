use crate::support::both;

#[tokio::test]
async fn columns_aliases_casts_and_json_paths() {
    let answers = both(async |app| {
        vec![
            app.get("people?id=eq.1").await,
            app.get("people?select=key:id,salary::text,theme:prefs->>theme,prefs->sizes->1&order=id").await,
        ]
    });
    let answers = answers.await;
    assert!(
        answers.contains(r#""name":"Ada","age":36,"salary":1000.50,"mood":"high","joined":"2013-01-01T04:00:00+00:00""#),
        "{answers}"
    );
    assert!(answers.contains(r#"{"key":1,"salary":"1000.50","theme":"dark","#), "{answers}");
}

#[tokio::test]
async fn filters_order_and_limit() {
    let answers = both(async |app| {
        vec![
            app.get("people?select=id&age=gt.36").await,
            app.get("people?select=id&or=(age.gt.40,and(name.like.A*,mood.eq.high))&order=id.desc").await,
            app.get("people?select=id&name=ilike.ç*").await,
            app.get("people?select=id&age=is.null").await,
            app.get("people?select=id&id=in.(1,3)&order=id").await,
            app.get("people?select=id&age=not.is.null&order=age.desc&limit=1").await,
            app.get("people?select=id,mood&order=mood.nullsfirst,id&mood=gte.fair").await,
            app.get("people?select=id&order=salary.desc.nullslast&offset=1").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @r#"
    200
    content-range: 0-0/*
    [{"id":2}]
    ---
    200
    content-range: 0-1/*
    [{"id":2},{"id":1}]
    ---
    200
    content-range: 0-0/*
    [{"id":3}]
    ---
    200
    content-range: 0-0/*
    [{"id":3}]
    ---
    200
    content-range: 0-1/*
    [{"id":1},{"id":3}]
    ---
    200
    content-range: 0-0/*
    [{"id":2}]
    ---
    200
    content-range: 0-1/*
    [{"id":3,"mood":"fair"},{"id":1,"mood":"high"}]
    ---
    200
    content-range: 1-2/*
    [{"id":2},{"id":3}]
    "#);
}

#[tokio::test]
async fn ranges_and_counts() {
    let answers = both(async |app| {
        vec![
            app.call("GET people?select=id&order=id", &["Range: 0-1", "Prefer: count=exact"], "").await,
            app.call("GET people?select=id&order=id&limit=2&offset=1", &[], "").await,
            app.call("GET people?select=id&order=id", &["Range: 5-9", "Prefer: count=exact"], "").await,
            app.call("GET people?select=id", &["Range: 9-5"], "").await,
            app.call("GET people?select=id&id=gt.9", &["Prefer: count=exact"], "").await,
            app.call("HEAD people?select=id", &["Prefer: count=exact"], "").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @r#"
    206
    content-range: 0-1/3
    preference-applied: count=exact
    [{"id":1},{"id":2}]
    ---
    200
    content-range: 1-2/*
    [{"id":2},{"id":3}]
    ---
    416
    {"code":"PGRST103","details":"An offset of 5 was requested, but there are only 3 rows.","hint":null,"message":"Requested range not satisfiable"}
    ---
    416
    {"code":"PGRST103","details":"The lower boundary must be lower than or equal to the upper boundary in the Range header.","hint":null,"message":"Requested range not satisfiable"}
    ---
    200
    content-range: */0
    preference-applied: count=exact
    []
    ---
    200
    content-range: 0-2/3
    preference-applied: count=exact
    "#);
}

#[tokio::test]
async fn forms_of_the_answer() {
    let answers = both(async |app| {
        vec![
            app.call("GET people?select=id,name,prefs&order=id", &["Accept: text/csv"], "").await,
            app.call("GET people?select=id&id=eq.1", &["Accept: application/vnd.pgrst.object+json"], "").await,
            app.call("GET people?select=id", &["Accept: application/vnd.pgrst.object+json"], "").await,
            app.call("GET people?select=id", &["Accept: image/png"], "").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @r#"
    200
    content-type: text/csv; charset=utf-8
    content-range: 0-2/*
    id,name,prefs
    1,Ada,"{""sizes"": [1, 2], ""theme"": ""dark""}"
    2,Boole,
    3,Çelebi,"{""theme"": ""light""}"
    ---
    200
    content-type: application/vnd.pgrst.object+json; charset=utf-8
    content-range: 0-0/*
    {"id":1}
    ---
    406
    {"code":"PGRST116","details":"The result contains 3 rows","hint":null,"message":"Cannot coerce the result to a single JSON object"}
    ---
    406
    {"code":"PGRST107","details":null,"hint":null,"message":"None of these media types are available: image/png"}
    "#);
}
