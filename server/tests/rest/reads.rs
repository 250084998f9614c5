use crate::support::both;

#[tokio::test]
async fn columns_aliases_casts_and_json_paths() {
    let answers = both(async |app| {
        vec![
            app.get("people?id=eq.1").await,
            app.get("people?select=key:id,salary::text,theme:prefs->>theme,prefs->sizes->1&order=id").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @"");
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
    insta::assert_snapshot!(answers.await, @"");
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
    insta::assert_snapshot!(answers.await, @"");
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
    insta::assert_snapshot!(answers.await, @"");
}
