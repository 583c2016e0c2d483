//! The writer: idempotent, `acks=all`. A record counts as written once its delivery is reported.

use crate::client::{self, Client, LOST, Quiet};
use crate::error::JournalError;
use crate::header;
use crate::trace::TraceParent;
use event::{Entry, Keyring};
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::future_producer::{DeliveryFuture, FutureRecord};
use rdkafka::producer::{FutureProducer, Producer};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// Writes into one topic. Cheap to clone.
#[derive(Clone)]
pub struct Writer(Arc<Inner>);

struct Inner {
    client: Client,
    topic: String,
    keyring: Arc<Keyring>,
    keys: String,
    patience: Duration,
    /// Replaced after a fatal error, which an idempotent producer does not survive, and when it has lost all brokers.
    producer: RwLock<FutureProducer<Quiet>>,
    /// Since when no broker has confirmed or answered anything, though one was asked.
    unanswered: Mutex<Option<Instant>>,
}

/// A record handed to the client library. It is not written until [`Self::report`] gives `Ok`.
#[must_use = "nothing is written until the delivery is reported"]
pub struct Delivered {
    delivery: Option<DeliveryFuture>,
    writer: Writer,
}

/// The delivery was not confirmed, and is not tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("delivery not confirmed ({code})")]
pub struct NotDelivered {
    /// The client library's code.
    pub code: String,
}

/// How long to wait for room in the client library's queue before trying again.
const ROOM: Duration = Duration::from_millis(20);
/// How long a question about the topic may take.
const ANSWER: Duration = Duration::from_secs(5);

impl Writer {
    /// `patience`: how long a record is tried before it is given up.
    pub fn try_new(
        client: &Client,
        topic: &str,
        keyring: Arc<Keyring>,
        patience: Duration,
    ) -> Result<Self, JournalError> {
        let producer = producer(client, patience)?;
        let (client, topic, keys) = (client.clone(), topic.to_owned(), header::keys(&keyring));
        let (producer, unanswered) = (RwLock::new(producer), Mutex::default());
        Ok(Self(Arc::new(Inner { client, topic, keyring, keys, patience, producer, unanswered })))
    }

    /// Hands a record to the client library, and waits for room there. Records of one partition are written in the order
    /// of these calls.
    pub async fn send(&self, entry: &Entry, trace: &TraceParent) -> Delivered {
        let id = entry.id();
        let stream = entry.stream();
        let key = self.0.keyring.journal_key(stream.as_ref().map_or(id.as_bytes(), |stream| stream.as_bytes()));
        self.give(entry, trace, Some(&key), None).await
    }

    /// The same, into one partition.
    pub async fn send_to(&self, partition: i32, entry: &Entry, trace: &TraceParent) -> Delivered {
        self.give(entry, trace, None, Some(partition)).await
    }

    async fn give(
        &self,
        entry: &Entry,
        trace: &TraceParent,
        key: Option<&[u8; 16]>,
        partition: Option<i32>,
    ) -> Delivered {
        let payload = entry.encode();
        let mut record = FutureRecord {
            topic: &self.0.topic,
            partition,
            payload: Some(&payload),
            key: key.map(<[u8; 16]>::as_slice),
            timestamp: None,
            headers: Some(header::headers(entry, trace, &self.0.keys)),
        };
        loop {
            let producer = self.producer();
            match producer.send_result(record) {
                Ok(delivery) => return Delivered { delivery: Some(delivery), writer: self.clone() },
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), again)) => record = again,
                Err((error, _)) => {
                    tracing::debug!(%error, "the client library refused a record");
                    self.recreate_if_fatal(&producer);
                    return Delivered { delivery: None, writer: self.clone() };
                }
            }
            tokio::time::sleep(ROOM).await;
        }
    }

    /// How many partitions the topic has.
    pub async fn partitions(&self) -> Result<u32, JournalError> {
        let (producer, topic) = (self.producer(), self.0.topic.clone());
        let asked = tokio::task::spawn_blocking(move || {
            let metadata = producer.client().fetch_metadata(Some(&topic), ANSWER)?;
            Ok::<_, KafkaError>(metadata.topics().first().map_or(0, |topic| topic.partitions().len()))
        });
        let asked = asked.await;
        self.note(matches!(asked, Ok(Ok(_))));
        match asked {
            Ok(Ok(count @ 1..)) => Ok(u32::try_from(count).unwrap_or(u32::MAX)),
            Ok(Ok(_)) => Err(JournalError::of_code(RDKafkaErrorCode::UnknownTopicOrPartition)),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(JournalError::Unavailable { code: "stopped".to_owned() }),
        }
    }

    fn producer(&self) -> FutureProducer<Quiet> {
        self.0.producer.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// After a fatal error an idempotent producer accepts nothing.
    fn recreate_if_fatal(&self, failed: &FutureProducer<Quiet>) {
        if let Some((code, _)) = failed.client().fatal_error() {
            self.recreate(&format!("fatal producer error {code:?}"), |current| {
                current.client().fatal_error().is_some()
            });
        }
    }

    /// Notes whether a broker has answered. A producer that none has answered for long is made anew.
    fn note(&self, answered: bool) {
        let mut unanswered = self.0.unanswered.lock().unwrap_or_else(PoisonError::into_inner);
        if answered {
            *unanswered = None;
        } else if unanswered.get_or_insert_with(Instant::now).elapsed() > LOST {
            *unanswered = None;
            drop(unanswered);
            self.recreate("no broker answers the producer", |_| true);
        }
    }

    /// The records that the old producer had are not acknowledged, and their senders keep them.
    fn recreate(&self, why: &str, still: fn(&FutureProducer<Quiet>) -> bool) {
        let mut current = self.0.producer.write().unwrap_or_else(PoisonError::into_inner);
        if !still(&current) {
            return;
        }
        match producer(&self.0.client, self.0.patience) {
            Ok(new) => {
                let old = std::mem::replace(&mut *current, new);
                drop(current);
                client::let_go(old);
                tracing::warn!("{why}: producer recreated");
            }
            Err(error) => tracing::error!(%error, "{why}: producer could not be recreated"),
        }
    }
}

fn producer(client: &Client, patience: Duration) -> Result<FutureProducer<Quiet>, JournalError> {
    Ok(FutureProducer::from_config_and_context(&client.writer_config(patience), Quiet)?)
}

impl Delivered {
    /// Waits for the delivery report.
    pub async fn report(self) -> Result<(), NotDelivered> {
        let Self { delivery, writer } = self;
        let code = match delivery {
            None => "refused".to_owned(),
            Some(delivery) => match delivery.await {
                Ok(Ok(_)) => {
                    writer.note(true);
                    return Ok(());
                }
                Ok(Err((error, _))) => {
                    error.rdkafka_error_code().map_or_else(|| "client".into(), |it| format!("{it:?}"))
                }
                Err(_) => "stopped".to_owned(),
            },
        };
        writer.recreate_if_fatal(&writer.producer());
        writer.note(false);
        Err(NotDelivered { code })
    }
}
