//! `Prefer: explain`: reasons for who holds the secret key, and nothing at all for anybody else.

use serde_json::{Value, json};
use tenon_engine::{Caller, audit::Client};

use crate::{
    policies::{User, sign_up},
    support::{App, both},
};

const SCHEMA: &str = "
    create table notes (id bigint primary key, owner uuid, title text not null, words integer not null default 0);
    alter table notes enable row level security;
    grant select, insert, update on notes to authenticated;
    create policy own on notes to authenticated using (owner = auth.uid()) with check (owner = auth.uid() and words < 100);
    create policy short on notes as restrictive for select using (words < 1000);
    comment on policy own on notes is 'Only your own, with at most 99 words.';
";

async fn set_up(app: &App) -> (User, User) {
    let change = |settings: &tenon_engine::settings::Settings| settings.with("auth.email_autoconfirm", json!(true));
    app.engine.change_settings(&Caller::Operator, &Client::default(), change).await.unwrap();
    app.engine.schema(SCHEMA).await;
    let (ada, bob) = (sign_up(app, "ada@example.org").await, sign_up(app, "bob@example.org").await);
    let notes = json!([
        { "id": 1, "owner": ada.id, "title": "mine", "words": 10 }, { "id": 2, "owner": bob.id, "title": "theirs" },
        { "id": 3, "owner": ada.id, "title": "long", "words": 5000 }
    ]);
    app.engine.rows("notes", notes).await;
    (ada, bob)
}

const JSON: &str = "content-type: application/json";

