//! Which of two facts stands after the other.
//!
//! The fold meets facts in the order of their keys ([`event::OrderKey`]). That order is total, but it is not the order
//! of meaning: a time to the minute sorts before every second of that minute. So whether one fact replaces, cancels or
//! outlives another is asked of the pair, in this order (rule R2):
//!
//! 1. **Time**, by the precision it was written with: `10:15` is the whole of that minute, so it stands neither before
//!    nor after `10:15:30`. A source's clock far ahead of ours proves only that the fact was recorded before we received
//!    it: a clock in 2029 wins nothing.
//! 2. **Sequence numbers**, within one source and one run of them. HL7 (2.9.1) lets a link restart its numbers at any
//!    time, and gives 0 and −1 meanings of their own: neither orders anything. One client's facts do not show where a
//!    run began. But a lower number that was received later either was overtaken, by a few, or belongs to a new run.
//! 3. **Arrival**, and inside one message the order in which it reports its facts.
//!
//! A tie that remains goes to the cancellation: it names something that existed before.

use event::{Instant, OrderKey, ReceivedEvent};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Two clocks of one hospital may differ by this many seconds, and a date stands for some hour of its day. Times that
/// lie closer together have no order. One value, wherever times of two facts are compared.
pub const CLOCK_TOLERANCE_SECONDS: i64 = 3600;

/// Messages of one time overtake each other by at most this many. A lower number that was received after a higher one by
/// more belongs to a new run.
const OVERTAKING: u64 = 16;

/// Where a fact stands among others. `Ord` sorts by the key, which is not the order of meaning: see
/// [`Mark::stands_after`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    key: OrderKey,
    /// The first instant that the source's time may mean, and the last one.
    since: Instant,
    until: Instant,
    /// Stands for the source's name.
    source: u64,
}

impl Mark {
    /// The mark of an event.
    #[must_use]
    pub fn of(received: &ReceivedEvent) -> Self {
        /// UUIDv5 of the DNS namespace and `source.rinnakkain`. It is compared only within one view.
        const NAMESPACE: Uuid = Uuid::from_u128(0x3f1c_52f7_8a8e_5b0c_9d0e_1f44_6a27_c9b1);
        let (event, key) = (&received.event, received.order_key());
        let width = if event.recorded_at > received.received_at { 0 } else { event.recorded_width };
        let until = key.time.plus_micros((width - 1).max(0));
        // A clock that is ahead by more than clocks differ proves only that the fact was recorded before we received it.
        let ahead = event.recorded_at > received.received_at.plus_seconds(CLOCK_TOLERANCE_SECONDS);
        let since = if ahead { Instant::MIN } else { key.time };
        let source = Uuid::new_v5(&NAMESPACE, event.source.as_bytes()).as_u64_pair().0;
        Self { key, since, until, source }
    }

    /// min(recorded, received).
    #[must_use]
    pub fn time(&self) -> Instant {
        self.key.time
    }

    /// The last instant that the source's time may mean.
    #[must_use]
    pub fn until(&self) -> Instant {
        self.until
    }

    /// When we received it.
    #[must_use]
    pub fn received(&self) -> Instant {
        self.key.received
    }

    /// True if `self` stands after `other`. Of two facts at most one does.
    #[must_use]
    pub fn stands_after(&self, other: &Self) -> bool {
        if self.since > other.until {
            return true;
        }
        if other.since > self.until {
            return false;
        }
        match self.run(other) {
            Some((ours, theirs)) => ours > theirs,
            None => (self.key.received, self.ordinal(other)) > (other.key.received, other.ordinal(self)),
        }
    }

    /// A total order, the same in every run; it has no meaning.
    pub(crate) fn order(&self) -> OrderKey {
        self.key
    }

    /// True if both come from one message, as far as is visible: one source, one time, one receipt.
    #[must_use]
    pub(crate) fn is_of_one_message(&self, other: &Self) -> bool {
        let of = |it: &Self| (it.source, it.key.time, it.key.sequence, it.key.received);
        of(self) == of(other)
    }

    /// Both sequence numbers, if they differ and belong to one source and one run.
    fn run(&self, other: &Self) -> Option<(i64, i64)> {
        let (ours, theirs) = self.key.sequence.zip(other.key.sequence)?;
        let one_link = self.source == other.source && ours > 0 && theirs > 0 && ours != theirs;
        let (first, second) = if self.key.received <= other.key.received { (ours, theirs) } else { (theirs, ours) };
        // The first number of a run overtakes only the next ones.
        let most = if second == 1 { 2 } else { OVERTAKING };
        let one_run = second > first || first.abs_diff(second) <= most;
        (one_link && one_run).then_some((ours, theirs))
    }

    /// The ordinal, if both may belong to one message.
    fn ordinal(&self, other: &Self) -> u32 {
        if self.source == other.source { self.key.ordinal } else { 0 }
    }
}

/// A field reported again: an absent one keeps what stood, and so does one from a report that stands before (`newest`
/// false).
pub(crate) fn keep<T>(known: &mut Option<T>, reported: Option<T>, newest: bool) {
    if reported.is_some() && (newest || known.is_none()) {
        *known = reported;
    }
}

/// The time of a fact is the earliest reported: a later report does not move it.
pub(crate) fn earliest(known: &mut Option<Instant>, reported: Instant) {
    *known = Some(known.map_or(reported, |known| known.min(reported)));
}

/// Takes `mark` as the newest of its kind unless the known one stands after it; true if it was taken.
pub(crate) fn is_newest(known: &mut Option<Mark>, mark: &Mark) -> bool {
    let newest = known.is_none_or(|known| !known.stands_after(mark));
    if newest {
        *known = Some(*mark);
    }
    newest
}
