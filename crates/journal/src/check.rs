//! Whether a partition's journal is where it was left off.
//!
//! A position is trusted only if the record before it is the one that was read last. A topic that was deleted and made
//! again may be shorter, or longer, or have other records at the same offsets; retention may have passed the position.
//! Each of these is seen here, and answered the same: what is there is read from its beginning, and a gap is told.
//!
//! Under a living reader the client library goes on in a topic that was made again, if that is long enough, without a
//! word (librdkafka's 0107 test names it). Then the position itself moves into the other journal, so what runs is
//! measured by a record that was read before the last look. A reader that dies between such a change and its next look
//! takes what it knew with it: topics are not made again under readers.

use uuid::Uuid;

/// Where a partition was left off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOff {
    /// The next offset.
    pub next: i64,
    /// The id of the record before it; `None`: reading began here.
    pub last_id: Option<Uuid>,
}

/// Why records may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapReason {
    /// The records at the place are gone: retention passed it.
    RetentionPassed,
    /// The journal ends before the place, or another record stands before it: it is another journal.
    JournalReplaced,
}

/// What is to be done with a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Read from this offset.
    Go(i64),
    /// Read everything there is, from this offset, and tell of the gap.
    Gap(GapReason, i64),
}

/// What stands in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct There {
    /// The first offset that is there; where none is, the next.
    pub low: i64,
    /// The offset after the last.
    pub high: i64,
    /// The id of the record that was asked for, if it is there.
    pub record: Option<Uuid>,
}

/// What was seen of a partition while it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The first offset that was there at the last look.
    pub low: i64,
    /// A record that was read before the last look: its offset and its id. `None`: nothing was read yet.
    pub anchor: Option<(i64, Uuid)>,
    /// The next offset.
    pub next: i64,
}

/// Pure: whether what is there is the journal of which so much was seen.
pub(crate) fn is_same(seen: Seen, there: There) -> bool {
    let same = match seen.anchor.filter(|(at, _)| *at >= there.low) {
        Some((_, id)) => there.record == Some(id),
        // What retention took tells nothing; but another journal would begin lower.
        None => there.low >= seen.low,
    };
    same && there.high >= seen.next
}

/// Pure: what is to be done with a partition that was left off so, and of which so much is there.
pub(crate) fn decide(left_off: Option<LeftOff>, there: There) -> Verdict {
    let There { low, high, record } = there;
    match left_off {
        // Nobody ever read it: the beginning, and what retention took before anybody read it is missing.
        None if low == 0 => Verdict::Go(0),
        None => Verdict::Gap(GapReason::RetentionPassed, low),
        Some(LeftOff { next, .. }) if next > high => Verdict::Gap(GapReason::JournalReplaced, low),
        Some(LeftOff { next, .. }) if next < low => Verdict::Gap(GapReason::RetentionPassed, low),
        // The record before is gone, and nothing after it: what is there is read whole.
        Some(LeftOff { next, last_id: None }) => Verdict::Go(next),
        Some(LeftOff { next, .. }) if next == low => Verdict::Go(next),
        Some(LeftOff { next, last_id }) if record == last_id => Verdict::Go(next),
        Some(_) => Verdict::Gap(GapReason::JournalReplaced, low),
    }
}

#[cfg(test)]
mod tests {
    use super::GapReason::{JournalReplaced, RetentionPassed};
    use super::*;

    /// What was left off, what is there, what is done.
    #[test]
    fn a_position_is_trusted_only_beside_the_record_that_was_read_last() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let at = |next, last_id| Some(LeftOff { next, last_id });
        let there = |low, high, record| There { low, high, record };
        let table = [
            ("never read, nothing there", None, there(0, 0, None), Verdict::Go(0)),
            ("never read", None, there(0, 9, None), Verdict::Go(0)),
            ("never read, and retention took some", None, there(3, 9, None), Verdict::Gap(RetentionPassed, 3)),
            ("read on", at(5, Some(a)), there(0, 9, Some(a)), Verdict::Go(5)),
            ("read on at the end", at(9, Some(a)), there(0, 9, Some(a)), Verdict::Go(9)),
            ("retention took others", at(5, Some(a)), there(3, 9, Some(a)), Verdict::Go(5)),
            ("retention took just what was read", at(5, Some(a)), there(5, 9, None), Verdict::Go(5)),
            ("retention took everything", at(5, Some(a)), there(5, 5, None), Verdict::Go(5)),
            ("retention took what was not read", at(5, Some(a)), there(6, 9, None), Verdict::Gap(RetentionPassed, 6)),
            ("made again, shorter", at(5, Some(a)), there(0, 4, None), Verdict::Gap(JournalReplaced, 0)),
            ("made again, empty", at(5, Some(a)), there(0, 0, None), Verdict::Gap(JournalReplaced, 0)),
            ("made again, longer", at(5, Some(a)), there(0, 9, Some(b)), Verdict::Gap(JournalReplaced, 0)),
            ("set back to the beginning", at(0, None), there(0, 9, None), Verdict::Go(0)),
            ("set back to what retention left", at(3, None), there(3, 9, None), Verdict::Go(3)),
            ("set back, and retention went on", at(3, None), there(4, 9, None), Verdict::Gap(RetentionPassed, 4)),
        ];
        for (what, left_off, there, verdict) in table {
            assert_eq!(decide(left_off, there), verdict, "{what}");
        }
    }

    /// What was seen, what is there, whether it is the same.
    #[test]
    fn a_journal_is_known_by_a_record_that_was_read_before() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let seen = |low, anchor, next| Seen { low, anchor, next };
        let there = |low, high, record| There { low, high, record };
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