/// The requests that somebody explains or does not.
fn requests(owner: &str) -> Vec<(&'static str, String)> {
    vec![
        ("GET notes?id=eq.1", String::new()),
        ("GET teams", String::new()),
        ("POST notes", json!({ "id": 9, "owner": owner, "title": "x", "words": 100 }).to_string()),
        ("POST teams", json!({ "id": 9, "name": "x" }).to_string()),
        ("PATCH notes?id=gt.0", json!({ "words": 200 }).to_string()),
        ("PATCH notes?id=eq.2", json!({ "words": 200 }).to_string()),
        ("DELETE notes?id=eq.1", String::new()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_has_its_reasons_in_the_details() {
    let answers = both(async |app| {
        let (ada, bob) = set_up(&app).await;
        let secret = format!("apikey: {}", app.keys.secret);
        let mut answers = Vec::new();
        for (line, body) in requests(&ada.id) {
            let headers = [secret.as_str(), ada.header.as_str(), "Prefer: explain, handling=strict", JSON];
            let answer = app.call(line, &headers, body).await;
            answers.push(format!("{line}\n{}", answer.replace(&ada.id, "ADA").replace(&bob.id, "BOB")));
        }
        answers
    });
    insta::assert_snapshot!(answers.await, @r#"
    GET notes?id=eq.1
    200
    content-range: 0-0/*
    preference-applied: handling=strict, explain
    [{"id":1,"owner":"ADA","title":"mine","words":10}]
    ---
    GET teams
    403
    {"code":"42501","details":[{"row":null,"table":"teams","command":"select","role":"authenticated","user":"ADA","allowed":false,"reason":"authenticated has not been granted select on teams.","privileges":[{"privilege":"select","granted":false}],"bound":false,"steps":[]}],"hint":null,"message":"permission denied for table teams"}
    ---
    POST notes
    403
    {"code":"42501","details":[{"row":null,"table":"notes","command":"insert","role":"authenticated","user":"ADA","allowed":false,"reason":"No policy for insert lets the row as it would be written through (“own”): words < 100 is false.","privileges":[{"privilege":"insert","granted":true}],"bound":true,"steps":[{"command":"insert","row":"after","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"check","result":false,"message":"Only your own, with at most 99 words.","condition":{"kind":"and","sql":"owner = auth.uid() and words < 100","result":false,"decides":true,"terms":[{"kind":"condition","sql":"owner = auth.uid()","result":true,"decides":false,"seen":[{"of":"owner","value":"ADA"},{"of":"auth.uid()","value":"ADA"}]},{"kind":"condition","sql":"words < 100","result":false,"decides":true,"seen":[{"of":"words","value":"100"}]}]}}]}]}],"hint":"Only your own, with at most 99 words.","message":"new row violates row-level security policy for table \"notes\""}
    ---
    POST teams
    403
    {"code":"42501","details":[{"row":null,"table":"teams","command":"insert","role":"authenticated","user":"ADA","allowed":false,"reason":"authenticated has not been granted insert on teams.","privileges":[{"privilege":"insert","granted":false}],"bound":false,"steps":[]}],"hint":null,"message":"permission denied for table teams"}
    ---
    PATCH notes?id=gt.0
    403
    {"code":"42501","details":[{"row":{"id":1},"table":"notes","command":"update","role":"authenticated","user":"ADA","allowed":false,"reason":"No policy for update lets the row as it would be written through (“own”): words < 100 is false.","privileges":[{"privilege":"update","granted":true},{"privilege":"select","granted":true}],"bound":true,"steps":[{"command":"select","row":"before","passed":true,"policies":[{"policy":"own","permissive":true,"clause":"using","result":true,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":true,"decides":true,"seen":[{"of":"owner","value":"ADA"},{"of":"auth.uid()","value":"ADA"}]}},{"policy":"short","permissive":false,"clause":"using","result":true,"message":null,"condition":{"kind":"condition","sql":"words < 1000","result":true,"decides":true,"seen":[{"of":"words","value":"10"}]}}]},{"command":"update","row":"before","passed":true,"policies":[{"policy":"own","permissive":true,"clause":"using","result":true,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":true,"decides":true,"seen":[{"of":"owner","value":"ADA"},{"of":"auth.uid()","value":"ADA"}]}}]},{"command":"update","row":"after","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"check","result":false,"message":"Only your own, with at most 99 words.","condition":{"kind":"and","sql":"owner = auth.uid() and words < 100","result":false,"decides":true,"terms":[{"kind":"condition","sql":"owner = auth.uid()","result":true,"decides":false,"seen":[{"of":"owner","value":"ADA"},{"of":"auth.uid()","value":"ADA"}]},{"kind":"condition","sql":"words < 100","result":false,"decides":true,"seen":[{"of":"words","value":"200"}]}]}}]},{"command":"select","row":"after","passed":true,"policies":[{"policy":"own","permissive":true,"clause":"using","result":true,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":true,"decides":true,"seen":[{"of":"owner","value":"ADA"},{"of":"auth.uid()","value":"ADA"}]}},{"policy":"short","permissive":false,"clause":"using","result":true,"message":null,"condition":{"kind":"condition","sql":"words < 1000","result":true,"decides":true,"seen":[{"of":"words","value":"200"}]}}]}]}],"hint":"Only your own, with at most 99 words.","message":"new row violates row-level security policy for table \"notes\""}
    ---
    PATCH notes?id=eq.2
    204
    content-range: */*
    preference-applied: handling=strict, explain
    ---
    DELETE notes?id=eq.1
    403
    {"code":"42501","details":[{"row":null,"table":"notes","command":"delete","role":"authenticated","user":"ADA","allowed":false,"reason":"authenticated has not been granted delete on notes.","privileges":[{"privilege":"delete","granted":false},{"privilege":"select","granted":true}],"bound":true,"steps":[]}],"hint":null,"message":"permission denied for table notes"}
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_explained_seen_or_hidden() {
    let answers = both(async |app| {
        let (ada, bob) = set_up(&app).await;
        let secret = format!("apikey: {}", app.keys.secret);
        let mut answers = Vec::new();
        for prefer in ["explain=select", "explain=delete", "explain=update"] {
            let headers = [secret.as_str(), ada.header.as_str(), &format!("Prefer: {prefer}")];
            let answer = app.call("GET notes?id=in.(2,3)", &headers, "").await;
            answers.push(format!("{prefer}\n{}", answer.replace(&ada.id, "ADA").replace(&bob.id, "BOB")));
        }
        answers
    });
    insta::assert_snapshot!(answers.await, @r#"
    explain=select
    200
    preference-applied: explain=select
    [{"row":{"id":2},"table":"notes","command":"select","role":"authenticated","user":"ADA","allowed":false,"reason":"No policy for select lets the row as it is through (“own”): owner = auth.uid() is false.","privileges":[{"privilege":"select","granted":true}],"bound":true,"steps":[{"command":"select","row":"before","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"using","result":false,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":false,"decides":true,"seen":[{"of":"owner","value":"BOB"},{"of":"auth.uid()","value":"ADA"}]}},{"policy":"short","permissive":false,"clause":"using","result":true,"message":null,"condition":{"kind":"condition","sql":"words < 1000","result":true,"decides":true,"seen":[{"of":"words","value":"0"}]}}]}]},{"row":{"id":3},"table":"notes","command":"select","role":"authenticated","user":"ADA","allowed":false,"reason":"“short” restricts select and does not let the row as it is through: words < 1000 is false.","privileges":[{"privilege":"select","granted":true}],"bound":true,"steps":[{"command":"select","row":"before","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"using","result":true,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":true,"decides":true,"seen":[{"of":"owner","value":"ADA"},{"of":"auth.uid()","value":"ADA"}]}},{"policy":"short","permissive":false,"clause":"using","result":false,"message":null,"condition":{"kind":"condition","sql":"words < 1000","result":false,"decides":true,"seen":[{"of":"words","value":"5000"}]}}]}]}]
    ---
    explain=delete
    200
    preference-applied: explain=delete
    [{"row":{"id":2},"table":"notes","command":"delete","role":"authenticated","user":"ADA","allowed":false,"reason":"authenticated has not been granted delete on notes.","privileges":[{"privilege":"delete","granted":false},{"privilege":"select","granted":true}],"bound":true,"steps":[{"command":"select","row":"before","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"using","result":false,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":false,"decides":true,"seen":[{"of":"owner","value":"BOB"},{"of":"auth.uid()","value":"ADA"}]}},{"policy":"short","permissive":false,"clause":"using","result":true,"message":null,"condition":{"kind":"condition","sql":"words < 1000","result":true,"decides":true,"seen":[{"of":"words","value":"0"}]}}]},{"command":"delete","row":"before","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"using","result":false,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":false,"decides":true,"seen":[{"of":"owner","value":"BOB"},{"of":"auth.uid()","value":"ADA"}]}}]}]},{"row":{"id":3},"table":"notes","command":"delete","role":"authenticated","user":"ADA","allowed":false,"reason":"authenticated has not been granted delete on notes.","privileges":[{"privilege":"delete","granted":false},{"privilege":"select","granted":true}],"bound":true,"steps":[{"command":"select","row":"before","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"using","result":true,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":true,"decides":true,"seen":[{"of":"owner","value":"ADA"},{"of":"auth.uid()","value":"ADA"}]}},{"policy":"short","permissive":false,"clause":"using","result":false,"message":null,"condition":{"kind":"condition","sql":"words < 1000","result":false,"decides":true,"seen":[{"of":"words","value":"5000"}]}}]},{"command":"delete","row":"before","passed":true,"policies":[{"policy":"own","permissive":true,"clause":"using","result":true,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":true,"decides":true,"seen":[{"of":"owner","value":"ADA"},{"of":"auth.uid()","value":"ADA"}]}}]}]}]
    ---
    explain=update
    200
    preference-applied: explain=update
    [{"row":{"id":2},"table":"notes","command":"update","role":"authenticated","user":"ADA","allowed":false,"reason":"No policy for select lets the row as it is through (“own”): owner = auth.uid() is false.","privileges":[{"privilege":"update","granted":true},{"privilege":"select","granted":true}],"bound":true,"steps":[{"command":"select","row":"before","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"using","result":false,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":false,"decides":true,"seen":[{"of":"owner","value":"BOB"},{"of":"auth.uid()","value":"ADA"}]}},{"policy":"short","permissive":false,"clause":"using","result":true,"message":null,"condition":{"kind":"condition","sql":"words < 1000","result":true,"decides":true,"seen":[{"of":"words","value":"0"}]}}]},{"command":"update","row":"before","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"using","result":false,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":false,"decides":true,"seen":[{"of":"owner","value":"BOB"},{"of":"auth.uid()","value":"ADA"}]}}]},{"command":"update","row":"after","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"check","result":false,"message":"Only your own, with at most 99 words.","condition":{"kind":"and","sql":"owner = auth.uid() and words < 100","result":false,"decides":true,"terms":[{"kind":"condition","sql":"owner = auth.uid()","result":false,"decides":true,"seen":[{"of":"owner","value":"BOB"},{"of":"auth.uid()","value":"ADA"}]},{"kind":"condition","sql":"words < 100","result":true,"decides":false,"seen":[{"of":"words","value":"0"}]}]}}]},{"command":"select","row":"after","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"using","result":false,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":false,"decides":true,"seen":[{"of":"owner","value":"BOB"},{"of":"auth.uid()","value":"ADA"}]}},{"policy":"short","permissive":false,"clause":"using","result":true,"message":null,"condition":{"kind":"condition","sql":"words < 1000","result":true,"decides":true,"seen":[{"of":"words","value":"0"}]}}]}]},{"row":{"id":3},"table":"notes","command":"update","role":"authenticated","user":"ADA","allowed":false,"reason":"“short” restricts select and does not let the row as it is through: words < 1000 is false.","privileges":[{"privilege":"update","granted":true},{"privilege":"select","granted":true}],"bound":true,"steps":[{"command":"select","row":"before","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"using","result":true,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":true,"decides":true,"seen":[{"of":"owner","value":"ADA"},{"of":"auth.uid()","value":"ADA"}]}},{"policy":"short","permissive":false,"clause":"using","result":false,"message":null,"condition":{"kind":"condition","sql":"words < 1000","result":false,"decides":true,"seen":[{"of":"words","value":"5000"}]}}]},{"command":"update","row":"before","passed":true,"policies":[{"policy":"own","permissive":true,"clause":"using","result":true,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":true,"decides":true,"seen":[{"of":"owner","value":"ADA"},{"of":"auth.uid()","value":"ADA"}]}}]},{"command":"update","row":"after","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"check","result":false,"message":"Only your own, with at most 99 words.","condition":{"kind":"and","sql":"owner = auth.uid() and words < 100","result":false,"decides":true,"terms":[{"kind":"condition","sql":"owner = auth.uid()","result":true,"decides":false,"seen":[{"of":"owner","value":"ADA"},{"of":"auth.uid()","value":"ADA"}]},{"kind":"condition","sql":"words < 100","result":false,"decides":true,"seen":[{"of":"words","value":"5000"}]}]}}]},{"command":"select","row":"after","passed":false,"policies":[{"policy":"own","permissive":true,"clause":"using","result":true,"message":"Only your own, with at most 99 words.","condition":{"kind":"condition","sql":"owner = auth.uid()","result":true,"decides":true,"seen":[{"of":"owner","value":"ADA"},{"of":"auth.uid()","value":"ADA"}]}},{"policy":"short","permissive":false,"clause":"using","result":false,"message":null,"condition":{"kind":"condition","sql":"words < 1000","result":false,"decides":true,"seen":[{"of":"words","value":"5000"}]}}]}]}]
    "#);
}

