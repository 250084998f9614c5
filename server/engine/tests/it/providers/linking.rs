//! Which user somebody is.

use serde_json::json;
use tenon_engine::{audit::Client, database::Translate, identity::providers::Authorize};
use tenon_model::{AuthCode, Caller, Code};
use tenon_testkit::{TestEngine, for_each_engine};

use super::{Issuer, caller, oidc, parts, person, session, sql, to, travel};

#[tokio::test(flavor = "multi_thread")]
async fn a_verified_address_leads_to_its_user_and_an_unverified_one_never() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        oidc(&test, &issuer, "one").await;
        oidc(&test, &issuer, "two").await;
        let first = travel(&test, &issuer, to("one"), person("1", "ada@example.org", true)).await;
        let same = travel(&test, &issuer, to("two"), person("2", "ADA@example.org", true)).await;
        assert_eq!(first.user(), same.user());
        assert_eq!(same.claims()["app_metadata"], json!({ "provider": "one", "providers": ["one", "two"] }));

        let other = travel(&test, &issuer, to("two"), person("3", "ada@example.org", false)).await;
        assert_ne!(first.user(), other.user());
        assert_eq!(other.claims()["email"], "", "an address that nobody verified is not theirs");
        let again = travel(&test, &issuer, to("two"), person("3", "ada@example.org", true)).await;
        assert_eq!(again.user(), other.user(), "a known identity is who it was, whatever its address");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waited_with_anothers_address_gets_nothing() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        oidc(&test, &issuer, "one").await;
        oidc(&test, &issuer, "two").await;
        let before = travel(&test, &issuer, to("one"), person("attacker", "ada@example.org", true)).await.user();
        sql(&test, "update _tenon_users set email_confirmed_at = null, password_hash = 'x', user_metadata = '{\"mine\":1}'").await;
        let owner = travel(&test, &issuer, to("two"), person("2", "ada@example.org", true)).await;
        assert_eq!(owner.user(), before);
        assert!(owner.claims()["user_metadata"].get("mine").is_none());
        assert_eq!(owner.claims()["app_metadata"]["providers"], json!(["two"]));
        let attacker = travel(&test, &issuer, to("one"), person("attacker", "mallory@example.org", true)).await;
        assert_ne!(attacker.user(), before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_the_studio_are_not_linked_by_address() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        oidc(&test, &issuer, "idp").await;
        test.create_first_owner("owner@example.org".into(), "correct horse battery".into()).await.unwrap();
        let end = travel(&test, &issuer, to("idp"), person("1", "owner@example.org", true)).await;
        assert_eq!(end.error(), "email_exists");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_doors_stay_closed() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        oidc(&test, &issuer, "idp").await;
        let ada = travel(&test, &issuer, to("idp"), person("1", "ada@example.org", true)).await.user();
        let settings = test.settings().with("auth.allow_signup", false.into()).unwrap();
        test.change_settings(&Caller::Operator, &Client::default(), move |_| Ok(settings.clone())).await.unwrap();
        assert_eq!(travel(&test, &issuer, to("idp"), person("2", "b@example.org", true)).await.error(), "signup_disabled");
        assert_eq!(travel(&test, &issuer, to("idp"), person("1", "ada@example.org", true)).await.user(), ada);
        sql(&test, "update _tenon_users set banned_until = '9999-01-01T00:00:00.000000Z'").await;
        assert_eq!(travel(&test, &issuer, to("idp"), person("1", "ada@example.org", true)).await.error(), "user_banned");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_in_user_links_and_unlinks() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        oidc(&test, &issuer, "one").await;
        oidc(&test, &issuer, "two").await;
        let ada = travel(&test, &issuer, to("one"), person("1", "ada@example.org", true)).await.user();
        let bob = travel(&test, &issuer, to("one"), person("2", "bob@example.org", true)).await.user();
        let url = test.link_url(&caller(&test, &ada).await, to("two")).await.unwrap();
        assert!(url.starts_with("http://127.0.0.1:3000/auth/v1/authorize?ticket="), "{url}");
        let ticket = Authorize { ticket: Some(parts(&url).query["ticket"].clone()), ..Authorize::default() };
        let end = travel(&test, &issuer, ticket.clone(), person("3", "work@example.org", true)).await;
        assert_eq!(end.user(), ada);
        assert_eq!(end.claims()["app_metadata"]["providers"], json!(["one", "two"]));
        assert_eq!(end.claims()["email"], "ada@example.org");
        let again = test.authorize_url(ticket, &Client::default()).await.unwrap_err();
        assert_eq!(again.code, Code::Auth(AuthCode::FlowStateNotFound));

        let url = test.link_url(&caller(&test, &bob).await, to("two")).await.unwrap();
        let ticket = Authorize { ticket: Some(parts(&url).query["ticket"].clone()), ..Authorize::default() };
        let taken = travel(&test, &issuer, ticket, person("3", "work@example.org", true)).await;
        assert_eq!(taken.error(), "identity_already_exists");

        let identities = identities(&test, &ada).await;
        let unlink = async |who: &str, id: &str| {
            test.unlink(&caller(&test, who).await, id, &Client::default()).await.map_err(|error| error.code)
        };
        assert_eq!(unlink(&ada, "none").await, Err(Code::Auth(AuthCode::IdentityNotFound)));
        assert_eq!(unlink(&bob, &identities[0]).await, Err(Code::Auth(AuthCode::IdentityNotFound)));
        assert_eq!(unlink(&ada, &identities[0]).await, Ok(()));
        assert_eq!(unlink(&ada, &identities[1]).await, Err(Code::Auth(AuthCode::SingleIdentityNotDeletable)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_whose_session_ended_links_nothing_and_one_factor_does_not_do_where_there_are_two() {
    for_each_engine(async |test| {
        let issuer = Issuer::start().await;
        oidc(&test, &issuer, "one").await;
        oidc(&test, &issuer, "two").await;
        let ada = travel(&test, &issuer, to("one"), person("1", "ada@example.org", true)).await.user();
        let (caller, id) = session(&test, &ada).await;
        let url = test.link_url(&caller, to("two")).await.unwrap();
        let factor = "insert into _tenon_factors (id, user_id, kind, status, created_at, updated_at) values \
                      ('5a41e1c4-0d5e-4d9a-b7a4-3b1c1e6f0a11', '{}', 'totp', 'verified', '', '')";
        sql(&test, &factor.replace("{}", &ada)).await;
        let mine = identities(&test, &ada).await;
        let low = Code::Auth(AuthCode::InsufficientAal);
        assert_eq!(test.link_url(&caller, to("two")).await.unwrap_err().code, low);
        assert_eq!(test.unlink(&caller, &mine[0], &Client::default()).await.unwrap_err().code, low);
        sql(&test, &format!("update _tenon_sessions set aal = 'aal2' where id = '{id}'")).await;
        assert!(test.link_url(&caller, to("two")).await.is_ok());

        sql(&test, &format!("delete from _tenon_sessions where id = '{id}'")).await;
        let gone = Code::Auth(AuthCode::SessionNotFound);
        assert_eq!(test.link_url(&caller, to("two")).await.unwrap_err().code, gone);
        assert_eq!(test.unlink(&caller, &mine[0], &Client::default()).await.unwrap_err().code, gone);
        assert!(url.contains("ticket="));
    })
    .await;
}

/// The ids of a user's identities, oldest first.
async fn identities(test: &TestEngine, user: &str) -> Vec<String> {
    use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
    #[derive(QueryableByName)]
    struct Id {
        #[diesel(sql_type = Text)]
        id: String,
    }
    let text = format!("select id from _tenon_identities where user_id = '{user}' order by provider");
    let found = test.database().read(move |conn| {
        use tenon_engine::database::Conn;
        let rows: Vec<Id> = match conn {
            Conn::Sqlite(conn) => sql_query(text).load(conn),
            Conn::Postgres(conn) => sql_query(text).load(conn),
        }
        .translate()?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    });
    found.await.unwrap()
}
