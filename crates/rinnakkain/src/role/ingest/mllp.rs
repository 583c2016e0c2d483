//! The MLLP listener: one answer per message, in order, on each connection.
//!
//! A connection reads only when it has answered, so a sender cannot outrun the database. Memory is bounded: 64 KiB per
//! connection, and only [`LARGE`] connections at a time may be in a larger message. A broken frame gets at most one
//! answer and the next message goes through; an ACK gets none. A batch in one frame is one frame, and has one answer.

use super::{Current, Ingest, Reply};
use crate::config::{Mllp as Settings, UNKNOWN_SENDER};
use crate::listener::{Listener, Stream};
use crate::telemetry::metrics;
use crate::tls::PeerCertificate;
use adapter::hl7v2::Batch;
use adapter::hl7v2::mllp::{Frame, FrameError, LIMIT, Mllp};
use bytes::{Bytes, BytesMut};
use quota::{Allowance, Pace, Refusals, Share, Shares};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::codec::{Decoder, Encoder};
use tokio_util::sync::CancellationToken;

/// Messages over [`SMALL`] that are read at the same time, and a peer's share.
const LARGE: (usize, usize) = (32, 8);
const SMALL: usize = 64 << 10;
const READ: usize = 16 << 10;
/// Messages of no configured source: a peer has so many answered at once, then one in each interval. Each is stored, and no
/// token is asked for.
const UNKNOWN: (u32, Duration) = (64, Duration::from_millis(125));
/// Such a message counts for one, and for one more for each so many bytes.
const UNKNOWN_BYTES: usize = 16 << 10;
/// How many of them, and how many bytes, a peer may leave in an hour. More are not answered, so that their senders keep
/// them: otherwise anybody who reaches the port could fill the disk.
const UNKNOWN_AN_HOUR: (u64, u64) = (2_048, 64 << 20);
/// A sender that does not read its answer for this long is gone.
const WRITE: Duration = Duration::from_secs(30);

/// Accepts until `stop`; then waits until every message that was received is answered.
pub async fn serve(listener: Listener, settings: Settings, ingest: Current, stop: CancellationToken) {
    let shared = Arc::new(Shared {
        settings,
        large: Shares::new(LARGE.0, LARGE.1),
        unknown: Pace::new(UNKNOWN.0, UNKNOWN.1),
        unknown_left: Allowance::new(UNKNOWN_AN_HOUR.0, UNKNOWN_AN_HOUR.1),
        refusals: Refusals::default(),
    });
    let stopping = stop.clone();
    let connection = move |stream| {
        let connection = Connection::new(stream, Arc::clone(&shared), stopping.clone());
        let ingest = ingest.clone();
        async move {
            if let Err(error) = connection.serve(&ingest).await {
                tracing::debug!(kind = ?error.kind(), "an MLLP connection ended");
            }
        }
    };
    listener.serve(stop, connection).await;
}

/// What the connections share.
struct Shared {
    settings: Settings,
    large: Shares<quota::Peer>,
    unknown: Pace,
    unknown_left: Allowance,
    refusals: Refusals<(quota::Peer, &'static str)>,
}

struct Connection {
    stream: Stream,
    /// The client certificate, if one was required.
    peer: Option<PeerCertificate>,
    codec: Mllp,
    buffer: BytesMut,
    shared: Arc<Shared>,
    /// The place that allows it to hold more than [`SMALL`].
    large: Option<Share<quota::Peer>>,
    stop: CancellationToken,
}

impl Connection {
    fn new(stream: Stream, shared: Arc<Shared>, stop: CancellationToken) -> Self {
        let (peer, codec) = (stream.peer(), Mllp::new(LIMIT));
        Self { stream, peer, codec, buffer: BytesMut::new(), shared, large: None, stop }
    }

