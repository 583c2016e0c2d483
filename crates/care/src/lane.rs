//! One register's part of a view: what may be seen of it.
//!
//! One thing crosses the line: the receiver's answer to a referral, to the side that sent the request. The receiver gave it
//! for that (1301/2014 40 § 2 mom.: it tells the sender what it did).

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
        self.urgent_needs.retain(|_, it| seen(&it.origin));
        self.decisions.retain(|_, it| seen(&it.origin));
        self.services.retain(|_, it| seen(&it.origin));
        self.plans.retain(|_, it| seen(&it.origin));
        self.contacts.retain(|_, it| seen(&it.origin));
        self.cooperations.retain(|_, it| seen(&it.origin));
        self.workers.retain(|_, it| seen(&it.origin));
        self.stated.retain(|_, it| seen(&it.origin));
        self.declared.retain(|_, it| seen(&it.origin));
        for referral in self.referrals.values_mut() {
            referral.request = referral.request.take().filter(|request| seen(&request.origin));
            if referral.request.is_none() {
                for word in [&mut referral.answer, &mut referral.acceptance, &mut referral.contradicted] {
                    *word = word.take().filter(|word| seen(&word.origin));
                }
            }
        }
        self.referrals.retain(|_, it| it.request.is_some() || it.answer.is_some());
        self.unplaced.retain(|it| match it {
            Unplaced::Stay { origin, .. } => seen(origin),
            Unplaced::Referral(request) => seen(&request.origin),
            Unplaced::ReferralAnswer(answer) => seen(&answer.origin),
        });
        self
    }
}
