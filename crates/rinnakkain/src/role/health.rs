//! Whether the process lives (`GET /healthz`) and can do its work now (`GET /readyz`): 200, else 503 with a reason for each
//! role.
//!
//! - ingest: what is received now can be stored;
//! - project: the journal is read and its records can be applied. A projector without partitions, because others have
//!   them all, stands by: it is ready;
//! - serve: the database answers.
//!
//! Every role answers on an address of its own ([`crate::config::Config::health`]) from the first moment on, also while the
//! start waits for the database or for Kafka; ingest answers over its HTTP too, for itself alone. A process that answers
//! lives: a fault that a restart would not remove does not make it dead. Answers hold the texts of this file only.

use super::Roles;
use crate::listener::{Listener, http_server};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use journal::{ReaderMonitor, ReaderStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use store::Store;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// A database that answers later counts as away.
const ANSWER: Duration = Duration::from_secs(2);
/// How old an answer of the database may be. Anybody may ask whether the process is ready, as often as they like.
const FRESH: Duration = Duration::from_secs(1);

/// The state of the process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Health {
    known: Arc<RwLock<Known>>,
    database: Arc<LastAnswer>,
}

/// Whether the database answered when it was last asked, and when that was.
struct LastAnswer {
    last: Mutex<Option<(Instant, bool)>>,
    fresh: Duration,
}

impl Default for LastAnswer {
    fn default() -> Self {
        Self { last: Mutex::default(), fresh: FRESH }
    }
}

impl LastAnswer {
    /// As it is, if it is fresh; else of a new question. Those who come meanwhile wait for the same answer.
    async fn get(&self, ask: impl Future<Output = bool>) -> bool {
        let mut last = self.last.lock().await;
        if let Some((at, answers)) = *last
            && at.elapsed() < self.fresh
        {
            return answers;
        }
        let answers = timeout(ANSWER, ask).await.unwrap_or(false);
        *last = Some((Instant::now(), answers));
        answers
    }
}

#[derive(Default)]
struct Known {
    /// What the start waits for.
    waits_for: Option<&'static str>,
    stops: bool,
    /// `None`: not started yet.
    parts: Option<Parts>,
}

/// What runs.
#[derive(Clone, Default)]
pub struct Parts {
    /// The database, where one is needed.
    pub store: Option<Store>,
    /// Whether ingest needs the database.
    pub direct: bool,
    /// False while ingest's writer can store nothing.
    pub storing: Arc<AtomicBool>,
    /// False while records of the journal cannot be applied.
    pub applying: Arc<AtomicBool>,
    /// The reader of the journal.
    pub reader: Option<ReaderMonitor>,
}

impl Health {
    pub fn waits_for(&self, what: Option<&'static str>) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).waits_for = what;
    }

    pub fn runs(&self, parts: Parts) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).parts = Some(parts);
    }

    pub fn stops(&self) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).stops = true;
    }

    /// Answers for these roles.
    pub fn router(&self, roles: Roles) -> Router {
        Router::new()
            .route("/healthz", get(|| async { "ok\n" }))
            .route("/readyz", get(ready))
            .with_state((self.clone(), roles))
    }

    /// Answers on `listener` for as long as the process lives.
    pub fn serve(&self, listener: Listener, roles: Roles) {
        tokio::spawn(http_server::serve(listener, self.router(roles), CancellationToken::new()));
    }

    /// The reasons why it is not ready; empty: it is.
    async fn unready(&self, roles: Roles) -> Vec<String> {
        let (waits_for, stops, parts) = {
            let state = self.known.read().unwrap_or_else(PoisonError::into_inner);
            (state.waits_for, state.stops, state.parts.clone())
        };
        let parts = match (stops, waits_for, parts) {
            (true, ..) => return vec!["it stops".to_owned()],
            (_, Some(what), _) => return vec![format!("it starts, and waits for {what}")],
            (_, None, None) => return vec!["it starts".to_owned()],
            (_, None, Some(parts)) => parts,
        };
        let answers = match &parts.store {
            Some(store) => self.database.get(store.is_ready()).await,
            None => true,
        };
        parts.unready(roles, answers)
    }
}

impl Parts {
    /// Pure: the reasons, given whether the database answers.
    fn unready(&self, roles: Roles, answers: bool) -> Vec<String> {
        const NO_ANSWER: &str = "the database does not answer";
        let storing = self.storing.load(Ordering::Relaxed);
        let applying = self.applying.load(Ordering::Relaxed);
        let ingest = match (self.direct, answers, storing) {
            (true, false, _) => Some(NO_ANSWER),
            (true, _, false) => Some("the database takes nothing now"),
            (false, _, false) => Some("Kafka takes nothing now"),
            _ => None,
        };
        let project = match self.reader.as_ref().map(ReaderMonitor::now) {
            _ if !answers => Some(NO_ANSWER),
            Some(ReaderStatus::Unreachable) => Some("Kafka does not answer"),
            Some(ReaderStatus::NotMember) => Some("Kafka has assigned no partitions yet"),
            Some(ReaderStatus::Starting) => Some("the positions to read from are not known yet"),
            Some(ReaderStatus::Reading) if !applying => Some("the database takes nothing now"),
            Some(ReaderStatus::Reading) | None => None,
        };
        let serve = (!answers).then_some(NO_ANSWER);
        let each =
            [(roles.ingest, "ingest", ingest), (roles.project, "project", project), (roles.serve, "serve", serve)];
        let unready = each.into_iter().filter(|(wanted, ..)| *wanted);
        unready.filter_map(|(_, name, why)| why.map(|why| format!("{name}: {why}"))).collect()
    }
}

async fn ready(State((health, roles)): State<(Health, Roles)>) -> Response {
    let unready = health.unready(roles).await;
    if unready.is_empty() {
        return "ready\n".into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", unready.join("\n"))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use tokio::task::JoinSet;

    async fn asked_by_many(fresh: Duration) -> usize {
        let last = Arc::new(LastAnswer { fresh, ..LastAnswer::default() });
        let (asked, mut all) = (Arc::new(AtomicUsize::new(0)), JoinSet::new());
        for _ in 0..100 {
            let (last, asked) = (Arc::clone(&last), Arc::clone(&asked));
            all.spawn(async move { last.get(async { asked.fetch_add(1, Ordering::Relaxed) < 1 }).await });
        }
        all.join_all().await;
        asked.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn however_many_ask_the_database_is_asked_once_until_its_answer_is_old() {
        assert_eq!(asked_by_many(Duration::MAX).await, 1);
        assert_eq!(asked_by_many(Duration::ZERO).await, 100);
    }
}
