//! The courier: sends what is due. Several processes may have one on the same database; a letter is with one of them at
//! a time, because taking it moves its due time on, and only from where it was. A courier that vanishes with a letter
//! loses it to the next one when that time comes, so a letter may arrive twice, but is not lost.

use std::time::Duration;

use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use tenon_model::Result;
use tokio::task::JoinSet;

use super::{
    LetterKind, Rendered,
    queue::BELL,
    smtp::{self, Refusal, Transport},
};
use crate::{
    Engine,
    database::{Conn, Translate},
    engine::WeakEngine,
    identity::precise,
    settings::{MailSettings, Settings},
    system::schema::_tenon_mail as mail,
};

/// How long a letter stays with a courier that took it. Longer than an exchange with the server may last. Seconds.
const LEASE: i64 = 120;
/// Letters taken at once.
const BATCH: i64 = 8;
/// How long after a failure the next attempt is made; after the last, none is. Seconds.
const DELAYS: [i64; 5] = [10, 60, 300, 1800, 7200];
/// How long what is not on its way is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How often old letters are thrown away.
const SWEEP: SignedDuration = SignedDuration::from_hours(1);
/// How long a letter that another process queued may go unnoticed.
const LOOK: Duration = Duration::from_secs(2);
/// After the bell: a letter's unit of work may end a moment later. Milliseconds.
const PATIENCE: [u64; 4] = [5, 50, 200, 800];

/// A letter that this courier took.
struct Job {
    id: String,
    kind: String,
    recipient: String,
    letter: Rendered,
    attempts: i64,
    lease: i64,
}

/// What a courier remembers between its rounds.
#[derive(Default)]
pub(crate) struct Courier {
    transport: Option<(MailSettings, Transport)>,
    swept: Option<Timestamp>,
}

/// Sends what is due, for as long as the engine lives.
pub(crate) async fn run(engine: WeakEngine) {
    let mut bell = BELL.subscribe();
    let mut courier = Courier::default();
    let mut patience = PATIENCE.iter();
    loop {
        let Some(engine) = engine.upgrade() else { return };
        let done = Box::pin(courier.round(&engine)).await;
        drop(engine);
        match done {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::warn!(%error, "mail could not be looked after"),
        }
        let pause = patience.next().map_or(LOOK, |millis| Duration::from_millis(*millis));
        tokio::select! {
            _ = bell.changed() => patience = PATIENCE.iter(),
            () = tokio::time::sleep(pause) => {}
        }
    }
}

impl Engine {
    /// Sends the mail that is due now, and says how many letters were tried. What `tenon serve` does all the time.
    ///
    /// # Errors
    /// The database's. A letter that does not leave is no error; it is tried again.
    pub async fn deliver_mail(&self) -> Result<usize> {
        Box::pin(Courier::default().round(self)).await
    }
}

impl Courier {
    /// Takes what is due, sends it and notes what came of it. Says how many letters that were.
    async fn round(&mut self, engine: &Engine) -> Result<usize> {
        let now = engine.now();
        self.sweep(engine, now).await?;
        if !engine.database().read(move |conn| is_any_due(conn, now)).await? {
            return Ok(0);
        }
        let settings = engine.settings();
        if settings.mail.smtp_host.is_empty() {
            return engine.database().write(keep).await;
        }
        let transport = self.transport(&settings);
        let jobs = engine.database().write(move |conn| take(conn, now)).await?;
        let count = jobs.len();
        let mut sending = JoinSet::new();
        for job in jobs {
            let (transport, settings) = (transport.clone(), settings.clone());
            sending.spawn(async move {
                let sent = match transport {
                    Ok(way) => smtp::send(&way, &settings, &job.id, &job.recipient, job.letter.clone()).await,
                    Err(error) => Err(Refusal { reason: error.message, is_final: false }),
                };
                (job, sent)
            });
        }
        while let Some(done) = sending.join_next().await {
            // One that panicked keeps its lease, and is tried again after it.
            let Ok((job, sent)) = done else { continue };
            let at = engine.now();
            engine.database().write(move |conn| settle(conn, at, &job, &sent)).await?;
        }
        Ok(count)
    }

    fn transport(&mut self, settings: &Settings) -> Result<Transport> {
        match &self.transport {
            Some((known, transport)) if *known == settings.mail => Ok(transport.clone()),
            _ => {
                let transport = smtp::transport(settings)?;
                self.transport = Some((settings.mail.clone(), transport.clone()));
                Ok(transport)
            }
        }
    }

