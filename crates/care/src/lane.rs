//! One register's part of a view: what may be seen of it.
//!
//! Of a referral's answer only this goes back over the line to the side that asked: that its own message was received,
//! accepted or rejected. Not who took it, where, why, by when, nor what has become of it: that is in the receiver's own
//! register, and a hospital has no right to it without the client's permission (703/2023 53 § 3 mom.). Whether a notice,
//! made without the client's consent, is answered at all is the county's to choose
//! ([`County::notices_answered`](crate::answer::County)).

use crate::decide::Sight;
use crate::entity::{Entity, Walk};
use crate::referral::{Answer, Course, Referral, ReferralStatus};
use crate::stated::{Scope, Stated};
use crate::unplaced::Unplaced;
use crate::view::{Origin, ParallelView};
use event::{Instant, ReferralKind, Register, Token};
use std::collections::BTreeMap;

impl ParallelView {
    /// The same view without what belongs to a register that may not be seen.
    #[must_use]
    pub fn only(mut self, may_see: impl Fn(Register) -> bool, notices_answered: bool) -> Self {
        self.walk(&mut Only { may_see, notices_answered });
        self
    }

    /// Takes out what leads to a place, as far as `sight` asks for it.
    pub fn hide_places(&mut self, sight: impl Fn(Register) -> Sight) {
        self.walk(&mut HidePlaces { sight });
    }

    /// Who told each thing that there is, with its register.
    #[must_use]
    pub fn origins(&self) -> Vec<Origin> {
        let mut origins = Origins(Vec::new());
        self.clone().walk(&mut origins);
        origins.0
    }
}

struct Only<F> {
    may_see: F,
    notices_answered: bool,
}

impl<F: Fn(Register) -> bool> Walk for Only<F> {
    fn entities<K: Ord, E: Entity>(&mut self, all: &mut BTreeMap<K, E>) {
        all.retain(|_, it| (self.may_see)(it.origin().register));
    }

    fn referrals(&mut self, all: &mut BTreeMap<Token, Referral>) {
        let seen = |origin: &Origin| (self.may_see)(origin.register);
        let answered = |kind: &ReferralKind| self.notices_answered || *kind != ReferralKind::Notice;
        for referral in all.values_mut() {
            let kind = referral.request().filter(|request| seen(&request.origin)).map(|request| request.kind);
            for course in &mut referral.courses {
                course.request = course.request.take().filter(|request| seen(&request.origin));
                course.back_over_the_line(kind.filter(answered), &seen);
            }
            referral.courses.retain(|it| it.request.is_some() || it.answer.is_some());
        }
        all.retain(|_, it| !it.courses.is_empty());
    }

    fn unplaced(&mut self, all: &mut Vec<Unplaced>) {
        all.retain(|it| (self.may_see)(it.origin().register));
    }

    fn lists(&mut self, all: &mut BTreeMap<(String, Scope), Stated>) {
        for stated in all.values_mut() {
            stated.list.take_if(|list| !(self.may_see)(list.origin.register));
            stated.pending.take_if(|list| !(self.may_see)(list.origin.register));
        }
        all.retain(|_, it| it.list.is_some() || it.pending.is_some());
    }

    fn not_understood(&mut self, since: &mut BTreeMap<Register, Instant>) {
        since.retain(|register, _| (self.may_see)(*register));
    }
}

struct HidePlaces<F> {
    sight: F,
}

impl<F: Fn(Register) -> Sight> HidePlaces<F> {
    /// A place, and the name of who told it where that is one too.
    fn hides(&self, origin: &mut Origin) -> bool {
        let sight = (self.sight)(origin.register);
        if sight == Sight::Withheld {
            origin.source.clear();
        }
        sight != Sight::Whole
    }
}

impl<F: Fn(Register) -> Sight> Walk for HidePlaces<F> {
    fn entities<K: Ord, E: Entity>(&mut self, all: &mut BTreeMap<K, E>) {
        for entity in all.values_mut() {
            if self.hides(entity.origin_mut()) {
                entity.hide_places();
            }
        }
    }

    fn referrals(&mut self, all: &mut BTreeMap<Token, Referral>) {
        for course in all.values_mut().flat_map(|it| &mut it.courses) {
            course.request.iter_mut().for_each(|request| {
                self.hides(&mut request.origin);
            });
            for answer in course.answers_mut() {
                self.hides(&mut answer.origin);
                match (self.sight)(answer.origin.register) {
                    Sight::Whole => {}
                    Sight::Outside => answer.without_place = true,
                    Sight::NoPlace | Sight::Withheld => answer.worker = None,
                }
            }
        }
    }

    fn unplaced(&mut self, all: &mut Vec<Unplaced>) {
        for unplaced in all {
            if self.hides(unplaced.origin_mut())
                && let Unplaced::Stay { fact, .. } = unplaced
            {
                fact.forget_wards();
            }
        }
    }

    // What names no place.
    fn lists(&mut self, _: &mut BTreeMap<(String, Scope), Stated>) {}

    fn not_understood(&mut self, _: &mut BTreeMap<Register, Instant>) {}
}

struct Origins(Vec<Origin>);

impl Walk for Origins {
    fn entities<K: Ord, E: Entity>(&mut self, all: &mut BTreeMap<K, E>) {
        self.0.extend(all.values().map(|it| it.origin().clone()));
    }

    fn referrals(&mut self, all: &mut BTreeMap<Token, Referral>) {
        for course in all.values_mut().flat_map(|it| &mut it.courses) {
            self.0.extend(course.request.as_ref().map(|it| it.origin.clone()));
            self.0.extend(course.answers_mut().map(|it| it.origin.clone()));
        }
    }

    fn unplaced(&mut self, all: &mut Vec<Unplaced>) {
        self.0.extend(all.iter().map(|it| it.origin().clone()));
    }

    // In streams that are no client's.
    fn lists(&mut self, _: &mut BTreeMap<(String, Scope), Stated>) {}

    fn not_understood(&mut self, _: &mut BTreeMap<Register, Instant>) {}
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
