//! The outcome of each question, for the access log.
//!
//! Each answer is taken apart without `..`: a new field does not compile until somebody decides what the log has of it.

use care::access::{AnswerKind, AnswerOutcome, Data, Decision};
use care::answer::{Checked, Flagged, Timeline, Workers};
use care::source::Completeness;
use care::{Beside, Involvement, OwnWorker};
use event::Register::{self, Patient, Social};

/// An answer whose access is logged.
pub(crate) trait HasOutcome {
    /// What it shows to the one for whom it was decided.
    fn outcome(&self, decision: &Decision) -> AnswerOutcome;
}

/// Nothing is known; or it is withheld, which reads the same.
fn not_known(completeness: &Completeness) -> AnswerOutcome {
    AnswerOutcome::nothing(if *completeness == Completeness::withheld() {
        AnswerKind::Withheld
    } else {
        AnswerKind::NotKnown
    })
}

/// Nothing of these kinds is there, as far as the asker may see them.
pub(crate) fn none(answer: AnswerKind, kinds: &[(Register, Data)], decision: &Decision) -> AnswerOutcome {
    AnswerOutcome { answer, data: decision.seen_of(kinds) }
}

impl HasOutcome for Involvement {
    fn outcome(&self, decision: &Decision) -> AnswerOutcome {
        match self {
            Self::Involved { signs, protected: _ } => {
                AnswerOutcome::of(AnswerKind::Involved, signs.iter().map(|sign| (sign.register, sign.data)))
            }
            Self::NotInvolved => {
                let patient = [Data::Stays, Data::HealthSocialWork, Data::Workers].map(|data| (Patient, data));
                let social = [Data::HealthSocialWork, Data::Workers].map(|data| (Social, data));
                none(AnswerKind::None, &[&patient[..], &social].concat(), decision)
            }
            Self::NotKnown(completeness) => not_known(completeness),
        }
    }
}

/// What stands beside the involvement shows its kinds of data too, whatever the answer about the hospital is.
impl HasOutcome for Checked {
    fn outcome(&self, decision: &Decision) -> AnswerOutcome {
        let Self { involvement, not_now, beside: Beside { data, deceased: _, promises: _, protected: _ } } = self;
        let mut outcome = involvement.outcome(decision);
        outcome.data.extend(data);
        outcome.data.extend(not_now.iter().map(|sign| (sign.register, sign.data)));
        if outcome.answer == AnswerKind::Withheld && !outcome.data.is_empty() {
            outcome.answer = AnswerKind::NotKnown;
        }
        outcome
    }
}

impl HasOutcome for Flagged<OwnWorker> {
    fn outcome(&self, decision: &Decision) -> AnswerOutcome {
        let Self { what, protected: _ } = self;
        match what {
            OwnWorker::Named(workers) => {
                AnswerOutcome::of(AnswerKind::Named, workers.iter().map(|worker| (worker.register, Data::Workers)))
            }
            // Those who are responsible instead are workers too.
            OwnWorker::NotNamed { clientship, why: _, reason: _, instead: _ } => {
                // A clientship shows that the person is a client.
                let answer = if *clientship { AnswerKind::ClientshipWithoutOwnWorker } else { AnswerKind::NotNamed };
                none(answer, &[(Social, Data::Workers), (Social, Data::Clientships)], decision)
            }
            OwnWorker::NotKnown(completeness) => not_known(completeness),
        }
    }
}

impl HasOutcome for Workers {
    fn outcome(&self, decision: &Decision) -> AnswerOutcome {
        let Self { workers, completeness, other_side_withheld: _, protected: _ } = self;
        if !workers.is_empty() {
            // By the thing that lets each be shown: an assignment, health social work, a contact of the duty service, a
            // stay on a ward.
            let shown = workers.iter().map(|worker| (worker.item.register, worker.item.data));
            return AnswerOutcome::of(AnswerKind::Workers, shown);
        }
        match completeness {
            Completeness::Complete => {
                let health = [Data::Workers, Data::HealthSocialWork, Data::Stays].map(|data| (Patient, data));
                let social = [Data::Workers, Data::HealthSocialWork, Data::DutyContacts].map(|data| (Social, data));
                none(AnswerKind::None, &[health, social].concat(), decision)
            }
            completeness @ Completeness::NotKnown { .. } => not_known(completeness),
        }
    }
}

impl HasOutcome for Timeline {
    fn outcome(&self, _: &Decision) -> AnswerOutcome {
        let Self { entries, registers: _, protected: _, completeness: _ } = self;
        if entries.is_empty() {
            return AnswerOutcome::nothing(AnswerKind::Nothing);
        }
        AnswerOutcome::of(AnswerKind::Timeline, entries.iter().map(|entry| (entry.register, entry.data)))
    }
}

/// Whether the client is the caller's now, before a question about the past: nothing is shown yet.
impl<T: HasOutcome> HasOutcome for (Option<Decision>, T) {
    fn outcome(&self, decision: &Decision) -> AnswerOutcome {
        if self.0.is_some() { AnswerOutcome::nothing(AnswerKind::AskedOfThePast) } else { self.1.outcome(decision) }
    }
}

#[cfg(test)]
impl HasOutcome for () {
    fn outcome(&self, _: &Decision) -> AnswerOutcome {
        AnswerOutcome::nothing(AnswerKind::Nothing)
    }
}
