//! Leaves, cancelled ward changes, visits that were another patient's.

use crate::{at, left, moved_to, only_stay, reported, started, stay, views};
use care::{ParallelView, Rows, StayStatus};
use event::{
    Body, Instant, LeaveEndCancelled, LeaveEnded, LeaveStartCancelled, LeaveStarted, ReceivedEvent, StayPlanned,
    StayReassigned, StayStated, Ward, WardChangeCancelled,
};
use std::collections::BTreeSet;
use testkit::history::keyring;

fn away() -> Body {
    Body::from(LeaveStarted {
        stay: Some(stay()),
        started_at: at(1),
        expected_return_at: None,
        corrected: false,
        class: None,
    })
}

fn back() -> Body {
    Body::from(LeaveEnded { stay: Some(stay()), ended_at: at(2), class: None })
}

fn never_left() -> Body {
    Body::from(LeaveStartCancelled { stay: Some(stay()) })
}

fn not_back() -> Body {
    Body::from(LeaveEndCancelled { stay: Some(stay()) })
}

fn not_moved(to: Option<&str>) -> Body {
    Body::from(WardChangeCancelled { stay: Some(stay()), to: to.and_then(Ward::try_new), class: None })
}

/// In every order of the events of one minute.
#[test]
fn a_leave_is_derived_from_its_four_events() {
    use StayStatus::{Ended, InProgress, OnLeave};
    let cases: &[(&[(i64, Body)], StayStatus)] = &[
        (&[(0, started()), (1, away())], OnLeave),
        (&[(0, started()), (1, away()), (2, back())], InProgress),
        (&[(0, started()), (1, away()), (1, back())], InProgress),
        (&[(0, started()), (1, away()), (2, never_left())], InProgress),
        (&[(0, started()), (1, away()), (1, never_left())], InProgress),
        (&[(0, started()), (1, away()), (2, back()), (3, not_back())], OnLeave),
        (&[(0, started()), (1, away()), (2, back()), (2, not_back())], OnLeave),
        (&[(0, started()), (1, away()), (2, back()), (3, not_back()), (4, back())], InProgress),
        (&[(0, started()), (1, away()), (2, back()), (5, away())], OnLeave),
        // Only the cancelled return was reported; the start was lost.
        (&[(0, started()), (3, not_back())], OnLeave),
        // Left from leave.
        (&[(0, started()), (1, away()), (20, left())], Ended),
    ];
    for (n, (story, expected)) in cases.iter().enumerate() {
        for view in views(story) {
            assert_eq!(only_stay(&view).status(at(100)), *expected, "case {n}");
        }
    }
    let again = Body::from(LeaveStarted {
        stay: Some(stay()),
        started_at: at(4),
        expected_return_at: Some(at(50)),
        corrected: false,
        class: None,
    });
    let view = &views(&[(0, started()), (1, away()), (4, again)])[0];
    let leave = only_stay(view).leave.in_force().unwrap();
    assert_eq!((leave.since, leave.expected_return_at), (Some(at(1)), Some(at(50))), "a second start starts nothing");
    let corrected = || {
        Body::from(LeaveStarted {
            stay: Some(stay()),
            started_at: at(3),
            expected_return_at: None,
            corrected: true,
            class: None,
        })
    };
    let since = |story: &[(i64, Body)]| -> BTreeSet<Option<i64>> {
        let leaves = views(story).into_iter().map(|view| only_stay(&view).leave.in_force());
        leaves.map(|leave| leave.and_then(|it| it.since).map(Instant::as_micros)).collect()
    };
    let at_three = || BTreeSet::from([Some(at(3).as_micros())]);
    assert_eq!(since(&[(0, started()), (1, away()), (4, corrected())]), at_three(), "began at another time");
    assert_eq!(since(&[(0, started()), (4, corrected())]), at_three(), "the first report was lost");
    assert_eq!(since(&[(0, started()), (1, away()), (4, corrected()), (5, back())]), BTreeSet::from([None]));
    assert_eq!(since(&[(0, started()), (1, away()), (4, corrected()), (5, never_left())]), BTreeSet::from([None]));
}

