//! Of what kind a fact is: who may state it, and whose "none" rests on it.

use crate::{AssignmentEvent, Body, FactKind, ListEvent, ReferralEvent, SubjectEvent, WorkerRole};
use FactKind::{Clientships, DutyContacts, HealthSocialWork, Referrals, Stays, Workers};

/// In what role is not reported.
const ANY_WORKER: &[FactKind] = &[Workers, HealthSocialWork, DutyContacts];

/// Answered by whoever was asked: a contact or a notice by the system of social care's clientships, a referral by that of
/// health social work.
const ANSWER: &[FactKind] = &[Referrals, Clientships, HealthSocialWork];

impl Body {
    /// The kinds of fact of which it is one: who covers any of them may state it. Empty: whoever sends anything may, as of
    /// who a person is.
    #[must_use]
    pub fn kinds(&self) -> &'static [FactKind] {
        match self {
            Self::Stay(_) => &[Stays],
            Self::Referral(event) => match event {
                ReferralEvent::ReferralRequested(_) => &[Referrals],
                ReferralEvent::ReferralAccepted(_)
                | ReferralEvent::ReferralRejected(_)
                | ReferralEvent::ReferralStarted(_)
                | ReferralEvent::ReferralOnHold(_)
                | ReferralEvent::ReferralCompleted(_)
                | ReferralEvent::ReferralCancelled(_)
                | ReferralEvent::ReferralFailed(_) => ANSWER,
            },
            Self::Cooperation(_) => &[Referrals, Clientships],
            Self::Case(_)
            | Self::Assessment(_)
            | Self::Clientship(_)
            | Self::Decision(_)
            | Self::Service(_)
            | Self::Plan(_) => &[Clientships],
            Self::UrgentNeed(_) => &[Clientships, DutyContacts],
            // A booked visit is of whichever service the client visits.
            Self::Contact(_) => &[Clientships, HealthSocialWork, DutyContacts, Stays, Referrals],
            Self::HealthSocialWork(_) => &[HealthSocialWork],
            Self::DutyContact(_) => &[DutyContacts],
            Self::Assignment(AssignmentEvent::WorkerAssigned(assigned)) => match assigned.role {
                WorkerRole::HealthSocialWorker => &[Workers, HealthSocialWork],
                WorkerRole::DutySocialService => &[Workers, DutyContacts],
                WorkerRole::OwnWorker
                | WorkerRole::ResponsibleWorker
                | WorkerRole::WorkPair
                | WorkerRole::ChildsSocialWorker
                | WorkerRole::CaseManager => &[Workers],
            },
            Self::Assignment(AssignmentEvent::WorkerAssignmentEnded(_) | AssignmentEvent::WorkerSubstituted(_))
            | Self::Worker(_)
            | Self::Team(_) => ANY_WORKER,
            Self::List(list) => match list {
                ListEvent::CurrentStaysStated(_) => &[Stays],
                ListEvent::WorkersStated(_) => ANY_WORKER,
                ListEvent::ListConfirmed(_) => &[],
            },
            Self::Subject(SubjectEvent::SubjectStated(stated)) => match stated.kind {
                Stays => &[Stays],
                Workers | HealthSocialWork | DutyContacts => ANY_WORKER,
                Referrals | Clientships => ANSWER,
            },
            Self::Person(_) | Self::Identity(_) | Self::Source(_) | Self::Translation(_) | Self::Unknown(_) => &[],
        }
    }
}
