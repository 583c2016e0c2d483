//! Messages in: each is translated, queued, stored in one batch with others that wait, and only then answered (law 1).
//!
//! [`mllp`] and [`http`] read sockets and write answers; both hand messages to [`Ingest`]; [`queue`] is bounded in bytes; the
//! one writer is [`batcher`], or [`forwarder`] with Kafka. Nothing here logs a message, an identifier or a message id.

mod batch;
mod batcher;
mod body;
mod fhir;
mod fhir_media;
mod forwarder;
mod frame;
pub mod http;
pub mod identify;
pub mod message;
pub mod mllp;
mod mode;
mod queue;
mod receipts;
mod recent;
pub mod refusal;
mod schemas;

use crate::clock::{self, Arrivals, Arrived};
use crate::config::{Sender, WhenUnavailable};
use crate::telemetry::metrics;
use crate::telemetry::spans::Receiving;
use crate::tls::Peer;
use adapter::hl7v2::{Answer, Batch, Header, acknowledge, refuse_too_long};
use adapter::{AcknowledgementCode, Outcome, Place, Rejection, RejectionCode, SourceProfile};
pub use batcher::Batcher;
use bytes::Bytes;
use event::{Heard, Keyring, Received};
pub use forwarder::Forwarder;
use jiff::tz::TimeZone;
use journal::TraceParent;
use message::Message;
use queue::Waiting;
pub use queue::{Done, Item, Part, Queue};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::timeout;

/// What every listener does with a message.
pub struct Ingest {
    pub keyring: Arc<Keyring>,
    pub senders: Vec<Sender>,
    unknown: SourceProfile,
    zone: TimeZone,
    arrivals: Arrivals,
    queue: Queue,
    hold: Duration,
    /// Whether the bytes of messages are kept.
    keep: bool,
    left: Arc<AtomicBool>,
}

/// What an MLLP connection does next.
pub enum Reply {
    /// Sends these, in order: two in HL7 v2's enhanced mode.
    Send(Vec<Bytes>),
    /// Sends nothing: no answer is wanted.
    Nothing,
    /// Closes without an answer: the message is not known to be stored, so its sender must keep it.
    Close,
}

/// The message is not known to be stored.
pub struct NotStored;

impl Ingest {
    /// `hold`: how long a sender waits for its message to be stored; `zone`: the time zone of answers; `keep`: whether the
    /// bytes of messages are kept.
    pub fn try_new(
        keyring: Arc<Keyring>,
        senders: Vec<Sender>,
        zone: TimeZone,
        hold: Duration,
        keep: bool,
        queue: Queue,
    ) -> anyhow::Result<Self> {
        let unknown = frame::of_nobody(&senders);
        let (arrivals, left) = (Arrivals::try_new()?, Arc::default());
        Ok(Self { keyring, senders, unknown, zone, arrivals, queue, hold, keep, left })
    }

