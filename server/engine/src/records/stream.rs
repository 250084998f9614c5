//! Answers of any length, piece by piece, in memory that does not grow with them.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context as Task, Poll},
    time::Duration,
};

use tenon_model::{Caller, Code, Error, ReadQuery, Result, Schema};
use tokio::sync::mpsc;

use super::{
    ByteStream, Format,
    access::Rights,
    answer::Answer,
    block::Context,
    cell::RawRow,
    load,
    plan::{Level, effective_filter},
    run::{self, Sink},
    sql::{self, select},
};
use crate::{Engine, database::Conn};

/// A piece is sent when it has grown to so many bytes.
const PIECE: usize = 64 << 10;
/// So many pieces wait for a slow reader; then the database waits.
const WAITING: usize = 4;
/// So many rows with embedded rows are put together at a time.
const PAGE: u64 = 2_000;

impl Engine {
    /// Reads any number of rows piece by piece, from one snapshot, in memory that does not grow with them.
    ///
    /// # Errors
    /// As [`Engine::read`]; a failure after the first piece ends the stream with an error.
    pub async fn read_stream(&self, caller: &Caller, query: ReadQuery, format: Format) -> Result<ByteStream> {
        let schema = self.schema();
        Rights::of(caller, &schema)?.require_read(&query)?;
        let guard = self.guard(&schema, caller);
        let query = guard.read(query)?;
        let schema = guard.views_seen(&schema, &query)?;
        let (pieces, mut received) = mpsc::channel(WAITING);
        // However long the reader takes: the limit on time is for statements that nobody sees progress of.
        let database = self.database().with_timeout(Duration::ZERO);
        tokio::spawn(async move {
            let failed = pieces.clone();
            let streaming = Streaming { schema, query, format, pieces };
            if let Err(error) = database.read(move |conn| streaming.run(conn)).await {
                // Nobody listens any more: nothing to tell.
                let _ = failed.send(Err(error)).await;
            }
        });
        let first = received.recv().await.transpose()?;
        Ok(Box::pin(Pieces { first, received }))
    }
}

/// A streamed read, ready to run.
struct Streaming {
    schema: Arc<Schema>,
    query: ReadQuery,
    format: Format,
    pieces: mpsc::Sender<Result<Vec<u8>>>,
}

impl Streaming {
    fn run(&self, conn: &mut Conn) -> Result<()> {
        let query = &self.query;
        let context = Context { engine: conn.kind(), schema: &self.schema };
        let filter = effective_filter(query);
        let level = Level::new(&self.schema, &query.table, &query.select)?;
        let format = if self.format == Format::Csv { Format::Csv } else { Format::Json };
        let mut answer = Answer::new(&level, context, format);
        let mut rows =
            sql::Rows { table: &query.table, filter: &filter, order: &query.order, limit: query.limit, offset: query.offset };
        if level.embeds == 0 {
            let statement = select::select(context.engine, context.schema, &level.columns, &rows)?;
            let mut sending = Sending { answer: &mut answer, pieces: &self.pieces };
            run::stream(conn, &statement, &mut sending)?;
        } else {
            let mut left = query.limit.unwrap_or(u64::MAX);
            loop {
                rows.limit = Some(left.min(PAGE));
                let read = load::add(conn, context, &level, &rows, format, &mut answer)?;
                send(&self.pieces, std::mem::take(&mut answer.body))?;
                left -= read.min(left);
                rows.offset += read;
                if read < PAGE || left == 0 {
                    break;
                }
            }
        }
        send(&self.pieces, answer.finish()?.body)
    }
}

fn send(pieces: &mpsc::Sender<Result<Vec<u8>>>, piece: Vec<u8>) -> Result<()> {
    pieces.blocking_send(Ok(piece)).map_err(|_| Error::new(Code::Cancelled, "the reader went away"))
}

/// Sends pieces as the answer grows.
struct Sending<'a, 'l, 'q> {
    answer: &'a mut Answer<'l, 'q>,
    pieces: &'a mpsc::Sender<Result<Vec<u8>>>,
}

impl Sink for Sending<'_, '_, '_> {
    fn row<R: RawRow>(&mut self, row: &R) -> Result<()> {
        self.answer.row(row)?;
        if self.answer.body.len() < PIECE {
            return Ok(());
        }
        send(self.pieces, std::mem::replace(&mut self.answer.body, Vec::with_capacity(PIECE + PIECE / 4)))
    }
}

/// The receiving end.
struct Pieces {
    first: Option<Vec<u8>>,
    received: mpsc::Receiver<Result<Vec<u8>>>,
}

impl futures_core::Stream for Pieces {
    type Item = Result<Vec<u8>>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(first))),
            None => self.received.poll_recv(task),
        }
    }
}
