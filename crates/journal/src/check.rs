//! Whether a partition's journal is where it was left off.
//!
//! A position is trusted only if the record before it is the one that was read last. A topic that was deleted and made
//! again may be shorter, or longer, or have other records at the same offsets; retention may have passed the position.
//! Each of these is seen here, and answered the same: what is there is read from its beginning, and a gap is told.

use crate::client::Quiet;
use crate::error::JournalError;
use crate::header;
use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::Message;
use rdkafka::topic_partition_list::Offset;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
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
    /// The id of the record before the place where the partition was left off, if it is there.
    pub before: Option<Uuid>,
}

/// Pure: what is to be done with a partition that was left off so, and of which so much is there.
pub(crate) fn decide(left_off: Option<LeftOff>, there: There) -> Verdict {
    let There { low, high, before } = there;
    match left_off {
        // Nobody ever read it: the beginning, and what retention took before anybody read it is missing.
        None if low == 0 => Verdict::Go(0),
        None => Verdict::Gap(GapReason::RetentionPassed, low),
        Some(LeftOff { next, .. }) if next > high => Verdict::Gap(GapReason::JournalReplaced, low),
        Some(LeftOff { next, .. }) if next < low => Verdict::Gap(GapReason::RetentionPassed, low),
        // The record before is gone, and nothing after it: what is there is read whole.
        Some(LeftOff { next, last_id: None }) => Verdict::Go(next),
        Some(LeftOff { next, .. }) if next == low => Verdict::Go(next),
        Some(LeftOff { next, last_id }) if before == last_id => Verdict::Go(next),
        Some(_) => Verdict::Gap(GapReason::JournalReplaced, low),
    }
}

/// Looks at what is there of some partitions; one whose leader does not answer in time is left out.
pub(crate) struct Looker {
    consumer: BaseConsumer<crate::reader::Looking>,
    topic: String,
}

const PATIENCE: Duration = Duration::from_secs(5);

impl Looker {
    /// Of the readers' group by name only, so that the same rights will do: it never joins.
    pub fn try_new(client: &crate::Client, topic: &str, group: &str) -> Result<Self, JournalError> {
        use rdkafka::config::FromClientConfigAndContext;
        let mut config = client.looking();
        config.set("group.id", group);
        let consumer = BaseConsumer::from_config_and_context(&config, crate::reader::Looking(Quiet))?;
        Ok(Self { consumer, topic: topic.to_owned() })
    }

    pub fn look(&self, partitions: &BTreeMap<i32, Option<LeftOff>>) -> Result<BTreeMap<i32, There>, KafkaError> {
        let mut there = BTreeMap::new();
        let mut before = TopicPartitionList::new();
        for (partition, left_off) in partitions {
            let Ok((low, high)) = self.consumer.fetch_watermarks(&self.topic, *partition, PATIENCE) else {
                continue;
            };
            there.insert(*partition, There { low, high, before: None });
            if let Some(next) = left_off.filter(|it| it.last_id.is_some()).map(|it| it.next)
                && (low + 1..=high).contains(&next)
            {
                before.add_partition_offset(&self.topic, *partition, Offset::Offset(next - 1))?;
            }
        }
        for (partition, id) in self.ids(&before)? {
            // One that did not come in time is not known: it is looked at again.
            match (id, there.get_mut(&partition)) {
                (Some(id), Some(there)) => there.before = Some(id),
                _ => drop(there.remove(&partition)),
            }
        }
        Ok(there)
    }

    /// The ids of the records at these places.
    fn ids(&self, at: &TopicPartitionList) -> Result<BTreeMap<i32, Option<Uuid>>, KafkaError> {
        let mut ids: BTreeMap<i32, Option<Uuid>> = at.elements().iter().map(|it| (it.partition(), None)).collect();
        if ids.is_empty() {
            return Ok(ids);
        }
        self.consumer.assign(at)?;
        let deadline = Instant::now() + PATIENCE;
        while ids.values().any(Option::is_none) && Instant::now() < deadline {
            // An error is of one partition, which then is not known.
            if let Some(Ok(message)) = self.consumer.poll(Duration::from_millis(100))
                && let Some(id @ None) = ids.get_mut(&message.partition())
            {
                *id = Some(header::record_id(message.headers(), message.payload().unwrap_or_default()));
            }
        }
        self.consumer.unassign()?;
        Ok(ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was left off, what is there, what is done.
    #[test]
    fn a_position_is_trusted_only_beside_the_record_that_was_read_last() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let at = |next, last_id| Some(LeftOff { next, last_id });
        let there = |low, high, before| There { low, high, before };
        use GapReason::{JournalReplaced, RetentionPassed};
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
}
