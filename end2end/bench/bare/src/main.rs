//! The yardstick of `make bench`: `GET /bytes/{n}` answers n bytes, `POST` and `PATCH /echo` answer with their body.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post};

/// More than any answer that is compared.
const MOST: usize = 1 << 20;

async fn bytes(Path(count): Path<usize>, State(filler): State<Bytes>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], filler.slice(..count.min(MOST)))
}

async fn echo(body: Bytes) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], body)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("{}", listener.local_addr()?);
    let router = Router::new()
        .route("/bytes/{count}", get(bytes))
        .route("/echo", post(echo).patch(echo))
        .with_state(Bytes::from(vec![b'x'; MOST]));
    axum::serve(listener, router).await
}
