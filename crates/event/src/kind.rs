//! The kinds of a fact, where they differ within a family: which source may state it, and whose silence makes its "none"
//! unknown.

use crate::FactKind::{Clientships, DutyContacts, HealthSocialWork, Referrals, Stays, Workers};
use crate::{AssignmentEvent, FactKind, ListEvent, ReferralEvent, SubjectEvent, WorkerRole};

/// The role is not reported.
pub(crate) const ANY_WORKER: &[FactKind] = &[Workers, HealthSocialWork, DutyContacts];

/// The receiver answers: a contact or a notice by the system of social care's clientships, a referral by that of health
/// social work.
const ANSWER: &[FactKind] = &[Referrals, Clientships, HealthSocialWork];

pub(crate) fn of_referral(event: &ReferralEvent) -> &'static [FactKind] {
    match event {
        ReferralEvent::ReferralRequested(_) => &[Referrals],
        ReferralEvent::ReferralAccepted(_)
        | ReferralEvent::ReferralRejected(_)
        | ReferralEvent::ReferralStarted(_)
        | ReferralEvent::ReferralOnHold(_)
        | ReferralEvent::ReferralCompleted(_)
        | ReferralEvent::ReferralCancelled(_)
        | ReferralEvent::ReferralFailed(_) => ANSWER,
    }
}

pub(crate) fn of_assignment(event: &AssignmentEvent) -> &'static [FactKind] {
    match event {
        AssignmentEvent::WorkerAssigned(assigned) => match assigned.role {
            Some(WorkerRole::HealthSocialWorker) => &[Workers, HealthSocialWork],
            Some(WorkerRole::DutySocialService) => &[Workers, DutyContacts],
            Some(
                WorkerRole::OwnWorker
                | WorkerRole::ResponsibleWorker
                | WorkerRole::WorkPair
                | WorkerRole::ChildsSocialWorker
                | WorkerRole::CaseManager,
            ) => &[Workers],
            None => ANY_WORKER,
        },
        AssignmentEvent::WorkerAssignmentEnded(_) | AssignmentEvent::WorkerSubstituted(_) => ANY_WORKER,
    }
}

pub(crate) fn of_list(event: &ListEvent) -> &'static [FactKind] {
    match event {
        ListEvent::CurrentStaysStated(_) => &[Stays],
        ListEvent::WorkersStated(_) => ANY_WORKER,
        // Whom to ring is no fact of a client.
        ListEvent::DirectoryStated(_) | ListEvent::ListConfirmed(_) => &[],
    }
}

pub(crate) fn of_subject(event: &SubjectEvent) -> &'static [FactKind] {
    let SubjectEvent::SubjectStated(stated) = event;
    match stated.kind {
        Stays => &[Stays],
        Workers | HealthSocialWork | DutyContacts => ANY_WORKER,
        Referrals | Clientships => ANSWER,
    }
}
