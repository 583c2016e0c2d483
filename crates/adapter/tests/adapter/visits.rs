//! PV1: classes, wards, keys and times of stays, rule by rule.

use crate::support::{events, give, hospital};
use adapter::{Outcome, RemarkCode, SourceProfile, StayKey};
use event::{AssignmentEvent, Body, Event, StayClass, StayEvent, Token, WorkerRole};

/// A message of that trigger, recorded at 10:15:00 local time unless EVN gives another time.
pub fn message(trigger: &str, evn_2: &str, segments: &str) -> Vec<u8> {
    let head = format!("MSH|^~\\&|A|KYS|C|D|20260302101500||ADT^{trigger}|7|P|2.5\rEVN||{evn_2}\r");
    format!("{head}{segments}").into_bytes()
}

/// PV1 with these fields.
pub fn pv1(fields: &[(usize, &str)]) -> String {
    let last = fields.iter().map(|(n, _)| *n).max().unwrap();
    let value = |n| fields.iter().find(|(field, _)| *field == n).map_or("", |(_, value)| *value);
    format!("PV1|{}\r", (1..=last).map(value).collect::<Vec<_>>().join("|"))
}

pub fn given(source: &SourceProfile, trigger: &str, segments: &str) -> Vec<Event> {
    events(source, &message(trigger, "20260302101500", segments))
}

/// What each event is of, in the order given: its type and its key.
fn keys(events: &[Event]) -> Vec<(&'static str, Option<Token>)> {
    let key = |event: &Event| match &event.body {
        Body::Stay(StayEvent::StayStarted(it)) => it.stay,
        Body::Stay(StayEvent::StayEnded(it)) => it.stay,
        Body::Stay(StayEvent::StayCancelled(it)) => it.stay,
        Body::Stay(StayEvent::StayCorrected(it)) => it.stay,
        Body::Stay(StayEvent::StayPlanned(it)) => it.stay,
        Body::Stay(StayEvent::StayPlanCancelled(it)) => it.stay,
        Body::Stay(StayEvent::ClassChanged(it)) => it.stay,
        Body::Stay(StayEvent::DischargeCancelled(it)) => it.stay,
        Body::Stay(StayEvent::StayReassigned(it)) => it.stay,
        other => panic!("{other:?}"),
    };
    events.iter().map(|event| (event.body.type_name(), key(event))).collect()
}

#[test]
fn classes_by_trigger_table_0004_and_configuration() {
    use StayClass::{Emergency, Inpatient, Outpatient, Unknown};
    let mut source = hospital();
    source.patient_classes = [("ED".to_owned(), Emergency), ("DAY".to_owned(), Outpatient)].into();
    let class =
        |trigger: &str, code: &str| match &given(&source, trigger, &format!("PID|||1\rPV1||{code}|K1\r"))[0].body {
            Body::Stay(StayEvent::StayStarted(started)) => started.class,
            Body::Stay(StayEvent::StayPlanned(planned)) => planned.class,
            Body::Stay(StayEvent::ClassChanged(changed)) => changed.class,
            Body::Stay(StayEvent::StayCorrected(corrected)) => corrected.class,
            other => panic!("{other:?}"),
        };
    let table = [
        ("A01", "E", Some(Emergency)),
        ("A01", "I", Some(Inpatient)),
        ("A01", "B", Some(Inpatient)),
        // A01 is of admitted patients only: an outpatient there contradicts it, unless the source is known to mean it.
        ("A01", "O", Some(Unknown)),
        ("A01", "R", Some(Unknown)),
        ("A01", "ED", Some(Emergency)),
        ("A01", "DAY", Some(Outpatient)),
        // Absent: the trigger decides.
        ("A01", "", Some(Inpatient)),
        ("A01", "\"\"", Some(Unknown)),
        ("A04", "\"\"", Some(Unknown)),
        ("A04", "^Inpatient", Some(Unknown)),
        ("A04", "", Some(Outpatient)),
        // Present without a class: it is never a clinic visit by guess.
        ("A01", "U", Some(Unknown)),
        ("A01", "EMER", Some(Unknown)),
        ("A04", "P", Some(Unknown)),
        ("A04", "C", Some(Unknown)),
        ("A04", "N", Some(Unknown)),
        ("A04", "e", Some(Unknown)),
        ("A04", "EMER", Some(Unknown)),
        ("A04", "E", Some(Emergency)),
        ("A05", "P", Some(Unknown)),
        ("A05", "I", Some(Inpatient)),
        ("A06", "", Some(Inpatient)),
        ("A06", "O", Some(Inpatient)),
        ("A06", "EMER", Some(Inpatient)),
        ("A06", "E", Some(Emergency)),
        ("A06", "ED", Some(Emergency)),
        ("A07", "", Some(Outpatient)),
        ("A07", "I", Some(Outpatient)),
        ("A07", "E", Some(Emergency)),
        ("A07", "EMER", Some(Unknown)),
        ("A08", "B", Some(Inpatient)),
        ("A08", "U", Some(Unknown)),
    ];
    for (trigger, code, expected) in table {
        assert_eq!(class(trigger, code), expected, "{trigger} {code}");
    }
}

