//! Connections: accepting them, serving HTTP/1.1 over them, and ending them without losing a request.

mod patient;

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body};
use futures::FutureExt as _;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service as _;

use self::patient::PatientStream;
use crate::{HttpConfig, middleware::Peer};

/// The longest request line and headers, in bytes: a filter of ten thousand values fits.
const MAX_HEAD: usize = 128 << 10;

/// Serves until `stop` is ready, then lets what is in flight finish (no longer than the configuration says).
///
/// # Errors
/// None at present: failures to accept a single connection are logged and survived.
pub async fn serve(listener: TcpListener, router: Router, config: &HttpConfig, stop: impl Future<Output = ()>) -> io::Result<()> {
    let server = Server::new(router, config);
    let mut stop = std::pin::pin!(stop);
    loop {
        let slot = server.slots.clone().acquire_owned().await.map_err(io::Error::other)?;
        tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => server.spawn(stream, peer, slot),
                Err(error) => survive(&error).await,
            },
        }
    }
    // Whoever has connected already may have sent a request: they are served too.
    while let Some(Ok((stream, peer))) = listener.accept().now_or_never() {
        let Ok(slot) = server.slots.clone().try_acquire_owned() else { break };
        server.spawn(stream, peer, slot);
    }
    drop(listener);
    server.finish(config.drain_timeout).await;
    Ok(())
}

/// Running out of file descriptors must not become a busy loop; a connection that was aborted is no failure of ours.
async fn survive(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!("cannot accept a connection: {error}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

struct Server {
    router: Router,
    http: http1::Builder,
    stall: Duration,
    slots: Arc<Semaphore>,
    stop: CancellationToken,
    connections: TaskTracker,
}

impl Server {
    fn new(router: Router, config: &HttpConfig) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(config.head_timeout)
            .max_header_size(MAX_HEAD)
            .max_buf_size(MAX_HEAD * 2)
            .half_close(true);
        Self {
            router,
            http,
            stall: config.stall_timeout,
            slots: Arc::new(Semaphore::new(config.max_connections)),
            stop: CancellationToken::new(),
            connections: TaskTracker::new(),
        }
    }

    fn spawn(&self, stream: TcpStream, peer: SocketAddr, slot: tokio::sync::OwnedSemaphorePermit) {
        // Answers are written whole; waiting to fill a packet only delays them.
        let _ = stream.set_nodelay(true);
        let router = self.router.clone();
        let service = service_fn(move |request: http::Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer));
            router.clone().call(request)
        });
        let io = TokioIo::new(PatientStream::new(stream, self.stall));
        let connection = self.http.serve_connection(io, service).with_upgrades();
        let stop = self.stop.clone();
        self.connections.spawn(async move {
            let _slot = slot;
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                biased;
                ended = connection.as_mut() => ended,
                () = stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            // Clients that go away, are too slow or speak something else are everyday life.
            if let Err(error) = ended {
                tracing::debug!("connection ended: {error}");
            }
        });
    }

    async fn finish(self, patience: Duration) {
        self.stop.cancel();
        self.connections.close();
        if tokio::time::timeout(patience, self.connections.wait()).await.is_err() {
            tracing::warn!("{} connections were still busy after {patience:?}", self.connections.len());
        }
    }
}
