//! One register's part of a view: what may be seen of it.
//!
//! One thing crosses the line: the receiver's answer to a referral, to the side that sent the request. The receiver gave it
//! for that (1301/2014 40 § 2 mom.: it tells the sender what it did).

use crate::referral::ReferralState;
use crate::view::{Origin, ParallelView, Unplaced};
use event::Register;

impl ParallelView {
    /// The same view without what belongs to another register than `register` says may be seen.
    #[must_use]
    pub fn only(mut self, may_see: impl Fn(Register) -> bool) -> Self {
        let seen = |origin: &Origin| may_see(origin.register);
        self.stays.retain(|_, it| seen(&it.origin));
        self.cases.retain(|_, it| seen(&it.origin));
        self.assessments.retain(|_, it| seen(&it.origin));
        self.clientships.retain(|_, it| seen(&it.origin));
        self.assignments.retain(|_, it| seen(&it.origin));
        self.health_social_work.retain(|_, it| seen(&it.origin));
        self.duty_contacts.retain(|_, it| seen(&it.origin));
        self.not_understood.retain(|register, _| may_see(*register));
        for referral in self.referrals.values_mut() {
            referral.request = referral.request.take().filter(|request| seen(&request.origin));
            if referral.state.origin().is_some_and(|origin| !seen(origin)) && referral.request.is_none() {
                referral.state = ReferralState::Requested;
            }
        }
        self.referrals.retain(|_, it| it.request.is_some() || it.state != ReferralState::Requested);
        self.unplaced.retain(|it| match it {
            Unplaced::Stay { origin, .. } => seen(origin),
            Unplaced::Referral(request) => seen(&request.origin),
            Unplaced::ReferralAnswer(state) => state.origin().is_none_or(&seen),
        });
        self
    }
}