    async fn serve(mut self, current: &Current) -> io::Result<()> {
        while let Some(frame) = self.next().await? {
            let ingest = Arc::clone(&current.borrow());
            if !self.hears(&ingest, &frame).await {
                return Ok(());
            }
            let serving = self.stream.connection().serve();
            let reply = match frame {
                Frame::Message(message) => ingest.hl7(&message, self.peer.as_ref()).await,
                Frame::Broken(FrameError::TooLong { head }) => ingest.too_long(&head, self.peer.as_ref()).await,
                Frame::Broken(FrameError::Cut { head }) => {
                    self.note("frames without an end block: their sender keeps the messages");
                    ingest.cut(&head, self.peer.as_ref()).await
                }
            };
            // Who does not read its answer keeps no place by that.
            drop(serving);
            match reply {
                Reply::Send(answers) => {
                    for answer in answers {
                        self.send(answer).await?;
                    }
                }
                Reply::Nothing => {}
                Reply::Close => return Ok(()),
            }
        }
        // The last answer may still be on its way.
        timeout(WRITE, self.stream.shutdown()).await.unwrap_or(Ok(()))
    }

    /// Whether the message is accepted. A message of no configured source is accepted too, since it may name a client,
    /// but slowly and within limits.
    async fn hears(&self, ingest: &Ingest, frame: &Frame) -> bool {
        let (Frame::Message(message)
        | Frame::Broken(FrameError::TooLong { head: message } | FrameError::Cut { head: message })) = frame;
        let connection = self.stream.connection();
        match ingest.knows(message, self.peer.as_ref()) {
            Ok(()) => {
                connection.known();
                return true;
            }
            Err(why) => self.note(why),
        }
        let peer = connection.peer();
        let weight = u32::try_from(1 + message.len() / UNKNOWN_BYTES).unwrap_or(u32::MAX);
        let wait = sleep(self.shared.unknown.wait(peer, weight));
        // A service that stops answers what it has received.
        self.stop.run_until_cancelled(wait).await;
        let messages = Batch::read(message).map_or(1, |batch| batch.messages().len() as u64);
        let taken = self.shared.unknown_left.take(peer, messages, message.len() as u64);
        if !taken {
            metrics::not_stored(UNKNOWN_SENDER);
            self.note("they are of no configured source and more than are taken in an hour: their senders keep them");
        }
        taken
    }

    fn note(&self, why: &'static str) {
        let peer = self.stream.connection().peer();
        if let Some(count) = self.shared.refusals.note((peer, why)) {
            tracing::warn!(%peer, count, why, "messages are refused");
        }
    }

    /// The next frame. `None`: the sender closed or was silent too long, or the service stops.
    async fn next(&mut self) -> io::Result<Option<Frame>> {
        let idle = Instant::now() + *self.shared.settings.idle;
        let mut whole = None;
        loop {
            if let Some(frame) = self.codec.decode(&mut self.buffer)? {
                return Ok(Some(frame));
            }
            let begun = !self.buffer.is_empty();
            let deadline =
                if begun { *whole.get_or_insert_with(|| Instant::now() + *self.shared.settings.frame) } else { idle };
            if self.buffer.len() <= SMALL {
                self.large = None;
            } else if self.large.is_none() {
                let peer = self.stream.connection().peer();
                let large = timeout_at(deadline, self.shared.large.take(&peer));
                let Some(Ok(large)) = self.stop.run_until_cancelled(large).await else { return Ok(None) };
                self.large = Some(large);
            }
            self.buffer.reserve(READ);
            let read = tokio::select! {
                biased;
                () = self.stop.cancelled() => return Ok(None),
                read = timeout_at(deadline, self.stream.read_buf(&mut self.buffer)) => read,
            };
            match read {
                Err(_) => return Ok(None),
                Ok(Ok(0)) => return self.codec.decode_eof(&mut self.buffer),
                Ok(read) => read?,
            };
        }
    }

    async fn send(&mut self, answer: Bytes) -> io::Result<()> {
        let mut wire = BytesMut::new();
        self.codec.encode(answer, &mut wire)?;
        let written = async {
            self.stream.write_all(&wire).await?;
            self.stream.flush().await
        };
        timeout(WRITE, written).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
    }
}
