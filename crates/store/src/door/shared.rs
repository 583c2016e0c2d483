//! Questions share transactions: those that arrive while others are being answered are read, decided, logged and
//! committed together. A commit costs the same for one as for many, and so do most of the look-ups.
//!
//! No answer is older because of it: the transaction begins after the last of its questions came.

use super::find::find;
use super::{Ask, ClientFacts};
use crate::Store;
use crate::access_log::{self, About, Access, Decided, Logged};
use crate::error::Fault;
use crate::named::Named;
use event::Instant;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// Questions that one transaction answers at most.
const AT_MOST: usize = 64;
/// Transactions at once. When more questions than these are under way, they share them.
const AT_ONCE: usize = 2;
/// Questions that may wait for a transaction. Further callers wait for room.
const ROOM: usize = 1024;

/// Decides, keeps the answer for the caller, and returns what is logged.
type Decide = dyn Fn(&ClientFacts) -> Decided<()> + Send + Sync;

/// A question, its caller, and where its outcome goes.
pub(super) struct Question {
    ask: Ask,
    access: Access,
    decide: Box<Decide>,
    committed: oneshot::Sender<Result<(), Fault>>,
}

/// An answer, once it is committed.
pub(super) struct Awaited<T> {
    answer: Arc<Mutex<Option<T>>>,
    committed: oneshot::Receiver<Result<(), Fault>>,
}

impl Question {
    /// `decide` is called again if its transaction fails.
    pub(super) fn new<T: Send + 'static>(
        ask: Ask,
        access: Access,
        decide: impl Fn(&ClientFacts) -> Decided<T> + Send + Sync + 'static,
    ) -> (Self, Awaited<T>) {
        let (outcome, committed) = oneshot::channel();
        let awaited = Awaited { answer: Arc::default(), committed };
        let answer = Arc::clone(&awaited.answer);
        let decide = Box::new(move |found: &ClientFacts| {
            let (decided, logged) = decide(found).split();
            *answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(decided);
            logged
        });
        (Self { ask, access, decide, committed: outcome }, awaited)
    }
}

impl<T> Awaited<T> {
    pub(super) async fn committed(self) -> Result<T, Fault> {
        let gone = || Fault::Unavailable { code: "not-answered".to_owned() };
        self.committed.await.map_err(|_| gone())??;
        self.answer.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or_else(gone)
    }
}

/// Answers questions until nobody can send any more. Only questions about the present: reading history takes longer, and
/// nobody else should wait for it.
pub(super) fn start(store: &Store) -> mpsc::Sender<Question> {
    let (sender, questions) = mpsc::channel(ROOM);
    let questions = Arc::new(tokio::sync::Mutex::new(questions));
    for _ in 0..AT_ONCE {
        let (store, questions) = (store.clone(), Arc::clone(&questions));
        tokio::spawn(async move {
            loop {
                let mut some = Vec::new();
                if questions.lock().await.recv_many(&mut some, AT_MOST).await == 0 {
                    break;
                }
                // A task of its own: a panic in one question must not stop later ones.
                let store = store.clone();
                let _ = tokio::spawn(async move { answer(&store, some, None).await }).await;
            }
        });
    }
    sender
}

/// Answers them together; if that fails, each alone, so that one failing question does not block the others.
pub(super) async fn answer(store: &Store, mut questions: Vec<Question>, as_of: Option<Instant>) {
    questions.retain(|question| !question.committed.is_closed());
    let together = attempt(store, &questions, as_of).await;
    let alone = together.is_err() && questions.len() > 1;
    for question in questions {
        if question.committed.is_closed() {
            continue;
        }
        let outcome =
            if alone { attempt(store, std::slice::from_ref(&question), as_of).await } else { together.clone() };
        // Fails only if the caller has left. Its access is logged all the same.
        let _ = question.committed.send(outcome);
    }
}

/// Reads, decides and logs in one transaction. The answers may be given once this is `Ok`.
async fn attempt(store: &Store, questions: &[Question], as_of: Option<Instant>) -> Result<(), Fault> {
    let mut tx = store.begin_reading().await?;
    let asks: Vec<&Ask> = questions.iter().map(|question| &question.ask).collect();
    let found = find(&mut tx, &asks, as_of).await?;
    let logged = questions.iter().zip(found).map(|(question, (found, clients))| {
        let Question { ask, access, decide, .. } = question;
        let about = About { at: ask.at, identifier: Some(ask.token), as_of, clients };
        Logged { access, about, decided: decide(&found) }
    });
    let logged: Vec<Logged<'_>> = logged.collect();
    access_log::insert(&mut tx, &logged).await?;
    tx.commit().named("commit").await
}
