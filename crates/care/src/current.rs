//! What a view has that is current, by source and kind of fact.
//!
//! Of a client whom no identifier finds nobody gets to see anything, and whoever that client is, is asked for by an
//! identifier that finds nothing. So "none" of what that source covers is not known of anybody, as long as something of that
//! kind is current there (law 5).
//!
//! Free of the clock, as all rows: what has an end is current until then.

use crate::source::Coverage;
use crate::span::{Span, Spans};
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

/// Of what begins and ends: until when; `None` if it was over when its end was reported.
fn open<T>(spans: &Spans<T>) -> Option<Until> {
    let lasts = spans.all().iter().filter(|span| span.end().is_none_or(|end| !end.is_of_the_past())).map(Span::until);
    lasts.reduce(|a, b| a.zip(b).map(|(a, b)| a.max(b)))
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
        let asked = referral.request().map(|request| &request.origin);
        let answered = referral.latest().and_then(|course| course.answer.as_ref()).map(|answer| &answer.origin);
        for origin in asked.into_iter().chain(answered) {
            note(it, origin, Coverage::Referrals, None);
        }
    }
    for work in view.health_social_work.values() {
        if let Some(until) = open(&work.spans) {
            note(it, &work.origin, Coverage::HealthSocialWork, until);
        }
    }
    for clientship in view.clientships.values() {
        if let Some(until) = open(&clientship.spans) {
            note(it, &clientship.origin, Coverage::Clientships, until);
        }
    }
    for service in view.services.values() {
        if let Some(until) = open(&service.spans) {
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
        if let Some(until) = open(&assignment.spans) {
            note(it, &assignment.origin, Coverage::Workers, until);
        }
    }
    for contact in view.duty_contacts.values().filter(|contact| contact.closed_at.is_none()) {
        note(it, &contact.origin, Coverage::DutyContacts, None);
    }
    current
}
