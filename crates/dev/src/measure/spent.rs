//! What processes have spent: processor time by role, and the most memory.

use crate::process::Resident;
use std::collections::BTreeMap;

/// Processor seconds so far, by who spent them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cpu(pub(crate) BTreeMap<String, f64>);

impl Cpu {
    pub(crate) fn add(&mut self, who: &str, seconds: f64) {
        *self.0.entry(who.to_owned()).or_default() += seconds;
    }
}

/// The most that each role had resident, in MiB.
#[derive(Clone, Debug, Default)]
pub(crate) struct Peaks(pub(crate) BTreeMap<String, u64>);

impl Peaks {
    /// Looks at what runs now; the kernel keeps each process's peak.
    pub(crate) fn look(&mut self, bed: &[(&'static str, u32)]) -> anyhow::Result<()> {
        for (role, pid) in bed {
            self.add(role, Resident::of(*pid)?.most);
        }
        Ok(())
    }

    /// The higher of both.
    pub(crate) fn take(&mut self, others: Self) {
        others.0.into_iter().for_each(|(role, most)| self.add(&role, most));
    }

    /// What a process had at its peak.
    pub(crate) fn add(&mut self, role: &str, most: u64) {
        let peak = self.0.entry(role.to_owned()).or_default();
        *peak = most.max(*peak);
    }
}
