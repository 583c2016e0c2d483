//! Remarks: contradictions in a message that is taken. They are flagged, never corrected.
//!
//! A date in the future, one before birth, a birth date that is not the identity code's: the source may be right, and
//! if it is not, only the source can correct it. The event carries what the message reports; the remark shows the
//! place. Like a rejection, a remark holds only names and numbers of this source code (law 3).

use crate::{MessagePlace, Outcome, Translation};
use event::Instant;

/// Two clocks may differ by this many seconds without a remark.
const CLOCK_TOLERANCE: i64 = 300;

/// A contradiction, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Remark {
    /// What.
    pub code: RemarkCode,
    /// Where.
    pub place: MessagePlace,
}

/// What contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemarkCode {
    /// Something took place, or somebody was born, later than the message was written; or the message was written later
    /// than it was received.
    InTheFuture,
    /// Something took place before the client was born.
    BeforeBirth,
    /// The birth date is not the one in the identity code.
    BirthDateDiffers,
    /// A worker of the client has no identifier, and is kept without a role.
    WorkerWithoutIdentifier,
    /// A worker of the client has a role that the configuration does not know, and is kept without a role.
    UnknownRole,
    /// A number has the form and the check of an identity code, and is not labelled as one: it finds nobody.
    UnlabelledIdentityCode,
    /// The birth date is no date, and is left out.
    BirthDateUnreadable,
    /// What the source does not cover is left out; the rest of the message is kept.
    NotCovered,
    /// A source that is not configured to decide it reports the end of a turvakielto: the turvakielto stays.
    NotAuthorised,
    /// A resource's status contradicts the activity of the message; the activity counts.
    StatusContradicts,
    /// The class contradicts the message's activity, as an outpatient's does in an admission: the activity counts.
    ClassContradicts,
    /// What a prohibition covers is not understood: it forbids everything of the register.
    ForbidsMore,
    /// A resource is of a type that is read, but gives nothing: no answer shows its status or its role.
    GivesNothing,
}

impl RemarkCode {
    /// Every code.
    pub const ALL: &[Self] = &[
        Self::InTheFuture,
        Self::BeforeBirth,
        Self::BirthDateDiffers,
        Self::WorkerWithoutIdentifier,
        Self::UnknownRole,
        Self::UnlabelledIdentityCode,
        Self::BirthDateUnreadable,
        Self::NotCovered,
        Self::NotAuthorised,
        Self::StatusContradicts,
        Self::ClassContradicts,
        Self::ForbidsMore,
        Self::GivesNothing,
    ];

    /// The stable name: in logs and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InTheFuture => "in-the-future",
            Self::BeforeBirth => "before-birth",
            Self::BirthDateDiffers => "birth-date-differs",
            Self::WorkerWithoutIdentifier => "worker-without-identifier",
            Self::UnknownRole => "unknown-role",
            Self::UnlabelledIdentityCode => "unlabelled-identity-code",
            Self::BirthDateUnreadable => "birth-date-unreadable",
            Self::NotCovered => "not-covered",
            Self::NotAuthorised => "not-authorised",
            Self::StatusContradicts => "status-contradicts",
            Self::ClassContradicts => "class-contradicts",
            Self::ForbidsMore => "forbids-more",
            Self::GivesNothing => "gives-nothing",
        }
    }
}

impl std::fmt::Display for RemarkCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Translation {
    /// The remarks, with those against our own clock: a time ahead of it is kept and wins nothing (rule R2).
    pub fn remarks_at(&self, received_at: Instant) -> impl Iterator<Item = Remark> {
        let events = if let Outcome::Events(events) = &self.outcome { events.as_slice() } else { &[] };
        let ahead = events.iter().any(|event| event.recorded_at > received_at.plus_seconds(CLOCK_TOLERANCE));
        let ahead = ahead.then_some(Remark { code: RemarkCode::InTheFuture, place: MessagePlace::Message });
        self.remarks.iter().copied().chain(ahead)
    }
}
