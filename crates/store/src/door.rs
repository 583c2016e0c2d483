//! The one door for reading (law 4): read, decide and log in one transaction.
//!
//! [`Door`] is the only maker of [`Granted`], and makes one only after the commit that holds the log row: no commit, no
//! answer.

mod find;
mod shared;

use crate::Store;
use crate::access_log::{Access, Decided};
use crate::error::DoorError;
use care::current::Current;
use care::source::Declared;
use care::{Limits, ParallelView};
use event::{Instant, Received, Token};
use shared::Question;
use std::collections::BTreeMap;
use tokio::sync::mpsc;

/// Reads, lets a rule decide, logs the access, and then answers.
#[derive(Clone)]
pub struct Door {
    store: Store,
    shared: mpsc::Sender<Question>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The client's identifier.
    pub token: Token,
    /// As it was known then; `None`: as it is known now.
    pub as_of: Option<Instant>,
    /// With every event of the client.
    pub timeline: bool,
    /// Now.
    pub at: Instant,
    /// How long what nobody ends counts.
    pub limits: Limits,
}

/// Everything that a decision and an answer are made of, as of one instant.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The client's view; `None`: no client, or more than one, is found by this identifier.
    pub view: Option<ParallelView>,
    /// More than one client is found, or the identifier is presented in a way that links and finds nobody: two identity
    /// codes in one message, or one of a crowd (rule R6); or a source that may not decide it says that more belongs to the
    /// client, or that a code was changed. Somebody is behind it, and who is not known.
    pub ambiguous: bool,
    /// Per source: since when a message that names the client, or the identifier that was asked for, waits in the
    /// quarantine.
    pub rejected_since: BTreeMap<String, Instant>,
    /// Per source: up to when it was heard, by the oldest of its watermarks; now, whatever time is asked for.
    pub heard: BTreeMap<String, Instant>,
    /// Records of the journal may be missing, and since when not everything is known (`None` inside: never was).
    pub gap: Option<Option<Instant>>,
    /// Per source: how many messages that name nobody wait in the quarantine.
    pub rejected_unnamed: BTreeMap<String, u64>,
    /// Of which sources and kinds something is current of somebody whom no identifier finds, and until when; now, whatever
    /// time is asked for.
    pub unidentified: Current,
    /// What sources say themselves that they speak for.
    pub declared: BTreeMap<String, Declared>,
    /// The client's events in their order, if asked for.
    pub timeline: Option<Vec<Received>>,
}

/// An answer that may be given: its access is logged and committed.
#[derive(Debug)]
pub struct Granted<T>(T);

impl<T> Granted<T> {
    /// The answer.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl Door {
    /// On this store; within a runtime, whose tasks answer until the door is dropped.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { shared: shared::start(&store), store }
    }

    /// Asks for one client. `decide` may be called again, if the transaction that it decided in fails.
    #[tracing::instrument(name = "store.ask", skip_all, fields(query = access.query))]
    pub async fn ask<T: Send + 'static>(
        &self,
        ask: Ask,
        access: Access,
        decide: impl Fn(&Found) -> Decided<T> + Send + Sync + 'static,
    ) -> Result<Granted<T>, DoorError> {
        let (as_of, reads_history) = (ask.as_of, ask.as_of.is_some() || ask.timeline);
        let (question, answer) = Question::new(ask, access, decide);
        if reads_history {
            shared::answer(&self.store, vec![question], as_of).await;
        } else {
            // Not taken: nobody answers any more, and the answer says so.
            let _ = self.shared.send(question).await;
        }
        Ok(Granted(answer.committed().await?))
    }
}
