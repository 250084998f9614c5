//! Computed columns, lookups and rollups through requests.

use serde_json::json;
use tenon_engine::{Caller, audit::Client};

use crate::{
    policies::sign_up,
    support::{App, both},
};

const SCHEMA: &str = "
    create table customers (id bigint primary key, name text not null, city text);
    create table orders (
        id bigint primary key,
        customer_id bigint references customers (id) on delete cascade,
        price numeric(10,2) not null, quantity integer not null, paid boolean not null default false, note text,
        total numeric(12,2) generated always as (price * quantity) virtual,
        doubled numeric generated always as (total * 2),
        size text generated always as (case when quantity >= 10 then 'large' else 'small' end) stored,
        data jsonb generated always as (jsonb_build_object('q', quantity)) virtual,
        customer text generated always as ((select c.name from customers c where c.id = customer_id)) virtual,
        customer_kept text generated always as ((select c.name from customers c where c.id = customer_id)) stored
    );
    alter table customers
        add column orders_count bigint generated always as ((select count(*) from orders o where o.customer_id = customers.id)) virtual,
        add column spent numeric generated always as
            ((select sum(o.total) from orders o where o.customer_id = customers.id and o.paid)) virtual,
        add column spent_kept numeric generated always as
            ((select sum(o.total) from orders o where o.customer_id = customers.id and o.paid)) stored,
        add column orders_kept bigint generated always as
            ((select count(*) from orders o where o.customer_id = customers.id)) stored,
        add column largest integer generated always as
            ((select max(o.quantity) from orders o where o.customer_id = customers.id)) stored;
    create index on customers (orders_kept);
    grant all on customers, orders to authenticated;
    grant select on customers to anon;
";

async fn set_up(app: &App) {
    app.engine.schema(SCHEMA).await;
    app.engine.rows("customers", json!([{ "id": 1, "name": "Ada" }, { "id": 2, "name": "Bob" }, { "id": 3, "name": "Eve" }])).await;
    let order = |id: i64, customer: Option<i64>, price: f64, quantity: i64, paid: bool| json!({ "id": id, "customer_id": customer, "price": price, "quantity": quantity, "paid": paid });
    let orders = json!([
        order(1, Some(1), 2.5, 4, true),
        order(2, Some(1), 1.0, 20, false),
        order(3, Some(2), 9.99, 10, true),
        order(4, None, 1.0, 1, true)
    ]);
    app.engine.rows("orders", orders).await;
}

