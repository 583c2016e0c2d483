//! How a listener's connections end once the service stops: at once if they may, and in any case.

use quota::ConnectionSlots;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What is not being served by then has no more to say: a stream that stays open, an answer that is not read, half a request.
const IDLE: Duration = Duration::from_secs(5);
/// A connection whose answer has just been made may still write it.
const ANSWERED: Duration = Duration::from_secs(1);
/// How long unanswered senders are waited for: the writer needs the rest of the time, and the senders keep their
/// messages.
const LONGEST: Duration = Duration::from_secs(18);
const PAUSE: Duration = Duration::from_millis(250);

/// Closes the connections in this order; returns when none is left. To be called when the service stops.
pub(super) async fn until_all_are_gone(places: &ConnectionSlots) {
    let stopped = Instant::now();
    sleep(IDLE).await;
    loop {
        let left = if stopped.elapsed() < LONGEST { places.close_idle(ANSWERED) } else { places.close_all() };
        if left == 0 {
            return;
        }
        sleep(PAUSE).await;
    }
}