    /// True once a message was received and not stored in time: it is left to its sender.
    pub fn left(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.left)
    }

    fn leave(&self, source: &SourceProfile) {
        self.left.store(true, Ordering::Relaxed);
        metrics::not_stored(&source.name);
    }

    /// One HL7 v2 frame: a message, or a batch. `peer`: the certificate of the connection.
    pub async fn hl7(&self, frame: &[u8], peer: Option<&Peer>) -> Reply {
        if let Some(batch) = Batch::read(frame) {
            return self.batch(batch, frame, peer).await;
        }
        let Some(read) = self.read(frame, peer) else { return Reply::Nothing };
        let message = Message::whole(frame, read.id.as_deref());
        self.store_and_answer(read.sender, &read.header, read.outcome, message, read.arrived).await
    }

    /// A frame over the limit, of which only the first bytes were read. The tokens in them are kept, the bytes are not.
    pub async fn too_long(&self, head: &[u8], peer: Option<&Peer>) -> Reply {
        let read = self.read_beginning(head, peer, refuse_too_long);
        let message = Message::beginning(head, read.id.as_deref());
        self.store_and_answer(read.sender, &read.header, read.outcome, message, read.arrived).await
    }

    async fn store_and_answer(
        &self,
        sender: Option<&Sender>,
        header: &Header,
        outcome: Outcome,
        message: Message<'_>,
        arrived: (Arrived, Receiving),
    ) -> Reply {
        let source = sender.map_or(&self.unknown, |sender| &sender.source);
        let (part, rejection) = self.part(source, outcome, message, arrived);
        let refused;
        let answer = match timeout(self.hold, self.queue.store(part)).await {
            Ok(Some(Done::Stored | Done::Duplicate)) => rejection.as_ref().map_or(Answer::Accepted, Answer::Rejected),
            Ok(Some(Done::Refused)) => {
                refused = refusal::of_the_database();
                Answer::Rejected(&refused)
            }
            Ok(Some(Done::NotStored) | None) | Err(_) => {
                tracing::warn!(source = source.name, "a message was not stored in time: its sender keeps it");
                self.leave(source);
                match sender.map(|sender| sender.when_unavailable) {
                    Some(WhenUnavailable::Reject) => Answer::NotStored,
                    Some(WhenUnavailable::Close) | None => return Reply::Close,
                }
            }
        };
        let answers = acknowledge(header, answer, clock::now(), &self.zone);
        if answers.is_empty() { Reply::Nothing } else { Reply::Send(answers) }
    }

    /// Events of one request, in order, each with its own outcome.
    pub async fn social(
        &self,
        sender: &Sender,
        events: &[&[u8]],
        trace: Option<TraceParent>,
    ) -> Result<Vec<EventOutcome>, NotStored> {
        let outcomes = async {
            let mut queued = Vec::with_capacity(events.len());
            for event in events {
                queued.push(self.queue_social(sender, event, trace).await?);
            }
            let mut outcomes = Vec::with_capacity(queued.len());
            for (id, rejection, waiting) in queued {
                let rejection = match waiting.done().await {
                    Some(Done::Stored | Done::Duplicate) => rejection,
                    Some(Done::Refused) => Some(refusal::of_the_database()),
                    Some(Done::NotStored) | None => return Err(NotStored),
                };
                outcomes.push(EventOutcome { id, rejection });
            }
            Ok(outcomes)
        };
        let outcomes = timeout(self.hold, outcomes).await.unwrap_or(Err(NotStored));
        outcomes.inspect_err(|_| self.leave(&sender.source))
    }

    async fn queue_social(
        &self,
        sender: &Sender,
        event: &[u8],
        trace: Option<TraceParent>,
    ) -> Result<(Option<String>, Option<Rejection>, Waiting), NotStored> {
        let arrived = (self.arrivals.next(), Receiving::begin(&sender.source, trace));
        let translation = adapter::translate(&sender.source, &self.keyring, event);
        let id = translation.message_id;
        let message = Message::whole(event, id.as_deref());
        let (part, rejection) = self.part(&sender.source, translation.outcome, message, arrived);
        let waiting = self.queue.enqueue(part).await.ok_or(NotStored)?;
        Ok((id, rejection, waiting))
    }

    /// A request's body that holds no events: kept and refused.
    pub async fn refused_body(
        &self,
        sender: &Sender,
        body: &[u8],
        rejection: Rejection,
    ) -> Result<EventOutcome, NotStored> {
        self.refused(sender, Message::whole(body, None), rejection).await
    }

    /// A body over the limit, known by its beginning: counted and listed like every refused message.
    pub async fn too_long_body(&self, sender: &Sender, head: &[u8]) -> Result<EventOutcome, NotStored> {
        self.refused(sender, Message::beginning(head, None), refusal::too_long()).await
    }

    /// The clients that an unreadable body names, as far as they can be seen in it, are in doubt (law 5).
    async fn refused(
        &self,
        sender: &Sender,
        body: Message<'_>,
        mut rejection: Rejection,
    ) -> Result<EventOutcome, NotStored> {
        let arrived = (self.arrivals.next(), Receiving::begin(&sender.source, None));
        rejection.named = adapter::glimpse(&sender.source, &self.keyring, body.head);
        let (part, rejection) = self.part(&sender.source, Outcome::Rejected(rejection), body, arrived);
        self.stored(part).await?;
        Ok(EventOutcome { id: None, rejection })
    }

    /// The source is there and has no message to send.
    pub async fn heartbeat(&self, sender: &Sender) -> Result<(), NotStored> {
        let heard = Heard { source: sender.source.name.clone(), at: self.arrivals.next().at };
        self.stored(Part { heard: Some(heard), ..Part::default() }).await
    }

    async fn stored(&self, part: Part) -> Result<(), NotStored> {
        match timeout(self.hold, self.queue.store(part)).await {
            Ok(Some(Done::Stored | Done::Duplicate)) => Ok(()),
            _ => Err(NotStored),
        }
    }

    /// What is stored of a message, and its rejection if it is refused.
    fn part(
        &self,
        source: &SourceProfile,
        outcome: Outcome,
        message: Message<'_>,
        (Arrived { at: received_at, id: arrival }, receiving): (Arrived, Receiving),
    ) -> (Part, Option<Rejection>) {
        let receipt = message.receipt(&self.keyring, source, &outcome, (received_at, arrival), self.keep);
        receiving.is(match &outcome {
            Outcome::Events(_) => "events",
            Outcome::Ignored => "ignored",
            Outcome::Rejected(_) => "rejected",
        });
        let mut part = Part { receipt: Some(receipt), receiving, bytes: message.bytes.len(), ..Part::default() };
        match outcome {
            Outcome::Events(events) => {
                tracing::debug!(source = source.name, events = events.len(), "message received");
                part.events = events.into_iter().map(|event| Received { received_at, event }).collect();
                (part, None)
            }
            Outcome::Ignored => {
                tracing::debug!(source = source.name, "message ignored");
                (part, None)
            }
            Outcome::Rejected(rejection) => {
                tracing::warn!(source = source.name, code = %rejection.code, place = %rejection.place, "message refused");
                part.rejections.push(message.refused(&self.keyring, &source.name, &rejection, received_at));
                (part, Some(rejection))
            }
        }
    }
}

