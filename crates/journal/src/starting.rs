//! From where the reader reads.
//!
//! An assigned partition is started once its checkpoint is known and its log still continues from there
//! ([`crate::check`]). Running partitions are checked at intervals. In doubt all are released and started again: some
//! records are then read twice, and none is skipped.

use crate::batch::BatchBuilder;
use crate::check::{self, Verdict};
use crate::membership::Running;
use crate::position_store::Gap;
use crate::reading::{PAUSE, Reading};
use event::{Checkpoint, GapReason};
use rdkafka::TopicPartitionList;
use rdkafka::consumer::Consumer;
use rdkafka::topic_partition_list::Offset;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

impl Reading {
    /// Releases all running partitions, so that they are started again.
    pub fn restart(&mut self) {
        self.generation += 1;
        self.builder = BatchBuilder::default();
        let mut members = self.membership.partitions();
        let running = std::mem::take(&mut members.running);
        members.assigned.extend(running.keys());
        drop(members);
        self.release(&running.into_keys().collect());
        self.try_at = Instant::now();
    }

    /// Takes these partitions from the client library, which refuses a list with one that it does not have. False: it may
    /// still have some.
    fn release(&self, partitions: &BTreeSet<i32>) -> bool {
        let done = self.consumer.assignment().and_then(|assigned| {
            let mut list = TopicPartitionList::new();
            for element in assigned.elements().iter().filter(|it| partitions.contains(&it.partition())) {
                list.add_partition(&self.topic, element.partition());
            }
            if list.count() == 0 { Ok(()) } else { self.consumer.incremental_unassign(&list) }
        });
        if let Err(error) = &done {
            tracing::warn!(%error, "partitions could not be released: it is tried again");
        }
        done.is_ok()
    }

    /// Starts assigned partitions, as far as possible now.
    pub fn start_assigned(&mut self) {
        self.try_at = Instant::now() + PAUSE;
        let assigned = self.membership.partitions().assigned.clone();
        let Some(ready) = self.find_starts(&assigned) else { return };
        let (mut start, mut starting) = (TopicPartitionList::new(), BTreeMap::new());
        for (partition, running) in ready {
            if start.add_partition_offset(&self.topic, partition, Offset::Offset(running.observed.next)).is_ok() {
                starting.insert(partition, running);
            }
        }
        // The client library may still have some from before. Until it releases them, nothing is started.
        if starting.is_empty() || !self.release(&starting.keys().copied().collect()) {
            return;
        }
        if let Err(error) = self.consumer.incremental_assign(&start) {
            tracing::warn!(%error, "partitions could not be started: they are tried again");
            return;
        }
        let mut members = self.membership.partitions();
        for (partition, running) in starting {
            members.assigned.remove(&partition);
            members.running.insert(partition, running);
            self.builder.forget(partition);
        }
    }

    /// From where to read these partitions, as far as it is known now. A gap is recorded first; the partition then starts
    /// the next time.
    fn find_starts(&mut self, assigned: &BTreeSet<i32>) -> Option<BTreeMap<i32, Running>> {
        let partitions: BTreeSet<i32> = assigned.union(&self.replaced).copied().collect();
        if partitions.is_empty() {
            return None;
        }
        let checkpoints = (self.position_store.checkpoints)()?;
        let before = |it: &Checkpoint| it.last_id.map(|_| it.next - 1);
        let offsets = partitions.iter().map(|it| (*it, checkpoints.get(it).and_then(before))).collect();
        let states = self.inspector.inspect(&offsets).ok()?;
        let mut ready = BTreeMap::new();
        for (partition, state) in states {
            let checkpoint = checkpoints.get(&partition).copied();
            let verdict = if self.replaced.contains(&partition) {
                Verdict::Gap(GapReason::JournalReplaced, state.low)
            } else {
                check::decide(checkpoint, state)
            };
            match verdict {
                Verdict::Resume(next) => {
                    ready.insert(partition, Running::new(next, state.low, checkpoint.and_then(|it| it.last_id)));
                }
                Verdict::Gap(reason, beginning) => {
                    let gap = Gap { partition, reason, expected: checkpoint, beginning };
                    if (self.position_store.open_gap)(gap) == Some(true) {
                        self.replaced.remove(&partition);
                        // What was observed of the log before it would open the same gap again.
                        self.membership.partitions().revoked.remove(&partition);
                    }
                }
            }
        }
        Some(ready)
    }

    /// Checks that running partitions still have the same log, and that the stored positions were not set back.
    pub fn recheck_running(&mut self) {
        let members = self.membership.partitions();
        let (running, revoked) = (members.running.clone(), members.revoked.clone());
        drop(members);
        let mut restart = false;
        for (partitions, ours) in [(running, true), (revoked, false)] {
            if partitions.is_empty() {
                continue;
            }
            let offsets = partitions.iter().map(|(partition, it)| (*partition, it.observed.anchor.map(|(at, _)| at)));
            let Ok(states) = self.inspector.inspect(&offsets.collect()) else { return };
            let mut members = self.membership.partitions();
            for (partition, state) in states {
                let Some(before) = partitions.get(&partition) else { continue };
                if !check::is_same(before.observed, state) {
                    tracing::warn!(partition, "the topic was replaced by another one while it was read");
                    self.replaced.insert(partition);
                    restart = true;
                }
                if !ours {
                    members.revoked.remove(&partition);
                } else if let Some(running) = members.running.get_mut(&partition) {
                    running.confirm(state.low);
                }
            }
        }
        if restart || self.is_set_back() {
            self.restart();
        }
    }

    /// Whether a stored position is before what was stored: the database was restored. Without new records nothing else
    /// would show it.
    fn is_set_back(&self) -> bool {
        let stored = |(partition, running): (&i32, &Running)| (*partition, running.stored);
        let stored: Vec<_> = self.membership.partitions().running.iter().map(stored).collect();
        let checkpoints = (!stored.is_empty()).then(|| (self.position_store.checkpoints)()).flatten();
        checkpoints
            .is_some_and(|it| stored.iter().any(|(partition, at)| it.get(partition).map_or(0, |it| it.next) < *at))
    }
}
