//! Large messages are read and sealed where they keep nobody waiting: that takes milliseconds, in which the thread of an async
//! task would serve no other.

use tokio::sync::Semaphore;

/// What is less is done at once: handing it over would take longer.
const LARGE: usize = 64 << 10;
/// At a time. More would only take the processors from those who answer.
static TURNS: Semaphore = Semaphore::const_new(2);

/// The result of `work` on so many bytes.
pub async fn of<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    if bytes < LARGE {
        return work();
    }
    // Nobody closes it.
    let _turn = TURNS.acquire().await;
    tokio::task::block_in_place(work)
}
