//! What a caller may see of a view: a lane shown or left out, and what of a referral crosses the line.
//!
//! Only this much of a referral's answer crosses the line back to the side that asked: its own message was received,
//! accepted or rejected. Not who accepted it, where, why, by when, nor the later course: that is in the receiver's own
//! register, and a hospital has no right to it without the client's permission (703/2023 53 § 3 mom.). The county
//! chooses whether a notice, made without the client's consent, is answered at all
//! ([`County::notices_answered`](crate::answer::County)).

use super::Decision;
use crate::entity::person::Person;
use crate::entity::referral::{Answer, Course, Referral, ReferralStatus};
use crate::fact::Origin;
use crate::thing::{Belongs, Thing, of_referral};
use crate::view::{Lane, ParallelView, Streams};
use event::{ReferralKind, Register, Token};
use std::collections::BTreeMap;

impl ParallelView {
    /// The same view without what may not be seen.
    #[must_use]
    pub fn only(mut self, decision: &Decision, notices_answered: bool) -> Self {
        let Self { last: _, health, social, referrals, streams, protected_since: _, limits: _ } = &mut self;
        for (register, lane) in [(Register::Patient, health), (Register::Social, social)] {
            if decision.sees_lane(register) {
                lane.only(decision, register, decision.belongs());
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
            let Referral { courses } = referral;
            for course in courses.iter_mut() {
                course.request = course.request.take().filter(|request| seen(&request.origin));
                course.back_over_the_line(kind.filter(answered), &seen, &back);
            }
            courses.retain(|it| it.request.is_some() || it.answer.is_some());
        }
        referrals.retain(|_, it| !it.courses.is_empty());
        self
    }

    /// Its clientships and assignments that may be seen, and nothing else: to take these spares a copy of all there is.
    #[must_use]
    pub(crate) fn assignments_seen(&self, decision: &Decision) -> Self {
        let mut seen = Self::default();
        for (register, all, lane) in
            [(Register::Patient, &self.health, &mut seen.health), (Register::Social, &self.social, &mut seen.social)]
        {
            if decision.sees_lane(register) {
                lane.clientships = kept(&all.clientships, decision);
                lane.assignments = kept(&all.assignments, decision);
            }
        }
        seen
    }
}

impl Lane {
    /// Takes out what may not be seen of the lane of `register`.
    fn only(&mut self, decision: &Decision, register: Register, belongs: &Belongs) {
        let Self {
            persons,
            stays,
            cases,
            assessments,
            clientships,
            decisions,
            services,
            plans,
            assignments,
            teams,
            health_social_work,
            duty_contacts,
            contacts,
            cooperations,
            permissions,
            prohibitions,
            unplaced,
            // In the answer's completeness, as far as its source may be known.
            not_understood,
        } = self;
        not_understood.clear();
        persons.retain(|_, it| it.item().is_some_and(|item| decision.sees(&item)));
        if register != decision.own {
            persons.values_mut().for_each(Person::hide_who);
        }
        keep(stays, decision, belongs);
        keep(cases, decision, belongs);
        keep(assessments, decision, belongs);
        keep(clientships, decision, belongs);
        keep(decisions, decision, belongs);
        keep(services, decision, belongs);
        keep(plans, decision, belongs);
        keep(assignments, decision, belongs);
        keep(teams, decision, belongs);
        keep(health_social_work, decision, belongs);
        keep(duty_contacts, decision, belongs);
        keep(contacts, decision, belongs);
        keep(cooperations, decision, belongs);
        keep(permissions, decision, belongs);
        keep(prohibitions, decision, belongs);
        unplaced.retain(|it| decision.sees(&it.item()));
    }
}

/// Keeps what may be seen.
fn keep<T: Thing>(all: &mut BTreeMap<Token, T>, decision: &Decision, belongs: &Belongs) {
    all.retain(|key, it| decision.sees(&it.item(Some(*key), belongs)));
}

/// A copy of those that may be seen.
fn kept<T: Thing + Clone>(all: &BTreeMap<Token, T>, decision: &Decision) -> BTreeMap<Token, T> {
    let seen = all.iter().filter(|(key, it)| decision.sees(&it.item(Some(**key), decision.belongs())));
    seen.map(|(key, it)| (*key, it.clone())).collect()
}

impl Course {
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
