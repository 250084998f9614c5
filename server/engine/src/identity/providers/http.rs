//! Requests to providers: encrypted, bounded in time and size, and never led elsewhere.

use std::{sync::Arc, time::Duration};

use openidconnect::{HttpRequest, HttpResponse, http};
use reqwest::{Client, Response, redirect::Policy};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use serde_json::Value;
use tenon_model::{AuthCode, Code, Error, Result};
use url::{Host, Url};

const TIMEOUT: Duration = Duration::from_secs(10);
/// The most bytes of an answer.
const MOST: usize = 1024 * 1024;

/// A client for requests to providers.
pub(crate) fn client() -> Result<Client> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::internal)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .no_proxy()
        .timeout(TIMEOUT)
        .user_agent(concat!("Tenon/", env!("CARGO_PKG_VERSION")));
    client.build().map_err(Error::internal)
}

/// The address, if secrets may be sent there: encrypted, or to this machine itself.
///
/// # Errors
/// [`Code::InvalidRecord`] with what is wrong with it.
pub fn check_url(url: &str) -> Result<Url> {
    let refused = |message: &str| Err(Error::new(Code::InvalidRecord, message));
    let Ok(parsed) = Url::parse(url) else { return refused("this is no address that begins with https://") };
    if parsed.host().is_none() || !parsed.username().is_empty() || parsed.password().is_some() || parsed.fragment().is_some() {
        return refused("this is no plain address of a server");
    }
    match parsed.scheme() {
        "https" => Ok(parsed),
        "http" if is_loopback(&parsed) => Ok(parsed),
        _ => refused("the address has to begin with https://; only a server on this machine may do without"),
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The JSON at an address.
pub(crate) async fn get_json(client: &Client, url: &str, token: Option<&str>) -> Result<Value> {
    let request = client.get(check_url(url)?).header("accept", "application/json");
    let request = match token {
        Some(token) => request.bearer_auth(token),
        None => request,
    };
    let answer = request.send().await.map_err(|error| unreachable(url, &error))?;
    let status = answer.status();
    if !status.is_success() {
        return Err(failed(format!("{} answered {}", host(url), status.as_u16())));
    }
    let body = body(answer, url).await?;
    serde_json::from_slice(&body).map_err(|_| failed(format!("{} did not answer with JSON", host(url))))
}

/// The answer to a form, as JSON.
pub(crate) async fn post_form(client: &Client, url: &str, form: &[(&str, &str)]) -> Result<Value> {
    let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = client.post(check_url(url)?).header("content-type", "application/x-www-form-urlencoded").body(text);
    let answer = request.send().await.map_err(|error| unreachable(url, &error))?;
    let body = body(answer, url).await?;
    serde_json::from_slice(&body).map_err(|_| failed(format!("{} did not answer with JSON", host(url))))
}

/// A request of the `openidconnect` crate.
pub(crate) async fn send(client: &Client, request: HttpRequest) -> Result<HttpResponse> {
    let (parts, sent) = request.into_parts();
    let url = parts.uri.to_string();
    let request = client.request(parts.method, check_url(&url)?).headers(parts.headers).body(sent);
    let answer = request.send().await.map_err(|error| unreachable(&url, &error))?;
    let mut builder = http::Response::builder().status(answer.status());
    if let Some(headers) = builder.headers_mut() {
        headers.clone_from(answer.headers());
    }
    builder.body(body(answer, &url).await?).map_err(Error::internal)
}

async fn body(mut answer: Response, url: &str) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| unreachable(url, &error))? {
        if body.len() + chunk.len() > MOST {
            return Err(failed(format!("{} answered with more than a megabyte", host(url))));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Only the host: the rest of an address can hold what is nobody's business.
fn host(url: &str) -> String {
    Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_else(|| "the provider".into())
}

fn unreachable(url: &str, error: &reqwest::Error) -> Error {
    let why = if error.is_timeout() { "did not answer in time" } else { "cannot be reached" };
    failed(format!("{} {why}", host(url)))
}

/// A provider's failure.
pub(crate) fn failed(message: impl Into<String>) -> Error {
    Error::auth(AuthCode::UnexpectedFailure, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_travel_encrypted_or_stay_here() {
        for url in ["https://id.example/x", "http://localhost:8080/", "http://127.0.0.1:1/a", "http://[::1]:1/"] {
            assert!(check_url(url).is_ok(), "{url}");
        }
        for url in ["http://id.example/", "ftp://localhost/", "https://a@id.example/", "https://id.example/#x", "x", ""] {
            assert!(check_url(url).is_err(), "{url}");
        }
    }
}
