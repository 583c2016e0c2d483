//! A client relationship, verified from the record (703/2023 9 §, 57 §). It ends when what it rests on ends, and not before.
//!
//! | rests on | ends by |
//! |---|---|
//! | a stay, planned or going on | its end, its cancellation |
//! | health social work, a clientship, a worker, a service | its end or term |
//! | a case | its closing; decisions of it that all refuse; an assessment after which no clientship follows; the end of the clientship that followed; a configured time in which nothing is reported of it |
//! | an assessment without a case that is known | the same |
//! | a hospital's contact or notice to social care | its rejection, completion, cancellation or failure; expiry or a configured time without an answer; with one, the time of an assessment |
//!
//! A finished assessment after which a clientship follows, or of which that is not reported, leaves a decision due (1301/2014
//! 36 §, 45 §): the case goes on.

use crate::clientship::Assessment;
use crate::mark::CLOCK_TOLERANCE_SECONDS;
use crate::referral::{Course, Referral};
use crate::service::ServiceStatus;
use crate::stay::StayStatus;
use crate::view::{Origin, ParallelView};
use event::{Instant, ReferralKind, Register, Token};

impl ParallelView {
    /// Does the record show a client relationship in `register`?
    #[must_use]
    pub fn has_relationship(&self, register: Register, at: Instant) -> bool {
        let of = |origin: &Origin| origin.register == register;
        let stay = || {
            let here = |status: StayStatus| status == StayStatus::Planned || status.is_open();
            self.all_stays().iter().any(|stay| of(&stay.origin) && here(stay.status(at)))
        };
        let work = || self.health_social_work.values().any(|it| of(&it.origin) && it.open_at(at).is_some());
        let clientship = || self.clientships.values().any(|it| of(&it.origin) && it.open_at(at).is_some());
        let worker = || self.assignments.values().any(|it| of(&it.origin) && it.in_force_at(at).is_some());
        // A service that is given is a clientship too (1301/2014 34 §).
        let service = || self.services.values().any(|it| of(&it.origin) && it.status(at) == ServiceStatus::Started);
        let case = || self.cases.iter().any(|(key, it)| of(&it.origin) && self.is_pending(*key, at));
        let assessment = || {
            let alone = |it: &&Assessment| it.case.is_none_or(|case| !self.cases.contains_key(&case));
            let mut alone = self.assessments.values().filter(|it| of(&it.origin)).filter(alone);
            alone.any(|it| {
                let (opened_at, assessments) = (it.since(), vec![it]);
                self.goes_on(&Matter { register, opened_at, decided_at: None, assessments }, at)
            })
        };
        // A hospital's contact or notice makes the case pending at social care (1301/2014 35 §).
        let asked = || register == Register::Social && self.referrals.values().any(|it| self.asks_social_care(it, at));
        stay() || work() || clientship() || worker() || service() || case() || assessment() || asked()
    }

    fn is_pending(&self, key: Token, at: Instant) -> bool {
        let Some((case, span)) = self.cases.get(&key).and_then(|case| Some((case, case.spans.at(at)?))) else {
            return false;
        };
        let decisions = self.decisions.values().filter(|it| it.case == Some(key) && it.origin.happened_at <= at);
        let assessments = self.assessments.values().filter(|it| it.case == Some(key)).collect();
        let matter = Matter {
            register: case.origin.register,
            opened_at: span.from,
            decided_at: decisions.clone().map(|it| it.origin.happened_at).max(),
            assessments,
        };
        let refused = matter.decided_at.is_some() && { decisions }.all(crate::Decision::is_refusal);
        !refused && self.goes_on(&matter, at)
    }

    fn goes_on(&self, matter: &Matter<'_>, at: Instant) -> bool {
        let finished_at = |it: &Assessment| it.finished_at.filter(|finished| *finished <= at);
        let ready = matter.assessments.iter().filter_map(|it| Some((finished_at(it)?, it.clientship)));
        let under_way = matter.assessments.iter().any(|it| finished_at(it).is_none());
        let last_ready = ready.max_by_key(|(finished, _)| *finished);
        let none_follows = last_ready.is_some_and(|(_, clientship)| clientship == Some(false));
        // The clientship that followed carried it, and is over.
        let begun = matter.opened_at.plus_seconds(-CLOCK_TOLERANCE_SECONDS);
        let carried = self.clientships.values().filter(|it| it.origin.register == matter.register).any(|it| {
            it.open_at(at).is_none() && it.spans.all().iter().any(|span| span.from >= begun && span.from <= at)
        });
        let settled = last_ready.is_some() || matter.decided_at.is_some();
        let times = matter.assessments.iter().flat_map(|it| [it.started_at, it.finished_at]);
        let times = times.chain([matter.decided_at]).flatten().filter(|it| *it <= at);
        let last = times.fold(matter.opened_at, Instant::max);
        let in_time = last.plus_seconds(self.limits.unfinished_assessment_seconds) > at;
        in_time && (under_way || !(none_follows || (settled && carried)))
    }

    fn asks_social_care(&self, referral: &Referral, at: Instant) -> bool {
        let to_social = |kind| matches!(kind, ReferralKind::Contact | ReferralKind::Notice);
        let Some((course, request)) = referral.latest().zip(referral.request()) else { return false };
        to_social(request.kind) && course.status().is_open() && self.is_awaited(course, request.origin.happened_at, at)
    }

    /// Nobody answered yet, within its time; or somebody did, and the work that follows has its time.
    fn is_awaited(&self, course: &Course, asked_at: Instant, at: Instant) -> bool {
        match &course.answer {
            None => {
                let in_time = asked_at.plus_seconds(self.limits.unanswered_referral_seconds) > at;
                in_time && !course.is_expired_at(at)
            }
            Some(answer) => answer.origin.happened_at.plus_seconds(self.limits.unfinished_assessment_seconds) > at,
        }
    }
}

/// What is pending: a case, or an assessment of which no case is known.
struct Matter<'a> {
    register: Register,
    opened_at: Instant,
    /// By its last decision.
    decided_at: Option<Instant>,
    assessments: Vec<&'a Assessment>,
}
