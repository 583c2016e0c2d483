//! What is current in a view, by source and kind of fact.
//!
//! If no identifier finds a client, nobody sees that client's data, and a query about that person uses an identifier
//! that finds nobody. So while something of a kind is current there, "none" of that kind from that source is not known
//! for anybody (law 5).
//!
//! Without a clock, like all rows: what has an end is current until then.

use crate::entity::unplaced::Unplaced;
use crate::fact::limits::Limits;
use crate::fact::span::{Span, Spans};
use crate::{Lane, Origin, ParallelView};
use event::{FactKind, Instant, Token, WorkerRole};
use std::collections::BTreeMap;

/// Until when at most; `None`: no end is known.
pub type Until = Option<Instant>;

/// What is current for clients whom no identifier finds, by source and kind of fact.
pub type Current = BTreeMap<(String, FactKind), Until>;

/// What is current for one client, by source and kind of fact; of a stay also by its key, if it has one. A visit number
/// may later be reported of a known client, and then this row no longer counts.
pub type CurrentRows = BTreeMap<(String, FactKind, Option<Token>), Until>;

/// The latest end for each source and kind counts; what is over does not.
fn note(current: &mut CurrentRows, origin: &Origin, coverage: FactKind, until: Until) {
    note_keyed(current, origin, (coverage, None), until);
}

fn note_keyed(current: &mut CurrentRows, origin: &Origin, (coverage, key): (FactKind, Option<Token>), until: Until) {
    if until == Some(Instant::MIN) {
        return;
    }
    let known = current.entry((origin.source.clone(), coverage, key)).or_insert(until);
    *known = known.zip(until).map(|(a, b)| a.max(b));
}

/// Until when something that begins and ends is open. It is over if it was over when its end was reported, or if it
/// never began.
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
            note(&mut current, origin, FactKind::Referrals, None);
        }
    }
    current
}

fn note_lane(it: &mut CurrentRows, lane: &Lane, limits: Limits) {
    for stay in lane.all_stays(limits) {
        note_keyed(it, &stay.origin, (FactKind::Stays, stay.key), stay.lasts_until());
    }
    let Lane {
        // In the stays above, with those that have no number.
        stays: _,
        unplaced,
        cases,
        assessments,
        clientships,
        services,
        assignments,
        health_social_work,
        duty_contacts,
        // No question asks for these.
        persons: _,
        decisions: _,
        plans: _,
        teams: _,
        contacts: _,
        cooperations: _,
        permissions: _,
        prohibitions: _,
        // Of the client who has it: see `answer`.
        not_understood: _,
    } = lane;
    for fact in unplaced {
        match fact {
            // A stay is above; an answer alone leaves nothing open.
            Unplaced::Stay { .. } | Unplaced::ReferralAnswer(_) => {}
            Unplaced::Referral(request) => {
                let until = request.origin.happened_at.plus_seconds(limits.unanswered_referral_seconds);
                note(it, &request.origin, FactKind::Referrals, Some(until));
            }
        }
    }
    for work in health_social_work.values() {
        note(it, &work.origin, FactKind::HealthSocialWork, open(&work.spans));
    }
    for clientship in clientships.values() {
        note(it, &clientship.origin, FactKind::Clientships, open(&clientship.spans));
    }
    for service in services.values() {
        note(it, &service.origin, FactKind::Clientships, open(&service.spans));
    }
    for assessment in assessments.values().filter(|assessment| assessment.finished_at.is_none()) {
        note(it, &assessment.origin, FactKind::Clientships, None);
    }
    let finished = |case| assessments.values().any(|it| it.case == Some(case) && it.finished_at.is_some());
    for (_, case) in cases.iter().filter(|(key, _)| !finished(**key)) {
        note(it, &case.origin, FactKind::Clientships, None);
    }
    for assignment in assignments.values() {
        note(it, &assignment.origin, FactKind::Workers, open(&assignment.spans));
        if assignment.spans.all().iter().any(|span| span.what.role == Some(WorkerRole::HealthSocialWorker)) {
            note(it, &assignment.origin, FactKind::HealthSocialWork, open(&assignment.spans));
        }
    }
    for contact in duty_contacts.values().filter(|contact| contact.closed_at.is_none()) {
        note(it, &contact.origin, FactKind::DutyContacts, None);
    }
}
