//! Sockets that accept connections, all in the same way, with TLS or without.
//!
//! A [`Listener`] makes a [`Stream`] of each connection, so MLLP, HTTP and gRPC need not know whether it has TLS.

mod acceptor;
pub mod http_server;
mod lingering;
mod refused;
mod stream;
mod winding_down;

pub use stream::Stream;

use crate::config::Listen;
use crate::telemetry::metrics;
use acceptor::Acceptor;
use anyhow::Context;
use quota::{Connection, ConnectionSlot, ConnectionSlots, Peer};
use refused::Refused;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a client may take to begin its first call: HTTP/2 knows no limit for its preface.
const FIRST_CALL: Duration = Duration::from_secs(10);

/// A bound socket that accepts connections.
pub struct Listener {
    name: &'static str,
    socket: TcpListener,
    acceptor: Acceptor,
    places: ConnectionSlots,
    refused: Arc<Refused>,
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
        let address = *listen.at.address;
        let refused = Arc::new(Refused::new(name));
        let acceptor = Acceptor::try_new(name, listen.at.tls.as_ref(), alpn, &refused)
            .with_context(|| format!("the configuration's {name}.tls"))?;
        let socket = TcpListener::bind(address).await;
        let socket =
            socket.with_context(|| format!("cannot listen on {address}, the configuration's {name}.address"))?;
        let places = ConnectionSlots::new(listen.connections, listen.connections_per_peer);
        Ok(Some(Self { name, socket, acceptor, places, refused }))
    }

    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Accepts until `stop`, at most as many at a time as configured; then waits until each connection has been served. When
    /// all places are taken, one that does nothing gives way ([`ConnectionSlots::take`]).
    pub async fn serve<F>(self, stop: CancellationToken, serve: impl Fn(Stream) -> F + Clone + Send + 'static)
    where
        F: Future<Output = ()> + Send,
    {
        let tracker = TaskTracker::new();
        loop {
            let accepted = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                accepted = self.socket.accept() => accepted,
            };
            let (io, peer) = match accepted {
                Ok((io, address)) => (io, Peer::at(address.ip())),
                Err(error) => {
                    // Out of file handles: others must end first.
                    tracing::warn!(listener = self.name, kind = ?error.kind(), "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let Some(taken) = self.places.take(peer) else {
                self.refused.no_place(peer);
                continue;
            };
            if let Some(peer) = taken.gave_way {
                self.refused.gave_way(peer);
            }
            // If it fails, the connection is gone: the next read fails too.
            let _ = io.set_nodelay(true);
            let closed = taken.place.connection().closed();
            let place = OpenConnection { place: taken.place, _open: metrics::Connection::open(self.name) };
            let (acceptor, stop, serve) = (self.acceptor.clone(), stop.clone(), serve.clone());
            tracker.spawn(async move {
                let served = async move {
                    if let Some(Some(stream)) = stop.run_until_cancelled(acceptor.accept(io, place)).await {
                        serve(stream).await;
                    }
                };
                tokio::select! {
                    () = served => {}
                    () = closed => {}
                }
            });
        }
        drop(self.socket);
        tracker.close();
        tokio::select! {
            () = tracker.wait() => {}
            () = winding_down::until_all_are_gone(&self.places) => {}
        }
        tracker.wait().await;
    }

    /// The same, for a server that serves connections itself. One on which no call begins is closed.
    pub fn incoming(self, stop: CancellationToken) -> ReceiverStream<std::io::Result<Stream>> {
        let (connections, incoming) = mpsc::channel(1);
        let hand_on = move |stream: Stream| {
            let connections = connections.clone();
            let connection = stream.connection().clone();
            tokio::spawn(async move {
                if timeout(FIRST_CALL, connection.closed()).await.is_err() && !connection.has_spoken() {
                    connection.close();
                }
            });
            async move {
                // It serves no more.
                let _ = connections.send(Ok(stream)).await;
            }
        };
        let places = self.places.clone();
        let stopped = stop.clone().cancelled_owned();
        // The server waits for the connections that it serves, and some never end by themselves.
        tokio::spawn(async move {
            stopped.await;
            winding_down::until_all_are_gone(&places).await;
        });
        tokio::spawn(self.serve(stop, hand_on));
        ReceiverStream::new(incoming)
    }
}

/// A connection's place among its listener's connections: it is counted from the accept until it is gone.
pub struct OpenConnection {
    place: ConnectionSlot,
    _open: metrics::Connection,
}

impl OpenConnection {
    fn connection(&self) -> &Connection {
        self.place.connection()
    }
}