/// A class that is a presence counts in every message of a visit; one that is none, by its own triggers only.
#[test]
fn a_clinic_visit_changes_to_a_stay_without_an_a06() {
    let class = |trigger: &str, code: &str| {
        let given = given(&hospital(), trigger, &format!("PID|||1\rPV1||{code}|K1{}V1\r", "|".repeat(16)));
        given.iter().find_map(|event| match &event.body {
            Body::Stay(StayEvent::WardChanged(it)) => it.class,
            Body::Stay(StayEvent::WardChangeCancelled(it)) => it.class,
            Body::Stay(StayEvent::DischargeCancelled(it)) => it.class,
            Body::Stay(StayEvent::LeaveStarted(it)) => it.class,
            Body::Stay(StayEvent::LeaveEnded(it)) => it.class,
            Body::Stay(StayEvent::PlannedDischargeSet(it)) => it.class,
            _ => None,
        })
    };
    for trigger in ["A02", "A12", "A13", "A16", "A21", "A22"] {
        assert_eq!(class(trigger, "I"), Some(StayClass::Inpatient), "{trigger}");
        assert_eq!(class(trigger, "X"), Some(StayClass::Unknown), "{trigger}");
        assert_eq!((class(trigger, "O"), class(trigger, "")), (None, None), "{trigger}");
    }
}

/// Something beside the stay, or the person: that there is a stay, and nothing that changes one.
#[test]
fn what_shows_a_stay_beside_its_own_news() {
    const TRIGGERS: [&str; 14] =
        ["A09", "A10", "A15", "A20", "A26", "A32", "A33", "A54", "A55", "A60", "A61", "A62", "A28", "A31"];
    let pv1 =
        |class: &str, visit: &str, left: &str| pv1(&[(2, class), (3, "K1"), (19, visit), (44, "2026"), (45, left)]);
    let shown = |source: &SourceProfile, trigger: &str, segments: &str| match give(
        source,
        &message(trigger, "20260302101500", segments),
    )
    .outcome
    {
        Outcome::Events(events) => {
            let of_stay = |event: Event| match event.body {
                Body::Stay(StayEvent::StayCorrected(it)) => {
                    assert!(it.stay.is_some() && it.ward.is_none() && it.started_at.is_none() && it.also.is_empty());
                    Some(it.class)
                }
                Body::Stay(other) => panic!("{other:?}"),
                _ => None,
            };
            events.into_iter().find_map(of_stay)
        }
        Outcome::Ignored => None,
        Outcome::Rejected(rejection) => panic!("{trigger}: {rejection:?}"),
    };
    let (inpatient, unknown) = (Some(Some(StayClass::Inpatient)), Some(Some(StayClass::Unknown)));
    let table = [
        ("I", "V1", "", inpatient),
        ("I", "V1", "\"\"", inpatient),
        ("OWN", "V1", "", unknown),
        ("\"\"", "V1", "", unknown),
        ("N", "V1", "", None),
        ("O", "V1", "", None),
        ("", "V1", "", None),
        ("I", "", "", None),
        ("I", "V1", "20260302", None),
    ];
    let mut elsewhere = hospital();
    elsewhere.covers.remove(&event::FactKind::Stays);
    for trigger in TRIGGERS {
        for (class, visit, left, expected) in table {
            let segments = format!("PID|||1\r{}", pv1(class, visit, left));
            assert_eq!(shown(&hospital(), trigger, &segments), expected, "{trigger} {class} {visit} {left}");
        }
        let segments = format!("PID|||1\r{}", pv1("I", "V1", ""));
        assert_eq!(shown(&elsewhere, trigger, &segments), None, "{trigger} of a source without stays");
    }
    // As before: what is not of one client, or has no time, is of no use, and is no fault.
    for bytes in
        [message("A54", "", &pv1("I", "V1", "")), message("A54", "x", "PID|||1\r"), message("A20", "", "NPU|K1\r")]
    {
        assert!(matches!(give(&hospital(), &bytes).outcome, Outcome::Ignored));
    }
    let two = format!("PID|||1\rPID|||2\r{}", pv1("I", "V1", ""));
    assert_eq!(shown(&hospital(), "A54", &two), None);
    let worker = "PID|||1\rROL||AD|TSOS|1^Terveys^Tuulikki\r";
    let given = given(&hospital(), "A54", worker);
    assert_eq!(given.iter().map(|event| event.body.type_name()).collect::<Vec<_>>(), ["WorkerAssigned"]);
}

