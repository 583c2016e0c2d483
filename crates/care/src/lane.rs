//! One register's part of a view: what may be seen of it.
//!
//! Of a referral's answer only this goes back over the line to the side that asked: that its own message was received,
//! accepted or rejected. Not who took it, where, why, by when, nor what has become of it: that is in the receiver's own
//! register, and a hospital has no right to it without the client's permission (703/2023 53 § 3 mom.). Whether a notice,
//! made without the client's consent, is answered at all is the county's to choose
//! ([`County::notices_answered`](crate::answer::County)).

use crate::decide::Sight;
use crate::referral::{Answer, Course, ReferralStatus};
use crate::unplaced::Unplaced;
use crate::view::{Origin, ParallelView};
use event::{ReferralKind, Register};

impl ParallelView {
    /// The same view without what belongs to a register that may not be seen.
    #[must_use]
    pub fn only(mut self, may_see: impl Fn(Register) -> bool, notices_answered: bool) -> Self {
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
            let kind = referral.request().filter(|request| seen(&request.origin)).map(|request| request.kind);
            for course in &mut referral.courses {
                course.request = course.request.take().filter(|request| seen(&request.origin));
                course.back_over_the_line(kind.filter(|kind| notices_answered || *kind != ReferralKind::Notice), &seen);
            }
            referral.courses.retain(|it| it.request.is_some() || it.answer.is_some());
        }
        self.referrals.retain(|_, it| !it.courses.is_empty());
        self.unplaced.retain(|it| match it {
            Unplaced::Stay { origin, .. } => seen(origin),
            Unplaced::Referral(request) => seen(&request.origin),
            Unplaced::ReferralAnswer(answer) => seen(&answer.origin),
        });
        self
    }

    /// Takes out what leads to a place, as far as `sight` asks for it.
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
            contact.kept.said_mut().into_iter().for_each(|it| it.unit = None);
        }
        for cooperation in self.cooperations.values_mut().filter(|it| !place(&it.origin)) {
            cooperation.asked_of = None;
        }
        for contact in self.duty_contacts.values_mut().filter(|it| !place(&it.origin)) {
            contact.handed_over_to = None;
        }
        let courses = self.referrals.values_mut().flat_map(|it| &mut it.courses);
        for answer in courses.flat_map(Course::answers_mut) {
            match sight(answer.origin.register) {
                Sight::Whole => {}
                Sight::Outside => answer.without_place = true,
                Sight::NoPlace | Sight::Withheld => answer.worker = None,
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
        for course in self.referrals.values_mut().flat_map(|it| &mut it.courses) {
            let Course { request, answer, acceptance, contradicted, .. } = course;
            origins.extend(request.as_mut().map(|it| &mut it.origin));
            let answers = [answer, acceptance, contradicted].into_iter().flatten();
            origins.extend(answers.map(|it| &mut it.origin));
        }
        origins.extend(self.unplaced.iter_mut().map(|it| match it {
            Unplaced::Stay { origin, .. } => origin,
            Unplaced::Referral(request) => &mut request.origin,
            Unplaced::ReferralAnswer(answer) => &mut answer.origin,
        }));
        origins
    }
}

impl Course {
    fn answers_mut(&mut self) -> impl Iterator<Item = &mut Answer> {
        [&mut self.answer, &mut self.acceptance, &mut self.contradicted].into_iter().flatten()
    }

    /// What may be seen of the answers. `asked`: of what kind the request is, if whoever sees it may know of its answer.
    fn back_over_the_line(&mut self, asked: Option<ReferralKind>, seen: &impl Fn(&Origin) -> bool) {
        let bare = |status, it: &Answer| {
            let (origin, mark) = (it.origin.clone(), it.mark);
            Answer { origin, mark, status, reason: None, worker: None, expected_by: None, without_place: false }
        };
        let crosses = |it: &Answer| match it.status {
            status @ (ReferralStatus::Accepted | ReferralStatus::Rejected) => Some(bare(status, it)),
            // Work that has begun was accepted.
            ReferralStatus::InProgress | ReferralStatus::OnHold | ReferralStatus::Completed => {
                Some(bare(ReferralStatus::Accepted, it))
            }
            ReferralStatus::Requested | ReferralStatus::Cancelled | ReferralStatus::Failed => None,
        };
        let view = |it: Option<Answer>| {
            let it = it?;
            if seen(&it.origin) { Some(it) } else { asked.and_then(|_| crosses(&it)) }
        };
        self.acceptance = view(self.acceptance.take());
        self.answer = match self.answer.take() {
            Some(it) if !seen(&it.origin) && it.status != ReferralStatus::Rejected => {
                self.acceptance.clone().or_else(|| view(Some(it)))
            }
            other => view(other),
        };
        let yes_or_no = |it: &Answer| matches!(it.status, ReferralStatus::Accepted | ReferralStatus::Rejected);
        self.contradicted = self.contradicted.take().filter(|it| seen(&it.origin) || yes_or_no(it));
        self.contradicted = view(self.contradicted.take());
    }
}