/// The outcome of one event of a request.
pub struct EventOutcome {
    /// The sender's own id of the event, if it could be read.
    pub id: Option<String>,
    /// `None`: it is stored.
    pub rejection: Option<Rejection>,
}

/// Whether the connection may speak as this source. MSH-3 and MSH-4 are the message's own claim.
fn genuine(sender: &Sender, peer: Option<&Peer>) -> bool {
    let genuine = sender.identified_by.certificate().is_none_or(|known| peer.is_some_and(|peer| peer.is(known)));
    if !genuine {
        tracing::warn!(
            source = sender.source.name,
            "a message names this source, but its connection has another certificate: it is refused"
        );
    }
    genuine
}

/// The message names a source that has a certificate, and came over a connection with another.
fn anothers_certificate(outcome: Outcome) -> Rejection {
    Rejection {
        code: RejectionCode::UnknownKeyIdentifier,
        place: Place::Field("MSH", 3),
        text: "the certificate of this connection is not that of this sending application and facility",
        named: refusal::named(outcome),
        acknowledgement: AcknowledgementCode::Error,
    }
}

/// No configured source sent this. A message that cannot be read at all keeps its own rejection.
pub fn unknown_sender(message: &[u8], outcome: Outcome) -> Rejection {
    match outcome {
        Outcome::Rejected(rejection) if !identify::has_header(message) => rejection,
        outcome => Rejection {
            code: RejectionCode::UnknownKeyIdentifier,
            place: Place::Field("MSH", 3),
            text: "no source is configured for this sending application and facility",
            named: refusal::named(outcome),
            acknowledgement: AcknowledgementCode::Error,
        },
    }
}
