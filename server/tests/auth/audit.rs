//! What the audit log says, and what of it leaves the instance.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};
use tenon_engine::{
    Caller, Code,
    audit::{AuditEntry, AuditFilter, Client},
    database::EngineKind,
    tables::MigrationFile,
};
use tenon_model::StudioRole;

use crate::support::{Answer, App, both};

const PASSWORD: &str = "correct horse battery";

fn browser() -> Client {
    Client { address: "203.0.113.7".into(), user_agent: "a browser".into(), languages: String::new() }
}

/// The newest entries whose action begins so.
async fn entries(app: &App, action: &str) -> Vec<AuditEntry> {
    let filter = AuditFilter { action: Some(action.into()), limit: 10, ..AuditFilter::default() };
    app.engine.audit(&Caller::Operator, filter).await.unwrap().entries
}

/// Who an entry says that it was, and from where.
fn place(entry: &AuditEntry) -> (&str, &str, &str) {
    (&entry.actor, entry.address.as_deref().unwrap_or_default(), entry.user_agent.as_deref().unwrap_or_default())
}

async fn export(app: &App, cookie: &str, query: &str) -> Answer {
    let path = format!("/settings/audit/export?{query}");
    let request = Request::builder().uri(path).header("cookie", cookie).body(Body::empty()).unwrap();
    app.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_the_schema_say_what_who_and_from_where() {
    both(async |app| {
        let owner = app.engine.create_first_owner("owner@example.org".into(), PASSWORD.into()).await.unwrap();
        let studio = app.engine.for_client(browser());
        let sql = "create table notes (id bigint primary key, body text); alter table notes add column at timestamptz;
                   grant select on notes to anon";
        let change = studio.change_schema(&owner.caller(), sql.into()).await.unwrap();
        let entry = entries(&app, "schema.").await.remove(0);
        assert_eq!(entry.action, "schema.changed");
        assert_eq!(place(&entry), ("owner@example.org", "203.0.113.7", "a browser"));
        assert_eq!(entry.target_id, Some(change.version.to_string()), "the statements stand in the history");
        let details: Value = serde_json::from_str(&entry.details).unwrap();
        assert_eq!(details["changed"][0], "Creates the table \"notes\" with 2 columns.");
        assert_eq!(details["changed"][1], "Adds the column \"at\" (timestamptz) to \"notes\".");
        assert_eq!(details["changed"].as_array().unwrap().len(), 3, "{details}");
        assert!(!entry.details.contains("create table"));

        let command = app.engine.for_client(Client::program("tenon migrate"));
        let file = MigrationFile { name: "2_more.sql".into(), path: "2_more.sql".into(), sql: "drop table notes".into() };
        command.migrate(&Caller::Operator, vec![file.clone()]).await.unwrap();
        let entry = entries(&app, "schema.").await.remove(0);
        assert_eq!((entry.action.as_str(), entry.target.as_deref()), ("schema.migrated", Some("2_more.sql")));
        assert_eq!(place(&entry), ("operator", "", "tenon migrate"));
        command.migrate(&Caller::Operator, vec![file]).await.unwrap();
        assert_eq!(entries(&app, "schema.").await.len(), 2, "what was applied before changes nothing");

        studio.change_schema(&owner.caller(), "create table x (id no_such_type)".into()).await.unwrap_err();
        studio.plan_schema(&owner.caller(), "create table x (id bigint primary key)".into()).await.unwrap();
        assert_eq!(entries(&app, "schema.").await.len(), 2, "nor does what failed or was only planned");
        app.engine.verify_audit(&Caller::Operator).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_and_keys_say_from_where() {
    both(async |app| {
        let studio = app.engine.for_client(browser());
        let owner = studio.create_first_owner("owner@example.org".into(), PASSWORD.into()).await.unwrap();
        let caller = owner.caller();
        let bob = studio.create_account(&caller, "bob@example.org".into(), PASSWORD.into(), StudioRole::Member).await.unwrap();
        studio.set_studio_role(&caller, &browser(), bob.id, Some(StudioRole::Builder)).await.unwrap();
        studio.replace_key(&caller, tenon_engine::identity::KeyKind::Publishable).await.unwrap();
        let session = studio.sign_in("owner@example.org".into(), PASSWORD.into(), &browser()).await.unwrap();
        let _ = studio.sign_in("owner@example.org".into(), "wrong".into(), &browser()).await.map(drop).unwrap_err();
        let session = studio.studio_session(&session.token).await.unwrap().unwrap();
        studio.change_studio_password(&session, &browser(), PASSWORD.into(), "another horse battery".into()).await.unwrap();
        for action in [
            "studio.first_owner_made",
            "studio.account_added",
            "user.studio_role_set",
            "studio.password_set",
            "keys.replaced",
            "studio.signed_in",
            "studio.sign_in_failed",
        ] {
            let entry = entries(&app, action).await.remove(0);
            assert_eq!((place(&entry).1, place(&entry).2), ("203.0.113.7", "a browser"), "{action}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_leaves_as_lines_of_json_and_as_csv_without_formulas() {
    both(async |app| {
        let owner = app.engine.create_first_owner("owner@example.org".into(), PASSWORD.into()).await.unwrap();
        let session = app.engine.sign_in("owner@example.org".into(), PASSWORD.into(), &browser()).await.unwrap();
        let cookie = format!("tenon_session={}", session.token);
        // What strangers choose: an address to sign in with, and what their program calls itself.
        for bad in ["=cmd|' /C calc'!A0", "+1+1", "-2", "@sum(1)", "\tx", "a\",\"b", "two\nlines"] {
            let body = json!({ "email": bad, "password": "wrong" });
            let agent = if bad.contains('\n') { "x" } else { bad.trim() };
            app.call_with("POST /token?grant_type=password", None, &[("user-agent", agent)], body).await;
            app.later(1);
        }
        let csv = export(&app, &cookie, "format=csv&action=user.").await;
        assert_eq!(csv.status, 200);
        assert!(csv.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
        assert!(csv.headers["content-disposition"].to_str().unwrap().contains("attachment"));
        let rows = cells(&csv.body);
        assert_eq!(rows[0][..3], ["number", "at", "actor_kind"]);
        assert_eq!(rows.len(), 8, "{}", csv.body);
        for row in &rows[1..] {
            assert_eq!(row.len(), rows[0].len(), "{row:?}");
            assert!(row[5].starts_with("user."), "the filter holds: {row:?}");
            for cell in row {
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?} would be a formula");
            }
        }

        let lines = export(&app, &cookie, "format=json").await;
        let exported: Vec<Value> = lines.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let whole = app.engine.verify_audit(&owner.caller()).await.unwrap();
        assert_eq!(exported.len(), usize::try_from(whole.entries).unwrap());
        assert_eq!(exported[0]["hash"], whole.head, "the newest comes first");
        for (newer, older) in exported.iter().zip(&exported[1..]) {
            assert_eq!(newer["previous_hash"], older["hash"], "who has the file can follow the chain");
        }
        assert!(exported.iter().any(|entry| entry["target"] == "=cmd|' /c calc'!a0"), "JSON has it as it was");
        for cookie in ["", "tenon_session=planted"] {
            assert_eq!(export(&app, cookie, "format=csv").await.status, 303, "and nobody else gets it");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_was_tampered_with_is_found_out() {
    both(async |app| {
        for n in 0..3 {
            app.engine
                .create_account(&Caller::Operator, format!("a{n}@example.org"), PASSWORD.into(), StudioRole::Owner)
                .await
                .unwrap();
        }
        let verify = async || app.engine.verify_audit(&Caller::Operator).await.map(|whole| whole.entries);
        assert_eq!(verify().await, Ok(3));
        // Past the guards that the database itself puts before it.
        let tamper = |sql: &str| app.engine.database.sql(sql);
        match app.engine.kind() {
            EngineKind::Postgres => tamper("drop trigger _tenon_audit_append_only on _tenon_audit"),
            EngineKind::Sqlite => tamper("drop trigger _tenon_audit_no_update; drop trigger _tenon_audit_no_delete"),
        }
        tamper("update _tenon_audit set actor = 'somebody else' where number = 2");
        let error = verify().await.unwrap_err();
        assert_eq!((error.code, error.message.as_str()), (Code::Conflict, "entry 2 of the audit log was changed"));
        tamper("update _tenon_audit set actor = 'operator' where number = 2");
        assert_eq!(verify().await, Ok(3));
        tamper("delete from _tenon_audit where number = 2");
        assert_eq!(verify().await.unwrap_err().message, "entry 2 of the audit log is missing");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_send_makes_no_long_entries() {
    both(async |app| {
        let email = format!("{}@example.org", "x".repeat(100_000));
        app.call("POST /token?grant_type=password", None, json!({ "email": email, "password": "wrong" })).await;
        let entry = entries(&app, "user.sign_in_failed").await.remove(0);
        assert_eq!(entry.target.unwrap().len(), 400);
        app.engine.verify_audit(&Caller::Operator).await.unwrap();
    })
    .await;
}

/// The cells of CSV.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    rows
}
