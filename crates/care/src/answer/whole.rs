//! May the caller see everything on which an answer rests? Otherwise something withheld may exist, and "none" is not
//! known (law 5).
//!
//! The question is about kinds of data and sources, never about what the record holds: an answer that is "not known"
//! only where something is withheld would disclose that it exists. The one exception is a message that names another
//! controller than its source has: nothing else shows it.

use super::{Decision, Facts};
use crate::rule::source::{Completeness, Doubt, SourceState};
use crate::thing::Data;
use event::{FactKind, Register};

/// What an answer rests on: a kind of data of a register, and the kind of fact as which sources cover it.
#[derive(Clone, Copy)]
pub(super) struct Look(pub Register, pub Data, pub FactKind);

/// `GetOwnWorker`. A health professional may be an own worker too (1301/2014 42 §).
pub(super) const OWN_WORKER: &[Look] = &[
    Look(Register::Social, Data::Workers, FactKind::Workers),
    Look(Register::Social, Data::Clientships, FactKind::Clientships),
    Look(Register::Patient, Data::Workers, FactKind::Workers),
];

/// `CheckInvolvement`. Health social work may stand in either register, and be known by its worker alone.
pub(super) const INVOLVEMENT: &[Look] = &[
    Look(Register::Patient, Data::Stays, FactKind::Stays),
    Look(Register::Patient, Data::HealthSocialWork, FactKind::HealthSocialWork),
    Look(Register::Patient, Data::Workers, FactKind::Workers),
    Look(Register::Social, Data::HealthSocialWork, FactKind::HealthSocialWork),
    Look(Register::Social, Data::Workers, FactKind::HealthSocialWork),
];

/// `ListCurrentWorkers`, of one register.
pub(super) const fn workers(register: Register) -> [Look; 4] {
    [
        Look(register, Data::DutyContacts, FactKind::DutyContacts),
        Look(register, Data::Workers, FactKind::Workers),
        Look(register, Data::HealthSocialWork, FactKind::HealthSocialWork),
        Look(register, Data::Stays, FactKind::Stays),
    ]
}

/// The kinds of data that show what was done or not done: all but who the client is, the place, and what is permitted.
fn matters(data: Data) -> bool {
    !matches!(data, Data::StayPlace | Data::Person | Data::Permissions)
}

impl Facts<'_> {
    /// Does the caller see everything on which the answer rests, as far as any source covers it?
    pub(super) fn sees_all(&self, decision: &Decision, looks: &[Look]) -> bool {
        looks.iter().all(|Look(register, data, kind)| {
            let covering = || self.sources_of(*register).filter(|it| it.covers.contains(kind));
            let none = covering().next().is_none();
            none || (decision.sees_all(*register, *data)
                && covering().all(|it| decision.sees_source(&it.name, *register)))
        })
    }

    /// Does the caller see everything of the register that shows what was done or not done? What is left undone is
    /// shown only to those who would see that it was done.
    pub(super) fn sees_whole(&self, decision: &Decision, register: Register) -> bool {
        let mut kinds = Data::ALL.iter().copied().filter(|data| matters(*data));
        kinds.all(|data| decision.sees_all(register, data))
            && self.sources_of(register).all(|it| decision.sees_source(&it.name, register))
    }

    /// The configured sources that may write in the register.
    fn sources_of(&self, register: Register) -> impl Iterator<Item = &SourceState> {
        let here = move |it: &&SourceState| it.register.is_none_or(|of| of == register) && !it.covers.is_empty();
        self.states.iter().filter(here)
    }

    /// Whether "none" may be answered for `coverages`. A doubt, too, discloses something about the client. So a doubt
    /// in a register that the caller may not see is withheld, and so is a rejected message that may belong there.
    pub(super) fn completeness(&self, decision: &Decision, coverages: &[FactKind]) -> Completeness {
        let mut completeness = Completeness::of(self.states, coverages);
        let known = |register: Register| register == decision.own || self.sees_whole(decision, register);
        let both = Register::ALL.iter().all(|register| self.sees_whole(decision, *register));
        let may_know = |name: &str| {
            let mut configured = self.states.iter().filter(|it| !it.covers.is_empty());
            let Some(source) = configured.find(|it| it.name == name) else { return both };
            match source.register {
                Some(register) => decision.may_know_source(name, register) && known(register),
                None => both && Register::ALL.iter().all(|it| decision.may_know_source(name, *it)),
            }
        };
        if let Some(since) =
            self.rejected_since.iter().filter(|(name, _)| may_know(name)).map(|(_, since)| *since).min()
        {
            completeness = completeness.doubt(Doubt::MessageRejected, Some(since));
        }
        if self.past {
            completeness = completeness.doubt(Doubt::Unclear, None);
        }
        // It concerns no particular client, so every caller gets it.
        if let Some(known_until) = self.gap {
            completeness = completeness.doubt(Doubt::RecordsMissing, known_until);
        } else if self.prohibitions_doubted {
            completeness = completeness.doubt(Doubt::RecordsMissing, None);
        }
        // Nor does this.
        if let Some(until) = self.applied_until {
            completeness = completeness.doubt(Doubt::NotApplied, Some(until));
        }
        if self.ambiguous {
            completeness = completeness.doubt(Doubt::IdentityAmbiguous, None);
        }
        let seen = Register::ALL.iter().filter(|it| decision.sees_lane(**it) && known(**it));
        let not_understood = self.view.into_iter().flat_map(|view| {
            seen.clone().flat_map(|register| {
                let here = view.lane(*register).not_understood.iter().map(|(source, since)| (source, *since));
                let here = here.chain(view.in_unmapped_role(*register, self.at));
                here.filter(|(source, _)| decision.may_know_source(source, *register)).map(|(_, since)| since)
            })
        });
        if let Some(since) = not_understood.min() {
            completeness = completeness.doubt(Doubt::NotUnderstood, Some(since));
        }
        completeness
    }
}
