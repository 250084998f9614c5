use std::time::Duration;

use tenon_server::HttpConfig;

use crate::support::{both, both_with};

/// The status and the code of an answer: what was sent is too long to print.
fn brief(answer: &str) -> String {
    let code = answer.split_once("\"code\":\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or("none");
    format!("{} {code}", answer.lines().next().unwrap_or(""))
}

#[tokio::test]
async fn bodies_beyond_the_limits() {
    let http = HttpConfig { max_body: 10_000, ..HttpConfig::default() };
    let answers = both_with(http, async |app| {
        let long = format!(r#"{{"id": 9, "name": "{}"}}"#, "x".repeat(20_000));
        let pieces = futures::stream::iter((0..20).map(|_| Ok::<_, std::io::Error>("x".repeat(1000))));
        vec![
            brief(&app.call("POST teams", &[], long).await),
            brief(&app.call("POST teams", &[], axum::body::Body::from_stream(pieces)).await),
            app.get("teams?select=id&id=eq.1").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @r#"
    413 54000
    ---
    413 54000
    ---
    200
    content-range: 0-0/*
    [{"id":1}]
    "#);
}

#[tokio::test]
async fn a_body_that_never_ends() {
    let http = HttpConfig { stall_timeout: Duration::from_millis(20), ..HttpConfig::default() };
    let answers = both_with(http, async |app| {
        let silence = futures::stream::pending::<Result<String, std::io::Error>>();
        vec![app.call("POST teams", &[], axum::body::Body::from_stream(silence)).await]
    });
    insta::assert_snapshot!(answers.await, @r#"
    408
    {"code":"57014","details":null,"hint":null,"message":"the body did not arrive in time"}
    "#);
}

#[tokio::test]
async fn deep_and_broken_bodies() {
    let answers = both(async |app| {
        let deep = format!(r#"{{"id": 9, "name": "x", "prefs": {}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        let number = format!(r#"{{"name": "x", "salary": 1{}}}"#, "0".repeat(100_000));
        vec![
            brief(&app.call("POST people", &[], deep).await),
            brief(&app.call("POST people", &[], number).await),
            app.call("POST people", &[], r#"{"name": "a\u0000b"}"#).await,
            app.call("POST people", &[], b"{\"name\": \"\xff\"}".to_vec()).await,
            app.call("POST people", &[], r#"{"name": "\ud800"}"#).await,
            app.get("people?name=eq.a%00b").await,
        ]
    });
    insta::assert_snapshot!(answers.await, @r#"
    400 54001
    ---
    400 22003
    ---
    400
    {"code":"22P02","details":"record 1, column \"name\"","hint":null,"message":"unsupported Unicode escape sequence: \\u0000 cannot be converted to text."}
    ---
    400
    {"code":"PGRST102","details":"byte 10","hint":null,"message":"the body is not UTF-8"}
    ---
    400
    {"code":"22P02","details":"record 1, column \"name\"","hint":null,"message":"invalid input syntax for type json: Unicode high and low surrogates must come in pairs."}
    ---
    400
    {"code":"22021","details":null,"hint":null,"message":"invalid byte sequence for encoding \"UTF8\": 0x00"}
    "#);
}

#[tokio::test]
async fn sql_in_every_string() {
    let answers = both(async |app| {
        let sql = "'%3B drop table people%3B --";
        vec![
            app.get(&format!("people?name=eq.{sql}")).await,
            app.get(&format!("people?select={sql}")).await,
            app.get(&format!("people?order={sql}")).await,
            app.get(&format!("people?{sql}=eq.1")).await,
            app.get(sql).await,
            app.get(&format!("people?prefs->>{sql}=eq.1")).await,
            app.get(&format!("people?select=x:prefs->>\"{sql}\"&id=eq.1")).await,
            app.get(&format!("people?select=\"{sql}\":id&id=eq.1")).await,
            app.call(&format!("POST people?columns={sql}"), &[], r#"{"name": "x"}"#).await,
            app.call("POST teams", &["Prefer: return=representation"], r#"{"id": 9, "name": "'; drop table people; --"}"#).await,
            app.call("POST teams", &[], r#"{"id": 9, "'; drop table people; --": 1}"#).await,
            app.get("people?select=id&order=id").await,
        ]
    });
    let answers = answers.await;
    let answers: Vec<&str> = answers.split("\n---\n").collect();
    assert!(answers.iter().all(|answer| answer.starts_with('2') || answer.starts_with('4')), "{answers:#?}");
    assert!(answers.last().is_some_and(|rows| rows.ends_with(r#"[{"id":1},{"id":2},{"id":3}]"#)), "{answers:#?}");
}

#[tokio::test]
async fn queries_without_end() {
    let answers = both(async |app| {
        let terms = vec!["id.eq.1"; 10_000].join(",");
        let numbers = (0..10_000).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        let embeds = format!("people?select={}id{}", "teams(people(".repeat(500), "))".repeat(500));
        vec![
            brief(&app.get(&format!("people?or=({})", &terms[..60_000])).await),
            app.get(&format!("people?select=id&id=in.({numbers})&order=id")).await,
            brief(&app.get(&embeds).await),
            brief(&app.get(&format!("people?and={}id.eq.1{}", "(and".repeat(2_000), ")".repeat(2_000))).await),
            brief(&app.get(&format!("people?name=like.{}", "*a".repeat(10_000))).await),
        ]
    });
    insta::assert_snapshot!(answers.await, @r#"
    400 54001
    ---
    200
    content-range: 0-2/*
    [{"id":1},{"id":2},{"id":3}]
    ---
    400 54001
    ---
    400 54001
    ---
    200 none
    "#);
}
