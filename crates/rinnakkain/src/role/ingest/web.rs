//! What ingest does with messages over HTTP: events of social care, bodies that hold none, and heartbeats.

use super::message::Message;
use super::queue::{Done, Part, Queued};
use super::{Ingest, NotStored, offload, refusal};
use crate::config::Sender;
use crate::telemetry::metrics;
use crate::telemetry::spans::Receiving;
use adapter::{Outcome, Rejection};
use event::SourceWatermark;
use journal::TraceParent;
use tokio::time::timeout;

/// The outcome of one event of a request.
pub struct EventOutcome {
    /// The sender's own id of the event, if it could be read.
    pub id: Option<String>,
    /// `None`: it is stored.
    pub rejection: Option<Rejection>,
}

impl Ingest {
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
    ) -> Result<(Option<String>, Option<Rejection>, Queued), NotStored> {
        let arrived = (self.arrivals.next(), Receiving::begin(&sender.source, trace));
        let translated = offload::of(event.len(), || {
            let translation = adapter::translate(&sender.source, &self.keyring, event);
            let id = translation.message_id;
            let message = Message::whole(event, id.as_deref());
            (self.part(&sender.source, translation.outcome, message, arrived), id)
        });
        let ((part, rejection), id) = translated.await;
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
        let read = offload::of(body.head.len(), || {
            rejection.named = adapter::glimpse(&sender.source, &self.keyring, body.head);
            self.part(&sender.source, Outcome::Rejected(rejection), body, arrived)
        });
        let (part, rejection) = read.await;
        self.stored(part).await?;
        Ok(EventOutcome { id: None, rejection })
    }

    /// The source is there and has no message to send.
    pub async fn heartbeat(&self, sender: &Sender) -> Result<(), NotStored> {
        let heartbeat = SourceWatermark { source: sender.source.name.clone(), at: self.arrivals.next().at };
        let stored = self.stored(Part { heartbeat: Some(heartbeat), ..Part::default() }).await;
        stored.inspect_err(|_| {
            let source = &sender.source.name;
            tracing::warn!(source, "a heartbeat was not stored in time: the source may look silent");
            metrics::not_stored(source);
        })
    }

    async fn stored(&self, part: Part) -> Result<(), NotStored> {
        match timeout(self.hold, self.queue.store(part)).await {
            Ok(Some(Done::Stored | Done::Duplicate)) => Ok(()),
            _ => Err(NotStored),
        }
    }
}
