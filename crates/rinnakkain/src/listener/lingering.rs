//! A connection whose end waits for the other side, so that an early answer arrives (RFC 9112 9.6).
//!
//! A client may write its whole request before it reads, and be refused long before that. If the connection were closed with
//! bytes unread, it would be reset. The reset may overtake the answer: the client sees a broken connection and sends the same
//! again for ever. So after the answer only our side is closed, and what still arrives is read and dropped, within limits.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// How long it waits.
#[derive(Clone, Copy)]
struct Limits {
    /// At most this long, …
    longest: Duration,
    /// … this long without a byte, …
    silence: Duration,
    /// … and this many bytes.
    most: usize,
}

const LIMITS: Limits = Limits { longest: Duration::from_secs(30), silence: Duration::from_secs(5), most: 64 << 20 };

/// A stream that lingers when it is shut down.
pub struct Lingering<S> {
    stream: S,
    /// A service that stops does not linger.
    stop: Pin<Box<WaitForCancellationFutureOwned>>,
    limits: Limits,
    state: State,
}

enum State {
    Open,
    Draining { silent: Pin<Box<Sleep>>, until: Instant, dropped: usize },
    Done,
}

impl<S> Lingering<S> {
    /// `stop`: then it lingers no longer.
    pub fn new(stream: S, stop: &CancellationToken) -> Self {
        Self { stream, stop: Box::pin(stop.clone().cancelled_owned()), limits: LIMITS, state: State::Open }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lingering<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Lingering<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let Limits { longest, silence, most } = this.limits;
        let mut scrap = [0; 16 << 10];
        loop {
            match &mut this.state {
                State::Open => {
                    ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
                    let (silent, until) = (Box::pin(sleep(silence)), Instant::now() + longest);
                    this.state = State::Draining { silent, until, dropped: 0 };
                }
                State::Draining { silent, until, dropped } => {
                    let over = *dropped > most || Instant::now() > *until;
                    if over || this.stop.as_mut().poll(cx).is_ready() || silent.as_mut().poll(cx).is_ready() {
                        this.state = State::Done;
                        continue;
                    }
                    let mut buf = ReadBuf::new(&mut scrap);
                    match ready!(Pin::new(&mut this.stream).poll_read(cx, &mut buf)) {
                        Ok(()) if !buf.filled().is_empty() => {
                            *dropped += buf.filled().len();
                            silent.as_mut().reset(Instant::now() + silence);
                        }
                        // The other side has closed, or is gone.
                        Ok(()) | Err(_) => this.state = State::Done,
                    }
                }
                State::Done => return Poll::Ready(Ok(())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, Lingering};
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::{Duration, Instant, timeout};
    use tokio_util::sync::CancellationToken;

    const SHORT: Duration = Duration::from_millis(100);
    const LONG: Duration = Duration::from_mins(1);

    fn lingering(stream: DuplexStream, longest: Duration, silence: Duration, most: usize) -> Lingering<DuplexStream> {
        Lingering { limits: Limits { longest, silence, most }, ..Lingering::new(stream, &CancellationToken::new()) }
    }

    #[tokio::test]
    async fn a_client_that_writes_before_it_reads_has_its_answer() {
        let (client, server) = duplex(1 << 10);
        let mut server = lingering(server, LONG, LONG, usize::MAX);
        let (mut reads, mut writes) = tokio::io::split(client);
        let serving = tokio::spawn(async move {
            server.write_all(b"413").await.unwrap();
            server.shutdown().await.unwrap();
        });
        let mut answer = Vec::new();
        writes.write_all(&vec![b' '; 1 << 20]).await.unwrap();
        reads.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer, b"413");
        assert!(!serving.is_finished(), "what may still come is waited for");
        writes.shutdown().await.unwrap();
        drop((reads, writes));
        serving.await.unwrap();
    }

    #[tokio::test]
    async fn it_ends_after_a_silence_after_a_while_at_a_bound_and_when_the_service_stops() {
        let (client, server) = duplex(1 << 10);
        timeout(LONG, lingering(server, LONG, SHORT, usize::MAX).shutdown()).await.unwrap().unwrap();
        drop(client);

        for (longest, most) in [(SHORT, usize::MAX), (LONG, 1 << 20)] {
            let (mut client, server) = duplex(1 << 10);
            let (mut server, began) = (lingering(server, longest, LONG, most), Instant::now());
            let writing = tokio::spawn(async move { while client.write_all(&[0; 100]).await.is_ok() {} });
            timeout(LONG, server.shutdown()).await.unwrap().unwrap();
            assert!(began.elapsed() >= longest || most < usize::MAX);
            drop(server);
            writing.await.unwrap();
        }

        let (_client, server) = duplex(1 << 10);
        let stop = CancellationToken::new();
        let mut server = Lingering::new(server, &stop);
        assert!(timeout(SHORT, server.shutdown()).await.is_err());
        stop.cancel();
        assert!(timeout(SHORT, server.shutdown()).await.is_ok());
    }
}
