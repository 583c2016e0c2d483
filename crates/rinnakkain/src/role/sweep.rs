//! Deletes what is kept for a time only: the bytes of messages, later their receipts and closed entries of the quarantine, and
//! at last whole months of the access log.

use crate::clock;
use crate::config::Retention;
use std::time::Duration;
use store::{LogParts, Store};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Between two sweeps: not longer, and a small part of the time that messages are kept.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
/// Rows in one statement.
const PART: u32 = 5_000;

/// Until `stop`. Every projecting process sweeps; rows that one holds are skipped by the others.
pub async fn run(store: Store, (keep, retention): (Duration, Retention), stop: CancellationToken) {
    let pause = (keep / 10).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
    let mut failing = Failing::default();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = sweep(&store, keep, &retention, &mut failing) => {}
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = sleep(pause) => {}
        }
    }
}

/// What failed last time, and was logged.
#[derive(Default)]
struct Failing {
    sweep: bool,
    log: bool,
}

/// In parts, until nothing is left.
async fn sweep(store: &Store, keep: Duration, retention: &Retention, failing: &mut Failing) {
    let before = |age: Duration| {
        let micros = i64::try_from(age.as_micros()).unwrap_or(i64::MAX);
        clock::now().plus_micros(micros.saturating_neg())
    };
    let log = Duration::from_hours(24 * 366) * *retention.access_log_years;
    match store.keep_access_log(before(log)).await {
        Ok(LogParts { made, dropped }) => {
            failing.log = false;
            if made + dropped > 0 {
                tracing::info!(made, dropped, "months of the access log");
            }
        }
        Err(error) => {
            if !std::mem::replace(&mut failing.log, true) {
                tracing::warn!(%error, "the access log's months cannot be made or dropped: retrying");
            }
        }
    }
    // Longer than a journal is usually kept: a record that is read again after its receipt is gone counts once more.
    let receipts = before(*retention.receipts);
    loop {
        match store::receipt::sweep(store, before(keep), receipts, PART).await {
            Ok(swept) => {
                if std::mem::take(&mut failing.sweep) {
                    tracing::info!("expired messages are deleted again");
                }
                let most = swept.bytes.max(swept.receipts).max(swept.closed).max(swept.entries);
                if most > 0 {
                    let store::receipt::Swept { bytes, receipts, closed, entries } = swept;
                    tracing::debug!(bytes, receipts, closed, entries, "swept");
                }
                if most < u64::from(PART) {
                    return;
                }
            }
            Err(error) => {
                if !std::mem::replace(&mut failing.sweep, true) {
                    tracing::warn!(%error, "expired messages could not be deleted: retrying");
                }
                return;
            }
        }
    }
}
