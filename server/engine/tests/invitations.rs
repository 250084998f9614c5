//! Invitations into the Studio, and mails that owners send, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use serde_json::{Map, Value};
use tenon_engine::{
    audit::Client,
    identity::{
        UserMail,
        flows::{NewUser, Proof, UserChange, Verified, VerifyKind},
    },
    mail::MailFilter,
};
use tenon_model::{Aal, AuthCode, Caller, Code, StudioRole, UserId};
use tenon_testkit::{TestEngine, for_each_engine};
use uuid::Uuid;

const PASSWORD: &str = "correct horse battery";
const WHERE: &str = "http://127.0.0.1:3000/auth/confirm?then=studio";

fn id_of(user: &Value) -> UserId {
    UserId(Uuid::parse_str(user["id"].as_str().unwrap()).unwrap())
}

/// The links in the mails to an address, latest first.
async fn links(test: &TestEngine, to: &str) -> Vec<String> {
    let filter = MailFilter { recipient: Some(to.into()), ..MailFilter::default() };
    let mut links = Vec::new();
    for mail in test.mailbox(&Caller::Operator, filter).await.unwrap().mails {
        let text = test.mail(&Caller::Operator, mail.id).await.unwrap().text.unwrap();
        links.extend(text.split_whitespace().find(|word| word.contains("token=")).map(str::to_owned));
    }
    links
}

fn token_of(link: &str) -> String {
    let (_, rest) = link.split_once("token=").unwrap();
    rest.split('&').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_invited_comes_in_by_the_mail_alone() {
    for_each_engine(async |test| {
        let client = Client::default();
        let owner = test.create_first_owner("ada@example.org".into(), PASSWORD.into()).await.unwrap().caller();
        // Somebody else was there before, under the address of who is invited.
        let squatter = NewUser { email: "eve@example.org".into(), password: "of somebody else".into(), data: Map::new() };
        test.sign_up(squatter, None, None, &client).await.unwrap();

        let invite = async |email: &str, role| test.invite_to_studio(&owner, &client, email, role, WHERE).await;
        invite("eve@example.org", StudioRole::Builder).await.unwrap();
        let sign_in = async |password: &str| test.sign_in("eve@example.org".into(), password.into(), &client).await;
        assert_eq!(sign_in("of somebody else").await.map(drop).unwrap_err().code, Code::InvalidCredentials);

        let link = links(&test, "eve@example.org").await.into_iter().find(|link| link.contains("type=invite")).unwrap();
        assert!(link.contains("/auth/confirm?then=studio&"), "{link}");
        let verified = test.verify(VerifyKind::Invite, Proof::Link(token_of(&link)), &client).await.unwrap();
        let Verified::Session(session) = verified else { panic!("an invitation signs in") };
        assert_eq!(sign_in("of somebody else").await.map(drop).unwrap_err().code, Code::InvalidCredentials);
        let change = UserChange { password: Some(PASSWORD.into()), ..UserChange::default() };
        test.change_user(session.user, session.session, Aal::Aal1, change, None, None, &client).await.unwrap();
        assert_eq!(sign_in(PASSWORD).await.unwrap().account.role, StudioRole::Builder);

        // Now they are known: whoever invites them again is told so.
        assert_eq!(invite("eve@example.org", StudioRole::Owner).await.unwrap_err().code, Code::Auth(AuthCode::EmailExists));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_owners_invite_into_the_studio() {
    for_each_engine(async |test| {
        let owner = test.create_first_owner("ada@example.org".into(), PASSWORD.into()).await.unwrap().caller();
        let builder =
            test.create_account(&owner, "bob@example.org".into(), PASSWORD.into(), StudioRole::Builder).await.unwrap().caller();
        for caller in [builder, Caller::service(), Caller::anon()] {
            let refused = test.invite_to_studio(&caller, &Client::default(), "eve@example.org", StudioRole::Member, WHERE).await;
            assert_eq!(refused.unwrap_err().code, Code::Forbidden);
        }
        assert!(links(&test, "eve@example.org").await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_send_what_users_would_ask_for() {
    for_each_engine(async |test| {
        let client = Client::default();
        let owner = test.create_first_owner("ada@example.org".into(), PASSWORD.into()).await.unwrap().caller();
        let user = test.invite_user(&owner, &client, "kay@example.org", Map::new(), None).await.unwrap();
        let id = id_of(&user);
        let send = async |mail| test.send_user_mail(&owner, &client, id, mail, WHERE).await;
        send(UserMail::Confirmation).await.unwrap();
        send(UserMail::Recovery).await.unwrap();
        send(UserMail::MagicLink).await.unwrap();
        let kinds: Vec<String> = links(&test, "kay@example.org")
            .await
            .iter()
            .map(|link| link.split("type=").nth(1).unwrap().split('&').next().unwrap().to_owned())
            .collect();
        assert_eq!(kinds.len(), 4);
        for kind in ["invite", "recovery", "magiclink"] {
            assert!(kinds.iter().any(|found| found == kind), "{kinds:?}");
        }
        let latest = links(&test, "kay@example.org").await.into_iter().find(|link| link.contains("type=recovery")).unwrap();
        test.verify(VerifyKind::Recovery, Proof::Link(token_of(&latest)), &client).await.unwrap();
        assert_eq!(send(UserMail::Confirmation).await.unwrap_err().code, Code::InvalidRecord, "there is nothing to confirm");
    })
    .await;
}
