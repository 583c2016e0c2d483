//! Lists of stays that heal.

use crate::{at, key, left, moved_to, only_stay, reported, started, stay, views};
use care::{OnList, ParallelView, Rows, Statements, StayStatus};
use event::{Body, CurrentStaysStated, ListConfirmed, MayEnd, ReceivedEvent, StayStated, Ward};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use testkit::history::{Chance, history};

pub(crate) fn statements(view: &ParallelView, streams: &[ReceivedEvent]) -> Statements {
    let streams: Vec<Rows> = streams.iter().map(|stream| Rows::of(&ParallelView::fold([stream]))).collect();
    Statements::of(&streams, &view.wanted())
}

fn list(minute: i64, wards: &[&str], stays: &[&str]) -> ReceivedEvent {
    let mut stays: Vec<_> = stays.iter().map(|value| key("stay", value)).collect();
    stays.sort();
    let wards = wards.iter().filter_map(|code| Ward::try_new(code)).collect();
    let stated = CurrentStaysStated { as_of: at(minute), wards, stays, may_end: MayEnd::EVERYTHING };
    reported("the source", minute, 77, Body::from(stated))
}

#[test]
fn a_list_heals_what_was_lost() {
    type Case = (Vec<(i64, Body)>, Vec<ReceivedEvent>, StayStatus, &'static str);
    use StayStatus::{Ended, InProgress, Unknown};
    let here = || {
        Body::from(StayStated {
            stay: Some(stay()),
            class: None,
            ward: None,
            started_at: None,
            protected_speciality: None,
            unit: None,
            facility: None,
        })
    };
    let cases: Vec<Case> = vec![
        (vec![(1, started())], vec![list(5, &[], &["1"])], InProgress, "on it"),
        (vec![(1, started())], vec![list(5, &[], &["2"])], Ended, "the discharge was lost"),
        (vec![(6, started())], vec![list(5, &[], &["2"])], InProgress, "came after the list"),
        (vec![(1, started()), (6, moved_to("OS2"))], vec![list(5, &[], &[])], InProgress, "reported after the list"),
        (vec![(1, started())], vec![list(5, &["OS2"], &[])], InProgress, "a list of another ward"),
        (vec![(1, started())], vec![list(5, &["OS1"], &[])], Unknown, "not on the ward: perhaps elsewhere"),
        (
            vec![(1, started())],
            vec![list(5, &["OS1"], &[]), list(5, &["OS2"], &["1"])],
            InProgress,
            "on another ward's",
        ),
        (vec![(1, started())], vec![list(5, &["OS1"], &[]), list(6, &[], &[])], Ended, "and then nowhere"),
        (vec![(1, started())], vec![list(6, &[], &["1"]), list(5, &[], &[])], InProgress, "the later list counts"),
        // A line of the list: the start was lost, the cancellation of the discharge was lost.
        (vec![(5, here())], vec![list(5, &[], &["1"])], InProgress, "the start was lost"),
        (vec![(1, started()), (20, left()), (30, here())], vec![list(30, &[], &["1"])], InProgress, "the A13 was lost"),
        (vec![(1, started()), (20, left())], vec![list(5, &[], &["1"])], Ended, "left after the list"),
    ];
    for (story, lists, expected, why) in cases {
        for view in views(&story) {
            for lists in [lists.clone(), lists.iter().rev().cloned().collect()] {
                let healed = view.clone().heal(&statements(&view, &lists));
                assert_eq!(only_stay(&healed).status(at(100)), expected, "{why}");
                assert_eq!(healed.encode(), view.encode(), "healing is no part of the view's bytes");
            }
        }
    }
    // Another source's list does not concern the stays of this one.
    let mut other = list(5, &[], &[]);
    other.event.source = "other".into();
    let view = &views(&[(1, started())])[0];
    assert_eq!(only_stay(&view.clone().heal(&statements(view, &[other]))).on_list, OnList::AsReported);
}

/// A list and a message come from two clocks: when each was true, when each was received, and the status of the stay
/// then.
#[test]
fn a_list_undoes_nothing_that_came_after_it() {
    use StayStatus::{Ended, InProgress};
    /// The list's time and receipt; the admission's time, its width and receipt, in minutes.
    type Case = ((i64, i64), (i64, i64, i64), StayStatus, &'static str);
    let minute = 60_000_000;
    let cases: &[Case] = &[
        ((600, 605), (540, 0, 540), Ended, "reported an hour before the list, received before it"),
        ((600, 605), (590, 0, 590), Ended, "reported and received shortly before the list"),
        ((600, 605), (602, 0, 602), InProgress, "reported between the list's moment and its receipt"),
        ((600, 605), (590, 0, 610), InProgress, "the sender's clock is twenty minutes behind"),
        ((600, 605), (541, 0, 606), InProgress, "or nearly an hour"),
        ((600, 605), (539, 0, 606), Ended, "no clock is so wrong: the message was delayed"),
        ((600, 605), (620, 0, 590), Ended, "the sender's clock is ahead: it was received before the list was true"),
        ((600, 603), (600, minute, 602), InProgress, "a time to the minute is that whole minute"),
        ((601, 603), (600, minute, 602), Ended, "the minute is over"),
    ];
    for ((as_of, list_received), (recorded, width, received), expected, why) in cases {
        let mut admission = reported("1", *recorded, 1, started());
        (admission.received_at, admission.event.recorded_width) = (at(*received), *width);
        let mut stated = list(*as_of, &[], &[]);
        stated.received_at = at(*list_received);
        let view = ParallelView::fold([&admission]);
        let healed = view.clone().heal(&statements(&view, &[stated]));
        assert_eq!(only_stay(&healed).status(at(1000)), *expected, "{why}");
    }
}

/// A half-empty list ends nobody's stay until somebody confirms it.
#[test]
fn a_list_that_ends_much_waits_for_a_confirmation() {
    const OF: usize = 40;
    /// Has the list ended the stay, and how many keys the pending list would end.
    type Case = (Vec<ReceivedEvent>, bool, Option<u64>, &'static str);
    let names: Vec<String> = (1..=OF).map(|n| n.to_string()).collect();
    let keys = |on: &[String]| {
        let mut stays: Vec<_> = on.iter().map(|name| key("stay", name)).collect();
        stays.sort();
        stays
    };
    // The first keys are missing: the stay is the first of all.
    let list = |minute, leaves_out: usize, may_end| {
        let stated =
            CurrentStaysStated { as_of: at(minute), wards: Vec::new(), stays: keys(&names[leaves_out..]), may_end };
        reported("the source", minute, usize::try_from(minute).unwrap(), Body::from(stated))
    };
    let usual = |minute, leaves_out| list(minute, leaves_out, MayEnd::USUAL);
    let confirmed = |minute, list: &ReceivedEvent| {
        let confirmed = ListConfirmed { list: list.event.id, decider: None, reason: None };
        reported("the source", minute, 1000 + usize::try_from(minute).unwrap(), Body::from(confirmed))
    };
    let all = || usual(10, 0);
    let unconfigured = |minute, leaves_out| list(minute, leaves_out, MayEnd::Nothing);
    let cases: Vec<Case> = vec![
        (vec![all(), usual(20, 1)], true, None, "one has left"),
        (vec![all(), usual(20, OF / 2)], true, None, "half have"),
        (vec![all(), usual(20, OF / 2 + 1)], false, Some(21), "more than half"),
        (vec![usual(20, 1)], true, None, "the first list of all counts, as far as this stream knows"),
        (vec![usual(20, OF)], false, Some(0), "but not an empty one: how much stood is not known here"),
        (vec![usual(20, OF), confirmed(30, &usual(20, OF))], true, None, "until somebody confirms it"),
        (vec![all(), usual(20, OF), confirmed(30, &usual(20, OF))], true, None, "and somebody confirms it"),
        (vec![all(), usual(20, OF), confirmed(30, &usual(19, OF))], false, Some(40), "another one"),
        (vec![all(), confirmed(15, &usual(20, OF)), usual(20, OF)], true, None, "confirmed before the fold meets it"),
        (vec![all(), usual(20, OF), usual(30, OF)], false, Some(40), "the next is compared with the one in force"),
        (vec![all(), usual(20, OF), usual(30, 2)], true, None, "the next is as it should be, and one has left"),
        (vec![all(), usual(20, OF), usual(30, 0)], false, None, "the next has all of them"),
        (vec![all(), usual(20, OF), confirmed(40, &usual(20, OF)), usual(30, 0)], false, None, "confirmed too late"),
        (vec![unconfigured(10, OF)], false, Some(0), "a source that may state no lists: even the first waits"),
        (vec![all(), unconfigured(20, 1)], false, Some(1), "and one that ends one"),
        (vec![unconfigured(10, OF), confirmed(15, &unconfigured(10, OF))], true, None, "until it is confirmed"),
    ];
    for (mut events, gone, pending, why) in cases {
        let admission = reported("1", 1, 0, started());
        for seed in 0..4 {
            Chance::new(seed).shuffle(&mut events);
            let rows = Rows::of(&ParallelView::fold(&events));
            let view = ParallelView::fold([&admission]);
            let healed = view.clone().heal(&Statements::of([&rows], &view.wanted()));
            assert_eq!(only_stay(&healed).status(at(1000)) == StayStatus::Ended, gone, "{why}");
            let row = rows.stated.values().next().unwrap();
            assert_eq!(row.pending.as_ref().map(|it| it.ends), pending, "{why}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// The answer is a function of the set of all events: clients' own, sources' lists, workers' absences.
    #[test]
    fn what_lists_and_absences_heal_is_the_same_in_any_order(seed: u64, shuffle: u64) {
        let events = history(seed, 80);
        let mut delivered = events.clone();
        delivered.extend(events.iter().step_by(2).cloned());
        Chance::new(shuffle).shuffle(&mut delivered);
        let healed = |events: &[ReceivedEvent]| {
            let clients = care::oracle::clients(events);
            let streams: Vec<Rows> = clients.values().map(Rows::of).collect();
            let answer = |view: &ParallelView| {
                let healed = view.clone().heal(&Statements::of(&streams, &view.wanted()));
                let stays: Vec<_> = healed.lanes().into_iter().flat_map(|lane| lane.stays.values()).map(|stay| (stay.on_list, stay.status(at(500)))).collect();
                let workers: Vec<_> =
                    healed.lanes().into_iter().flat_map(|lane| lane.assignments.values()).map(|it| (it.on_list, it.in_force_at(at(500)).is_some())).collect();
                (stays, workers)
            };
            clients.iter().map(|(records, view)| (records.clone(), answer(view))).collect::<BTreeMap<_, _>>()
        };
        prop_assert_eq!(healed(&delivered), healed(&events));
    }
}

/// The property above is useless if nothing is ever healed, and so are the laws if a type never occurs.
#[test]
fn histories_have_every_type_and_lists_that_heal() {
    let (mut types, mut gone, mut absent) = (BTreeSet::new(), 0, 0);
    for seed in 0..200 {
        let events = history(seed, 100);
        types.extend(events.iter().map(|it| it.event.body.type_name()));
        let clients = care::oracle::clients(&events);
        let streams: Vec<Rows> = clients.values().map(Rows::of).collect();
        for view in clients.values() {
            let healed = view.clone().heal(&Statements::of(&streams, &view.wanted()));
            gone += healed
                .lanes()
                .into_iter()
                .flat_map(|lane| lane.stays.values())
                .filter(|it| it.on_list != OnList::AsReported)
                .count();
            absent += healed
                .lanes()
                .into_iter()
                .flat_map(|lane| lane.assignments.values())
                .filter(|it| it.worker.is_some())
                .count();
        }
    }
    assert!(gone > 100 && absent > 100, "{gone} {absent}");
    let known: BTreeSet<&str> = Body::TYPES.iter().copied().collect();
    assert_eq!(types, known);
}
