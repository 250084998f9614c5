//! Managing users, on both engines: lists, attributes, what a program may not do, and the owner that stays.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use diesel::RunQueryDsl as _;
use serde_json::{Value, json};
use tenon_engine::{
    audit::{AuditFilter, Client},
    database::Conn,
    identity::{UserAttributes, UserQuery, UserSort, UserState},
};
use tenon_model::{AuthCode, Caller, Code, Role, StudioRole, UserId};
use tenon_testkit::{TestEngine, for_each_engine};
use uuid::Uuid;

const PASSWORD: &str = "correct horse battery";

fn from(address: &str) -> Client {
    Client { address: address.to_owned(), ..Client::default() }
}

fn attributes(json: Value) -> UserAttributes {
    serde_json::from_value(json).unwrap()
}

fn id_of(user: &Value) -> UserId {
    UserId(Uuid::parse_str(user["id"].as_str().unwrap()).unwrap())
}

async fn create(test: &TestEngine, json: Value) -> Result<Value, Code> {
    test.create_user(&Caller::service(), &Client::default(), attributes(json)).await.map_err(|error| error.code)
}

async fn update(test: &TestEngine, user: UserId, json: Value) -> Result<Value, Code> {
    test.update_user(&Caller::service(), &Client::default(), user, attributes(json)).await.map_err(|error| error.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_made_changed_and_deleted() {
    for_each_engine(async |test| {
        let made = create(
            &test,
            json!({
                "email": " Ada@Example.org", "phone": "+49 30 123456", "password": PASSWORD, "email_confirm": true,
                "user_metadata": { "name": "Ada" }, "app_metadata": { "plan": "free", "gone": null }, "aud": "x", "nonce": "y",
            }),
        )
        .await
        .unwrap();
        let id = id_of(&made);
        assert_eq!((&made["email"], &made["phone"]), (&json!("ada@example.org"), &json!("4930123456")));
        assert!(made["email_confirmed_at"].is_string() && made.get("phone_confirmed_at").is_none());
        assert_eq!(made["app_metadata"], json!({ "provider": "email", "providers": ["email", "phone"], "plan": "free" }));
        let providers: Vec<_> = made["identities"].as_array().unwrap().iter().map(|i| i["provider"].as_str().unwrap()).collect();
        assert_eq!(providers.len(), 2);
        assert_eq!(test.user_json(&Caller::service(), id).await.unwrap(), made);

        let changed = update(
            &test,
            id,
            json!({
                "email": "lovelace@example.org", "phone_confirm": true, "app_metadata": { "plan": null, "seats": 3 },
                "user_metadata": { "theme": "dark" }, "role": "service_role", "ban_duration": "24h",
            }),
        )
        .await
        .unwrap();
        assert_eq!(changed["email"], "lovelace@example.org");
        assert_eq!(changed["app_metadata"], json!({ "provider": "email", "providers": ["email", "phone"], "seats": 3 }));
        assert_eq!(changed["user_metadata"], json!({ "name": "Ada", "theme": "dark" }));
        assert!(changed["banned_until"].is_string() && changed["phone_confirmed_at"].is_string());
        let by_email = changed["identities"].as_array().unwrap().iter().find(|i| i["provider"] == "email").unwrap();
        assert_eq!(by_email["identity_data"]["email"], "lovelace@example.org");
        assert!(update(&test, id, json!({ "ban_duration": "none" })).await.unwrap().get("banned_until").is_none());

        test.delete_user(&Caller::service(), &Client::default(), id, false).await.unwrap();
        assert_eq!(update(&test, id, json!({})).await, Err(Code::Auth(AuthCode::UserNotFound)));
        let log = test.audit(&Caller::Operator, AuditFilter { limit: 10, ..AuditFilter::default() }).await.unwrap();
        let actions: Vec<_> = log.entries.iter().map(|entry| (entry.action.as_str(), entry.actor_kind.as_str())).collect();
        assert_eq!(actions, [("user.deleted", "key"), ("user.updated", "key"), ("user.updated", "key"), ("user.created", "key")]);
        assert!(log.entries[2].details.contains("banned_until") && !log.entries[2].details.contains("dark"));
        test.verify_audit(&Caller::Operator).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused() {
    for_each_engine(async |test| {
        let ada = id_of(&create(&test, json!({ "email": "ada@example.org", "phone": "491" })).await.unwrap());
        let refused = [
            (json!({}), AuthCode::ValidationFailed),
            (json!({ "email": "no address" }), AuthCode::ValidationFailed),
            (json!({ "phone": "0301" }), AuthCode::ValidationFailed),
            (json!({ "email": "ADA@example.org" }), AuthCode::EmailExists),
            (json!({ "email": "b@example.org", "phone": "+491" }), AuthCode::PhoneExists),
            (json!({ "email": "b@example.org", "id": ada }), AuthCode::Conflict),
            (json!({ "email": "b@example.org", "password": "short" }), AuthCode::WeakPassword),
            (json!({ "email": "b@example.org", "password": "password123" }), AuthCode::WeakPassword),
            (json!({ "email": "b@example.org", "password_hash": "plain" }), AuthCode::ValidationFailed),
            (json!({ "email": "b@example.org", "password": PASSWORD, "password_hash": "x" }), AuthCode::ValidationFailed),
            (json!({ "email": "b@example.org", "role": "postgres" }), AuthCode::ValidationFailed),
            (json!({ "email": "b@example.org", "ban_duration": "a while" }), AuthCode::ValidationFailed),
        ];
        for (json, code) in refused {
            assert_eq!(create(&test, json.clone()).await, Err(Code::Auth(code)), "{json}");
        }
        let bob = id_of(&create(&test, json!({ "email": "b@example.org" })).await.unwrap());
        assert_eq!(update(&test, bob, json!({ "email": "ada@example.org" })).await, Err(Code::Auth(AuthCode::EmailExists)));
        assert_eq!(update(&test, bob, json!({ "phone": "+49 1" })).await, Err(Code::Auth(AuthCode::PhoneExists)));
        for caller in [Caller::anon(), Caller::Api { role: Role::Authenticated, user: Some(bob), claims: None }] {
            let error = test.users(&caller, UserQuery::default()).await.unwrap_err();
            assert_eq!(error.code, Code::Auth(AuthCode::NotAdmin));
            let error = test.delete_user(&caller, &Client::default(), bob, false).await.unwrap_err();
            assert_eq!(error.code, Code::Auth(AuthCode::NotAdmin));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_does_not_touch_who_works_in_the_studio() {
    for_each_engine(async |test| {
        let owner = test.create_first_owner("owner@example.org".into(), PASSWORD.into()).await.unwrap();
        let service = Caller::service();
        let client = Client::default();
        for json in
            [json!({ "password": "another long one" }), json!({ "email": "evil@example.org" }), json!({ "ban_duration": "1h" })]
        {
            assert_eq!(update(&test, owner.id, json).await, Err(Code::Auth(AuthCode::NotAdmin)));
        }
        let not_admin = Code::Auth(AuthCode::NotAdmin);
        assert_eq!(test.delete_user(&service, &client, owner.id, true).await.unwrap_err().code, not_admin);
        assert_eq!(test.sign_user_out(&service, &client, owner.id, None).await.unwrap_err().code, not_admin);
        assert_eq!(test.reset_user_factors(&service, &client, owner.id).await.unwrap_err().code, not_admin);
        let role = test.set_studio_role(&service, &client, owner.id, None).await.unwrap_err().code;
        assert_eq!(role, Code::Forbidden);

        // The only owner stays one, whoever asks.
        let caller = owner.caller();
        let ban = test.update_user(&caller, &client, owner.id, attributes(json!({ "ban_duration": "1h" }))).await;
        assert_eq!(ban.unwrap_err().code, Code::Dependent);
        assert_eq!(test.delete_user(&caller, &client, owner.id, false).await.unwrap_err().code, Code::Dependent);
        let member = test.set_studio_role(&caller, &client, owner.id, Some(StudioRole::Member)).await;
        assert_eq!(member.unwrap_err().code, Code::Dependent);

        // A user becomes a second one, once their address is confirmed; a ban then ends the session and keeps them out.
        let user = id_of(&create(&test, json!({ "email": "b@example.org", "password": PASSWORD })).await.unwrap());
        let unconfirmed = test.set_studio_role(&caller, &client, user, Some(StudioRole::Owner)).await;
        assert_eq!(unconfirmed.unwrap_err().code, Code::InvalidRecord);
        update(&test, user, json!({ "email_confirm": true })).await.unwrap();
        test.set_studio_role(&caller, &client, user, Some(StudioRole::Owner)).await.unwrap();
        let session = test.sign_in("b@example.org".into(), PASSWORD.into(), &from("127.0.0.1")).await.unwrap();
        assert_eq!(test.user_details(&caller, user).await.unwrap().sessions.len(), 1);
        test.update_user(&caller, &client, user, attributes(json!({ "ban_duration": "1h" }))).await.unwrap();
        assert!(test.session(&session.token).await.unwrap().is_none());
        let again = test.sign_in("b@example.org".into(), PASSWORD.into(), &from("127.0.0.1")).await.map(drop);
        assert_eq!(again.unwrap_err().code, Code::InvalidCredentials);
        test.database.config.clock.advance(jiff::SignedDuration::from_secs(3601));
        test.sign_in("b@example.org".into(), PASSWORD.into(), &from("127.0.0.1")).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn softly_deleted_users_leave_a_trace_that_tells_nothing() {
    for_each_engine(async |test| {
        let made =
            create(&test, json!({ "email": "hopper@example.org", "phone": "4912345678", "user_metadata": { "name": "Grace" } }))
                .await;
        let id = id_of(&made.unwrap());
        test.delete_user(&Caller::service(), &Client::default(), id, true).await.unwrap();
        let left = test.user_json(&Caller::service(), id).await.unwrap();
        assert!(left["deleted_at"].is_string());
        let text = left.to_string();
        assert!(["hopper", "Grace", "4912345678"].iter().all(|part| !text.contains(part)), "{text}");
        assert_eq!(test.users(&Caller::service(), UserQuery::default()).await.unwrap().total, 0);
        let deleted = UserQuery { state: UserState::Deleted, ..UserQuery::default() };
        assert_eq!(test.users(&Caller::service(), deleted).await.unwrap().total, 1);
        create(&test, json!({ "email": "hopper@example.org", "phone": "4912345678" })).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_searched_sorted_and_paged() {
    for_each_engine(async |test| {
        for (n, email) in ["carol@x.org", "ada_1@example.org", "bob@example.org"].into_iter().enumerate() {
            test.database.config.clock.advance(jiff::SignedDuration::from_secs(1));
            create(&test, json!({ "email": email, "phone": format!("49{n}"), "email_confirm": n == 0 })).await.unwrap();
        }
        let emails = async |query: UserQuery| {
            let page = test.users(&Caller::service(), query).await.unwrap();
            (page.users.into_iter().map(|user| user.email.unwrap()).collect::<Vec<_>>().join(" "), page.total)
        };
        let all = UserQuery::default();
        let search = |text: &str| UserQuery { search: text.into(), ..UserQuery::default() };
        let say = |text: &str, total| (text.to_owned(), total);
        assert_eq!(emails(all.clone()).await, say("bob@example.org ada_1@example.org carol@x.org", 3));
        let sorted = UserQuery { sort: UserSort::Email, descending: false, per_page: 2, ..all.clone() };
        assert_eq!(emails(sorted.clone()).await, say("ada_1@example.org bob@example.org", 3));
        assert_eq!(emails(UserQuery { page: 2, ..sorted.clone() }).await, say("carol@x.org", 3));
        assert_eq!(emails(UserQuery { page: 9, ..sorted }).await, say("", 3));
        assert_eq!(emails(search("EXAMPLE")).await.1, 2);
        assert_eq!(emails(search("a_1")).await, say("ada_1@example.org", 1));
        assert_eq!(emails(search("%")).await, say("", 0));
        assert_eq!(emails(search("492")).await, say("bob@example.org", 1));
        assert_eq!(emails(search("bob@example.org")).await, say("bob@example.org", 1));
        let confirmed = UserQuery { state: UserState::Confirmed, ..all.clone() };
        assert_eq!(emails(confirmed).await, say("carol@x.org", 1));
        assert_eq!(emails(UserQuery { state: UserState::Unconfirmed, ..all.clone() }).await.1, 2);
        for state in [UserState::Banned, UserState::Anonymous, UserState::Studio] {
            assert_eq!(emails(UserQuery { state, ..all.clone() }).await.1, 0);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_thousand_users_are_paged_quickly() {
    for_each_engine(async |test| {
        test.database().write(fill).await.unwrap();
        let mut slowest = std::time::Duration::ZERO;
        for (search, page) in [("", 1), ("", 1000), ("user99", 1), ("user77777@example.org", 1), ("nobody", 1)] {
            for sort in [UserSort::Created, UserSort::LastSignIn, UserSort::Email] {
                let query = UserQuery { search: search.into(), sort, page, per_page: 100, ..UserQuery::default() };
                let begun = std::time::Instant::now();
                let found = test.users(&Caller::service(), query).await.unwrap();
                slowest = slowest.max(begun.elapsed());
                assert_eq!(
                    found.total,
                    match search {
                        "" => 100_000,
                        "user99" => 1111,
                        "nobody" => 0,
                        _ => 1,
                    }
                );
            }
        }
        assert!(slowest < std::time::Duration::from_secs(2), "{slowest:?}");
        println!("slowest page: {slowest:?}");
    })
    .await;
}

fn fill(conn: &mut Conn) -> tenon_model::Result<()> {
    const INTO: &str = "insert into _tenon_users (id, role, email, app_metadata, user_metadata, created_at, updated_at) ";
    const RECURSIVE: &str = "with recursive n (n) as (select 0 union all select n + 1 from n where n < 99999) ";
    const ROWS: &str = "'authenticated', 'user' || n || '@example.org', '{}', '{}', \
        '2026-01-01T00:00:00.' || substr('' || (1000000 + n), 2) || 'Z', '2026-01-01T00:00:00.000000Z' from n";
    let sql = match conn {
        Conn::Sqlite(_) => format!("{INTO}{RECURSIVE}select printf('%08d-0000-4000-8000-000000000000', n), {ROWS}"),
        Conn::Postgres(_) => {
            format!("{INTO}{RECURSIVE}select lpad('' || n, 8, '0') || '-0000-4000-8000-000000000000', {ROWS}")
        }
    };
    diesel::sql_query(sql).execute(conn).map(drop).map_err(tenon_model::Error::internal)
}
