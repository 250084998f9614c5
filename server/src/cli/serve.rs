//! `tenon serve`

use std::{net::SocketAddr, time::Duration};

use clap::Args;
use tenon_engine::{Code, Config, Engine, Error, database::EngineKind};
use tokio::net::TcpListener;

use super::{Failure, print};
use crate::{
    AppState, HttpConfig,
    config::{Network, parse_bytes, parse_duration},
    listen, router,
};

/// Serve the API and the Studio.
#[derive(Args)]
#[command(next_help_heading = "Server")]
pub(super) struct Serve {
    /// The address to listen on
    #[arg(long, env = "TENON_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:3000")]
    listen: String,
    /// Where the instance is reached from outside, for links in mails, e.g. https://api.example.com; otherwise where it listens
    #[arg(long, env = "TENON_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Where answers to a CAPTCHA are checked, in place of the service's own address (a stand-in of it, e.g. for tests)
    #[arg(long, env = "TENON_CAPTCHA_URL", value_name = "URL", hide_short_help = true)]
    captcha_url: Option<String>,
    /// What to write to the log, e.g. `info` (with a line for each request) or `warn`
    #[arg(long, env = "TENON_LOG", value_name = "FILTER", default_value = "info,tenon::request=warn")]
    log: String,
    /// Write the log as JSON
    #[arg(long, env = "TENON_LOG_JSON")]
    log_json: bool,
    /// The largest body of a request
    #[arg(long, env = "TENON_MAX_BODY", value_name = "SIZE", default_value = "16MB", value_parser = parse_bytes, hide_short_help = true)]
    max_body: usize,
    /// The largest file uploaded in the Studio
    #[arg(long, env = "TENON_MAX_UPLOAD", value_name = "SIZE", default_value = "4GB", value_parser = parse_bytes, hide_short_help = true)]
    max_upload: usize,
    /// Connections served at once
    #[arg(long, env = "TENON_MAX_CONNECTIONS", value_name = "N", default_value_t = 8192, hide_short_help = true)]
    max_connections: usize,
    /// How long a client may take to send a request's head
    #[arg(long, env = "TENON_HEAD_TIMEOUT", value_name = "TIME", default_value = "30s", value_parser = parse_duration, hide_short_help = true)]
    head_timeout: Duration,
    /// How long a client may pause within a body, in either direction
    #[arg(long, env = "TENON_STALL_TIMEOUT", value_name = "TIME", default_value = "30s", value_parser = parse_duration, hide_short_help = true)]
    stall_timeout: Duration,
    /// How long a whole body of an API request may take to arrive
    #[arg(long, env = "TENON_BODY_TIMEOUT", value_name = "TIME", default_value = "2m", value_parser = parse_duration, hide_short_help = true)]
    body_timeout: Duration,
    /// How long requests in flight may take to finish after SIGTERM
    #[arg(long, env = "TENON_DRAIN_TIMEOUT", value_name = "TIME", default_value = "30s", value_parser = parse_duration, hide_short_help = true)]
    drain_timeout: Duration,
    /// Proxies whose X-Forwarded-For, -Proto and -Host are believed, e.g. 10.0.0.0/8,::1
    #[arg(long, env = "TENON_TRUSTED_PROXIES", value_name = "NETWORKS", value_delimiter = ',', hide_short_help = true)]
    trusted_proxies: Vec<Network>,
}

impl Serve {
    pub(super) async fn run(self, mut config: Config) -> Result<(), Failure> {
        self.start_log()?;
        // The signals are caught before anything is opened: an early one must not end the process in the middle of that.
        let stop = stop_signal()?;
        let listener = self.bind().await?;
        config.public_url = match &self.public_url {
            Some(url) => checked_url(url)?,
            None => format!("http://{}", listener.local_addr()?),
        };
        config.captcha_url.clone_from(&self.captcha_url);
        let engine = Engine::open(config).await?;
        engine.start_mailer();
        let state = AppState::new(engine.clone(), self.http());
        let router = router(state.clone());
        print(&greeting(&engine, listener.local_addr()?).await?)?;
        let stop = async {
            stop.await;
            state.start_draining();
            tracing::info!("finishing the requests in flight");
        };
        listen::serve(listener, router, state.http(), stop).await?;
        engine.shutdown().await;
        tracing::info!("stopped");
        Ok(())
    }

    fn http(&self) -> HttpConfig {
        HttpConfig {
            max_body: self.max_body,
            max_upload: self.max_upload,
            head_timeout: self.head_timeout,
            stall_timeout: self.stall_timeout,
            body_timeout: self.body_timeout,
            max_connections: self.max_connections.max(1),
            drain_timeout: self.drain_timeout,
            trusted_proxies: self.trusted_proxies.clone(),
        }
    }

    async fn bind(&self) -> Result<TcpListener, Error> {
        TcpListener::bind(&self.listen).await.map_err(|cause| {
            Error::new(Code::Configuration, format!("cannot listen on {}: {cause}", self.listen))
                .with_hint("choose another address with --listen or TENON_LISTEN")
        })
    }

    fn start_log(&self) -> Result<(), Error> {
        let filter = tracing_subscriber::EnvFilter::try_new(&self.log)
            .map_err(|cause| Error::new(Code::Configuration, format!("TENON_LOG: {cause}")))?;
        let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        // Another subscriber is there only in tests.
        let _ = if self.log_json { log.json().try_init() } else { log.with_ansi(false).try_init() };
        Ok(())
    }
}

/// An address that links can begin with.
fn checked_url(url: &str) -> Result<String, Error> {
    let parsed = url::Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let parsed = parsed.filter(|url| url.query().is_none() && url.fragment().is_none() && url.username().is_empty());
    parsed.map(|_| url.trim_end_matches('/').to_owned()).ok_or_else(|| {
        Error::new(Code::Configuration, format!("{url:?} is no address that links can begin with"))
            .with_hint("--public-url or TENON_PUBLIC_URL, e.g. https://api.example.com")
    })
}

/// Where it is and what to do next.
async fn greeting(engine: &Engine, address: SocketAddr) -> Result<String, Error> {
    let place = match engine.database().kind() {
        EngineKind::Sqlite => format!("SQLite in {}", engine.config().data.display()),
        EngineKind::Postgres => "PostgreSQL".to_owned(),
    };
    let next = if engine.has_owner().await? {
        "Open it in the browser and sign in; `tenon keys` prints the keys for programs."
    } else {
        "Open it in the browser to make the first owner."
    };
    Ok(format!("Tenon is at http://{address} with {place}.\n{next}\n"))
}

/// Ready once the process is told to end.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Ready once the process is told to end.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
