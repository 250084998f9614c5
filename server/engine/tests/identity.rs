//! Who is asking: owners, accounts, sessions, throttling and keys, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use jiff::SignedDuration;
use tenon_engine::{
    audit::Client,
    identity::{KeyKind, UserAttributes},
};
use tenon_model::{AuthCode, Caller, Code, StudioRole, UserId};
use tenon_testkit::for_each_engine;
use uuid::Uuid;

const PASSWORD: &str = "correct horse battery";

fn from(address: &str) -> Client {
    Client { address: address.to_owned(), ..Client::default() }
}

fn id_of(user: &serde_json::Value) -> UserId {
    UserId(Uuid::parse_str(user["id"].as_str().unwrap()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_first_owners_at_once_one_is_made() {
    for_each_engine(async |test| {
        assert!(!test.has_owner().await.unwrap());
        let attempts = (0..6).map(|n| {
            let engine = (*test).clone();
            tokio::spawn(async move { engine.create_first_owner(format!("owner{n}@example.org"), PASSWORD.into()).await })
        });
        let mut made = 0;
        for attempt in attempts.collect::<Vec<_>>() {
            match attempt.await.unwrap() {
                Ok(account) => {
                    assert_eq!(account.role, StudioRole::Owner);
                    made += 1;
                }
                Err(error) => assert_eq!(error.code, Code::AlreadyExists),
            }
        }
        assert_eq!(made, 1);
        assert!(test.has_owner().await.unwrap());
        assert_eq!(test.accounts(&Caller::Operator).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lasts_until_it_is_ended() {
    for_each_engine(async |test| {
        test.create_first_owner("Ada@Example.org".into(), PASSWORD.into()).await.unwrap();
        let session = test.sign_in(" ada@example.ORG".into(), PASSWORD.into(), &from("127.0.0.1")).await.unwrap();
        let account = test.session(&session.token).await.unwrap().unwrap();
        assert_eq!((account.email.as_str(), account.role), ("ada@example.org", StudioRole::Owner));
        assert!(account.last_sign_in_at.is_some());
        assert!(test.session("no such token").await.unwrap().is_none());
        test.sign_out(&session.token).await.unwrap();
        assert!(test.session(&session.token).await.unwrap().is_none());

        let unused = test.sign_in("ada@example.org".into(), PASSWORD.into(), &from("127.0.0.1")).await.unwrap();
        test.database.config.clock.advance(SignedDuration::from_secs(unused.max_age.cast_signed() - 1));
        assert!(test.session(&unused.token).await.unwrap().is_some(), "and is renewed by being used");
        test.database.config.clock.advance(SignedDuration::from_secs(unused.max_age.cast_signed() - 1));
        assert!(test.session(&unused.token).await.unwrap().is_some());
        test.database.config.clock.advance(SignedDuration::from_secs(unused.max_age.cast_signed()));
        assert!(test.session(&unused.token).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_say_the_same_of_all_accounts_and_are_slowed_down() {
    for_each_engine(async |test| {
        test.create_first_owner("ada@example.org".into(), PASSWORD.into()).await.unwrap();
        for email in ["ada@example.org", "nobody@example.org"] {
            let attempt = async |n: u8| test.sign_in(email.into(), "wrong".into(), &from(&format!("203.0.113.{n}"))).await;
            let mut codes = Vec::new();
            for _ in 0..6 {
                codes.push(attempt(7).await.map(drop).unwrap_err());
            }
            assert_eq!(codes[0].message, "e-mail address or password is wrong");
            assert!(codes[..5].iter().all(|e| *e == codes[0]), "{codes:?}");
            assert_eq!(codes[5].code, Code::Throttled);
            assert_eq!(codes[5].retry_after, Some(1));
            test.database.config.clock.advance(SignedDuration::from_secs(1));
            assert_eq!(attempt(7).await.map(drop).unwrap_err().code, Code::InvalidCredentials);
            let later = attempt(7).await.map(drop).unwrap_err();
            assert_eq!((later.code, later.retry_after), (Code::Throttled, Some(2)));
        }
        let elsewhere = test.sign_in("ada@example.org".into(), PASSWORD.into(), &from("198.51.100.1")).await;
        assert!(elsewhere.is_ok(), "a stranger's failures must not lock the owner out");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_always_an_owner() {
    for_each_engine(async |test| {
        let owner = test.create_first_owner("ada@example.org".into(), PASSWORD.into()).await.unwrap();
        let (caller, client) = (owner.caller(), Client::default());
        let set = async |user: UserId, role: Option<StudioRole>| {
            test.set_studio_role(&caller, &client, user, role).await.map_err(|error| error.code)
        };
        assert_eq!(set(owner.id, Some(StudioRole::Member)).await, Err(Code::Dependent));
        assert_eq!(set(owner.id, None).await, Err(Code::Dependent));
        assert_eq!(set(UserId(Uuid::nil()), None).await, Err(Code::Auth(AuthCode::UserNotFound)));

        // Neither somebody who has not come yet nor somebody who is shut out is an owner whom the instance could be left to.
        let invited = test.invite_to_studio(&caller, &client, "eve@example.org", StudioRole::Owner, "").await.unwrap();
        assert_eq!(set(owner.id, None).await, Err(Code::Dependent));
        test.delete_user(&caller, &client, id_of(&invited), false).await.unwrap();
        let second = test.create_account(&caller, "bob@example.org".into(), PASSWORD.into(), StudioRole::Owner).await.unwrap();
        let ban = |duration: &str| UserAttributes { ban_duration: Some(duration.into()), ..UserAttributes::default() };
        test.update_user(&caller, &client, second.id, ban("1h")).await.unwrap();
        assert_eq!(set(owner.id, None).await, Err(Code::Dependent));
        test.update_user(&caller, &client, second.id, ban("none")).await.unwrap();

        set(owner.id, Some(StudioRole::Member)).await.unwrap();
        set(owner.id, None).await.unwrap();
        assert_eq!(test.accounts(&Caller::Operator).await.unwrap(), [second]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_their_password_changes_it_and_every_other_session_ends() {
    for_each_engine(async |test| {
        let owner = test.create_first_owner("ada@example.org".into(), PASSWORD.into()).await.unwrap();
        let member =
            test.create_account(&owner.caller(), "bob@example.org".into(), PASSWORD.into(), StudioRole::Member).await.unwrap();
        let again = test.create_account(&owner.caller(), "BOB@example.org".into(), PASSWORD.into(), StudioRole::Member).await;
        assert_eq!(again.unwrap_err().code, Code::AlreadyExists);

        assert_eq!(test.accounts(&member.caller()).await.unwrap_err().code, Code::Forbidden);

        let sign_in = async |password: &str| test.sign_in("bob@example.org".into(), password.into(), &from("127.0.0.1")).await;
        let (here, elsewhere) = (sign_in(PASSWORD).await.unwrap(), sign_in(PASSWORD).await.unwrap());
        let session = test.studio_session(&here.token).await.unwrap().unwrap();
        let change = async |current: &str, new: &str| {
            test.change_studio_password(&session, &from("127.0.0.1"), current.into(), new.into()).await
        };
        assert_eq!(change("not it", "another password").await.map(drop).unwrap_err().code, Code::InvalidCredentials);
        assert_eq!(change(PASSWORD, "short").await.map(drop).unwrap_err().fields[0].column, "password");
        let renewed = change(PASSWORD, "another password").await.unwrap();
        assert!(test.session(&elsewhere.token).await.unwrap().is_none(), "every other session ends");
        assert!(test.session(&here.token).await.unwrap().is_none(), "this one goes on under a new token");
        assert_eq!(test.session(&renewed.token).await.unwrap().unwrap().id, member.id);
        assert!(sign_in("another password").await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_known_until_replaced_in_every_process() {
    for_each_engine(async |test| {
        let keys = test.keys(&Caller::Operator).await.unwrap();
        assert_eq!(test.authenticate(&keys.secret).unwrap(), Caller::service());
        assert_eq!(test.authenticate(&keys.publishable).unwrap(), Caller::anon());
        for bad in ["", "x", &keys.secret[1..], &format!("{} ", keys.secret), &"x".repeat(10_000)] {
            assert_eq!(test.authenticate(bad).unwrap_err().code, Code::Unauthenticated);
        }
        assert_eq!(test.keys(&Caller::service()).await.map(drop).unwrap_err().code, Code::Forbidden);

        let other = test.database.open().await;
        assert_eq!(other.authenticate(&keys.secret).unwrap(), Caller::service());
        let replaced = test.replace_key(&Caller::Operator, KeyKind::Secret).await.unwrap();
        assert_eq!(replaced.publishable, keys.publishable);
        assert_eq!(test.authenticate(&keys.secret).unwrap_err().code, Code::Unauthenticated);
        while other.authenticate(&replaced.secret).is_err() {
            tokio::task::yield_now().await;
        }
        assert_eq!(other.authenticate(&keys.secret).unwrap_err().code, Code::Unauthenticated);
    })
    .await;
}
