//! Deletes what is kept for a time only: the bytes of messages, and later their receipts.

use crate::clock;
use std::time::Duration;
use store::Store;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How long a sender can ask for the outcome of a message. Longer than a journal is usually kept: a record that is read
/// again after its receipt is gone counts as received once more.
const RECEIPTS: Duration = Duration::from_hours(24 * 90);
/// Between two sweeps: not longer, and a small part of the time that messages are kept.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
/// Rows in one statement.
const PART: u32 = 5_000;

/// Until `stop`. Every projecting process sweeps; rows that one holds are skipped by the others.
pub async fn run(store: Store, keep: Duration, stop: CancellationToken) {
    let pause = (keep / 10).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
    let mut failing = false;
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = sweep(&store, keep, &mut failing) => {}
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = sleep(pause) => {}
        }
    }
}

/// In parts, until nothing is left. `failing`: the last sweep failed, and that was logged.
async fn sweep(store: &Store, keep: Duration, failing: &mut bool) {
    let before = |age: Duration| {
        let micros = i64::try_from(age.as_micros()).unwrap_or(i64::MAX);
        clock::now().plus_micros(micros.saturating_neg())
    };
    loop {
        match store::receipt::sweep(store, before(keep), before(RECEIPTS), PART).await {
            Ok(swept) => {
                if std::mem::take(failing) {
                    tracing::info!("expired messages are deleted again");
                }
                let most = swept.bytes.max(swept.receipts).max(swept.closed);
                if most > 0 {
                    tracing::debug!(bytes = swept.bytes, receipts = swept.receipts, closed = swept.closed, "swept");
                }
                if most < u64::from(PART) {
                    return;
                }
            }
            Err(error) => {
                if !std::mem::replace(failing, true) {
                    tracing::warn!(%error, "expired messages could not be deleted: retrying");
                }
                return;
            }
        }
    }
}
