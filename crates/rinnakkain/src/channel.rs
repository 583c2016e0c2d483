//! A channel to the gRPC API, over TLS or without: for `ask` and for the page.

use crate::tls;
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::time::timeout;
use tonic::codegen::http::Uri;
use tonic::transport::{Channel, Endpoint, Error};

/// Where the API is, and how it is reached.
pub struct Server {
    endpoint: Endpoint,
    url: String,
    tls: tls::Client,
}

impl Server {
    /// `None`: no `http://HOST:PORT` or `https://HOST:PORT`.
    pub fn at(url: &str, tls: tls::Client) -> Option<Self> {
        let endpoint = Endpoint::from_shared(url.to_owned()).ok()?;
        matches!(endpoint.uri().scheme_str(), Some("http" | "https")).then_some(())?;
        let endpoint = endpoint.connect_timeout(Duration::from_secs(5)).timeout(Duration::from_secs(15));
        Some(Self { endpoint, url: url.to_owned(), tls })
    }

    /// A channel that is connected.
    pub async fn connect(self) -> Result<Channel, Error> {
        let Self { endpoint, url, tls } = self;
        let secure = endpoint.uri().scheme_str() == Some("https");
        endpoint.connect_with_connector(tower::service_fn(move |uri| open(tls.clone(), url.clone(), secure, uri))).await
    }

    /// A channel that connects when it is used, and again when the connection is gone.
    pub fn lazy(self) -> Channel {
        let Self { endpoint, url, tls } = self;
        let secure = endpoint.uri().scheme_str() == Some("https");
        endpoint.connect_with_connector_lazy(tower::service_fn(move |uri| open(tls.clone(), url.clone(), secure, uri)))
    }
}

async fn open(
    tls: tls::Client,
    url: String,
    secure: bool,
    uri: Uri,
) -> Result<TokioIo<BufReader<tls::Connection>>, String> {
    let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let io = tls.connect(&url, secure, uri.host().unwrap_or_default(), port, b"h2").await;
    greeted(io.map_err(|error| format!("{error:#}"))?).await.map(TokioIo::new)
}

/// An HTTP/2 server may send first (RFC 9113 3.4), and ours does. A server that refuses our certificate sends an alert
/// instead.
async fn greeted(io: tls::Connection) -> Result<BufReader<tls::Connection>, String> {
    /// Another may wait for our first words.
    const PATIENCE: Duration = Duration::from_secs(1);
    let mut io = BufReader::new(io);
    let greeting = timeout(PATIENCE, io.fill_buf()).await.map(|greeting| greeting.map(drop));
    match greeting {
        Ok(Err(error)) => Err(tls::refusal(&error).map_or_else(|| error.to_string(), str::to_owned)),
        _ => Ok(io),
    }
}
