//! Whether a partition's log still continues from its checkpoint.
//!
//! A position is trusted only if the record before it is the one that was read last. A topic that was deleted and created
//! again may be shorter or longer, or have other records at the same offsets. Retention may have passed the position. In
//! each of these cases the log is read from its beginning, and a gap is opened.
//!
//! A running reader needs a second check. When a topic is created again and is long enough, the client library silently
//! reads on in the new one (librdkafka's test 0107 covers it), and the position moves into the new log. So a running
//! partition is checked by a record that was read before the last check. A reader that dies between such a change and
//! its next check loses what it knew: topics must not be created again under running readers.

use event::{Checkpoint, GapReason};
use uuid::Uuid;

/// What to do with a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Read from this offset.
    Resume(i64),
    /// Read everything from this offset, and open a gap.
    Gap(GapReason, i64),
}

/// What the broker holds of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogState {
    /// The first offset that it holds; if it holds none, the next.
    pub low: i64,
    /// The offset after the last.
    pub high: i64,
    /// The id of the record that was asked for, if the broker holds it.
    pub record: Option<Uuid>,
}

/// What a running reader has observed of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Observed {
    /// The first offset at the last check.
    pub low: i64,
    /// A record that was read before the last check: its offset and its id. `None`: nothing was read yet.
    pub anchor: Option<(i64, Uuid)>,
    /// The next offset.
    pub next: i64,
}

/// Pure: whether the broker still holds the log that was observed.
pub(crate) fn is_same(observed: Observed, state: LogState) -> bool {
    let same = match observed.anchor.filter(|(at, _)| *at >= state.low) {
        Some((_, id)) => state.record == Some(id),
        // Retention removed the anchor, so it proves nothing. But another log would begin lower.
        None => state.low >= observed.low,
    };
    same && state.high >= observed.next
}

/// Pure: what to do with a partition, by its checkpoint and what the broker holds.
pub(crate) fn decide(checkpoint: Option<Checkpoint>, state: LogState) -> Verdict {
    let LogState { low, high, record } = state;
    match checkpoint {
        // Never read: it begins at the beginning. What retention removed before is missing.
        None if low == 0 => Verdict::Resume(0),
        None => Verdict::Gap(GapReason::RetentionPassed, low),
        Some(Checkpoint { next, .. }) if next > high => Verdict::Gap(GapReason::JournalReplaced, low),
        Some(Checkpoint { next, .. }) if next < low => Verdict::Gap(GapReason::RetentionPassed, low),
        // No record was read before this place, so there is none to compare.
        Some(Checkpoint { next, last_id: None }) => Verdict::Resume(next),
        Some(Checkpoint { next, .. }) if next == low => Verdict::Resume(next),
        Some(Checkpoint { next, last_id }) if record == last_id => Verdict::Resume(next),
        Some(_) => Verdict::Gap(GapReason::JournalReplaced, low),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use event::GapReason::{JournalReplaced, RetentionPassed};

    /// The case, the checkpoint, the state of the log, the verdict.
    #[test]
    fn a_position_is_trusted_only_beside_the_record_that_was_read_last() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let at = |next, last_id| Some(Checkpoint { next, last_id });
        let there = |low, high, record| LogState { low, high, record };
        let table = [
            ("never read, empty log", None, there(0, 0, None), Verdict::Resume(0)),
            ("never read", None, there(0, 9, None), Verdict::Resume(0)),
            ("never read, and retention took some", None, there(3, 9, None), Verdict::Gap(RetentionPassed, 3)),
            ("read on", at(5, Some(a)), there(0, 9, Some(a)), Verdict::Resume(5)),
            ("read on at the end", at(9, Some(a)), there(0, 9, Some(a)), Verdict::Resume(9)),
            ("retention took others", at(5, Some(a)), there(3, 9, Some(a)), Verdict::Resume(5)),
            ("retention took just what was read", at(5, Some(a)), there(5, 9, None), Verdict::Resume(5)),
            ("retention took everything", at(5, Some(a)), there(5, 5, None), Verdict::Resume(5)),
            ("retention took what was not read", at(5, Some(a)), there(6, 9, None), Verdict::Gap(RetentionPassed, 6)),
            ("made again, shorter", at(5, Some(a)), there(0, 4, None), Verdict::Gap(JournalReplaced, 0)),
            ("made again, empty", at(5, Some(a)), there(0, 0, None), Verdict::Gap(JournalReplaced, 0)),
            ("made again, longer", at(5, Some(a)), there(0, 9, Some(b)), Verdict::Gap(JournalReplaced, 0)),
            ("set back to the beginning", at(0, None), there(0, 9, None), Verdict::Resume(0)),
            ("set back to what retention left", at(3, None), there(3, 9, None), Verdict::Resume(3)),
            ("set back, and retention went on", at(3, None), there(4, 9, None), Verdict::Gap(RetentionPassed, 4)),
        ];
        for (what, checkpoint, there, verdict) in table {
            assert_eq!(decide(checkpoint, there), verdict, "{what}");
        }
    }

    /// The case, what was observed, the state of the log, whether it is the same log.
    #[test]
    fn a_log_is_recognised_by_a_record_that_was_read_before() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let seen = |low, anchor, next| Observed { low, anchor, next };
        let there = |low, high, record| LogState { low, high, record };
        let table = [
            ("nothing read, nothing there", seen(0, None, 0), there(0, 0, None), true),
            ("nothing read yet", seen(0, None, 0), there(0, 9, None), true),
            ("read on", seen(0, Some((4, a)), 7), there(0, 9, Some(a)), true),
            ("retention took others", seen(0, Some((4, a)), 7), there(4, 9, Some(a)), true),
            ("retention took the record", seen(0, Some((4, a)), 7), there(5, 9, None), true),
            ("retention took everything", seen(5, Some((4, a)), 7), there(7, 7, None), true),
            ("made again, shorter", seen(0, Some((4, a)), 7), there(0, 6, Some(a)), false),
            ("made again, as long", seen(0, Some((4, a)), 7), there(0, 7, Some(b)), false),
            ("made again, longer", seen(0, Some((4, a)), 7), there(0, 9, Some(b)), false),
            (
                "another broker leads, which retention is slower on",
                seen(5, Some((4, a)), 7),
                there(3, 9, Some(a)),
                true,
            ),
            ("made again after retention took the record", seen(5, Some((4, a)), 7), there(0, 9, Some(b)), false),
            ("made again after retention took everything", seen(7, None, 7), there(0, 9, None), false),
        ];
        for (what, seen, there, same) in table {
            assert_eq!(is_same(seen, there), same, "{what}");
        }
    }
}