/// Somebody without an identifier is kept without a role: no answer names them, and none is "none".
#[test]
fn a_worker_without_an_identifier_is_somebody() {
    let roles = |segments: &str| {
        let given = given(&hospital(), "A54", &format!("PID|||1\r{segments}"));
        let role = |event: &Event| match &event.body {
            Body::Assignment(AssignmentEvent::WorkerAssigned(it)) => (it.assignment, Some(it.role)),
            Body::Assignment(AssignmentEvent::WorkerAssignmentEnded(it)) => (it.assignment, None),
            other => panic!("{other:?}"),
        };
        given.iter().map(role).collect::<Vec<_>>()
    };
    let begun = roles("ROL||AD|TSOS|^Terveys^Tuulikki\r");
    assert_eq!(begun.iter().map(|(_, role)| *role).collect::<Vec<_>>(), [Some(None)]);
    let ended = roles("ROL||DE|TSOS|^Terveys^Tuulikki\r");
    assert_eq!(ended, [(begun[0].0, None)], "the same one leaves");
    assert_eq!(roles("ROL||AD||1^Terveys^Tuulikki\r").len(), 1, "no role");
    assert_eq!(roles("ROL||AD|TSOS|\r").len(), 1, "a role, and nobody named");
    assert!(matches!(give(&hospital(), &message("A54", "x", "PID|||1\rROL||AD||\r")).outcome, Outcome::Ignored));
}

/// Who works in a role that is neither configured nor a doctor's by table 0443 may be the own worker; where the source
/// does not speak for workers, nobody.
#[test]
fn a_role_that_is_not_mapped_is_somebodys() {
    let role = |event: &Event| match &event.body {
        Body::Assignment(AssignmentEvent::WorkerAssigned(it)) => it.role,
        other => panic!("{other:?}"),
    };
    let roles = |source: &SourceProfile, code: &str| {
        let segments = format!("PID|||1\rROL||AD|{code}|1^Omatyöntekijä^Oona\r");
        let translation = give(source, &message("A54", "20260302101500", &segments));
        let remarked = translation.remarks.iter().any(|it| it.code == RemarkCode::UnknownRole);
        let Outcome::Events(events) = translation.outcome else { return (Vec::new(), remarked) };
        (events.iter().map(role).collect(), remarked)
    };
    assert_eq!(roles(&hospital(), "TSOS"), (vec![Some(WorkerRole::HealthSocialWorker)], false));
    assert_eq!(roles(&hospital(), "OMA"), (vec![None], true));
    assert_eq!(roles(&hospital(), "AT"), (vec![], false));
    let other = SourceProfile { other_roles: ["OMA".to_owned()].into(), ..hospital() };
    assert_eq!(roles(&other, "OMA"), (vec![], false));
    let mut stays_only = hospital();
    stays_only.covers = [event::FactKind::Stays].into();
    assert_eq!(roles(&stays_only, "OMA"), (vec![], false));
    // What is wrong with such a one refuses no message; with one who is listed it does.
    for (action, begins) in [("ZZ", ""), ("AD", "yesterday")] {
        for (code, refused) in [("OMA", false), ("TSOS", true)] {
            let segments = format!("PID|||1\rROL||{action}|{code}|1^Omatyöntekijä^Oona|{begins}\r");
            let outcome = give(&hospital(), &message("A54", "20260302101500", &segments)).outcome;
            assert_eq!(matches!(outcome, Outcome::Rejected(_)), refused, "{action} {begins} {code}: {outcome:?}");
            if let Outcome::Events(events) = outcome {
                assert_eq!(events.iter().map(role).collect::<Vec<_>>(), [None], "and is somebody all the same");
            } else {
                assert!(refused, "{action} {begins} {code}: nobody is lost");
            }
        }
    }
}

