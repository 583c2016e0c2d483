//! A first list: no earlier list measures how much it ends, so it is measured against what stands by single messages.

use crate::{assigned, at, key, reported};
use care::list::{Scope, StatedRow};
use care::{ParallelView, Rows, Standing};
use event::{
    Body, CurrentStaysStated, Instant, ListConfirmed, MayEnd, ReceivedEvent, StayClass, StayEnded, StayStarted, Token,
    Ward, WorkersStated,
};
use std::collections::BTreeMap;

fn stay(n: usize) -> Token {
    key("stay", &n.to_string())
}

/// For that many clients: each is on a ward, half of them on one and half on another.
fn standing(clients: std::ops::Range<usize>, class: StayClass, minute: i64) -> BTreeMap<Token, Standing> {
    let rows = clients.map(|n| {
        let ward = Ward::try_new(if n % 2 == 0 { "OS1" } else { "OS2" });
        let started = StayStarted {
            stay: Some(stay(n)),
            class: Some(class),
            ward,
            started_at: at(minute),
            protected_speciality: None,
            unit: None,
            facility: None,
        };
        Rows::of(&ParallelView::fold([&reported(&n.to_string(), minute, n, Body::from(started))])).standing
    });
    rows.flatten().collect()
}

fn list(minute: i64, wards: &[&str], on_it: std::ops::Range<usize>, may_end: MayEnd) -> ReceivedEvent {
    let mut stays: Vec<Token> = on_it.map(stay).collect();
    stays.sort();
    let wards = wards.iter().filter_map(|code| Ward::try_new(code)).collect();
    let stated = CurrentStaysStated { as_of: at(minute), wards, stays, may_end };
    reported("the source", minute, 500 + usize::try_from(minute).unwrap(), Body::from(stated))
}

fn confirmed(minute: i64, list: &ReceivedEvent) -> ReceivedEvent {
    let confirmed = ListConfirmed { list: list.event.id, decider: None, reason: None };
    reported("the source", minute, 900 + usize::try_from(minute).unwrap(), Body::from(confirmed))
}

fn row(stream: &[ReceivedEvent]) -> StatedRow {
    Rows::of(&ParallelView::fold(stream)).stated.into_values().next().unwrap()
}

/// When the list in force was true, and how many keys the pending one would end.
fn measured(stream: &[ReceivedEvent], standing: &BTreeMap<Token, Standing>) -> (Option<Instant>, Option<u64>) {
    let mut row = row(stream);
    row.measure(standing, []);
    (row.as_of, row.pending.map(|it| it.ends))
}

#[test]
fn a_first_list_is_measured_by_what_stands() {
    const USUAL: MayEnd = MayEnd::USUAL;
    let inpatients = |n| standing(0..n, StayClass::Inpatient, 1);
    let first = |on_it| list(2000, &[], on_it, USUAL);
    let half_empty = || first(0..10);
    let counts = (Some(at(2000)), None);
    let cases = [
        (inpatients(40), vec![first(0..40)], counts, "all of them are on it"),
        (inpatients(40), vec![first(0..20)], counts, "it ends half of them"),
        (inpatients(40), vec![half_empty()], (None, Some(30)), "it ends more"),
        (
            standing(0..40, StayClass::Inpatient, 2000)
                .into_iter()
                .chain(standing(40..55, StayClass::Inpatient, 1))
                .collect(),
            vec![first(0..40)],
            counts,
            "its own lines report forty of them once more",
        ),
        (inpatients(12), vec![first(2..12)], counts, "it ends two"),
        (inpatients(12), vec![first(10..12)], counts, "it ends ten, which is always allowed"),
        (inpatients(0), vec![first(0..3)], counts, "nothing stood"),
        (standing(0..40, StayClass::Outpatient, 1), vec![half_empty()], counts, "visits to a clinic are over by then"),
        (standing(0..40, StayClass::Inpatient, 2001), vec![half_empty()], counts, "they came after the list"),
        (inpatients(40), vec![list(2000, &["OS1"], 0..1, USUAL)], (None, Some(19)), "of one ward"),
        (inpatients(40), vec![list(2000, &["OS3"], 0..0, USUAL)], counts, "of another ward"),
        (inpatients(40), vec![list(2000, &[], 0..1, MayEnd::EVERYTHING)], counts, "it may end everything"),
        (inpatients(40), vec![half_empty(), confirmed(2001, &half_empty())], counts, "somebody confirms it"),
        (
            inpatients(40),
            vec![half_empty(), list(2100, &[], 0..10, USUAL)],
            (None, Some(30)),
            "the next one is no better",
        ),
        (
            inpatients(40),
            vec![half_empty(), list(2100, &[], 0..39, USUAL)],
            (Some(at(2100)), None),
            "the next one is as it should be",
        ),
        (
            inpatients(40),
            vec![half_empty(), confirmed(2001, &half_empty()), list(2100, &[], 0..9, USUAL)],
            (Some(at(2100)), None),
            "after one that was confirmed the next is measured by it",
        ),
    ];
    for (standing, stream, expected, why) in cases {
        assert_eq!(measured(&stream, &standing), expected, "{why}");
        let backwards: Vec<ReceivedEvent> = stream.iter().rev().cloned().collect();
        assert_eq!(measured(&backwards, &standing), expected, "{why}, in another order");
    }
}

/// After an upgrade nobody can read what stood until its client is folded anew: none of it ends unnoticed.
#[test]
fn what_an_earlier_version_wrote_may_stand() {
    let unread: Vec<Token> = standing(0..40, StayClass::Inpatient, 1).into_keys().collect();
    let ends = |on_it| {
        let mut row = row(&[list(2000, &[], on_it, MayEnd::USUAL)]);
        row.measure(&BTreeMap::new(), &unread);
        row.pending.map(|it| it.ends)
    };
    assert_eq!(ends(0..40), None, "all of them are on it");
    assert_eq!(ends(0..10), Some(30), "it waits");
}

#[test]
fn what_has_ended_does_not_stand_and_an_assignment_does() {
    let ended = Body::from(StayEnded { stay: Some(stay(0)), ended_at: at(5), disposition: None });
    let started = Body::from(StayStarted {
        stay: Some(stay(0)),
        class: None,
        ward: None,
        started_at: at(1),
        protected_speciality: None,
        unit: None,
        facility: None,
    });
    let rows = |bodies: &[Body]| {
        let events: Vec<ReceivedEvent> = (1..).zip(bodies).map(|(n, body)| reported("1", n, 0, body.clone())).collect();
        Rows::of(&ParallelView::fold(&events)).standing
    };
    assert_eq!(rows(std::slice::from_ref(&started)).len(), 1);
    assert_eq!(rows(&[started, ended]).len(), 0);
    let workers = rows(&[assigned()]);
    assert_eq!(workers.len(), 1);
    let list = WorkersStated {
        as_of: at(9),
        roles: Vec::new(),
        assignments: vec![key("assignment", "2")],
        may_end: MayEnd::UpTo { percent: 50, at_least: 0 },
    };
    let stream = [reported("the source", 9, 7, Body::from(list))];
    assert_eq!(row(&stream).scope, Scope::Workers(Vec::new()));
    assert_eq!(measured(&stream, &workers), (None, Some(1)));
}
