//! The one door for reading (law 4): read, decide and log in one transaction.
//!
//! Only [`Door`] makes a [`Granted`], and only after the commit that holds the log row: no commit, no answer.

mod find;
mod history;
mod opened;
mod shared;

use crate::Store;
use crate::access_log::{self, About, Access, Decided, Logged};
use crate::error::DoorError;
use crate::named::Named;
use care::current::Current;
use care::source::Declared;
use care::{Limits, ParallelView};
use event::{Instant, ReceivedEvent, Token};
use history::HistoryPermits;
pub use opened::{AskOpened, OpenedContacts};
use shared::Question;
use std::collections::BTreeMap;
use tokio::sync::mpsc;

/// Reads, lets a rule decide, logs the access, and then answers.
#[derive(Clone)]
pub struct Door {
    store: Store,
    shared: mpsc::Sender<Question>,
    history: HistoryPermits,
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
    /// How long a fact counts that nobody ends.
    pub limits: Limits,
}

/// Everything that a decision and an answer are made of, as of one instant.
#[derive(Clone, Debug, Default)]
pub struct ClientFacts {
    /// The client's view; `None`: no client, or more than one, is found by this identifier.
    pub view: Option<ParallelView>,
    /// The identifier belongs to somebody, but it is not known to whom. Either more than one client is found. Or the
    /// identifier neither links nor finds: two identity codes in one message, or one that appears on many records (rule R6).
    /// Or a source without authority to decide it proposes a merge or a changed code.
    pub ambiguous: bool,
    /// Per source: since when a message waits in the quarantine that names the client, or the identifier asked for.
    pub rejected_since: BTreeMap<String, Instant>,
    /// Per source: up to when it has reported, by the oldest of its watermarks. As of now, whatever time is asked for.
    pub reported_until: BTreeMap<String, Instant>,
    /// `Some`: records of the journal may be missing. Inside: since when not everything is known (`None`: everything
    /// never was).
    pub gap: Option<Option<Instant>>,
    /// `Some`: what was acknowledged after this time may not be applied yet, because the projection is behind, or
    /// stands.
    pub applied_until: Option<Instant>,
    /// What the client permitted before this time may have been withdrawn since, without this database knowing: see
    /// [`crate::gap`].
    pub permissions_doubted: Option<Instant>,
    /// Per source: how many rejected messages wait in the quarantine that identify no client.
    pub rejected_unnamed: BTreeMap<String, u64>,
    /// The sources and kinds of facts that are current for clients whom no identifier finds, and until when. As of now,
    /// whatever time is asked for.
    pub unidentified: Current,
    /// What sources declare that they cover.
    pub declared: BTreeMap<String, Declared>,
    /// The client's events in their order, if asked for.
    pub timeline: Option<Vec<ReceivedEvent>>,
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
    /// On this store. Needs a runtime, whose tasks answer until the door is dropped.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { shared: shared::start(&store), store, history: HistoryPermits::new() }
    }

    /// Logs a question that may not be asked at all, or `calls` of one kind. Nothing is looked up.
    pub async fn refuse(
        &self,
        access: &Access,
        identifier: Option<Token>,
        (reason, calls): (&str, u64),
        at: Instant,
    ) -> Result<(), DoorError> {
        let logged = async {
            let mut tx = self.store.begin().await?;
            let about = About { at, identifier, as_of: None, clients: Vec::new() };
            access_log::insert(&mut tx, &[Logged { access, about, decided: Decided::refused(reason, calls) }]).await?;
            tx.commit().named("commit").await
        };
        Ok(logged.await?)
    }

    /// Asks about one client. `decide` may be called again if its transaction fails. [`DoorError::Full`]: too many questions
    /// that read history wait already, of this system or of all.
    #[tracing::instrument(name = "store.ask", skip_all, fields(query = access.query))]
    pub async fn ask<T: Send + 'static>(
        &self,
        ask: Ask,
        access: Access,
        decide: impl Fn(&ClientFacts) -> Decided<T> + Send + Sync + 'static,
    ) -> Result<Granted<T>, DoorError> {
        let (as_of, reads_history) = (ask.as_of, ask.as_of.is_some() || ask.timeline);
        let system = access.system.clone();
        let (question, answer) = Question::new(ask, access, decide);
        if reads_history {
            let _place = self.history.take(&system).await?;
            shared::answer(&self.store, vec![question], as_of).await;
        } else {
            // Fails only if no task answers any more; `committed` then gives the error.
            let _ = self.shared.send(question).await;
        }
        Ok(Granted(answer.committed().await?))
    }
}