/// Ward 3 of one hospital is not ward 3 of another: PL.1 and PL.4.
#[test]
fn a_ward_is_known_by_point_of_care_and_facility() {
    let mut source = hospital();
    source.wards = [("3", "K3"), ("IISALMI/3", "I3")].map(|(a, b)| (a.to_owned(), b.to_owned())).into();
    let ward = |place: &str| match &given(&source, "A01", &format!("PID|||1\rPV1||I|{place}\r"))[0].body {
        Body::Stay(StayEvent::StayStarted(started)) => started.ward.as_ref().map(|ward| ward.code().to_owned()),
        other => panic!("{other:?}"),
    };
    let table = [
        ("3", Some("K3")),
        ("3^1^1", Some("K3")),
        ("3^^^KYS", Some("K3")),
        ("3^^^IISALMI", Some("I3")),
        ("3^^^VARKAUS", Some("VARKAUS/3")),
        ("3^^^&1.2.246.10.2&ISO", Some("1.2.246.10.2/3")),
        ("4^^^IISALMI", Some("IISALMI/4")),
        ("4^^^KYS&1.2.246.10.1&ISO", Some("4")),
        ("^^^IISALMI", None),
        ("", None),
    ];
    for (place, expected) in table {
        assert_eq!(ward(place).as_deref(), expected, "{place}");
    }
}

