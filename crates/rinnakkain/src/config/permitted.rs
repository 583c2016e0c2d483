//! What a source may write, and what it may decide.

use super::file;
use super::problems::Problems;
use adapter::Decides;
use care::source::Coverage;
use event::{FactKind, MayEnd, Register};
use std::collections::BTreeSet;

/// How much of what stood before a whole list may end on its own, as each list carries it.
pub fn may_end(lists: &file::Lists, problems: &mut Problems) -> MayEnd {
    let percent = (0..=100_u32).find(|percent| f64::from(*percent) >= lists.ends_share * 100.0);
    if let Some(percent) = percent.filter(|_| lists.ends_share >= 0.0) {
        return MayEnd::UpTo { percent, at_least: lists.ends_at_least };
    }
    problems.add("lists.ends_share: write a part of what stood, from 0 to 1");
    MayEnd::Nothing
}

/// Social care writes its own register; hospitals' stays and their social work are in the other.
pub fn usual_registers(covers: &[Coverage]) -> BTreeSet<Register> {
    let of_hospitals = covers.iter().any(|it| matches!(it, Coverage::Stays | Coverage::HealthSocialWork));
    let patient = of_hospitals.then_some(Register::Patient);
    patient.into_iter().chain([Register::Social]).collect()
}

pub fn decides(what: file::Decides) -> Decides {
    match what {
        file::Decides::IdentityCodes => Decides::IdentityCodes,
        file::Decides::Merges => Decides::Merges,
        file::Decides::NonDisclosure => Decides::NonDisclosure,
        file::Decides::Lists => Decides::Lists,
    }
}

pub fn kind(coverage: Coverage) -> FactKind {
    match coverage {
        Coverage::Stays => FactKind::Stays,
        Coverage::Referrals => FactKind::Referrals,
        Coverage::HealthSocialWork => FactKind::HealthSocialWork,
        Coverage::Clientships => FactKind::Clientships,
        Coverage::Workers => FactKind::Workers,
        Coverage::DutyContacts => FactKind::DutyContacts,
    }
}
