//! Statements by name: in errors, in traces, and in the log if they are slow. Never with a value.

use crate::error::Fault;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use tracing::Instrument;

/// In milliseconds; zero: no statement counts as slow. One value for the process, because a statement runs on a
/// transaction and knows no pool.
static SLOW: AtomicU64 = AtomicU64::new(0);

/// From now on a statement that takes longer is logged; zero: none is.
pub(crate) fn log_slower_than(limit: Duration) {
    SLOW.store(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
}

/// For whatever the driver does with a statement.
pub(crate) trait Named<T>: Future<Output = sqlx::Result<T>> + Sized {
    /// Under this name.
    async fn named(self, statement: &'static str) -> Result<T, Fault> {
        let begun = Instant::now();
        let done = self.instrument(tracing::info_span!("store.statement", statement)).await;
        let (milliseconds, slow) = (begun.elapsed().as_millis(), SLOW.load(Ordering::Relaxed));
        if slow > 0 && milliseconds > u128::from(slow) {
            tracing::warn!(statement, milliseconds, "slow statement");
        }
        done.map_err(Fault::of(statement))
    }
}

impl<T, F: Future<Output = sqlx::Result<T>>> Named<T> for F {}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::log::Written;
    use tracing::instrument::WithSubscriber;

    #[tokio::test]
    async fn a_slow_statement_is_logged_by_its_name() {
        let written = Written::default();
        let writer = written.clone();
        let log = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
        let takes = || async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(())
        };
        async {
            log_slower_than(Duration::from_hours(1));
            takes().named("history.read").await.unwrap();
            log_slower_than(Duration::from_millis(1));
            takes().named("history.insert").await.unwrap();
            log_slower_than(Duration::ZERO);
            takes().named("history.update").await.unwrap();
        }
        .with_subscriber(log)
        .await;
        let written = written.text();
        assert_eq!(written.lines().count(), 1, "{written}");
        assert!(written.contains("statement=\"history.insert\" milliseconds="), "{written}");
    }
}
