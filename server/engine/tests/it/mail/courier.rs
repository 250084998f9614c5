//! Sending, and sending again.

use std::{collections::HashSet, time::Duration};

use jiff::SignedDuration;
use tenon_engine::{Caller, Code, audit::Client, mail::LetterKind, mail::Tested};
use tenon_testkit::{TestEngine, for_each_engine};

use super::{
    mails, only, queue,
    server::{Manner, Server},
    set, use_server,
};

fn advance(engine: &TestEngine, seconds: i64) {
    engine.database.config.clock.advance(SignedDuration::from_secs(seconds));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_waits_for_a_server_that_is_down_and_is_forgotten_once_sent() {
    for_each_engine(async |engine| {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        use_server(&engine, port).await;
        set(&engine, serde_json::json!({ "mail.from_name": "Ähre", "mail.from_address": "hello@app.test" })).await;
        queue(&engine, LetterKind::Signup, "ada@example.com", None).await;

        assert_eq!(engine.deliver_mail().await.unwrap(), 1);
        let mail = only(&engine).await;
        assert_eq!((mail.status.as_str(), mail.attempts), ("queued", 1));
        assert!(mail.last_error.unwrap().contains("refused"));
        assert!(mail.text.unwrap().contains("654321"));
        assert_eq!(engine.deliver_mail().await.unwrap(), 0, "not before its time");

        let mut server = Server::on(port, Manner::Accept).await;
        advance(&engine, 10);
        assert_eq!(engine.deliver_mail().await.unwrap(), 1);
        let letter = server.taken().concat();
        let has = |part: &str| assert!(letter.contains(part), "{part}: {letter}");
        has("To: ada@example.com");
        has("<hello@app.test>");
        has("Subject: Confirm your address");
        has("multipart/alternative");
        has("654321");
        let mail = only(&engine).await;
        assert_eq!((mail.status.as_str(), mail.attempts, mail.last_error), ("sent", 2, None));
        assert_eq!((mail.subject, mail.text, mail.html), (None, None, None));
        assert!(mail.sent_at.is_some());

        advance(&engine, 31 * 24 * 3600);
        engine.deliver_mail().await.unwrap();
        assert!(mails(&engine).await.is_empty(), "old letters go");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_grow_rarer_and_end() {
    for_each_engine(async |engine| {
        let server = Server::start(Manner::Answer("451 try later")).await;
        use_server(&engine, server.port).await;
        queue(&engine, LetterKind::Recovery, "ada@example.com", None).await;
        for delay in [10, 60, 300, 1800, 7200] {
            assert_eq!(engine.deliver_mail().await.unwrap(), 1);
            advance(&engine, delay - 1);
            assert_eq!(engine.deliver_mail().await.unwrap(), 0, "{delay}");
            advance(&engine, 1);
        }
        assert_eq!(engine.deliver_mail().await.unwrap(), 1);
        let mail = only(&engine).await;
        assert_eq!((mail.status.as_str(), mail.attempts), ("failed", 6));
        assert!(mail.last_error.unwrap().contains("try later"));
        advance(&engine, 86_400);
        assert_eq!(engine.deliver_mail().await.unwrap(), 0);

        let mut server = Server::start(Manner::Accept).await;
        use_server(&engine, server.port).await;
        engine.retry_mail(&Caller::Operator, &Client::default(), mail.id.clone()).await.unwrap();
        assert_eq!(engine.deliver_mail().await.unwrap(), 1);
        assert_eq!(server.taken().len(), 1);
        let again = engine.retry_mail(&Caller::Operator, &Client::default(), mail.id).await.unwrap_err();
        assert_eq!((again.code, again.message.as_str()), (Code::Conflict, "the mail is sent; only one that failed is sent again"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_refuses_for_good_is_not_tried_again() {
    for_each_engine(async |engine| {
        let server = Server::start(Manner::Answer("550 no such mailbox")).await;
        use_server(&engine, server.port).await;
        queue(&engine, LetterKind::Invite, "nobody@example.com", None).await;
        assert_eq!(engine.deliver_mail().await.unwrap(), 1);
        let mail = only(&engine).await;
        assert_eq!(mail.status, "failed");
        assert!(mail.last_error.unwrap().contains("no such mailbox"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_send_each_letter_once() {
    for_each_engine(async |engine| {
        let mut server = Server::start(Manner::Accept).await;
        use_server(&engine, server.port).await;
        for n in 0..20 {
            queue(&engine, LetterKind::MagicLink, &format!("user{n}@example.com"), None).await;
        }
        let other = engine.database.open().await;
        let all = async |engine: &tenon_engine::Engine| while engine.deliver_mail().await.unwrap() > 0 {};
        tokio::join!(all(&engine), all(&other));
        let letters = server.taken();
        let ids: HashSet<&str> = letters.iter().filter_map(|l| l.lines().find(|line| line.starts_with("Message-ID"))).collect();
        assert_eq!((letters.len(), ids.len()), (20, 20));
        assert!(mails(&engine).await.iter().all(|mail| mail.status == "sent" && mail.attempts == 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_vanished_with_its_process_is_sent_by_the_next() {
    for_each_engine(async |engine| {
        let mut silent = Server::start(Manner::Silent).await;
        use_server(&engine, silent.port).await;
        queue(&engine, LetterKind::MagicLink, "ada@example.com", None).await;
        let first = engine.database.open().await;
        let sending = tokio::spawn(async move { first.deliver_mail().await });
        silent.letters.recv().await.unwrap();
        assert_eq!(engine.deliver_mail().await.unwrap(), 0, "it is with the first");
        sending.abort();

        let mut server = Server::start(Manner::Accept).await;
        use_server(&engine, server.port).await;
        advance(&engine, 119);
        assert_eq!(engine.deliver_mail().await.unwrap(), 0);
        advance(&engine, 1);
        assert_eq!(engine.deliver_mail().await.unwrap(), 1);
        assert_eq!(server.taken().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_serves_sends_at_once() {
    for_each_engine(async |engine| {
        let mut server = Server::start(Manner::Accept).await;
        use_server(&engine, server.port).await;
        engine.start_mailer();
        for n in 0..3 {
            queue(&engine, LetterKind::Reauthentication, &format!("user{n}@example.com"), Some("de")).await;
            let letter = tokio::time::timeout(Duration::from_secs(10), server.letters.recv()).await.unwrap().unwrap();
            assert!(letter.contains("Subject: Dein Code"), "{letter}");
        }
        engine.shutdown().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_letters_stay_here_also_later() {
    for_each_engine(async |engine| {
        queue(&engine, LetterKind::Signup, "ada@example.com", None).await;
        assert_eq!(engine.deliver_mail().await.unwrap(), 0);
        let mut server = Server::start(Manner::Accept).await;
        use_server(&engine, server.port).await;
        assert_eq!(engine.deliver_mail().await.unwrap(), 0);
        assert_eq!(only(&engine).await.status, "kept");

        queue(&engine, LetterKind::Signup, "bob@example.com", None).await;
        set(&engine, serde_json::json!({ "mail.smtp_host": "" })).await;
        engine.deliver_mail().await.unwrap();
        assert!(mails(&engine).await.iter().all(|mail| mail.status == "kept"));
        assert_eq!(server.taken().len(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_says_what_the_server_said() {
    for_each_engine(async |engine| {
        let test = async |to: &str| {
            let (caller, client) = (Caller::Operator, Client::default());
            engine.test_mail(&caller, &client, LetterKind::Test, "fr".into(), to.into()).await
        };
        assert_eq!(test("ada@example.com").await.unwrap(), Tested::Kept);
        assert_eq!(only(&engine).await.subject.unwrap(), "Essai de 127.0.0.1:3000");
        let mut server = Server::start(Manner::Accept).await;
        use_server(&engine, server.port).await;
        assert_eq!(test("ada@example.com").await.unwrap(), Tested::Sent);
        assert!(server.taken().concat().contains("Subject: Essai de"));
        let server = Server::start(Manner::Answer("554 not from you")).await;
        use_server(&engine, server.port).await;
        let error = test("ada@example.com").await.unwrap_err();
        assert!(error.code == Code::Configuration && error.message.contains("not from you"), "{error:?}");
        let error = test("ada@example.com\r\nBcc: all@example.com").await.unwrap_err();
        assert_eq!(error.code, Code::InvalidRecord);
    })
    .await;
}
