//! Mail servers that want TLS and a password.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use serde_json::json;
use tenon_engine::{Caller, Engine, audit::Client, mail::LetterKind};
use tenon_testkit::for_each_engine;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use super::{only, queue, set};

const AUTHORITY: &str = include_str!("tls/authority.pem");
const PASSWORD: &str = "a secret of the mail server";

/// A server for `localhost`, whose certificate the authority of the tests signed.
struct Secure {
    port: u16,
    letters: mpsc::UnboundedReceiver<String>,
    task: JoinHandle<()>,
}

impl Secure {
    async fn start(starttls: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, letters) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, starttls, sender.clone()));
            }
        });
        Self { port, letters, task }
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn acceptor() -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider())).with_safe_default_protocol_versions();
    let config = config.unwrap().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(mut stream: TcpStream, starttls: bool, letters: mpsc::UnboundedSender<String>) {
    if starttls {
        let (read, mut write) = stream.split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 test\r\n").await.unwrap();
        loop {
            let Ok(Some(line)) = lines.next_line().await else { return };
            if line.eq_ignore_ascii_case("STARTTLS") {
                write.write_all(b"220 go on\r\n").await.unwrap();
                break;
            }
            assert!(line.to_uppercase().starts_with("EHLO"), "nothing else is said in the clear: {line}");
            write.write_all(b"250-test\r\n250 STARTTLS\r\n").await.unwrap();
        }
    }
    // A client that does not trust the certificate goes away here.
    let Ok(stream) = acceptor().accept(stream).await else { return };
    converse(stream, !starttls, letters).await;
}

async fn converse(stream: impl AsyncRead + AsyncWrite, greets: bool, letters: mpsc::UnboundedSender<String>) {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    if greets {
        let _ = write.write_all(b"220 test\r\n").await;
    }
    let (mut is_known, mut letter) = (false, None::<String>);
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(text) = &mut letter {
            if line == "." {
                letters.send(letter.take().unwrap()).unwrap();
                let _ = write.write_all(b"250 taken\r\n").await;
            } else {
                text.push_str(&line);
                text.push('\n');
            }
            continue;
        }
        let word = line.split([' ', ':']).next().unwrap().to_uppercase();
        let answer = match word.as_str() {
            "EHLO" => "250-test\r\n250 AUTH PLAIN".to_owned(),
            "AUTH" => {
                let said = STANDARD.decode(line.rsplit(' ').next().unwrap()).unwrap();
                let said = String::from_utf8(said).unwrap();
                is_known = said == format!("\0mailer\0{PASSWORD}");
                // As careless servers do, it repeats what it was told.
                if is_known { "235 welcome".into() } else { format!("535 wrong: {}", said.replace('\0', " ")) }
            }
            "DATA" if is_known => {
                letter = Some(String::new());
                "354 go on".into()
            }
            "QUIT" => "221 bye".into(),
            _ if is_known => "250 fine".into(),
            _ => "530 sign in first".into(),
        };
        if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn use_secure(engine: &Engine, port: u16, tls: &str, password: &str, authority: &str) {
    let lines: Vec<&str> = authority.lines().collect();
    let settings = json!({
        "mail.smtp_host": "localhost", "mail.smtp_port": port, "mail.smtp_tls": tls, "mail.smtp_user": "mailer",
        "mail.smtp_password": password, "mail.smtp_ca": lines,
    });
    set(engine, settings).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_certificate_is_refused_until_its_authority_is_trusted() {
    for_each_engine(async |engine| {
        for tls in ["starttls", "tls"] {
            let mut server = Secure::start(tls == "starttls").await;
            use_secure(&engine, server.port, tls, PASSWORD, "").await;
            queue(&engine, LetterKind::Recovery, "ada@example.com", None).await;
            assert_eq!(engine.deliver_mail().await.unwrap(), 1);
            let mail = only(&engine).await;
            assert_eq!(mail.status, "queued", "{tls}: it is tried again");
            let reason = mail.last_error.unwrap();
            assert!(reason.contains("invalid peer certificate: UnknownIssuer"), "{tls}: {reason}");
            assert!(server.letters.try_recv().is_err());

            use_secure(&engine, server.port, tls, PASSWORD, AUTHORITY).await;
            engine.database.config.clock.advance(SignedDuration::from_secs(10));
            assert_eq!(engine.deliver_mail().await.unwrap(), 1);
            assert!(server.letters.try_recv().unwrap().contains("To: ada@example.com"), "{tls}");
            assert_eq!(only(&engine).await.status, "sent");
            engine.delete_mail(&Caller::Operator, &Client::default(), mail.id).await.unwrap();
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_counts_for_its_host_alone() {
    for_each_engine(async |engine| {
        let server = Secure::start(false).await;
        use_secure(&engine, server.port, "tls", PASSWORD, AUTHORITY).await;
        set(&engine, json!({ "mail.smtp_host": "127.0.0.1" })).await;
        queue(&engine, LetterKind::Recovery, "ada@example.com", None).await;
        engine.deliver_mail().await.unwrap();
        let mail = only(&engine).await;
        assert_eq!(mail.status, "queued");
        let reason = mail.last_error.unwrap();
        assert!(reason.contains("certificate not valid for name"), "{reason}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_without_the_password() {
    for_each_engine(async |engine| {
        let mut server = Secure::start(true).await;
        use_secure(&engine, server.port, "starttls", "hunter2 of old", AUTHORITY).await;
        queue(&engine, LetterKind::MagicLink, "ada@example.com", None).await;
        assert_eq!(engine.deliver_mail().await.unwrap(), 1);
        let mail = only(&engine).await;
        assert_eq!(mail.status, "queued", "somebody will put the password right");
        let reason = mail.last_error.unwrap();
        assert!(reason.contains("535") && reason.contains("mailer …"), "{reason}");
        assert!(!reason.contains("hunter2"), "{reason}");

        use_secure(&engine, server.port, "starttls", PASSWORD, AUTHORITY).await;
        engine.database.config.clock.advance(SignedDuration::from_secs(10));
        assert_eq!(engine.deliver_mail().await.unwrap(), 1);
        assert!(server.letters.try_recv().is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_authority_is_refused_when_it_is_saved() {
    for_each_engine(async |engine| {
        for lines in [json!(["x"]), json!(["-----BEGIN CERTIFICATE-----", "AAAA", "-----END CERTIFICATE-----"])] {
            let change = move |before: &tenon_engine::settings::Settings| before.with("mail.smtp_ca", lines.clone());
            let error = engine.change_settings(&Caller::Operator, &Client::default(), change).await.unwrap_err();
            assert_eq!(error.fields[0].column, "mail.smtp_ca", "{error:?}");
        }
    })
    .await;
}
