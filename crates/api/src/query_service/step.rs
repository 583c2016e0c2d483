//! Answers that tell of nobody leave at a fixed step after the question: their time tells nothing either.

use std::time::Duration;

/// The outcome of `work`, at a whole number of steps after `begun`.
pub(super) async fn leaving_at_step<T>(
    begun: tokio::time::Instant,
    step: Duration,
    work: impl Future<Output = T>,
) -> T {
    let done = work.await;
    tokio::time::sleep_until(at_step(begun, tokio::time::Instant::now(), step)).await;
    done
}

/// The first whole number of steps after `begun` that is not over.
fn at_step(begun: tokio::time::Instant, now: tokio::time::Instant, step: Duration) -> tokio::time::Instant {
    if step.is_zero() {
        return now;
    }
    let over = now.duration_since(begun).as_nanos() % step.as_nanos();
    now + step.saturating_sub(Duration::from_nanos(u64::try_from(over).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::{at_step, leaving_at_step};
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn an_answer_about_nobody_leaves_at_a_step() {
        let (begun, step) = (Instant::now(), Duration::from_millis(10));
        let leaves = |micros| at_step(begun, begun + Duration::from_micros(micros), step).duration_since(begun);
        assert_eq!([1, 4_000, 9_999].map(leaves), [step; 3]);
        assert_eq!([10_001, 19_000].map(leaves), [step * 2; 2]);
        assert_eq!(at_step(begun, begun + step, Duration::ZERO), begun + step, "without steps at once");
    }

    #[tokio::test]
    async fn what_is_done_after_the_look_up_leaves_at_a_step_too() {
        let (begun, step) = (Instant::now(), Duration::from_millis(20));
        assert_eq!(leaving_at_step(begun, step, async { 7 }).await, 7);
        assert!(begun.elapsed() >= step, "a write that took no time leaves no sooner");
    }
}
