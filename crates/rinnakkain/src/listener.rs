//! Sockets that accept connections, all in the same way, with TLS or without.
//!
//! A [`Listener`] makes a [`Stream`] of each connection, so MLLP, HTTP and gRPC need not know whether it has TLS.

mod acceptor;
pub mod http_server;
mod lingering;
mod refused;
mod stream;

pub use stream::Stream;

use crate::config::Listen;
use crate::telemetry::metrics;
use acceptor::Acceptor;
use anyhow::Context;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A bound socket that accepts connections.
pub struct Listener {
    name: &'static str,
    socket: TcpListener,
    acceptor: Acceptor,
    connections: usize,
}

impl Listener {
    /// `alpn`: the protocols over TLS that have a name (RFC 7301).
    pub async fn bind(
        wanted: bool,
        name: &'static str,
        listen: &Listen,
        alpn: &'static [&'static [u8]],
    ) -> anyhow::Result<Option<Self>> {
        if !wanted {
            return Ok(None);
        }
        let address = listen.address;
        let acceptor = Acceptor::try_new(name, listen.tls.as_ref(), alpn)
            .with_context(|| format!("the configuration's {name}.tls"))?;
        let socket = TcpListener::bind(address).await;
        let socket =
            socket.with_context(|| format!("cannot listen on {address}, the configuration's {name}.address"))?;
        Ok(Some(Self { name, socket, acceptor, connections: listen.connections.max(1) }))
    }

    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Accepts until `stop`, at most as many at a time as configured; then waits until each connection has been served. A slow
    /// handshake holds a place and nothing else.
    pub async fn serve<F>(self, stop: CancellationToken, serve: impl Fn(Stream) -> F + Clone + Send + 'static)
    where
        F: Future<Output = ()> + Send,
    {
        let places = Arc::new(Semaphore::new(self.connections));
        let tracker = TaskTracker::new();
        loop {
            let Ok(permit) = Arc::clone(&places).acquire_owned().await else { break };
            let accepted = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                accepted = self.socket.accept() => accepted,
            };
            let io = match accepted {
                Ok((io, _)) => io,
                Err(error) => {
                    // Out of file handles: others must end first.
                    tracing::warn!(listener = self.name, kind = ?error.kind(), "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            // If it fails, the connection is gone: the next read fails too.
            let _ = io.set_nodelay(true);
            let place = OpenConnection { _permit: permit, _open: metrics::Connection::open(self.name) };
            let (acceptor, stop, serve) = (self.acceptor.clone(), stop.clone(), serve.clone());
            tracker.spawn(async move {
                if let Some(Some(stream)) = stop.run_until_cancelled(acceptor.accept(io, place)).await {
                    serve(stream).await;
                }
            });
        }
        drop(self.socket);
        tracker.close();
        tracker.wait().await;
    }

    /// The same, for a server that serves connections itself.
    pub fn incoming(self, stop: CancellationToken) -> ReceiverStream<std::io::Result<Stream>> {
        let (connections, incoming) = mpsc::channel(1);
        let hand_on = move |stream| {
            let connections = connections.clone();
            async move {
                // It serves no more.
                let _ = connections.send(Ok(stream)).await;
            }
        };
        tokio::spawn(self.serve(stop, hand_on));
        ReceiverStream::new(incoming)
    }
}

/// A connection's place among its listener's connections: it is counted from the accept until it is gone.
pub struct OpenConnection {
    _permit: OwnedSemaphorePermit,
    _open: metrics::Connection,
}
