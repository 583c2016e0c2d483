//! A batch in one MLLP frame: each message is stored on its own, with its own receipt; one answer follows when all are
//! stored.

use super::message::Message;
use super::{Done, Ingest, NotStored, PeerCertificate, Reply, offload, refusal};
use crate::clock;
use crate::config::{Sender, WhenUnavailable};
use crate::telemetry::spans::Receiving;
use adapter::hl7v2::{Answer, Batch, Header};
use adapter::{Outcome, Rejection};
use tokio::time::timeout;

/// For the answer: each message's header, and its rejection if it is refused.
type Outcomes = Vec<(Header, Option<Rejection>)>;

impl Ingest {
    /// The messages of a batch, in order. One that cannot be stored now leaves the whole batch unanswered. When the batch
    /// comes again, the messages that were stored are recognised as copies.
    pub(super) async fn batch(&self, batch: Batch<'_>, frame: &[u8], peer: Option<&PeerCertificate>) -> Reply {
        let sender =
            super::identify::sender(&self.senders, frame).filter(|sender| super::identify::genuine(sender, peer));
        let source = sender.map_or(&self.unknown, |sender| &sender.source);
        let batch = batch.of(source);
        let stored = timeout(self.hold, self.store_batch(&batch, frame, sender, peer)).await;
        let Ok(Ok((outcomes, own))) = stored else {
            tracing::warn!(source = source.name, "a batch was not stored completely in time: its sender keeps it");
            self.leave(source);
            return match sender.map(|sender| sender.when_unavailable) {
                Some(WhenUnavailable::Reject) => self.answer_to(&batch, &[], Answer::NotStored),
                Some(WhenUnavailable::Close) | None => Reply::Close,
            };
        };
        let answers: Vec<_> =
            outcomes.iter().map(|(header, refused)| (header.clone(), answer(refused.as_ref()))).collect();
        self.answer_to(&batch, &answers, answer(own.as_ref()))
    }

    fn answer_to(&self, batch: &Batch<'_>, answers: &[(Header, Answer<'_>)], own: Answer<'_>) -> Reply {
        let answer = batch.acknowledge(answers, own, clock::now(), &self.zone);
        answer.map_or(Reply::Nothing, |answer| Reply::Send(vec![answer]))
    }

    async fn store_batch(
        &self,
        batch: &Batch<'_>,
        frame: &[u8],
        sender: Option<&Sender>,
        peer: Option<&PeerCertificate>,
    ) -> Result<(Outcomes, Option<Rejection>), NotStored> {
        let mut queued = Vec::with_capacity(batch.messages().len());
        for message in batch.messages() {
            let Some(read) = offload::of(message.len(), || self.read(message, peer)).await else { continue };
            let source = read.sender.map_or(&self.unknown, |sender| &sender.source);
            let whole = Message::whole(message, read.id.as_deref());
            let sealed = offload::of(message.len(), || self.part(source, read.outcome, whole, read.arrived));
            let (part, refused) = sealed.await;
            queued.push((read.header, refused, self.queue.enqueue(part).await.ok_or(NotStored)?));
        }
        let claimed = sender.or_else(|| super::identify::claimed(&self.senders, frame));
        let (source, stored_as) =
            (sender.map_or(&self.unknown, |it| &it.source), claimed.map_or(&self.unknown, |it| &it.source));
        let id = batch.id();
        let own = batch.own(source, &self.keyring).map(|outcome| {
            let outcome = match (sender, outcome) {
                (None, outcome @ Outcome::Ignored) => Outcome::Rejected(refusal::unknown_sender(frame, outcome)),
                (_, outcome) => outcome,
            };
            let arrived = (self.arrivals.next(), Receiving::begin(stored_as, None));
            self.part(stored_as, outcome, Message::whole(frame, id.as_deref()), arrived)
        });
        let mut refused_itself = None;
        if let Some((part, refused)) = own {
            refused_itself = outcome_of(self.queue.store(part).await, refused)?;
        }
        let mut outcomes = Vec::with_capacity(queued.len());
        for (header, refused, waiting) in queued {
            outcomes.push((header, outcome_of(waiting.done().await, refused)?));
        }
        Ok((outcomes, refused_itself))
    }
}

fn answer(refused: Option<&Rejection>) -> Answer<'_> {
    refused.map_or(Answer::Accepted, Answer::Rejected)
}

/// The rejection, if the message is refused.
fn outcome_of(done: Option<Done>, refused: Option<Rejection>) -> Result<Option<Rejection>, NotStored> {
    match done {
        Some(Done::Stored | Done::Duplicate) => Ok(refused),
        Some(Done::Refused) => Ok(Some(refusal::of_the_database())),
        Some(Done::NotStored) | None => Err(NotStored),
    }
}
