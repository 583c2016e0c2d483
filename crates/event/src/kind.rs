//! Of what kind a fact is: who may state it, and whose "none" rests on it.

use crate::{Body, FactKind, WorkerRole};

impl Body {
    /// The kinds of fact of which it is one: who covers any of them may state it. Empty: whoever sends anything may, as of
    /// who a person is.
    #[must_use]
    pub fn kinds(&self) -> &'static [FactKind] {
        use FactKind::{Clientships, DutyContacts, HealthSocialWork, Referrals, Stays, Workers};
        match self {
            Self::StayStarted(_)
            | Self::StayCorrected(_)
            | Self::StayCancelled(_)
            | Self::WardChanged(_)
            | Self::ClassChanged(_)
            | Self::PlannedDischargeSet(_)
            | Self::PlannedDischargeCancelled(_)
            | Self::StayEnded(_)
            | Self::DischargeCancelled(_)
            | Self::LeaveStarted(_)
            | Self::LeaveEnded(_)
            | Self::LeaveStartCancelled(_)
            | Self::LeaveEndCancelled(_)
            | Self::WardChangeCancelled(_)
            | Self::StayMoved(_)
            | Self::StayStated(_)
            | Self::StayPlanned(_)
            | Self::StayPlanCancelled(_)
            | Self::CurrentStaysStated(_) => &[Stays],
            Self::SubjectStated(x) => match x.kind {
                Stays => &[Stays],
                Workers | HealthSocialWork | DutyContacts => &[Workers, HealthSocialWork, DutyContacts],
                Referrals | Clientships => &[Referrals, Clientships, HealthSocialWork],
            },
            Self::ReferralRequested(_) => &[Referrals],
            // Answered by whoever was asked: a contact or a notice by the system of social care's clientships, a referral by
            // that of health social work.
            Self::ReferralAccepted(_)
            | Self::ReferralRejected(_)
            | Self::ReferralStarted(_)
            | Self::ReferralOnHold(_)
            | Self::ReferralCompleted(_)
            | Self::ReferralCancelled(_)
            | Self::ReferralFailed(_) => &[Referrals, Clientships, HealthSocialWork],
            Self::CooperationRequested(_) => &[Referrals, Clientships],
            Self::CaseOpened(_)
            | Self::CaseClosed(_)
            | Self::AssessmentStarted(_)
            | Self::AssessmentFinished(_)
            | Self::ClientshipOpened(_)
            | Self::ClientshipClosed(_)
            | Self::DecisionMade(_)
            | Self::ServiceStartAgreed(_)
            | Self::ServiceStarted(_)
            | Self::ServiceEnded(_)
            | Self::PlanAgreed(_)
            | Self::PlanRevised(_) => &[Clientships],
            Self::UrgentNeedAssessed(_) => &[Clientships, DutyContacts],
            // A booked visit is whoever's the client visits.
            Self::ContactRecorded(_) | Self::ContactCancelled(_) => {
                &[Clientships, HealthSocialWork, DutyContacts, Stays, Referrals]
            }
            Self::HealthSocialWorkOpened(_) | Self::HealthSocialWorkClosed(_) => &[HealthSocialWork],
            Self::DutyContactRecorded(_) | Self::DutyContactClosed(_) => &[DutyContacts],
            Self::WorkerAssigned(x) => match x.role {
                WorkerRole::HealthSocialWorker => &[Workers, HealthSocialWork],
                WorkerRole::DutySocialService => &[Workers, DutyContacts],
                _ => &[Workers],
            },
            // In what role is not said.
            Self::WorkerAssignmentEnded(_)
            | Self::WorkerAbsent(_)
            | Self::WorkerReturned(_)
            | Self::WorkerSubstituted(_)
            | Self::ContactPointConfirmed(_)
            | Self::CareTeamStated(_)
            | Self::WorkersStated(_) => &[Workers, HealthSocialWork, DutyContacts],
            Self::PersonUpdated(_)
            | Self::IdentitiesMerged(_)
            | Self::IdentitiesUnmerged(_)
            | Self::PersonDied(_)
            | Self::DeathCancelled(_)
            | Self::NationalIdChanged(_)
            | Self::NonDisclosureSet(_)
            | Self::NonDisclosureLifted(_)
            | Self::SourceCoverageDeclared(_)
            | Self::ListConfirmed(_)
            | Self::ReadingWithdrawn(_)
            | Self::Unknown(_) => &[],
        }
    }
}
