//! One register's part of a view: what may be seen of it.
//!
//! One thing crosses the line: the receiver's answer to a referral, to the side that sent the request. The receiver gave it
//! for that (1301/2014 40 § 2 mom.: it tells the sender what it did).

use crate::decide::Sight;
use crate::unplaced::Unplaced;
use crate::view::{Origin, ParallelView};
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
        self.teams.retain(|_, it| seen(&it.origin));
        self.workers.retain(|_, it| seen(&it.origin));
        for stated in self.stated.values_mut() {
            stated.list.take_if(|list| !seen(&list.origin));
            stated.pending.take_if(|list| !seen(&list.origin));
        }
        self.stated.retain(|_, it| it.list.is_some() || it.pending.is_some());
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

    /// Takes out what tells a place, where `sight` says so: for a client with a turvakielto.
    pub fn hide_places(&mut self, sight: impl Fn(Register) -> Sight) {
        let place = |origin: &Origin| sight(origin.register) == Sight::Whole;
        for stay in self.stays.values_mut().filter(|it| !place(&it.origin)) {
            (stay.ward, stay.prior_ward) = (None, None);
        }
        for unplaced in &mut self.unplaced {
            if let Unplaced::Stay { origin, fact, .. } = unplaced
                && !place(origin)
            {
                fact.forget_wards();
            }
        }
        for contact in self.contacts.values_mut().filter(|it| !place(&it.origin)) {
            contact.unit = None;
        }
        for cooperation in self.cooperations.values_mut().filter(|it| !place(&it.origin)) {
            cooperation.asked_of = None;
        }
        for contact in self.duty_contacts.values_mut().filter(|it| !place(&it.origin)) {
            contact.handed_over_to = None;
        }
        // What a referral's answer says crosses the line with its request; the worker's unit stays behind.
        for referral in self.referrals.values_mut() {
            for word in [&mut referral.answer, &mut referral.acceptance, &mut referral.contradicted] {
                if let Some(word) = word.as_mut().filter(|word| !place(&word.origin)) {
                    word.worker = None;
                }
            }
        }
        for origin in self.origins_mut() {
            if sight(origin.register) == Sight::Withheld {
                origin.source.clear();
            }
        }
    }

    fn origins_mut(&mut self) -> Vec<&mut Origin> {
        let mut origins: Vec<&mut Origin> = Vec::new();
        origins.extend(self.stays.values_mut().map(|it| &mut it.origin));
        origins.extend(self.cases.values_mut().map(|it| &mut it.origin));
        origins.extend(self.assessments.values_mut().map(|it| &mut it.origin));
        origins.extend(self.clientships.values_mut().map(|it| &mut it.origin));
        origins.extend(self.assignments.values_mut().map(|it| &mut it.origin));
        origins.extend(self.health_social_work.values_mut().map(|it| &mut it.origin));
        origins.extend(self.duty_contacts.values_mut().map(|it| &mut it.origin));
        origins.extend(self.urgent_needs.values_mut().map(|it| &mut it.origin));
        origins.extend(self.decisions.values_mut().map(|it| &mut it.origin));
        origins.extend(self.services.values_mut().map(|it| &mut it.origin));
        origins.extend(self.plans.values_mut().map(|it| &mut it.origin));
        origins.extend(self.contacts.values_mut().map(|it| &mut it.origin));
        origins.extend(self.cooperations.values_mut().map(|it| &mut it.origin));
        for referral in self.referrals.values_mut() {
            origins.extend(referral.request.as_mut().map(|it| &mut it.origin));
            for word in [&mut referral.answer, &mut referral.acceptance, &mut referral.contradicted] {
                origins.extend(word.as_mut().map(|it| &mut it.origin));
            }
        }
        origins.extend(self.unplaced.iter_mut().map(|it| match it {
            Unplaced::Stay { origin, .. } => origin,
            Unplaced::Referral(request) => &mut request.origin,
            Unplaced::ReferralAnswer(answer) => &mut answer.origin,
        }));
        origins
    }
}
