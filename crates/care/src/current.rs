//! What a view has that is current, by source and kind of fact.
//!
//! Of a client whom no identifier finds nobody gets to see anything, and whoever that client is, is asked for by an
//! identifier that finds nothing. So "none" of what that source covers is not known of anybody, as long as something of that
//! kind is current there (law 5).
//!
//! Free of the clock, as all rows: what has an end is current until then.

use crate::revocable::Revocable;
use crate::source::Coverage;
use crate::{Origin, ParallelView};
use event::Instant;
use std::collections::BTreeMap;

/// Until when at most; `None`: no end is known.
pub type Until = Option<Instant>;

/// What is current of a client, by source and kind of fact.
pub type Current = BTreeMap<(String, Coverage), Until>;

/// The last thing of its source and kind to end counts.
fn note(current: &mut Current, origin: &Origin, coverage: Coverage, until: Until) {
    let known = current.entry((origin.source.clone(), coverage)).or_insert(until);
    *known = known.zip(until).map(|(a, b)| a.max(b));
}

/// Of what is open until it is closed: until when, and `None` if it was closed when that was reported.
fn open<T, R>(span: &Revocable<T, R>, term: impl Fn(&T) -> Until, end: impl Fn(&R) -> Instant) -> Option<Until> {
    let said = span.said()?;
    match (span.revoked(), span.revocation()) {
        (Some(revoked), Some(mark)) => Some(end(revoked)).filter(|end| *end > mark.until()).map(Some),
        _ => Some(term(said)),
    }
}

/// What is current in `view`.
pub(crate) fn of(view: &ParallelView) -> Current {
    let mut current = Current::new();
    let it = &mut current;
    for stay in view.all_stays() {
        if let Some(until) = stay.lasts() {
            note(it, &stay.origin, Coverage::Stays, until);
        }
    }
    for referral in view.referrals.values().filter(|referral| referral.status().is_open()) {
        let asked = referral.request.as_ref().map(|request| &request.origin);
        for origin in asked.into_iter().chain(referral.answer.as_ref().map(|answer| &answer.origin)) {
            note(it, origin, Coverage::Referrals, None);
        }
    }
    for work in view.health_social_work.values() {
        if let Some(until) = open(&work.span, |open| open.until, |closed| closed.closed_at) {
            note(it, &work.origin, Coverage::HealthSocialWork, until);
        }
    }
    for clientship in view.clientships.values() {
        if let Some(until) = open(&clientship.span, |_| None, |closed| closed.closed_at) {
            note(it, &clientship.origin, Coverage::Clientships, until);
        }
    }
    for service in view.services.values() {
        if let Some(until) = open(&service.span, |_| None, |end| end.ended_at) {
            note(it, &service.origin, Coverage::Clientships, until);
        }
    }
    let unfinished = view.assessments.values().filter(|assessment| assessment.finished_at.is_none());
    for assessment in unfinished {
        note(it, &assessment.origin, Coverage::Clientships, None);
    }
    for (key, case) in &view.cases {
        let finished = |case| view.assessments.values().any(|it| it.case == Some(case) && it.finished_at.is_some());
        if !finished(*key) {
            note(it, &case.origin, Coverage::Clientships, None);
        }
    }
    for assignment in view.assignments.values() {
        if let Some(until) = open(&assignment.span, |assigned| assigned.until, |ended| ended.ended_at) {
            note(it, &assignment.origin, Coverage::Workers, until);
        }
    }
    for contact in view.duty_contacts.values().filter(|contact| contact.closed_at.is_none()) {
        note(it, &contact.origin, Coverage::DutyContacts, None);
    }
    current
}
