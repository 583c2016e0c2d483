//! From where the reader reads.
//!
//! What is assigned is started once it is known where it was left off and that the journal still is that one
//! ([`crate::check`]); what runs is looked at now and then. In doubt everything is let go and started again: that costs
//! some records that are read twice, and skips none.

use crate::check::{self, GapReason, LeftOff, Verdict};
use crate::chunk::Gathering;
use crate::membership::Running;
use crate::reader::Gap;
use crate::reading::{PAUSE, Reading};
use rdkafka::TopicPartitionList;
use rdkafka::consumer::Consumer;
use rdkafka::topic_partition_list::Offset;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

impl Reading {
    /// Lets go of everything that runs, so that it is started again.
    pub fn again(&mut self) {
        self.generation += 1;
        self.gathering = Gathering::default();
        let mut members = self.consumer.context().partitions();
        let running = std::mem::take(&mut members.running);
        members.waiting.extend(running.keys());
        drop(members);
        self.let_go(&running.into_keys().collect());
        self.try_at = Instant::now();
    }

    /// What the client library has of these is taken from it; it refuses a list with one that it has not. False: it may
    /// have some still.
    fn let_go(&self, partitions: &BTreeSet<i32>) -> bool {
        let done = self.consumer.assignment().and_then(|assigned| {
            let mut list = TopicPartitionList::new();
            for element in assigned.elements().iter().filter(|it| partitions.contains(&it.partition())) {
                list.add_partition(&self.topic, element.partition());
            }
            if list.count() == 0 { Ok(()) } else { self.consumer.incremental_unassign(&list) }
        });
        if let Err(error) = &done {
            tracing::warn!(%error, "partitions could not be let go: it is tried again");
        }
        done.is_ok()
    }

    /// Starts what waits, as far as it can be started now.
    pub fn start_waiting(&mut self) {
        self.try_at = Instant::now() + PAUSE;
        let waiting = self.consumer.context().partitions().waiting.clone();
        let Some(found) = self.find(&waiting) else { return };
        let (mut start, mut starting) = (TopicPartitionList::new(), BTreeMap::new());
        for (partition, running) in found {
            if start.add_partition_offset(&self.topic, partition, Offset::Offset(running.seen.next)).is_ok() {
                starting.insert(partition, running);
            }
        }
        // What could not be let go is, or nothing is started.
        if starting.is_empty() || !self.let_go(&starting.keys().copied().collect()) {
            return;
        }
        if let Err(error) = self.consumer.incremental_assign(&start) {
            tracing::warn!(%error, "partitions could not be started: they are tried again");
            return;
        }
        let mut members = self.consumer.context().partitions();
        for (partition, running) in starting {
            members.waiting.remove(&partition);
            members.running.insert(partition, running);
            self.gathering.forget(partition);
        }
    }

    /// From where to read these partitions, as far as it is known now; where there is a gap, it is noted first, and next
    /// time found to be so.
    fn find(&mut self, waiting: &BTreeSet<i32>) -> Option<BTreeMap<i32, Running>> {
        let partitions: BTreeSet<i32> = waiting.union(&self.replaced).copied().collect();
        if partitions.is_empty() {
            return None;
        }
        let left_off = (self.keeper.left_off)()?;
        let before = |it: &LeftOff| it.last_id.map(|_| it.next - 1);
        let places = partitions.iter().map(|it| (*it, left_off.get(it).and_then(before))).collect();
        let there = self.looker.look(&places).ok()?;
        let mut found = BTreeMap::new();
        for (partition, there) in there {
            let left_off = left_off.get(&partition).copied();
            let verdict = if self.replaced.contains(&partition) {
                Verdict::Gap(GapReason::JournalReplaced, there.low)
            } else {
                check::decide(left_off, there)
            };
            match verdict {
                Verdict::Go(next) => {
                    found.insert(partition, Running::new(next, there.low, left_off.and_then(|it| it.last_id)));
                }
                Verdict::Gap(reason, beginning) => {
                    let gap = Gap { partition, reason, found: left_off, beginning };
                    if (self.keeper.open_gap)(gap) == Some(true) {
                        self.replaced.remove(&partition);
                    }
                }
            }
        }
        Some(found)
    }

    /// Whether what runs still is the journal that it was, and the keeper not set back.
    pub fn look_at_running(&mut self) {
        let members = self.consumer.context().partitions();
        let (running, gone) = (members.running.clone(), members.gone.clone());
        drop(members);
        let mut again = false;
        for (partitions, ours) in [(running, true), (gone, false)] {
            if partitions.is_empty() {
                continue;
            }
            let places = partitions.iter().map(|(partition, it)| (*partition, it.seen.anchor.map(|(at, _)| at)));
            let Ok(there) = self.looker.look(&places.collect()) else { return };
            let mut members = self.consumer.context().partitions();
            for (partition, there) in there {
                let Some(was) = partitions.get(&partition) else { continue };
                if !check::is_same(was.seen, there) {
                    tracing::warn!(partition, "the journal is another one than was read");
                    self.replaced.insert(partition);
                    again = true;
                }
                if !ours {
                    members.gone.remove(&partition);
                } else if let Some(running) = members.running.get_mut(&partition) {
                    running.looked_at(there.low);
                }
            }
        }
        if again || self.is_set_back() {
            self.again();
        }
    }

    /// Whether the keeper is before what it had stored: it was restored, and may hear of it from no record for long.
    fn is_set_back(&self) -> bool {
        let stored = |(partition, running): (&i32, &Running)| (*partition, running.stored);
        let stored: Vec<_> = self.consumer.context().partitions().running.iter().map(stored).collect();
        let left_off = (!stored.is_empty()).then(|| (self.keeper.left_off)()).flatten();
        left_off.is_some_and(|it| stored.iter().any(|(partition, at)| it.get(partition).map_or(0, |it| it.next) < *at))
    }
}
