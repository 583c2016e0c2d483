//! Which client a stay, a referral or a team belongs to, by the stream of that thing itself.

use crate::{assigned, at, key, left, moved_to, only_stay, reported, started, stay, views};
use care::Statements;
use care::{ParallelView, Rows, StayStatus};
use event::{
    Body, CareTeamStated, FactKind, ReceivedEvent, ReferralAccepted, ReferralKind, ReferralRequested, StayClass,
    StayCorrected, SubjectStated, Token,
};
use testkit::history::keyring;

const VISIT: &str = "visit:test";

/// In the stream of the thing itself: it belongs to that record.
fn subject((kind, thing): (FactKind, Token), minute: i64, (system, record): (&str, &str), ends: bool) -> ReceivedEvent {
    let subject = keyring().record("test", system, record);
    let n = usize::try_from(minute).unwrap() + 100;
    reported("the thing", minute, n, Body::from(SubjectStated { kind, key: thing, subject, ends }))
}

fn of_stay(minute: i64, record: &str) -> ReceivedEvent {
    subject((FactKind::Stays, stay()), minute, ("own", record), false)
}

/// Each stream by itself.
fn healed(view: &ParallelView, streams: &[&[ReceivedEvent]]) -> ParallelView {
    let rows: Vec<Rows> = streams.iter().map(|stream| Rows::of(&ParallelView::fold(*stream))).collect();
    view.clone().heal(&Statements::of(&rows, &view.wanted()))
}

/// A FHIR Encounter that is put again with another subject belongs to that subject.
#[test]
fn a_stay_belongs_to_the_subject_in_its_own_stream() {
    type Case = (Vec<(i64, Body)>, Vec<ReceivedEvent>, StayStatus, &'static str);
    use StayStatus::{Cancelled, Ended, InProgress, Unknown};
    let (first, second) = (|minute| of_stay(minute, "1"), |minute| of_stay(minute, "2"));
    let shared = |minute| subject((FactKind::Stays, stay()), minute, ("own", "2"), true);
    let cases: Vec<Case> = vec![
        (vec![(1, started())], vec![first(1)], InProgress, "its own"),
        (vec![(1, started())], vec![first(1), second(5)], Cancelled, "put again with another subject"),
        (vec![(1, started())], vec![second(5), first(1)], Cancelled, "in whatever order they come"),
        (vec![(1, started())], vec![first(1), second(5), first(9)], InProgress, "and back again"),
        (vec![(1, started()), (9, moved_to("OS2"))], vec![second(5)], InProgress, "reported to be there since"),
        (vec![(1, started())], vec![], InProgress, "no subject is reported"),
        (vec![(1, started())], vec![first(1), shared(5)], Unknown, "another's stay has the number too"),
        (vec![(1, started()), (9, moved_to("OS2"))], vec![first(1), shared(5)], InProgress, "and it is reported since"),
        (vec![(1, started()), (7, left())], vec![first(1), shared(5)], Ended, "or has ended"),
    ];
    for (story, stream, expected, why) in cases {
        for view in views(&story) {
            assert_eq!(only_stay(&healed(&view, &[&stream])).status(at(100)), expected, "{why}");
        }
    }
    // Two resources that use the same numbers: each stay belongs to its own person.
    for view in views(&[(1, started())]) {
        let healed = healed(&view, &[&[first(1)], &[second(5)]]);
        assert_eq!(only_stay(&healed).status(at(100)), InProgress);
    }
    // Two records that are one person.
    let view = ParallelView::fold(&[reported("1", 1, 1, started()), reported("2", 5, 2, started())]);
    assert_eq!(only_stay(&healed(&view, &[&[second(5)]])).status(at(100)), InProgress);
}

fn corrected() -> Body {
    let (class, ward, started_at, also) = (Some(StayClass::Emergency), None, None, Vec::new());
    Body::from(StayCorrected { stay: Some(stay()), class, ward, started_at, also })
}

/// A message that names no client belongs to the client who has the stay.
#[test]
fn a_message_without_a_client_makes_the_stay_or_its_ward_unknown() {
    use StayStatus::{Ended, InProgress, Unknown};
    let of_nobody = |ends| subject((FactKind::Stays, stay()), 5, (VISIT, "1"), ends);
    let cases = [
        (vec![(1, started())], true, (Unknown, Some("OS1")), "an end"),
        (vec![(1, started()), (9, moved_to("OS2"))], true, (InProgress, Some("OS2")), "reported to be there since"),
        (vec![(1, started()), (7, left())], true, (Ended, Some("OS1")), "and ended"),
        (vec![(1, started())], false, (InProgress, None), "a transfer"),
        (vec![(1, started()), (9, moved_to("OS2"))], false, (InProgress, Some("OS2")), "transferred since"),
        (vec![(1, started()), (3, left())], false, (Unknown, None), "had left, and is reported there again"),
        (vec![(1, started()), (7, left())], false, (Ended, Some("OS1")), "left since"),
        (vec![(9, corrected())], false, (Unknown, None), "named later"),
        (vec![(9, corrected()), (20, left())], false, (Ended, None), "named later, and left"),
    ];
    for (story, ends, expected, why) in cases {
        for view in views(&story) {
            let healed = healed(&view, &[&[of_nobody(ends)]]);
            let stay = only_stay(&healed);
            assert_eq!((stay.status(at(100)), stay.ward.as_ref().map(event::Ward::code)), expected, "{why}");
        }
    }
}

/// A ServiceRequest or a CareTeam that is put again with another subject belongs to that subject too.
#[test]
fn a_referral_and_a_team_leave_the_first_client() {
    let (referral, team) = (key("referral", "1"), key("team", "1"));
    let requested = Body::from(ReferralRequested {
        referral: Some(referral),
        course: None,
        kind: ReferralKind::Referral,
        priority: None,
        required_by: None,
        expires_at: None,
        source_channel: None,
        requester_unit: None,
        receiver: None,
        basis: None,
    });
    let accepted = ReferralAccepted { referral: Some(referral), course: None, worker: None, expected_by: None };
    let stated = CareTeamStated { team, assignments: vec![key("assignment", "1")] };
    let story = [(1, requested.clone()), (2, Body::from(accepted)), (1, assigned()), (1, Body::from(stated.clone()))];
    let (request, members) = ((FactKind::Referrals, referral), (FactKind::Workers, team));
    let of = |thing, minute, record| subject(thing, minute, ("own", record), false);
    for view in views(&story) {
        let left = |streams: &[&[ReceivedEvent]]| {
            let healed = healed(&view, streams);
            (healed.referrals.is_empty(), healed.health.assignments.is_empty())
        };
        assert_eq!(left(&[]), (false, false));
        assert_eq!(left(&[&[of(request, 1, "1")], &[of(members, 1, "1")]]), (false, false));
        assert_eq!(left(&[&[of(request, 1, "1"), of(request, 5, "2")]]), (true, false));
        assert_eq!(left(&[&[of(members, 5, "2"), of(members, 1, "1")]]), (false, true));
        assert_eq!(left(&[&[of(request, 5, "2"), of(request, 9, "1")], &[of(members, 9, "1")]]), (false, false));
    }
    // Asked again of the first client since.
    for view in
        views(&[(1, requested.clone()), (9, requested.clone()), (9, Body::from(stated.clone())), (1, assigned())])
    {
        let healed = healed(&view, &[&[of(members, 5, "2")]]);
        assert_eq!(healed.health.assignments.len(), 1);
    }
}
