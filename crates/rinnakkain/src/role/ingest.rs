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
mod offload;
mod queue;
mod receipts;
mod recent;
pub mod refusal;
pub mod routes;
mod schemas;
mod web;

use crate::clock::{self, Arrivals, Arrived};
use crate::config::{Sender, WhenUnavailable};
use crate::telemetry::metrics;
use crate::telemetry::spans::Receiving;
use crate::tls::PeerCertificate;
use adapter::hl7v2::{Answer, Batch, Header, acknowledge, refuse_too_long};
use adapter::{Outcome, Rejection, RejectionCode, SourceProfile};
pub use batcher::Batcher;
use bytes::Bytes;
use event::{Keyring, ReceivedEvent};
pub use forwarder::Forwarder;
use jiff::tz::TimeZone;
use message::Message;
pub use queue::{Done, Item, Part, Queue};
use quota::Refusals;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;
pub use web::EventOutcome;

/// What every listener does with a message, by the sources that are configured. When these change there is another
/// ([`Ingest::configured`]); what was begun with one ends with it.
pub struct Ingest {
    pub keyring: Arc<Keyring>,
    pub senders: Vec<Sender>,
    unknown: SourceProfile,
    zone: TimeZone,
    arrivals: Arc<Arrivals>,
    queue: Queue,
    hold: Duration,
    /// Whether the bytes of messages are kept.
    keep: bool,
    left: Arc<AtomicBool>,
    /// By source and why; each is in the quarantine.
    refusals: Arc<Refusals<(String, RejectionCode)>>,
}

/// The one that holds now.
pub type Current = watch::Receiver<Arc<Ingest>>;

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
        let (arrivals, left) = (Arc::new(Arrivals::try_new()?), Arc::default());
        let refusals = Arc::default();
        Ok(Self { keyring, senders, unknown, zone, arrivals, queue, hold, keep, left, refusals })
    }

    /// The same with other sources.
    pub fn configured(&self, senders: Vec<Sender>, zone: TimeZone) -> Self {
        Self {
            keyring: Arc::clone(&self.keyring),
            unknown: frame::of_nobody(&senders),
            senders,
            zone,
            arrivals: Arc::clone(&self.arrivals),
            queue: self.queue.clone(),
            hold: self.hold,
            keep: self.keep,
            left: Arc::clone(&self.left),
            refusals: Arc::clone(&self.refusals),
        }
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
    pub async fn hl7(&self, frame: &[u8], peer: Option<&PeerCertificate>) -> Reply {
        if let Some(batch) = Batch::read(frame) {
            return self.batch(batch, frame, peer).await;
        }
        let Some(read) = offload::of(frame.len(), || self.read(frame, peer)).await else { return Reply::Nothing };
        let message = Message::whole(frame, read.id.as_deref());
        self.store_and_answer(read.sender, &read.header, read.outcome, message, read.arrived).await
    }

    /// A frame over the limit, of which only the first bytes were read. The tokens in them are kept, the bytes are not.
    pub async fn too_long(&self, head: &[u8], peer: Option<&PeerCertificate>) -> Reply {
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
        let sealed = offload::of(message.bytes.len(), || self.part(source, outcome, message, arrived));
        let (part, rejection) = sealed.await;
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
                part.events = events.into_iter().map(|event| ReceivedEvent { received_at, event }).collect();
                (part, None)
            }
            Outcome::Ignored => {
                tracing::debug!(source = source.name, "message ignored");
                (part, None)
            }
            Outcome::Rejected(rejection) => {
                if let Some(count) = self.refusals.note((source.name.clone(), rejection.code)) {
                    let (source, place) = (&source.name, &rejection.place);
                    tracing::warn!(source, code = %rejection.code, %place, count, "messages refused");
                }
                part.rejections.push(message.refused(&self.keyring, source, &rejection, received_at));
                (part, Some(rejection))
            }
        }
    }
}
