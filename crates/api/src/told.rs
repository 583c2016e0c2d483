//! What each answer told, for the access log.

use care::access::{Data, Decision, Told};
use care::answer::{Flagged, Timeline, Workers};
use care::source::Completeness;
use care::{Involvement, InvolvementKind, OwnWorker};
use event::Register::{self, Patient, Social};

/// An answer whose access is logged.
pub(crate) trait Tells {
    /// What it told to the one for whom it was decided.
    fn told(&self, decision: &Decision) -> Told;
}

/// Whether a person is told of: the others say that nothing is there or nothing may be told, and must not be told apart by time.
pub(crate) fn tells_of_somebody(told: &Told) -> bool {
    !matches!(told.answer, "none" | "not-named" | "nothing" | "not-known" | "withheld" | "word-left")
}

/// Nothing is known; or it is withheld, which reads the same.
fn not_known(completeness: &Completeness) -> Told {
    Told::nothing(if *completeness == Completeness::withheld() { "withheld" } else { "not-known" })
}

/// Nothing of these kinds is there, as far as the asker may see them.
pub(crate) fn none(answer: &'static str, kinds: &[(Register, Data)], decision: &Decision) -> Told {
    Told { answer, data: decision.seen_of(kinds) }
}

impl Tells for Involvement {
    fn told(&self, decision: &Decision) -> Told {
        match self {
            Self::Involved { signs, protected: _ } => Told::of(
                "involved",
                signs.iter().map(|sign| match sign.kind {
                    InvolvementKind::HealthSocialWork => (sign.register, Data::HealthSocialWork),
                    InvolvementKind::EmergencyVisit
                    | InvolvementKind::StayInProgress
                    | InvolvementKind::Presence
                    | InvolvementKind::PlannedDischarge
                    | InvolvementKind::PlannedAdmission
                    | InvolvementKind::RecentDischarge => (sign.register, Data::Stays),
                }),
            ),
            Self::NotInvolved => {
                let kinds =
                    [(Patient, Data::Stays), (Patient, Data::HealthSocialWork), (Social, Data::HealthSocialWork)];
                none("none", &kinds, decision)
            }
            Self::NotKnown(completeness) => not_known(completeness),
        }
    }
}

impl Tells for Flagged<OwnWorker> {
    fn told(&self, decision: &Decision) -> Told {
        match &self.what {
            OwnWorker::Named(workers) => {
                Told::of("named", workers.iter().map(|worker| (worker.register, Data::Workers)))
            }
            OwnWorker::NotNamed { clientship, .. } => {
                // That there is a clientship says that the client is one.
                let answer = if *clientship { "clientship-without-own-worker" } else { "not-named" };
                none(answer, &[(Social, Data::Workers), (Social, Data::Clientships)], decision)
            }
            OwnWorker::NotKnown(completeness) => not_known(completeness),
        }
    }
}

impl Tells for Workers {
    fn told(&self, decision: &Decision) -> Told {
        if !self.workers.is_empty() {
            return Told::of("workers", self.workers.iter().map(|worker| (worker.register, Data::Workers)));
        }
        match &self.completeness {
            Completeness::Complete => none("none", &[(Patient, Data::Workers), (Social, Data::Workers)], decision),
            completeness @ Completeness::NotKnown { .. } => not_known(completeness),
        }
    }
}

impl Tells for Timeline {
    fn told(&self, _: &Decision) -> Told {
        if self.entries.is_empty() {
            return Told::nothing("nothing");
        }
        Told::of("timeline", self.entries.iter().map(|entry| (entry.register, entry.data)))
    }
}

/// Whether the client is the caller's now, before a question about the past: nothing is shown yet.
impl<T: Tells> Tells for (Option<Decision>, T) {
    fn told(&self, decision: &Decision) -> Told {
        if self.0.is_some() { Told::nothing("asked-of-the-past") } else { self.1.told(decision) }
    }
}

#[cfg(test)]
impl Tells for () {
    fn told(&self, _: &Decision) -> Told {
        Told::nothing("nothing")
    }
}