    async fn sweep(&mut self, engine: &Engine, now: Timestamp) -> Result<()> {
        if self.swept.is_some_and(|last| now.duration_since(last) < SWEEP) {
            return Ok(());
        }
        self.swept = Some(now);
        let before = precise(now - KEPT);
        let old = move |conn: &mut Conn| {
            let old = mail::table.filter(mail::created_at.lt(&before)).filter(mail::status.ne("queued"));
            diesel::delete(old).execute(conn).map(drop).translate()
        };
        engine.database().write(old).await
    }
}

fn is_any_due(conn: &mut Conn, now: Timestamp) -> Result<bool> {
    let due = mail::table.filter(mail::status.eq("queued")).filter(mail::due_at.le(now.as_second()));
    due.select(mail::id).first::<String>(conn).optional().translate().map(|found| found.is_some())
}

/// The mail server is gone from the settings: what waits goes to the mailbox.
fn keep(conn: &mut Conn) -> Result<usize> {
    let waiting = mail::table.filter(mail::status.eq("queued"));
    diesel::update(waiting).set(mail::status.eq("kept")).execute(conn).translate()
}

fn take(conn: &mut Conn, now: Timestamp) -> Result<Vec<Job>> {
    type Row = (String, String, String, Option<String>, Option<String>, Option<String>, i64, i64);
    let rows: Vec<Row> = mail::table
        .filter(mail::status.eq("queued"))
        .filter(mail::due_at.le(now.as_second()))
        .order((mail::due_at, mail::id))
        .limit(BATCH)
        .select((
            mail::id,
            mail::kind,
            mail::recipient,
            mail::subject,
            mail::html_body,
            mail::text_body,
            mail::attempts,
            mail::due_at,
        ))
        .load(conn)
        .translate()?;
    let lease = now.as_second() + LEASE;
    let mut jobs = Vec::new();
    for (id, kind, recipient, subject, html, text, attempts, due_at) in rows {
        let own = mail::table.filter(mail::id.eq(&id)).filter(mail::status.eq("queued")).filter(mail::due_at.eq(due_at));
        let moved = (mail::due_at.eq(lease), mail::attempts.eq(attempts + 1));
        if diesel::update(own).set(moved).execute(conn).translate()? == 1 {
            let letter =
                Rendered { subject: subject.unwrap_or_default(), html: html.unwrap_or_default(), text: text.unwrap_or_default() };
            jobs.push(Job { id, kind, recipient, letter, attempts: attempts + 1, lease });
        }
    }
    Ok(jobs)
}

/// Notes what came of an attempt, unless the letter has been taken by another courier meanwhile.
fn settle(conn: &mut Conn, now: Timestamp, job: &Job, sent: &Result<(), Refusal>) -> Result<()> {
    let own = mail::table
        .filter(mail::id.eq(&job.id))
        .filter(mail::status.eq("queued"))
        .filter(mail::due_at.eq(job.lease))
        .filter(mail::attempts.eq(job.attempts));
    match sent {
        Ok(()) => {
            let done = (mail::status.eq("sent"), mail::sent_at.eq(precise(now)), mail::last_error.eq(None::<String>));
            diesel::update(own).set(done).execute(conn).translate()?;
            if LetterKind::parse(&job.kind).is_none_or(LetterKind::is_secret) {
                empty(conn, &job.id)?;
            }
        }
        Err(refusal) => {
            let delay = usize::try_from(job.attempts - 1).ok().and_then(|index| DELAYS.get(index));
            let (status, due) = match delay {
                Some(delay) if !refusal.is_final => ("queued", now.as_second() + delay),
                _ => ("failed", now.as_second()),
            };
            tracing::warn!(mail = %job.id, kind = %job.kind, status, reason = %refusal.reason, "a mail did not leave");
            let noted = (mail::status.eq(status), mail::due_at.eq(due), mail::last_error.eq(Some(&refusal.reason)));
            diesel::update(own).set(noted).execute(conn).translate()?;
        }
    }
    Ok(())
}

/// What held a code or a link is forgotten once it is sent.
fn empty(conn: &mut Conn, id: &str) -> Result<()> {
    let sent = mail::table.filter(mail::id.eq(id)).filter(mail::status.eq("sent"));
    let nothing = (mail::subject.eq(None::<String>), mail::text_body.eq(None::<String>), mail::html_body.eq(None::<String>));
    diesel::update(sent).set(nothing).execute(conn).map(drop).translate()
}