/// Byte for byte: with the preference and without, whatever key but the secret one.
#[tokio::test(flavor = "multi_thread")]
async fn to_anybody_else_the_preference_is_none() {
    both(async |app| {
        let (ada, bob) = set_up(&app).await;
        let publishable = format!("apikey: {}", app.keys.publishable);
        let forged = format!("apikey: {}x", app.keys.secret);
        let as_key = ada.header.replace("Authorization: Bearer ", "apikey: ");
        let mut compared = 0;
        for keys in [
            vec![publishable.as_str()],
            vec![publishable.as_str(), ada.header.as_str()],
            vec![forged.as_str(), ada.header.as_str()],
            vec![ada.header.as_str()],
            vec![as_key.as_str(), bob.header.as_str()],
        ] {
            for (line, body) in requests(&ada.id) {
                for prefer in ["explain", "explain=select", "explain=update", "explain=delete"] {
                    let ask = async |preference: &str| {
                        let prefer = format!("Prefer: tx=rollback{preference}");
                        let mut headers = keys.clone();
                        headers.extend([prefer.as_str(), JSON]);
                        app.call(line, &headers, body.clone()).await
                    };
                    assert_eq!(ask(&format!(", {prefer}")).await, ask("").await, "{keys:?} {line} {prefer}");
                    compared += 1;
                }
            }
            let strict = [keys.clone(), vec!["Prefer: handling=strict, explain"]].concat();
            let unknown = [keys.clone(), vec!["Prefer: handling=strict, whatever"]].concat();
            let (strict, unknown) = (app.call("GET notes", &strict, "").await, app.call("GET notes", &unknown, "").await);
            assert_eq!(strict.replace("explain", "whatever"), unknown);
            assert!(strict.starts_with("400") || keys.len() == 1 && strict.contains("PGRST"), "{strict}");
        }
        vec![compared.to_string()]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_reads_what_the_policy_says_to_them() {
    both(async |app| {
        let (ada, _) = set_up(&app).await;
        let body = json!({ "id": 9, "owner": ada.id, "title": "x", "words": 100 }).to_string();
        let answer = app.call("POST notes", &[&ada.header, JSON], body).await;
        let (status, text) = answer.split_once('\n').unwrap();
        let said: Value = serde_json::from_str(text).unwrap();
        assert_eq!(status, "403");
        assert_eq!(
            said,
            json!({ "code": "42501", "details": null, "hint": "Only your own, with at most 99 words.",
                "message": "new row violates row-level security policy for table \"notes\"" })
        );
        vec![answer]
    })
    .await;
}
