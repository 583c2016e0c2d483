//! An accepted connection, read and written in the same way with TLS or without.

use super::OpenConnection;
use crate::tls::PeerCertificate;
use quota::Connection;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tokio_rustls::server::TlsStream;
use tokio_util::sync::WaitForCancellationFutureOwned;
use tonic::transport::server::Connected;

/// If the other side reads nothing of what is written for this long, it is gone, or wants to hold what it has.
const WRITE: Duration = Duration::from_secs(30);

/// It holds its place among its listener's connections as long as it lives. When that is taken from it, it ends.
pub struct Stream {
    io: Io,
    place: OpenConnection,
    closed: Pin<Box<WaitForCancellationFutureOwned>>,
    /// How long the other side may take nothing, and while it does: until when.
    patience: Duration,
    stuck: Option<Pin<Box<Sleep>>>,
}

enum Io {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    pub fn plain(io: TcpStream, place: OpenConnection) -> Self {
        let closed = Box::pin(place.connection().closed());
        Self { io: Io::Plain(io), place, closed, patience: WRITE, stuck: None }
    }

    pub fn tls(io: TlsStream<TcpStream>, place: OpenConnection) -> Self {
        let closed = Box::pin(place.connection().closed());
        let stream = Self { io: Io::Tls(Box::new(io)), place, closed, patience: WRITE, stuck: None };
        if let Some(peer) = stream.peer() {
            stream.place.place.is_of(quota::Peer::Certificate(peer.sha256()), peer.names());
        }
        stream
    }

    /// What its listener and its services know of it.
    pub fn connection(&self) -> &Connection {
        self.place.connection()
    }

    /// The client's certificate, if one was required.
    pub fn peer(&self) -> Option<PeerCertificate> {
        match &self.io {
            Io::Plain(_) => None,
            Io::Tls(io) => io.get_ref().1.peer_certificates()?.first().map(|it| PeerCertificate::new(it)),
        }
    }
}

impl Stream {
    /// An error once it has given way. Asked by everything that may wait for the other side: one that reads nothing must not keep
    /// what it holds.
    fn is_open(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.closed.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionAborted.into()),
            Poll::Pending => Ok(()),
        }
    }

    /// An error if a write has waited for too long.
    fn in_time<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stuck = None;
            return written;
        }
        let patience = self.patience;
        ready!(self.stuck.get_or_insert_with(|| Box::pin(sleep(patience))).as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.is_open(cx)?;
        if self.connection().is_tried_out() {
            // As if the other side had ended it: what was refused is answered still.
            return Poll::Ready(Ok(()));
        }
        match &mut self.io {
            Io::Plain(io) => Pin::new(io).poll_read(cx, buf),
            Io::Tls(io) => Pin::new(io).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.is_open(cx)?;
        let written = match &mut self.io {
            Io::Plain(io) => Pin::new(io).poll_write(cx, buf),
            Io::Tls(io) => Pin::new(io).poll_write(cx, buf),
        };
        self.in_time(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.is_open(cx)?;
        let written = match &mut self.io {
            Io::Plain(io) => Pin::new(io).poll_write_vectored(cx, bufs),
            Io::Tls(io) => Pin::new(io).poll_write_vectored(cx, bufs),
        };
        self.in_time(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.io {
            Io::Plain(io) => io.is_write_vectored(),
            Io::Tls(io) => io.is_write_vectored(),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_open(cx)?;
        let written = match &mut self.io {
            Io::Plain(io) => Pin::new(io).poll_flush(cx),
            Io::Tls(io) => Pin::new(io).poll_flush(cx),
        };
        self.in_time(cx, written)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.is_open(cx)?;
        let written = match &mut self.io {
            Io::Plain(io) => Pin::new(io).poll_shutdown(cx),
            Io::Tls(io) => Pin::new(io).poll_shutdown(cx),
        };
        self.in_time(cx, written)
    }
}

/// A caller is known by its token, not by its address; what it holds is counted by both.
impl Connected for Stream {
    type ConnectInfo = Connection;

    fn connect_info(&self) -> Connection {
        self.connection().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::metrics;
    use quota::ConnectionSlots;
    use std::net::Ipv4Addr;
    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    async fn accepted() -> (Stream, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (io, address) = listener.accept().await.unwrap();
        let place = ConnectionSlots::new(1, 1).take(quota::Peer::at(address.ip())).unwrap().place;
        (Stream::plain(io, OpenConnection { place, _open: metrics::Connection::open("test") }), client)
    }

    #[tokio::test]
    async fn who_reads_nothing_is_not_written_to_for_ever() {
        let (mut stream, _client) = accepted().await;
        stream.patience = Duration::from_millis(50);
        let written = tokio::time::timeout(WRITE, stream.write_all(&vec![0; 64 << 20])).await;
        assert_eq!(written.unwrap().unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn one_that_has_given_way_is_neither_read_nor_written() {
        let (mut stream, _client) = accepted().await;
        stream.connection().close();
        assert_eq!(stream.write_all(b"x").await.unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
        assert_eq!(stream.shutdown().await.unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
    }
}
