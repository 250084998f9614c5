//! Who reads what of the mailbox.

use tenon_engine::{
    Caller, Code, Engine,
    audit::{AuditFilter, Client},
    mail::{LetterKind, MailFilter},
};
use tenon_model::StudioRole;
use tenon_testkit::for_each_engine;

use super::{mails, queue};

async fn account(engine: &Engine, email: &str, role: StudioRole) -> Caller {
    let made = engine.create_account(&Caller::Operator, email.into(), "correct horse battery".into(), role).await.unwrap();
    made.caller()
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_to_the_studios_people_are_read_by_themselves_and_owners() {
    for_each_engine(async |engine| {
        let owner = account(&engine, "owner@example.com", StudioRole::Owner).await;
        let builder = account(&engine, "builder@example.com", StudioRole::Builder).await;
        let member = account(&engine, "member@example.com", StudioRole::Member).await;
        for to in ["Owner@example.com", "builder@example.com", "ada@example.com"] {
            queue(&engine, LetterKind::Recovery, to, None).await;
        }
        let texts = async |caller: &Caller| {
            let mut texts = Vec::new();
            for mail in engine.mailbox(caller, MailFilter::default()).await.unwrap().mails {
                let whole = engine.mail(caller, mail.id).await.unwrap();
                assert_eq!(whole.subject, mail.subject);
                texts.push((whole.recipient, whole.text.is_some() && whole.html.is_some()));
            }
            texts.sort();
            texts
        };
        let expect = |owners| {
            [
                ("Owner@example.com".to_owned(), owners),
                ("ada@example.com".to_owned(), true),
                ("builder@example.com".to_owned(), true),
            ]
        };
        assert_eq!(texts(&owner).await, expect(true));
        assert_eq!(texts(&builder).await, expect(false));
        assert_eq!(engine.mailbox(&member, MailFilter::default()).await.unwrap_err().code, Code::Forbidden);
        assert_eq!(engine.mailbox(&Caller::anon(), MailFilter::default()).await.unwrap_err().code, Code::Forbidden);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mailbox_is_searched_paged_and_cleared() {
    for_each_engine(async |engine| {
        for n in 0..55 {
            queue(&engine, LetterKind::Signup, &format!("user_{n}@example.com"), None).await;
        }
        let page = async |filter| engine.mailbox(&Caller::Operator, filter).await.unwrap();
        let second = page(MailFilter { page: 1, ..MailFilter::default() }).await;
        assert_eq!((second.total, second.mails.len()), (55, 5));
        let recipient = |text: &str| MailFilter { recipient: Some(text.into()), ..MailFilter::default() };
        assert_eq!(page(recipient("USER_1@")).await.total, 1);
        assert_eq!(page(recipient("user%")).await.total, 0);
        let status = |text: &str| MailFilter { status: Some(text.into()), ..MailFilter::default() };
        assert_eq!(page(status("kept")).await.total, 55);
        assert_eq!(page(status("sent")).await.total, 0);

        let id = mails(&engine).await[0].id.clone();
        engine.delete_mail(&Caller::Operator, &Client::default(), id.clone()).await.unwrap();
        assert_eq!(engine.mail(&Caller::Operator, id.clone()).await.unwrap_err().code, Code::NotFound);
        assert_eq!(engine.delete_mail(&Caller::anon(), &Client::default(), id).await.unwrap_err().code, Code::Forbidden);
        let log = engine.audit(&Caller::Operator, AuditFilter { limit: 10, ..AuditFilter::default() }).await.unwrap();
        assert_eq!(log.entries[0].action, "mail.deleted");
    })
    .await;
}
