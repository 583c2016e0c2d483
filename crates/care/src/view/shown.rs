//! What a caller may see of a view: a lane shown or left out, places hidden, and what of a referral crosses the line.
//!
//! Only this much of a referral's answer crosses the line back to the side that asked: its own message was received,
//! accepted or rejected. Not who accepted it, where, why, by when, nor the later course: that is in the receiver's own
//! register, and a hospital has no right to it without the client's permission (703/2023 53 § 3 mom.). The county
//! chooses whether a notice, made without the client's consent, is answered at all
//! ([`County::notices_answered`](crate::answer::County)).

use super::lane::hide_source;
use super::{Lane, ParallelView, Streams};
use crate::access::Decision;
use crate::access::thing::{Belongs, of_referral};
use crate::entity::referral::{Answer, Course, ReferralStatus, Request};
use crate::fact::Origin;
use crate::fact::sight::Sight;
use event::{ReferralKind, Register};

impl ParallelView {
    /// The same view without what may not be seen.
    #[must_use]
    pub fn only(mut self, decision: &Decision, notices_answered: bool) -> Self {
        let belongs = Belongs::of(&self);
        let Self { last: _, health, social, referrals, streams, protected_since: _, limits: _ } = &mut self;
        for (register, lane) in [(Register::Patient, health), (Register::Social, social)] {
            if decision.sees_lane(register) {
                lane.only(decision, register, &belongs);
            } else {
                *lane = Lane::default();
            }
        }
        // They belong to no client.
        *streams = Streams::default();
        let answered = |kind: &ReferralKind| notices_answered || *kind != ReferralKind::Notice;
        for (key, referral) in referrals.iter_mut() {
            let seen = |origin: &Origin| decision.sees(&of_referral(origin, *key));
            let back = |origin: &Origin| decision.may_go_back(&of_referral(origin, *key));
            let kind = referral.request().filter(|request| seen(&request.origin)).map(|request| request.kind);
            for course in &mut referral.courses {
                course.request = course.request.take().filter(|request| seen(&request.origin));
                course.back_over_the_line(kind.filter(answered), &seen, &back);
            }
            referral.courses.retain(|it| it.request.is_some() || it.answer.is_some());
        }
        referrals.retain(|_, it| !it.courses.is_empty());
        self
    }

    /// Is nothing of the client in it?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { last: _, health, social, referrals, streams: _, protected_since: _, limits: _ } = self;
        health.is_empty() && social.is_empty() && referrals.is_empty()
    }

    /// Takes out what leads to a place, as far as `sight` asks for it.
    pub fn hide_places(&mut self, sight: impl Fn(Register) -> Sight) {
        let Self { last: _, health, social, referrals, streams, protected_since: _, limits: _ } = self;
        health.hide_places(sight(Register::Patient));
        social.hide_places(sight(Register::Social));
        *streams = Streams::default();
        for course in referrals.values_mut().flat_map(|it| &mut it.courses) {
            if let Some(request) = &mut course.request {
                request.hide_places(sight(request.origin.register));
            }
            for answer in course.answers_mut() {
                answer.hide_places(sight(answer.origin.register));
            }
        }
    }
}

impl Request {
    fn hide_places(&mut self, sight: Sight) {
        let Self { origin, mark: _, kind: _, priority: _, required_by: _, expires_at: _, source_channel: _ } = self;
        hide_source(origin, sight);
    }
}

impl Answer {
    fn hide_places(&mut self, sight: Sight) {
        let Self { origin, mark: _, status: _, reason: _, worker, expected_by: _, without_place } = self;
        hide_source(origin, sight);
        match sight {
            Sight::Whole => {}
            Sight::Outside => *without_place = true,
            Sight::NoPlace | Sight::Withheld => *worker = None,
        }
    }
}

impl Course {
    fn answers_mut(&mut self) -> impl Iterator<Item = &mut Answer> {
        let Self { key: _, request: _, answer, acceptance, contradicted } = self;
        [answer, acceptance, contradicted].into_iter().flatten()
    }

    /// What the caller may see of the answers. `asked`: the kind of the request, if the caller may know its answer; `back`: may
    /// a yes or no go back at all?
    fn back_over_the_line(
        &mut self,
        asked: Option<ReferralKind>,
        seen: &impl Fn(&Origin) -> bool,
        back: &impl Fn(&Origin) -> bool,
    ) {
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
            if seen(&it.origin) { Some(it) } else { asked.filter(|_| back(&it.origin)).and_then(|_| crosses(&it)) }
        };
        let Self { key: _, request: _, answer, acceptance, contradicted } = self;
        *acceptance = view(acceptance.take());
        *answer = match answer.take() {
            Some(it) if !seen(&it.origin) && it.status != ReferralStatus::Rejected => {
                acceptance.clone().or_else(|| view(Some(it)))
            }
            other => view(other),
        };
        let yes_or_no = |it: &Answer| matches!(it.status, ReferralStatus::Accepted | ReferralStatus::Rejected);
        *contradicted = view(contradicted.take().filter(|it| seen(&it.origin) || yes_or_no(it)));
    }
}
