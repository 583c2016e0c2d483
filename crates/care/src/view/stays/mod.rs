//! Every stay of a lane: those with a visit number, one under several numbers as one, and those put together from facts
//! without a number ([`unkeyed`]). Derived after the fold.

mod alias;
mod alike;
mod taken_over;
mod unkeyed;

use super::{Lane, ParallelView};
use crate::entity::stay::Stay;
use crate::entity::unplaced::Unplaced;
use crate::fact::limits::Limits;
use event::Token;
use std::collections::BTreeMap;
use unkeyed::Unkeyed;

impl ParallelView {
    /// Every stay, of both lanes.
    #[must_use]
    pub fn all_stays(&self) -> Vec<Stay> {
        self.lanes().into_iter().flat_map(|lane| lane.all_stays(self.limits)).collect()
    }
}

impl Lane {
    /// Every stay: those with a visit number, and those put together from a record's facts without one (inferred).
    #[must_use]
    pub fn all_stays(&self, limits: Limits) -> Vec<Stay> {
        let mut records: BTreeMap<Token, Unkeyed> = BTreeMap::new();
        for unplaced in &self.unplaced {
            if let Unplaced::Stay { mark, origin, fact } = unplaced {
                records.entry(origin.record).or_insert_with(|| Unkeyed::new(limits)).take(mark, origin, fact);
            }
        }
        let mut stays: Vec<Stay> = self.stays.values().cloned().collect();
        for (stay, key) in stays.iter_mut().zip(self.stays.keys()) {
            stay.key = Some(*key);
        }
        alias::join(&mut stays);
        for (record, mut unkeyed) in records {
            for stay in stays.iter_mut().filter(|stay| stay.origin.record == record) {
                unkeyed.against(stay);
            }
            stays.extend(unkeyed.stays());
        }
        taken_over::doubt(&mut stays);
        for stay in &mut stays {
            stay.limits = limits;
        }
        stays
    }
}
