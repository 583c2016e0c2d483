//! Builds the indexes that a new version brings for tables of many rows, while the service works.

use std::time::Duration;
use store::Store;
use store::deferred::Deferred;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// Before the next attempt.
const PAUSE: Duration = Duration::from_mins(1);

/// Until they are there, or `stop`. What is broken off is built anew by the next run.
pub async fn run(store: Store, stop: CancellationToken) {
    let mut failing = false;
    loop {
        let built = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            built = store.build_deferred(|it| tracing::debug!(index = it.index, phase = it.phase, percent = it.percent, "index")) => built,
        };
        match built {
            Ok(Deferred::Done(0)) => return,
            Ok(Deferred::Done(indexes)) => return tracing::info!(indexes, "indexes of this version are built"),
            Ok(Deferred::Forbidden) => {
                return tracing::warn!(
                    "this account may not build the indexes of this version: run `rinnakkain migrate` with the schema's owner"
                );
            }
            Ok(Deferred::Elsewhere) => {}
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    tracing::warn!(%error, "indexes of this version cannot be built: retrying");
                }
            }
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = sleep(PAUSE) => {}
        }
    }
}
