//! What a view has that is current, by source and kind of fact.
//!
//! Of a client whom no identifier finds nobody gets to see anything, and whoever that client is, is asked for by an
//! identifier that finds nothing. So "none" of what that source covers is not known of anybody, as long as something of that
//! kind is current there (law 5).
//!
//! Free of the clock, as all rows: what has an end is current until then.

use crate::fact::span::{Span, Spans};
use crate::rule::limits::Limits;
use crate::rule::source::Coverage;
use crate::{Lane, Origin, ParallelView};
use event::{Instant, Token};
use std::collections::BTreeMap;

/// Until when at most; `None`: no end is known.
pub type Until = Option<Instant>;

/// What is current of anybody whom no identifier finds, by source and kind of fact.
pub type Current = BTreeMap<(String, Coverage), Until>;

/// What is current of one client, by source, kind of fact and, of a stay that has one, its key: the number of a visit is
/// known of the client it is reported of later, whoever they were at first.
pub type CurrentRows = BTreeMap<(String, Coverage, Option<Token>), Until>;

/// The last thing of its source and kind to end counts; what is over does not.
fn note(current: &mut CurrentRows, origin: &Origin, coverage: Coverage, until: Until) {
    note_keyed(current, origin, (coverage, None), until);
}

fn note_keyed(current: &mut CurrentRows, origin: &Origin, (coverage, key): (Coverage, Option<Token>), until: Until) {
    if until == Some(Instant::MIN) {
        return;
    }
    let known = current.entry((origin.source.clone(), coverage, key)).or_insert(until);
    *known = known.zip(until).map(|(a, b)| a.max(b));
}

/// Of what begins and ends: until when. What was over when its end was reported, or never began, is over.
fn open<T>(spans: &Spans<T>) -> Until {
    let lasting = spans.all().iter().filter(|span| span.end().is_none_or(|end| !end.is_of_the_past()));
    lasting.map(Span::until).reduce(|a, b| a.zip(b).map(|(a, b)| a.max(b))).unwrap_or(Some(Instant::MIN))
}

/// What is current in `view`.
pub(crate) fn of(view: &ParallelView) -> CurrentRows {
    let mut current = CurrentRows::new();
    for lane in view.lanes() {
        note_lane(&mut current, lane, view.limits);
    }
    for referral in view.referrals.values().filter(|referral| referral.status().is_open()) {
        let asked = referral.request().map(|request| &request.origin);
        let answered = referral.latest().and_then(|course| course.answer.as_ref()).map(|answer| &answer.origin);
        for origin in asked.into_iter().chain(answered) {
            note(&mut current, origin, Coverage::Referrals, None);
        }
    }
    current
}

fn note_lane(it: &mut CurrentRows, lane: &Lane, limits: Limits) {
    for stay in lane.all_stays(limits) {
        note_keyed(it, &stay.origin, (Coverage::Stays, stay.key), stay.lasts_until());
    }
    for work in lane.health_social_work.values() {
        note(it, &work.origin, Coverage::HealthSocialWork, open(&work.spans));
    }
    for clientship in lane.clientships.values() {
        note(it, &clientship.origin, Coverage::Clientships, open(&clientship.spans));
    }
    for service in lane.services.values() {
        note(it, &service.origin, Coverage::Clientships, open(&service.spans));
    }
    let unfinished = lane.assessments.values().filter(|assessment| assessment.finished_at.is_none());
    for assessment in unfinished {
        note(it, &assessment.origin, Coverage::Clientships, None);
    }
    for (key, case) in &lane.cases {
        let finished = |case| lane.assessments.values().any(|it| it.case == Some(case) && it.finished_at.is_some());
        if !finished(*key) {
            note(it, &case.origin, Coverage::Clientships, None);
        }
    }
    for assignment in lane.assignments.values() {
        note(it, &assignment.origin, Coverage::Workers, open(&assignment.spans));
    }
    for contact in lane.duty_contacts.values().filter(|contact| contact.closed_at.is_none()) {
        note(it, &contact.origin, Coverage::DutyContacts, None);
    }
}
