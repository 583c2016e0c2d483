//! The codes that this service itself defines: in social care's events, and in FHIR where a sender uses one of them.

use event::{
    ContactMode, DeadlineGroup, Direction, FactKind, Initiator, PatientData, PermissionKind, ProhibitionTarget,
    ReferralKind, Register, StayClass, WorkerRole,
};

/// A value of the record that senders write as a code of ours.
pub(crate) trait OwnCode: Copy + 'static {
    /// Every value, in the order in which the documentation lists them.
    const ALL: &'static [Self];

    /// Its code; `None`: no sender writes this value.
    fn code(self) -> Option<&'static str>;

    /// The value that has this code.
    fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.code() == Some(code))
    }
}

impl OwnCode for Register {
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> Option<&'static str> {
        Some(match self {
            Self::Patient => "patient",
            Self::Social => "social",
        })
    }
}

impl OwnCode for WorkerRole {
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> Option<&'static str> {
        Some(match self {
            Self::OwnWorker => "own-worker",
            Self::ResponsibleWorker => "responsible-worker",
            Self::WorkPair => "work-pair",
            Self::ChildsSocialWorker => "childs-social-worker",
            Self::HealthSocialWorker => "health-social-worker",
            Self::CaseManager => "case-manager",
            Self::DutySocialService => "duty-social-service",
        })
    }
}

impl OwnCode for FactKind {
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> Option<&'static str> {
        Some(match self {
            Self::Stays => "stays",
            Self::Referrals => "referrals",
            Self::HealthSocialWork => "health-social-work",
            Self::Clientships => "clientships",
            Self::Workers => "workers",
            Self::DutyContacts => "duty-contacts",
        })
    }
}

impl OwnCode for ReferralKind {
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> Option<&'static str> {
        Some(match self {
            Self::Referral => "referral",
            Self::Contact => "contact",
            Self::Notice => "notice",
        })
    }
}

impl OwnCode for StayClass {
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> Option<&'static str> {
        match self {
            Self::Emergency => Some("emergency"),
            Self::Inpatient => Some("inpatient"),
            Self::Outpatient => Some("outpatient"),
            Self::Unknown => None,
        }
    }
}

impl OwnCode for Initiator {
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> Option<&'static str> {
        Some(match self {
            Self::Client => "client",
            Self::Relative => "relative",
            Self::Representative => "representative",
            Self::Professional => "professional",
            Self::OtherAuthority => "other-authority",
        })
    }
}

impl OwnCode for DeadlineGroup {
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> Option<&'static str> {
        Some(match self {
            Self::Over75 => "over-75",
            Self::HighestCareAllowance => "highest-care-allowance",
            Self::DisabledPerson => "disabled-person",
            Self::ChildNeedingSpecialSupport => "child-needing-special-support",
            Self::None => "none",
        })
    }
}

impl OwnCode for ContactMode {
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> Option<&'static str> {
        Some(match self {
            Self::Telephone => "telephone",
            Self::Visit => "visit",
            Self::HomeVisit => "home-visit",
            Self::Remote => "remote",
        })
    }
}

impl OwnCode for PermissionKind {
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> Option<&'static str> {
        Some(match self {
            Self::DisclosurePermission => "disclosure-permission",
            Self::Consent => "consent",
        })
    }
}

impl OwnCode for Direction {
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> Option<&'static str> {
        Some(match self {
            Self::ToSocialCare => "to-social-care",
            Self::ToHealthCare => "to-health-care",
        })
    }
}

impl OwnCode for PatientData {
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> Option<&'static str> {
        Some(match self {
            Self::Summary => "summary",
            Self::All => "all",
            Self::Statements => "statements",
        })
    }
}

impl OwnCode for ProhibitionTarget {
    const ALL: &'static [Self] = Self::ALL;

    fn code(self) -> Option<&'static str> {
        Some(match self {
            Self::All => "all",
            Self::Controller => "controller",
            Self::ServiceTask => "service-task",
            Self::Stay => "stay",
            Self::Document => "document",
        })
    }
}
