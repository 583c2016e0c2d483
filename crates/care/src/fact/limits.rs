//! How long something counts that nobody ends, in seconds: set by the configuration.

/// After these times an open fact no longer counts as open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// A clinic visit that nobody ended is over after this.
    pub clinic_visit_seconds: i64,
    /// An emergency visit that nobody ended is *not known* after this.
    pub emergency_visit_seconds: i64,
    /// A presence whose class is not reported is *not known* after this.
    pub unknown_class_seconds: i64,
    /// An inpatient stay without a report for this long is *not known*.
    pub inpatient_stay_seconds: i64,
    /// After this a fact without a visit number that only hints at a presence, or a plan without a time, is too old for
    /// now.
    pub unplaced_seconds: i64,
    /// After this, a contact or notice that nobody answered is no client relationship.
    pub unanswered_referral_seconds: i64,
    /// After this, an assessment that nobody finished, or a case without a report, is no client relationship.
    pub unfinished_assessment_seconds: i64,
}

impl Default for Limits {
    fn default() -> Self {
        const HOUR: i64 = 3600;
        Self {
            clinic_visit_seconds: 24 * HOUR,
            emergency_visit_seconds: 48 * HOUR,
            unknown_class_seconds: 48 * HOUR,
            inpatient_stay_seconds: 365 * 24 * HOUR,
            unplaced_seconds: 30 * 24 * HOUR,
            unanswered_referral_seconds: 90 * 24 * HOUR,
            unfinished_assessment_seconds: 365 * 24 * HOUR,
        }
    }
}