async fn all(app: &App, paths: &[&str]) -> Vec<String> {
    let mut answers = Vec::new();
    for path in paths {
        answers.push(format!("{path}\n{}", app.get(path).await));
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn they_are_columns_like_any() {
    let answers = both(async |app| {
        set_up(&app).await;
        all(
            &app,
            &[
                "orders?order=id",
                "orders?select=id,total,t:total::text,data->q&total=gte.20&order=total.desc",
                "orders?select=id,doubled&doubled=in.(20,40)&order=doubled",
                "orders?select=id,size,customer,customer_kept&or=(size.eq.large,customer.like.A*)&order=customer.desc.nullslast,id",
                "orders?select=id&data->q=eq.4",
                "customers?order=spent.desc.nullslast,id",
                "customers?select=name,orders_count&orders_count=gt.0&order=orders_count.desc&limit=1",
                "customers?select=name,orders(id,total,customer)&orders.order=total.desc&orders_kept=gt.0&order=orders_kept.desc",
                "orders?select=id,customers!inner(name,orders_count)&customers.orders_count=eq.2&order=id",
                "orders?select=id,customers(name)&order=customers(orders_count).desc,id&limit=2",
                "customers?select=*&orders_count=gt.100",
            ],
        )
        .await
    })
    .await;
    insta::assert_snapshot!(answers, @r#"
    orders?order=id
    200
    content-range: 0-3/*
    [{"id":1,"customer_id":1,"price":2.50,"quantity":4,"paid":true,"note":null,"total":10.00,"doubled":20.00,"size":"small","data":{"q": 4},"customer":"Ada","customer_kept":"Ada"},{"id":2,"customer_id":1,"price":1.00,"quantity":20,"paid":false,"note":null,"total":20.00,"doubled":40.00,"size":"large","data":{"q": 20},"customer":"Ada","customer_kept":"Ada"},{"id":3,"customer_id":2,"price":9.99,"quantity":10,"paid":true,"note":null,"total":99.90,"doubled":199.80,"size":"large","data":{"q": 10},"customer":"Bob","customer_kept":"Bob"},{"id":4,"customer_id":null,"price":1.00,"quantity":1,"paid":true,"note":null,"total":1.00,"doubled":2.00,"size":"small","data":{"q": 1},"customer":null,"customer_kept":null}]
    ---
    orders?select=id,total,t:total::text,data->q&total=gte.20&order=total.desc
    200
    content-range: 0-1/*
    [{"id":3,"total":99.90,"t":"99.90","q":10},{"id":2,"total":20.00,"t":"20.00","q":20}]
    ---
    orders?select=id,doubled&doubled=in.(20,40)&order=doubled
    200
    content-range: 0-1/*
    [{"id":1,"doubled":20.00},{"id":2,"doubled":40.00}]
    ---
    orders?select=id,size,customer,customer_kept&or=(size.eq.large,customer.like.A*)&order=customer.desc.nullslast,id
    200
    content-range: 0-2/*
    [{"id":3,"size":"large","customer":"Bob","customer_kept":"Bob"},{"id":1,"size":"small","customer":"Ada","customer_kept":"Ada"},{"id":2,"size":"large","customer":"Ada","customer_kept":"Ada"}]
    ---
    orders?select=id&data->q=eq.4
    200
    content-range: 0-0/*
    [{"id":1}]
    ---
    customers?order=spent.desc.nullslast,id
    200
    content-range: 0-2/*
    [{"id":2,"name":"Bob","city":null,"orders_count":1,"spent":99.90,"spent_kept":99.90,"orders_kept":1,"largest":10},{"id":1,"name":"Ada","city":null,"orders_count":2,"spent":10.00,"spent_kept":10.00,"orders_kept":2,"largest":20},{"id":3,"name":"Eve","city":null,"orders_count":0,"spent":null,"spent_kept":null,"orders_kept":0,"largest":null}]
    ---
    customers?select=name,orders_count&orders_count=gt.0&order=orders_count.desc&limit=1
    200
    content-range: 0-0/*
    [{"name":"Ada","orders_count":2}]
    ---
    customers?select=name,orders(id,total,customer)&orders.order=total.desc&orders_kept=gt.0&order=orders_kept.desc
    200
    content-range: 0-1/*
    [{"name":"Ada","orders":[{"id":2,"total":20.00,"customer":"Ada"},{"id":1,"total":10.00,"customer":"Ada"}]},{"name":"Bob","orders":[{"id":3,"total":99.90,"customer":"Bob"}]}]
    ---
    orders?select=id,customers!inner(name,orders_count)&customers.orders_count=eq.2&order=id
    200
    content-range: 0-1/*
    [{"id":1,"customers":{"name":"Ada","orders_count":2}},{"id":2,"customers":{"name":"Ada","orders_count":2}}]
    ---
    orders?select=id,customers(name)&order=customers(orders_count).desc,id&limit=2
    200
    content-range: 0-1/*
    [{"id":4,"customers":null},{"id":1,"customers":{"name":"Ada"}}]
    ---
    customers?select=*&orders_count=gt.100
    200
    content-range: */*
    []
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_them() {
    let answers = both(async |app| {
        set_up(&app).await;
        let returned = "Prefer: return=representation";
        let mut answers = Vec::new();
        for (line, body) in [
            ("POST orders", json!({ "id": 9, "price": 1, "quantity": 1, "total": 5 })),
            ("POST orders", json!({ "id": 9, "price": 1, "quantity": 1, "size": "large" })),
            ("PATCH customers?id=eq.1", json!({ "orders_kept": 5 })),
            (
                "POST orders?select=id,total,size,customer,customer_kept",
                json!({ "id": 9, "customer_id": 2, "price": 1.5, "quantity": 30 }),
            ),
            ("POST customers", json!({ "id": 4, "name": "New" })),
            (
                "PATCH orders?id=eq.9&select=id,total,doubled,size,customer,customer_kept",
                json!({ "quantity": 2, "customer_id": 1 }),
            ),
            ("PATCH customers?id=eq.1&select=name,spent,spent_kept,orders_count,orders_kept", json!({ "name": "Ada L." })),
            ("PATCH orders?total=gt.19&select=id,total,customer_kept", json!({ "note": "dear" })),
            ("DELETE orders?total=eq.20&select=id,total,customer", json!(null)),
        ] {
            answers.push(format!("{line}\n{}", app.call(line, &[returned], body.to_string()).await));
        }
        answers.extend(all(&app, &["customers?order=id", "orders?select=id,total,size,customer_kept&order=id"]).await);
        answers
    })
    .await;
    insta::assert_snapshot!(answers, @r#"
    POST orders
    400
    {"code":"428C9","details":null,"hint":null,"message":"cannot insert a non-DEFAULT value into column \"total\""}
    ---
    POST orders
    400
    {"code":"428C9","details":null,"hint":null,"message":"cannot insert a non-DEFAULT value into column \"size\""}
    ---
    PATCH customers?id=eq.1
    400
    {"code":"428C9","details":null,"hint":null,"message":"column \"orders_kept\" can only be updated to DEFAULT"}
    ---
    POST orders?select=id,total,size,customer,customer_kept
    201
    content-range: */*
    preference-applied: return=representation
    [{"id":9,"total":45.00,"size":"large","customer":"Bob","customer_kept":"Bob"}]
    ---
    POST customers
    201
    content-range: */*
    preference-applied: return=representation
    [{"id":4,"name":"New","city":null,"orders_count":0,"spent":null,"spent_kept":null,"orders_kept":0,"largest":null}]
    ---
    PATCH orders?id=eq.9&select=id,total,doubled,size,customer,customer_kept
    200
    content-range: 0-0/*
    preference-applied: return=representation
    [{"id":9,"total":3.00,"doubled":6.00,"size":"small","customer":"Ada","customer_kept":"Ada"}]
    ---
    PATCH customers?id=eq.1&select=name,spent,spent_kept,orders_count,orders_kept
    200
    content-range: 0-0/*
    preference-applied: return=representation
    [{"name":"Ada L.","spent":10.00,"spent_kept":10.00,"orders_count":3,"orders_kept":3}]
    ---
    PATCH orders?total=gt.19&select=id,total,customer_kept
    200
    content-range: 0-1/*
    preference-applied: return=representation
    [{"id":2,"total":20.00,"customer_kept":"Ada L."},{"id":3,"total":99.90,"customer_kept":"Bob"}]
    ---
    DELETE orders?total=eq.20&select=id,total,customer
    200
    content-range: */*
    preference-applied: return=representation
    [{"id":2,"total":20.00,"customer":"Ada L."}]
    ---
    customers?order=id
    200
    content-range: 0-3/*
    [{"id":1,"name":"Ada L.","city":null,"orders_count":2,"spent":10.00,"spent_kept":10.00,"orders_kept":2,"largest":4},{"id":2,"name":"Bob","city":null,"orders_count":1,"spent":99.90,"spent_kept":99.90,"orders_kept":1,"largest":10},{"id":3,"name":"Eve","city":null,"orders_count":0,"spent":null,"spent_kept":null,"orders_kept":0,"largest":null},{"id":4,"name":"New","city":null,"orders_count":0,"spent":null,"spent_kept":null,"orders_kept":0,"largest":null}]
    ---
    orders?select=id,total,size,customer_kept&order=id
    200
    content-range: 0-3/*
    [{"id":1,"total":10.00,"size":"small","customer_kept":"Ada L."},{"id":3,"total":99.90,"size":"large","customer_kept":"Bob"},{"id":4,"total":1.00,"size":"small","customer_kept":null},{"id":9,"total":3.00,"size":"small","customer_kept":"Ada L."}]
    "#);
}

/// `column` kept and computed on read are always the same.
async fn kept_is_right(app: &App) {
    let rows = "customers?select=id,spent,spent_kept,orders_count,orders_kept&order=id";
    let (_, body) = app.get(rows).await.split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let body: serde_json::Value = serde_json::from_str(body.lines().last().unwrap()).unwrap();
    for row in body.as_array().unwrap() {
        assert_eq!((&row["spent"], &row["orders_count"]), (&row["spent_kept"], &row["orders_kept"]), "{row}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_follows_every_write() {
    let answers = both(async |app| {
        set_up(&app).await;
        let mut answers = Vec::new();
        for (line, body) in [
            ("PATCH orders?id=eq.2", json!({ "paid": true })),
            ("PATCH orders?id=eq.1", json!({ "customer_id": 3 })),
            ("PATCH orders?id=eq.4", json!({ "customer_id": 3, "price": 7 })),
            ("POST orders?on_conflict=id", json!([{ "id": 4, "customer_id": 2, "price": 1, "quantity": 1, "paid": true }])),
            ("PATCH customers?id=eq.2", json!({ "name": "Robert" })),
            ("DELETE customers?id=eq.3", json!(null)),
            ("DELETE orders?id=eq.3", json!(null)),
        ] {
            app.call(line, &["Prefer: resolution=merge-duplicates"], body.to_string()).await;
            kept_is_right(&app).await;
        }
        let rolled_back = ["Prefer: tx=rollback"];
        app.call("DELETE orders?id=gt.0", &rolled_back, "").await;
        kept_is_right(&app).await;
        answers.extend(all(&app, &["customers?order=id", "orders?select=id,customer_kept&order=id"]).await);
        app.engine.schema("alter table orders rename column price to amount; alter table customers rename to clients;").await;
        app.call("PATCH orders?id=eq.2", &[], json!({ "amount": 100 }).to_string()).await;
        answers.extend(all(&app, &["clients?select=name,spent,spent_kept,largest&order=id"]).await);
        app.engine.schema("alter table clients alter column spent_kept set expression as ((select min(o.amount) from orders o where o.customer_id = clients.id))").await;
        app.engine.schema("alter table clients alter column largest drop expression").await;
        answers.push(app.call("PATCH clients?id=eq.1&select=name,spent_kept,largest", &["Prefer: return=representation"], json!({ "largest": 7 }).to_string()).await);
        app.engine.schema("alter table orders drop column quantity cascade").await;
        answers.extend(all(&app, &["clients?order=id", "orders?order=id"]).await);
        answers
    })
    .await;
    insta::assert_snapshot!(answers, @r#"
    customers?order=id
    200
    content-range: 0-1/*
    [{"id":1,"name":"Ada","city":null,"orders_count":1,"spent":20.00,"spent_kept":20.00,"orders_kept":1,"largest":20},{"id":2,"name":"Robert","city":null,"orders_count":1,"spent":1.00,"spent_kept":1.00,"orders_kept":1,"largest":1}]
    ---
    orders?select=id,customer_kept&order=id
    200
    content-range: 0-1/*
    [{"id":2,"customer_kept":"Ada"},{"id":4,"customer_kept":"Robert"}]
    ---
    clients?select=name,spent,spent_kept,largest&order=id
    200
    content-range: 0-1/*
    [{"name":"Ada","spent":2000.00,"spent_kept":2000.00,"largest":20},{"name":"Robert","spent":1.00,"spent_kept":1.00,"largest":1}]
    ---
    200
    content-range: 0-0/*
    preference-applied: return=representation
    [{"name":"Ada","spent_kept":100.00,"largest":7}]
    ---
    clients?order=id
    200
    content-range: 0-1/*
    [{"id":1,"name":"Ada","city":null,"orders_count":1,"spent_kept":100.00,"orders_kept":1,"largest":7},{"id":2,"name":"Robert","city":null,"orders_count":1,"spent_kept":1.00,"orders_kept":1,"largest":1}]
    ---
    orders?order=id
    200
    content-range: 0-1/*
    [{"id":2,"customer_id":1,"amount":100.00,"paid":true,"note":null,"customer":"Ada","customer_kept":"Ada"},{"id":4,"customer_id":2,"amount":1.00,"paid":true,"note":null,"customer":"Robert","customer_kept":"Robert"}]
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_counts_what_they_may_not_see() {
    let answers = both(async |app| {
        let change = |settings: &tenon_engine::settings::Settings| settings.with("auth.email_autoconfirm", json!(true));
        app.engine.change_settings(&Caller::Operator, &Client::default(), change).await.unwrap();
        set_up(&app).await;
        app.engine
            .schema(
                "alter table orders enable row level security; create policy paid on orders using (paid and total < 50);
                 alter table customers enable row level security;
                 create policy buyers on customers for select using (orders_count > 0);
                 create policy own on customers for insert with check (length(name) < 5);
                 create policy large on orders as restrictive for insert with check (size = 'small' and total > 1);",
            )
            .await;
        let ada = sign_up(&app, "ada@example.org").await;
        let publishable = format!("apikey: {}", app.keys.publishable);
        let mut answers = Vec::new();
        for (line, who, body) in [
            ("GET customers?select=name,orders_count,spent,spent_kept&order=id", &ada.header, json!(null)),
            ("GET customers?select=name&orders_count=eq.2", &ada.header, json!(null)),
            ("GET customers?select=name&order=orders_count.desc,id", &ada.header, json!(null)),
            ("GET customers?select=name", &publishable, json!(null)),
            ("GET customers?select=name,orders_count", &publishable, json!(null)),
            ("GET customers?select=name&orders_count=gt.0", &publishable, json!(null)),
            ("POST orders", &ada.header, json!({ "id": 20, "price": 1, "quantity": 40, "paid": true })),
            ("POST orders", &ada.header, json!({ "id": 20, "price": 1, "quantity": 1, "paid": true })),
            ("POST orders", &ada.header, json!({ "id": 20, "price": 2, "quantity": 1, "paid": true, "customer_id": 1 })),
            ("GET customers?select=name,orders_count,spent,spent_kept&order=id", &ada.header, json!(null)),
        ] {
            let body = if body.is_null() { String::new() } else { body.to_string() };
            answers.push(format!("{line}\n{}", app.call(line, &[who.as_str()], body).await));
        }
        answers
    })
    .await;
    insta::assert_snapshot!(answers, @r#"
    GET customers?select=name,orders_count,spent,spent_kept&order=id
    200
    content-range: 0-0/*
    [{"name":"Ada","orders_count":1,"spent":10.00,"spent_kept":10.00}]
    ---
    GET customers?select=name&orders_count=eq.2
    200
    content-range: */*
    []
    ---
    GET customers?select=name&order=orders_count.desc,id
    200
    content-range: 0-0/*
    [{"name":"Ada"}]
    ---
    GET customers?select=name
    200
    content-range: 0-0/*
    [{"name":"Ada"}]
    ---
    GET customers?select=name,orders_count
    401
    {"code":"42501","details":null,"hint":"a computed column looks into that table: select the others by name","message":"permission denied for table orders"}
    ---
    GET customers?select=name&orders_count=gt.0
    401
    {"code":"42501","details":null,"hint":"a computed column looks into that table: select the others by name","message":"permission denied for table orders"}
    ---
    POST orders
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"orders\""}
    ---
    POST orders
    403
    {"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"orders\""}
    ---
    POST orders
    201
    content-range: */*
    ---
    GET customers?select=name,orders_count,spent,spent_kept&order=id
    200
    content-range: 0-0/*
    [{"name":"Ada","orders_count":2,"spent":12.00,"spent_kept":12.00}]
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_at_the_same_time_lose_nothing() {
    let answers = both(async |app| {
        app.engine
            .schema(
                "create table accounts (id bigint primary key, name text);
                 create table entries (
                     id bigint generated always as identity primary key, account bigint not null references accounts (id),
                     amount integer not null
                 );
                 alter table accounts
                     add column balance bigint generated always as
                         ((select sum(e.amount) from entries e where e.account = accounts.id)) stored,
                     add column entries bigint generated always as
                         ((select count(*) from entries e where e.account = accounts.id)) stored;",
            )
            .await;
        app.engine.rows("accounts", json!([{ "id": 1 }, { "id": 2 }])).await;
        let writers = (0..8_i64).map(|writer| {
            let app = &app;
            async move {
                for round in 0..6_i64 {
                    // In both orders, so that who locks without order meets a deadlock.
                    let (first, second) = if writer % 2 == 0 { (1, 2) } else { (2, 1) };
                    let rows = json!([{ "account": first, "amount": writer }, { "account": second, "amount": round }]);
                    let answer = app.call("POST entries", &[], rows.to_string()).await;
                    assert!(answer.starts_with("201"), "{answer}");
                    if round == 3 {
                        let answer = app.call(&format!("DELETE entries?amount=eq.{writer}&account=eq.{first}"), &[], "").await;
                        assert!(answer.starts_with("204"), "{answer}");
                    }
                }
            }
        });
        futures::future::join_all(writers).await;
        let kept = app.get("accounts?select=id,balance,entries&order=id").await;
        app.engine.schema("alter table accounts add column now_balance bigint generated always as ((select sum(e.amount) from entries e where e.account = accounts.id)), add column now_entries bigint generated always as ((select count(*) from entries e where e.account = accounts.id))").await;
        let now = app.get("accounts?select=id,balance:now_balance,entries:now_entries&order=id").await;
        assert_eq!(kept, now);
        Vec::new()
    })
    .await;
    assert_eq!(answers, "");
}