#[test]
fn a_cancelled_ward_change_never_took_place() {
    let ward = |story: &[(i64, Body)]| -> BTreeSet<String> {
        views(story).iter().map(|view| only_stay(view).ward.as_ref().unwrap().code().to_owned()).collect()
    };
    let one = |ward: &str| BTreeSet::from([ward.to_owned()]);
    assert_eq!(ward(&[(0, started()), (1, moved_to("OS2"))]), one("OS2"));
    assert_eq!(ward(&[(0, started()), (1, moved_to("OS2")), (2, not_moved(None))]), one("OS1"));
    assert_eq!(ward(&[(0, started()), (1, moved_to("OS2")), (1, not_moved(None))]), one("OS1"));
    assert_eq!(ward(&[(0, started()), (1, moved_to("OS2")), (2, not_moved(Some("OS3")))]), one("OS3"));
    assert_eq!(ward(&[(0, started()), (1, moved_to("OS2")), (2, not_moved(None)), (3, moved_to("OS4"))]), one("OS4"));
}

/// A45: the record that loses the visit, the one that gets it, and both where they are one person.
#[test]
fn a_reassigned_visit_belongs_to_the_other_patient() {
    let to = keyring().record("test", "own", "2");
    let here = || {
        Body::from(StayStated {
            stay: Some(stay()),
            class: None,
            ward: Ward::try_new("OS1"),
            started_at: None,
            protected_speciality: None,
            unit: None,
            facility: None,
        })
    };
    for (a, b) in [(1, 2), (2, 1)] {
        let (first, moved) =
            (reported("1", 0, 0, started()), Body::from(StayReassigned { stay: Some(stay()), to: to.clone() }));
        let (moved, reported_anew) = (reported("1", 5, a, moved), reported("2", 5, b, here()));
        let status = |events: &[&ReceivedEvent]| {
            let view = ParallelView::fold(events.iter().copied());
            (only_stay(&view).status(at(9)), Rows::of(&view).standing.len())
        };
        assert_eq!(status(&[&first, &moved]), (StayStatus::Cancelled, 0));
        assert_eq!(status(&[&reported_anew]), (StayStatus::InProgress, 1));
        assert_eq!(status(&[&first, &moved, &reported_anew]), (StayStatus::InProgress, 1), "one person");
        let later = reported("1", 7, 3, moved_to("OS1"));
        assert_eq!(status(&[&first, &moved, &later]), (StayStatus::InProgress, 1), "reported here again, later");
    }
}

/// A05: passing the planned time does not mean the client arrived; only a report that the client is there, or a list,
/// does.
#[test]
fn a_planned_stay_is_no_presence_until_it_is_reported() {
    type Case<'a> = (&'a [(i64, Body)], i64, StayStatus, usize);
    let planned = || {
        let (stay, ward) = (Some(stay()), Ward::try_new("OS1"));
        Body::from(StayPlanned { stay, class: None, ward, expected_at: Some(at(100)) })
    };
    let cases: &[Case<'_>] = &[
        (&[(0, planned())], 50, StayStatus::Planned, 0),
        (&[(0, planned())], 200, StayStatus::Unknown, 0),
        (&[(0, planned()), (101, moved_to("OS2"))], 200, StayStatus::InProgress, 1),
        (&[(0, planned()), (101, started())], 200, StayStatus::InProgress, 1),
        (&[(0, planned()), (120, left())], 200, StayStatus::Ended, 0),
    ];
    for (n, (story, now, expected, on_ward)) in cases.iter().enumerate() {
        for view in views(story) {
            assert_eq!(only_stay(&view).status(at(*now)), *expected, "case {n}");
            assert_eq!(Rows::of(&view).standing.len(), *on_ward, "case {n}");
        }
    }
}

/// FHIR: finished, and in progress again within the second. Arrival decides.
#[test]
fn a_stay_is_in_progress_again_in_the_second_in_which_it_ended() {
    let here = Body::from(StayStated {
        stay: Some(stay()),
        class: None,
        ward: None,
        started_at: None,
        protected_speciality: None,
        unit: None,
        facility: None,
    });
    for (arrives, expected) in [(1, StayStatus::InProgress), (-1, StayStatus::Ended)] {
        let mut again = reported("1", 20, 2, here.clone());
        again.received_at = again.received_at.plus_seconds(arrives);
        let events = [reported("1", 0, 0, started()), reported("1", 20, 1, left()), again];
        assert_eq!(only_stay(&ParallelView::fold(&events)).status(at(100)), expected, "{arrives}");
    }
}
