//! States through REST: an update of the column is the transition.

use serde_json::{Value, json};
use tenon_engine::{Caller, audit::Client};

use crate::{
    policies::sign_up,
    support::{App, both},
};

const SCHEMA: &str = "
    create type stage as enum ('draft', 'review', 'approved', 'closed');
    create table orders (id bigint primary key, owner uuid, amount integer not null default 0, stage stage not null default 'draft');
    create table items (id bigint primary key, order_id bigint references orders (id));
    alter table orders enable row level security;
    grant all on orders, items to authenticated;
    create policy own on orders to authenticated using (owner = auth.uid()) with check (owner = auth.uid());
    create transition submit on orders (stage) from 'draft' to 'review';
    create transition approve on orders (stage) from 'review' to 'approved' using (amount < 100);
    create transition close on orders (stage) from 'approved', 'review' to 'closed' for anon;
";

#[tokio::test(flavor = "multi_thread")]
async fn what_no_transition_leads_to_is_refused() {
    let seen = both(async |app: App| {
        let change = |settings: &tenon_engine::settings::Settings| settings.with("auth.email_autoconfirm", json!(true));
        app.engine.change_settings(&Caller::Operator, &Client::default(), change).await.unwrap();
        app.engine.schema(SCHEMA).await;
        let (ada, bob) = (sign_up(&app, "ada@example.org").await, sign_up(&app, "bob@example.org").await);
        let rows = json!([
            { "id": 1, "owner": ada.id }, { "id": 2, "owner": ada.id, "amount": 500 }, { "id": 3, "owner": bob.id }
        ]);
        app.engine.rows("orders", rows).await;
        let patch = async |user: &str, filter: &str, body: Value| {
            let line = format!("PATCH orders?{filter}&select=id,stage");
            app.call(&line, &[user, "Prefer: return=representation"], body.to_string()).await
        };
        let mut out = vec![
            patch(&ada.header, "id=eq.1", json!({ "stage": "approved" })).await,
            patch(&ada.header, "id=eq.1", json!({ "stage": "review" })).await,
            patch(&ada.header, "id=eq.1", json!({ "stage": "closed" })).await,
            patch(&ada.header, "id=eq.2", json!({ "stage": "review" })).await,
            patch(&ada.header, "id=eq.2", json!({ "stage": "approved" })).await,
            patch(&ada.header, "id=eq.2", json!({ "stage": "approved", "amount": 1 })).await,
            // A row that one may not see is no row, wherever it is and wherever it would go.
            patch(&ada.header, "id=eq.3", json!({ "stage": "closed" })).await,
            patch(&ada.header, "id=eq.99", json!({ "stage": "closed" })).await,
            patch(&ada.header, "id=in.(1,3)", json!({ "stage": "approved" })).await,
        ];
        let secret = format!("Authorization: Bearer {}", app.keys.secret);
        out.push(patch(&secret, "id=eq.3", json!({ "stage": "closed" })).await);
        let post = async |headers: &[&str], body: Value| app.call("POST orders", headers, body.to_string()).await;
        out.push(post(&[&secret], json!({ "id": 4, "stage": "closed" })).await);
        let merge = "Prefer: resolution=merge-duplicates";
        out.push(post(&[&ada.header, merge], json!({ "id": 1, "owner": ada.id, "stage": "draft" })).await);
        // Another's row: refused for its policy, whatever its state.
        out.push(post(&[&ada.header, merge], json!({ "id": 3, "owner": ada.id, "stage": "closed" })).await);
        out.push(app.call("GET orders?select=id,stage&order=id", &[&secret], "").await);
        out
    })
    .await;
    insta::assert_snapshot!(seen, @r#"
    400
    {"code":"23514","details":null,"hint":"From \"draft\" it may go to \"review\".","message":"\"stage\" of \"orders\" may not go from \"draft\" to \"approved\""}
    ---
    200
    content-range: 0-0/*
    preference-applied: return=representation
    [{"id":1,"stage":"review"}]
    ---
    403
    {"code":"42501","details":null,"hint":null,"message":"you may not take transition \"close\" of \"orders\""}
    ---
    200
    content-range: 0-0/*
    preference-applied: return=representation
    [{"id":2,"stage":"review"}]
    ---
    400
    {"code":"23514","details":null,"hint":null,"message":"the condition of transition \"approve\" of \"orders\" does not hold"}
    ---
    400
    {"code":"23514","details":null,"hint":null,"message":"the condition of transition \"approve\" of \"orders\" does not hold"}
    ---
    200
    content-range: */*
    preference-applied: return=representation
    []
    ---
    200
    content-range: */*
    preference-applied: return=representation
    []
    ---
    200
    content-range: 0-0/*
    preference-applied: return=representation
    [{"id":1,"stage":"approved"}]
    ---
    400
    {"code":"23514","details":null,"hint":"From \"draft\" it may go to \"review\".","message":"\"stage\" of \"orders\" may not go from \"draft\" to \"closed\""}
    ---
    400
    {"code":"23514","details":null,"hint":"It may begin as \"draft\".","message":"\"stage\" of \"orders\" may not begin as \"closed\""}
    ---
    400
    {"code":"23514","details":null,"hint":"From \"approved\" it may go to \"closed\".","message":"\"stage\" of \"orders\" may not go from \"approved\" to \"draft\""}
    ---
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy (USING expression) for table \"orders\""}
    ---
    200
    content-range: 0-2/*
    [{"id":1,"stage":"approved"},{"id":2,"stage":"review"},{"id":3,"stage":"draft"}]
    "#);
}
