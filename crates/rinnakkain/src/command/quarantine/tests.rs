//! When an entry closes, on a real PostgreSQL.

use super::select::Which;
use super::{Entries, close};
use crate::database::directory;
use crate::role::ingest::message::Message;
use adapter::{Format, Outcome, SourceProfile, translate};
use embedded::{Postgres, SERVICE};
use event::{Code, Instant, Keyring, NewKeys, ReceivedEvent};
use serde_json::{Value, json};
use std::process::ExitCode;
use store::quarantine::Filter;
use store::{Batch, Database, Projector, Store};
use testkit::county::{Person, person, social};
use testkit::product::scratch;
use uuid::Uuid;
use zeroize::Zeroizing;

struct Setup {
    source: SourceProfile,
    keyring: Keyring,
    store: Store,
}

impl Setup {
    /// Takes in the event, or refuses it, as received at `at`.
    async fn take(&self, event: &Value, at: i64) {
        let (bytes, received_at) = (event.to_string(), Instant::from_micros(at).unwrap());
        let translation = translate(&self.source, &self.keyring, bytes.as_bytes());
        let mut batch = Batch::default();
        match translation.outcome {
            Outcome::Events(events) => {
                batch.events = events.into_iter().map(|event| ReceivedEvent { received_at, event }).collect();
            }
            Outcome::Rejected(why) => {
                let message = Message::whole(bytes.as_bytes(), translation.message_id.as_deref());
                batch.rejections.push(message.refused(&self.keyring, &self.source, &why, received_at));
            }
            Outcome::Ignored => panic!("it is of use"),
        }
        Projector::new(self.store.clone()).apply(&batch).await.unwrap();
    }

    async fn open(&self) -> Vec<Uuid> {
        let filter = Filter::default();
        Entries::of(&self.store, &filter).next().await.unwrap().iter().map(|entry| entry.id).collect()
    }
}

fn closed(id: &str, client: &Person, at: &str) -> Value {
    let time = "2026-03-01T09:00:00Z".parse().unwrap();
    social("ClientshipClosed", id, time, client, json!({ "clientship": client.number, "happened_at": at }))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_closes_with_the_mended_copy_or_by_hand_and_with_nothing_else() {
    let scratch = scratch().unwrap();
    let cluster = directory(scratch.path());
    let postgres = tokio::task::spawn_blocking(move || Postgres::start(&cluster)).await.unwrap().unwrap();
    let socket = Database::Socket { dir: postgres.socket_dir().to_owned(), account: SERVICE.to_owned() };
    let store = Store::connect(&socket, 4).await.unwrap();
    store.migrate().await.unwrap();
    let keys = NewKeys { index: Zeroizing::new([1; 32]), seal: Zeroizing::new([2; 32]) };
    let keyring = Keyring::parse(&keys.to_file()).unwrap();
    let source = SourceProfile { artificial_hetu: true, ..SourceProfile::new("social", Format::Social) };
    let desk = Setup { source, keyring, store };
    let (client, other) = (person(1), person(2));
    let right = "2026-03-01T08:00:00Z";

    desk.take(&closed("a", &client, "tomorrow"), 10).await;
    let entries = desk.open().await;
    assert_eq!(entries.len(), 1);
    desk.take(&closed("b", &client, right), 20).await;
    assert_eq!(desk.open().await, entries, "another message of the same client");
    desk.take(&closed("a", &other, right), 30).await;
    assert_eq!(desk.open().await, entries, "the same message id, and another client");
    desk.take(&closed("a", &client, right), 40).await;
    assert!(desk.open().await.is_empty(), "the mended copy");
    desk.take(&closed("a", &client, "tomorrow"), 50).await;
    assert!(desk.open().await.is_empty(), "the refused copy once more is the same entry");

    desk.take(&closed("b", &client, "tomorrow"), 60).await;
    let entries = desk.open().await;
    assert_eq!(entries.len(), 1);
    desk.take(&closed("b", &client, right), 70).await;
    assert_eq!(desk.open().await, entries, "what was known before it was refused mends nothing");
    let reason = Code::try_new("sent-again").unwrap();
    assert_eq!(close(&desk.store, &Which::these(&entries), &reason, false).await.unwrap(), ExitCode::SUCCESS);
    assert!(desk.open().await.is_empty());
    assert_eq!(
        close(&desk.store, &Which::these(&entries), &reason, false).await.unwrap(),
        ExitCode::FAILURE,
        "it is closed already"
    );

    assert!(desk.store.check_keys(b"these").await.unwrap());
    assert!(desk.store.check_keys(b"these").await.unwrap());
    assert!(!desk.store.check_keys(b"others").await.unwrap());

    desk.store.close().await;
    tokio::task::spawn_blocking(move || postgres.stop()).await.unwrap().unwrap();
}