/// What is shown to the person who connects a feed.
#[test]
fn codes_that_the_configuration_does_not_know() {
    let (mut source, mut account) = (hospital(), hospital());
    source.patient_classes = [("ED".to_owned(), StayClass::Emergency)].into();
    source.wards = [("IISALMI/3".to_owned(), "I3".to_owned())].into();
    account.stay_key = StayKey::Account;
    let shown = |source: &SourceProfile, place: &str, class: &str| {
        let pid = format!("PID|||1{}9^^^ACC\r", "|".repeat(15));
        let pv1 = pv1(&[(2, class), (3, place), (5, "7^^^PRE"), (19, "8^^^VIS")]);
        let bytes = message("A01", "20260302101500", &(pid + &pv1));
        let found = crate::used_codes::unmapped(source, &bytes);
        found.iter().map(|it| format!("{} {}", it.what.as_str(), it.code)).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(shown(&source, "3^^^IISALMI", "ED"), "");
    assert_eq!(shown(&source, "3^^^VARKAUS", "EMER"), "ward VARKAUS/3, patient-class EMER");
    assert_eq!(shown(&account, "3^^^KYS", "B"), "ward 3");
}

#[test]
fn a_stay_is_known_by_visit_or_by_account_as_configured() {
    let (visit, mut account) = (hospital(), hospital());
    account.stay_key = StayKey::Account;
    let pid = |account: &str| format!("PID|||1{}{account}\r", "|".repeat(15));
    let key = |source: &SourceProfile, trigger: &str, account: &str, number: &str| {
        keys(&given(source, trigger, &(pid(account) + &pv1(&[(2, "I"), (19, number), (45, "20260302")]))))[0].1
    };
    assert_eq!(key(&visit, "A01", "A1", ""), None, "unplaced");
    assert_eq!(key(&visit, "A01", "A1", "V1"), key(&visit, "A03", "A2", "V1"));
    assert_eq!(key(&account, "A01", "A1", "V1"), key(&account, "A03", "A1", "V2"));
    assert_ne!(key(&account, "A01", "A1", "V1"), key(&account, "A03", "A2", "V1"));
    assert_eq!(key(&account, "A01", "", "V1"), None, "one kind of number, or none");
    assert!(key(&account, "A01", "A1", "").is_some());
}

/// A06 and A07 under a new number: the earlier visit ends, whichever field names it.
#[test]
fn an_earlier_number_ends_where_the_new_one_begins() {
    let mut account = hospital();
    account.stay_key = StayKey::Account;
    let visit = hospital();
    let old = keys(&given(&visit, "A01", &format!("PID|||1\r{}", pv1(&[(19, "OLD")]))))[0].1;
    let new = keys(&given(&visit, "A01", &format!("PID|||1\r{}", pv1(&[(19, "NEW")]))))[0].1;
    let tie = |source: &SourceProfile, trigger: &str, mrg: &str, fields: &[(usize, &str)]| {
        let pid = format!("PID|||1{}NEW\r", "|".repeat(15));
        keys(&given(source, trigger, &format!("{pid}{mrg}{}", pv1(fields))))
    };
    let new_only = &[(2, "I"), (19, "NEW")][..];
    let back = [("StayEnded", old), ("StayStarted", new), ("DischargeCancelled", new)];
    let beside = [("StayEnded", old), ("ClassChanged", new)];
    let alone = [("ClassChanged", new)];
    assert_eq!(tie(&visit, "A06", "MRG|1||||OLD\r", new_only), back);
    assert_eq!(tie(&visit, "A07", "MRG|1||||OLD\r", new_only), back);
    assert_eq!(tie(&visit, "A06", "", &[(2, "I"), (19, "NEW"), (50, "OLD")]), beside);
    assert_eq!(tie(&visit, "A06", "", &[(2, "I"), (5, "OLD"), (19, "NEW")]), beside);
    assert_eq!(tie(&visit, "A06", "MRG|1||||NEW\r", new_only), alone, "the number has not changed");
    assert_eq!(tie(&visit, "A06", "MRG|1||OLD\r", new_only), alone, "accounts are no key here");
    assert_eq!(tie(&visit, "A06", "", new_only), alone, "nothing ties the two");
    assert_eq!(tie(&visit, "A06", "MRG|1||||OLD\r", &[(2, "I")]), [("ClassChanged", old)], "the only number there is");
    assert_eq!(tie(&account, "A06", "MRG|1||OLD||V0\r", &[(2, "I"), (19, "V1"), (50, "V0")]), back);
}

/// A05 by PV1-5 is the stay of that number, and the A01 that names it fulfils it.
#[test]
fn a_stay_that_was_expected_by_another_number_is_expected_no_more() {
    let plan = |fields: &[(usize, &str)]| keys(&given(&hospital(), "A05", &format!("PID|||1\r{}", pv1(fields))));
    let expected = plan(&[(2, "P"), (5, "P1")])[0].1;
    assert!(expected.is_some());
    assert_eq!(plan(&[(2, "P"), (5, "P2"), (19, "P1")])[0].1, expected, "PV1-19 where there is one");
    for trigger in ["A01", "A04"] {
        let given = given(&hospital(), trigger, &format!("PID|||1\r{}", pv1(&[(2, "I"), (5, "P1"), (19, "V1")])));
        assert_eq!(keys(&given)[1], ("StayPlanCancelled", expected), "{trigger}");
    }
    let same = given(&hospital(), "A01", &format!("PID|||1\r{}", pv1(&[(2, "I"), (5, "V1"), (19, "V1")])));
    assert_eq!(same.len(), 1);
    let cancelled = given(&hospital(), "A38", &format!("PID|||1\r{}", pv1(&[(2, "P"), (5, "P1")])));
    assert_eq!(keys(&cancelled), [("StayPlanCancelled", expected)]);
}

/// A42 and A50 of visits, A41 and A49 of accounts: one of the two kinds is the key, and the other changes nothing.
#[test]
fn a_changed_number_takes_the_stay_with_it() {
    let (visit, mut account) = (hospital(), hospital());
    account.stay_key = StayKey::Account;
    let pid = format!("PID|||1{}NEW\r", "|".repeat(15));
    let segments = format!("{pid}MRG|1||OLD||OLD\r{}", pv1(&[(2, "I"), (19, "NEW"), (44, "20260301")]));
    let types = |source: &SourceProfile, trigger: &str, segments: &str| match give(
        source,
        &message(trigger, "20260302101500", segments),
    )
    .outcome
    {
        Outcome::Events(events) => events.iter().map(|event| event.body.type_name()).collect::<Vec<_>>().join(" "),
        Outcome::Ignored => "nothing".to_owned(),
        Outcome::Rejected(rejection) => rejection.place.to_string(),
    };
    for (visits, accounts) in [("A42", "A41"), ("A50", "A49")] {
        assert_eq!(types(&visit, visits, &segments), "StayCorrected");
        let another = segments.replace("MRG|1|", "MRG|2|");
        assert_eq!(types(&visit, visits, &another), "StayCancelled StayStarted", "of another record");
        assert_eq!(types(&visit, accounts, &segments), "nothing");
        assert_eq!(types(&account, accounts, &segments), "StayCorrected");
        assert_eq!(types(&account, visits, &segments), "nothing");
        let no_visit = format!("{pid}MRG|1||OLD||OLD\r");
        assert_eq!(types(&account, accounts, &no_visit), "StayCorrected", "and its status is not reported");
        let ended = format!("{pid}MRG|1||OLD||OLD\r{}", pv1(&[(19, "NEW"), (45, "20260301")]));
        assert_eq!(types(&visit, visits, &ended), "StayCorrected StayEnded");
        assert_eq!(types(&visit, visits, &no_visit), "PV1-19");
        assert_eq!(types(&visit, visits, &segments.replace("OLD\rPV1", "\rPV1")), "MRG-5");
        assert_eq!(types(&visit, visits, &segments.replace("OLD", "NEW")), "nothing", "the same number");
        assert_eq!(types(&visit, visits, &segments.replace("MRG", "ZRG")), "MRG");
    }
}
