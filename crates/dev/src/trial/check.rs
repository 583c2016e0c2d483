//! What must hold after each fault: every acknowledged message is in the record, once; nothing is there that nobody sent.

use super::load::Ledger;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The events of the record, and how many times each is there.
pub(super) type Stored = BTreeMap<Uuid, u64>;

/// What does not hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wrong {
    /// Acknowledged, and not there.
    pub(super) lost: u64,
    /// There more than once.
    pub(super) doubled: u64,
    /// There, and sent by nobody.
    pub(super) strange: u64,
}

/// Counts the events of a list of their ids.
pub(super) fn stored(ids: &[String]) -> anyhow::Result<Stored> {
    let mut stored = Stored::new();
    for id in ids {
        *stored.entry(id.parse()?).or_default() += 1;
    }
    Ok(stored)
}

/// Compares what is there with what was sent and acknowledged. What was sent and not acknowledged may be there or not.
pub(super) fn judge(ledger: &Ledger, stored: &Stored) -> Wrong {
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    Wrong {
        lost: count(ledger.acknowledged.iter().filter(|id| !stored.contains_key(*id)).count()),
        doubled: stored.values().map(|times| times - 1).sum(),
        strange: count(stored.keys().filter(|id| !ledger.sent.contains(*id)).count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(of: impl IntoIterator<Item = u128>) -> Vec<String> {
        of.into_iter().map(|n| Uuid::from_u128(n).to_string()).collect()
    }

    /// Ten were sent, the first eight of them acknowledged.
    fn ledger() -> Ledger {
        let id = Uuid::from_u128;
        Ledger { sent: (0..10).map(id).collect(), acknowledged: (0..8).map(id).collect(), ..Ledger::default() }
    }

    fn judged(there: impl IntoIterator<Item = u128>) -> Wrong {
        judge(&ledger(), &stored(&ids(there)).unwrap())
    }

    #[test]
    fn what_holds_is_found_to_hold() {
        assert_eq!(judged(0..8), Wrong::default());
        // The outcome was not known: it came after all.
        assert_eq!(judged((0..8).chain([9])), Wrong::default());
    }

    #[test]
    fn an_acknowledged_message_that_is_gone_is_found() {
        assert_eq!(judged((0..8).filter(|n| *n != 5)), Wrong { lost: 1, ..Wrong::default() });
        // Something else in its place is no remedy.
        assert_eq!(judged((0..7).chain([9])), Wrong { lost: 1, ..Wrong::default() });
    }

    #[test]
    fn one_that_is_there_twice_is_found() {
        assert_eq!(judged((0..8).chain([3])), Wrong { doubled: 1, ..Wrong::default() });
        assert_eq!(judged((0..8).chain([9, 9, 9])), Wrong { doubled: 2, ..Wrong::default() });
    }

    #[test]
    fn one_that_nobody_sent_is_found() {
        assert_eq!(judged((0..8).chain([77])), Wrong { strange: 1, ..Wrong::default() });
    }

    #[test]
    fn what_is_no_id_is_no_record() {
        assert!(stored(&["no id".to_owned()]).is_err());
    }
}
