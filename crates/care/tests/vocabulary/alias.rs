//! One stay under several keys: an Encounter has more identifiers, or fewer, in its next version.

use crate::{at, key, views};
use care::StayStatus;
use event::{Body, Instant, StayClass, StayCorrected, StayEnded, StayStarted, StayStated, Token};

/// The same Encounter in one version: its key, its other keys, since when, and that it has ended.
struct Version {
    minute: i64,
    key: &'static str,
    also: &'static [&'static str],
    since: i64,
    ended: bool,
}

fn stay(name: &str) -> Token {
    key("stay", name)
}

impl Version {
    fn bodies(&self) -> Vec<(i64, Body)> {
        let (stay_key, started_at) = (Some(stay(self.key)), Some(at(self.since)));
        let state = if self.ended {
            let ended_at: Instant = at(self.minute);
            Body::from(StayEnded { stay: stay_key, ended_at, disposition: None })
        } else {
            let class = Some(StayClass::Inpatient);
            Body::from(StayStated {
                stay: stay_key,
                class,
                ward: None,
                started_at,
                protected_speciality: None,
                unit: None,
                facility: None,
            })
        };
        let mut also: Vec<Token> = self.also.iter().map(|name| stay(name)).collect();
        also.sort();
        let others = StayCorrected { stay: stay_key, class: None, ward: None, started_at, also };
        vec![(self.minute, state), (self.minute, Body::from(others))]
    }
}

/// A42, A50: the new number is reported only as the same stay, before or after the end under either number.
#[test]
fn a_visit_goes_on_under_its_new_number() {
    let started = (
        1,
        Body::from(StayStarted {
            stay: Some(stay("V")),
            class: Some(StayClass::Inpatient),
            ward: None,
            started_at: at(1),
            protected_speciality: None,
            unit: None,
            facility: None,
        }),
    );
    let renumbered = |minute| {
        let also = vec![stay("V")];
        let corrected = StayCorrected { stay: Some(stay("V2")), class: None, ward: None, started_at: None, also };
        (minute, Body::from(corrected))
    };
    let ended = |minute, name: &str| {
        (minute, Body::from(StayEnded { stay: Some(stay(name)), ended_at: at(minute), disposition: None }))
    };
    let cases = [
        (vec![started.clone(), renumbered(5)], true, "in progress"),
        (vec![started.clone(), ended(3, "V"), renumbered(5)], false, "it had ended"),
        (vec![started.clone(), renumbered(5), ended(9, "V2")], false, "ended under the new number"),
        (vec![started.clone(), renumbered(5), ended(9, "V")], false, "and under the old one"),
    ];
    for (story, open, why) in cases {
        for view in views(&story) {
            let statuses: Vec<StayStatus> = view.all_stays().iter().map(|it| it.status(at(100))).collect();
            assert_eq!(statuses.contains(&StayStatus::InProgress), open, "{why}");
            assert!(!statuses.contains(&StayStatus::Unknown), "{why}: {statuses:?}");
        }
    }
}

#[test]
fn an_encounter_goes_on_under_another_of_its_keys() {
    type Case = (&'static str, Vec<Version>, &'static [(&'static str, StayStatus)]);
    use StayStatus::{Cancelled, Ended, InProgress, Unknown};
    const DAY: i64 = 24 * 60;
    let at_minute = |minute, key, also, ended| Version { minute, key, also, since: 0, ended };
    let other = |minute, key, also, since, ended| Version { minute, key, also, since, ended };
    let cases: [Case; 8] = [
        (
            "another identifier is added",
            vec![at_minute(1, "V", &["url"], false), at_minute(9, "url", &["V", "X"], true)],
            &[("V", Cancelled), ("url", Ended)],
        ),
        (
            "and taken away",
            vec![at_minute(1, "url", &["V", "X"], false), at_minute(9, "V", &["url"], true)],
            &[("url", Cancelled), ("V", Ended)],
        ),
        (
            "in progress still",
            vec![at_minute(1, "V", &[], false), at_minute(9, "X", &["V"], false)],
            &[("V", Cancelled), ("X", InProgress)],
        ),
        (
            "both have a third key",
            vec![at_minute(1, "V", &["A"], false), at_minute(9, "X", &["A"], false)],
            &[("V", Cancelled), ("X", InProgress)],
        ),
        (
            "both have a third key, and one is over: it may be a visit of the other's account",
            vec![at_minute(1, "V", &["A"], false), at_minute(9, "X", &["A"], true)],
            &[("V", Unknown), ("X", Ended)],
        ),
        (
            "two visits of one account: the older one may go on",
            vec![at_minute(1, "V", &["A"], false), other(2 * DAY + 9, "X", &["A"], 2 * DAY, true)],
            &[("V", Unknown), ("X", Ended)],
        ),
        (
            "two visits of one account, and the newer one goes on",
            vec![at_minute(1, "V", &["A"], true), other(2 * DAY, "X", &["A"], 2 * DAY, false)],
            &[("V", Ended), ("X", InProgress)],
        ),
        (
            "no key in common",
            vec![at_minute(1, "V", &["A"], false), at_minute(9, "X", &["B"], true)],
            &[("V", InProgress), ("X", Ended)],
        ),
    ];
    for (why, versions, expected) in cases {
        let story: Vec<(i64, Body)> = versions.iter().flat_map(Version::bodies).collect();
        for view in views(&story) {
            let stays = view.all_stays();
            let named = |name: &str| {
                let known = &view.health.stays[&stay(name)];
                stays.iter().find(|it| it.also == known.also && it.first_seen == known.first_seen).unwrap()
            };
            for (name, status) in expected {
                assert_eq!(named(name).status(at(3 * DAY)), *status, "{why}: {name}");
            }
        }
    }
}
