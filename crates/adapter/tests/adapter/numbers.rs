//! Whose a message is, by its numbers: tables of what PID-3 may hold in the field.

use crate::support::{KEYS, events, give, hospital};
use adapter::{Outcome, Place, RemarkCode, SourceProfile};
use event::{
    AssignmentEvent, Authority, Body, ContactEvent, ENDED_HETU_SYSTEM, Event, HETU_SYSTEM, IdentityEvent,
    NationalIdChanged, PersonEvent, ReferralEvent, StayEvent, SubjectEvent, Token, UNLABELLED_HETU_SYSTEM,
};

const CODE: &str = "010594Y9032";
const OTHER: &str = "020594X903P";
const HETU: &str = "&1.2.246.21&ISO^NNFIN";

fn message(kind: &str, segments: &str) -> Vec<u8> {
    format!("MSH|^~\\&|A|B|C|D|20261128081500||{kind}|7|P|2.5||||||UNICODE UTF-8\r{segments}").into_bytes()
}

fn source() -> SourceProfile {
    let mut source = hospital();
    source.linking.insert("kys-potilas".to_owned());
    source
}

fn admitted(pid: &str, visit: &str) -> Vec<Event> {
    let pv1 = format!("PV1||I|K1{}{visit}", "|".repeat(16));
    events(&source(), &message("ADT^A01", &format!("{pid}\r{pv1}\r")))
}

fn presents(event: &Event) -> Vec<(String, usize)> {
    event.presented.iter().map(|set| (set.system.clone(), set.tokens.len())).collect()
}

fn code(text: &str) -> Token {
    KEYS.identifier(HETU_SYSTEM, text)
}

/// (PID-3, the record's system, what is presented.)
#[test]
fn a_record_is_kept_by_a_patients_number_and_by_no_other() {
    let (own, hetu) = (("kys-potilas".to_owned(), 1), (HETU_SYSTEM.to_owned(), 1));
    let both = || vec![hetu.clone(), own.clone()].into_iter().rev().collect::<Vec<_>>();
    let code = format!("{CODE}^^^{HETU}");
    let table = [
        (format!("4711^^^KYS^PI~{code}"), "kys-potilas", both()),
        (format!("4711^^^KYS^MR~{code}"), "kys-potilas", both()),
        (format!("4711^^^KYS~{code}"), "kys-potilas", both()),
        (format!("4711~{code}"), "kys-potilas", both()),
        (format!("9^^^KYS^AN~4711^^^KYS^PI~{code}"), "kys-potilas", both()),
        (format!("9^^^KYS^AN~{code}"), HETU_SYSTEM, vec![hetu.clone()]),
        (format!("9^^^KYS^VN~AB123^^^KYS^PPN~DL9^^^KYS^DL~{code}"), HETU_SYSTEM, vec![hetu.clone()]),
        (format!("0000000^^^KYS^PI~{code}"), HETU_SYSTEM, vec![hetu.clone()]),
        (format!("9999999~UNKNOWN~-~{code}"), HETU_SYSTEM, vec![hetu.clone()]),
        (format!("77^^^MUU^PI~{code}"), HETU_SYSTEM, vec![hetu.clone()]),
        ("77^^^MUU^PI".to_owned(), "kys-adt/unknown-authority", vec![]),
        ("9^^^KYS^AN".to_owned(), "visit:kys-potilas", vec![]),
        ("111111^^^KYS^PI".to_owned(), "visit:kys-potilas", vec![]),
        (String::new(), "visit:kys-potilas", vec![]),
    ];
    for (numbers, system, expected) in table {
        let given = admitted(&format!("PID|1||{numbers}"), "V1");
        assert_eq!((given[0].record.system.as_str(), presents(&given[0])), (system, expected), "{numbers}");
    }
    let nothing = message("ADT^A01", "PID|1||9^^^KYS^AN~000\rPV1||I|K1\r");
    let Outcome::Rejected(rejection) = give(&source(), &nothing).outcome else { panic!("taken") };
    assert_eq!(rejection.place, Place::Field("PID", 3));
}

/// The key that a message gives of a number.
type Keyed<'a> = &'a dyn Fn(&str) -> Token;

/// One rule for PID-3, PV1-19, MRG, RF1-6, ORC-2 and SCH: with its authority in any spelling, and without, it is one key.
#[test]
fn one_key_is_one_however_its_authority_is_spelled() {
    let cx = [
        "4711",
        "4711^^^KYS",
        "4711^^^KYS&1.2.246.10.99999999.10.1&ISO",
        "4711^^^&1.2.246.10.99999999.10.1&ISO",
        "4711^^^&urn:oid:1.2.246.10.99999999.10.1",
        "4711^^^URN:OID:1.2.246.10.99999999.10.1",
        "4711^^^kys-potilas",
    ];
    let ei = [
        "4711",
        "4711^KYS",
        "4711^KYS^1.2.246.10.99999999.10.1^ISO",
        "4711^^1.2.246.10.99999999.10.1^ISO",
        "4711^^urn:oid:1.2.246.10.99999999.10.1",
        "4711^kys-potilas",
    ];
    let stay = |number: &str| match &admitted("PID|1||1", number)[0].body {
        Body::Stay(StayEvent::StayStarted(it)) => it.stay.unwrap(),
        other => panic!("{other:?}"),
    };
    let record = |number: &str| admitted(&format!("PID|1||{number}"), "V1")[0].record.key;
    let moved = |number: &str| {
        let given = events(&source(), &message("ADT^A45", &format!("PID|1||1\rMRG|2||||{number}\r")));
        let Body::Stay(StayEvent::StayReassigned(it)) = &given[0].body else { panic!("another event") };
        it.stay.unwrap()
    };
    let merged = |number: &str| {
        let given = events(&source(), &message("ADT^A40", &format!("PID|1||1\rMRG|{number}\r")));
        let subsumed = given.iter().find_map(|event| match &event.body {
            Body::Identity(IdentityEvent::IdentitiesMerged(it)) => Some(it.subsumed.key),
            _ => None,
        });
        subsumed.unwrap()
    };
    let referral = |id: &str| {
        let given = events(&source(), &message("REF^I12", &format!("RF1||||||{id}\rPID|1||1\r")));
        let Body::Referral(ReferralEvent::ReferralRequested(it)) = &given[0].body else { panic!("another event") };
        it.referral.unwrap()
    };
    let order = |id: &str| {
        let order = SourceProfile { orders_are_referrals: true, ..source() };
        let given = events(&order, &message("OMG^O19", &format!("PID|1||1\rORC|NW|{id}\r")));
        let Body::Referral(ReferralEvent::ReferralRequested(it)) = &given[0].body else { panic!("another event") };
        it.referral.unwrap()
    };
    let appointment = |id: &str| {
        let given = events(&source(), &message("SIU^S12", &format!("SCH||{id}\rTQ1|||||||20261201100000\rPID|1||1\r")));
        let Body::Contact(ContactEvent::ContactRecorded(it)) = &given[0].body else { panic!("another event") };
        it.contact
    };
    let worker = |id: &str| {
        let id = id.replacen("^^^", &"^".repeat(8), 1);
        let given = events(&source(), &message("ADT^A31", &format!("PID|1||1\rROL||AD|TSOS|{id}\r")));
        let Body::Assignment(AssignmentEvent::WorkerAssigned(it)) = &given[0].body else { panic!("another event") };
        it.worker_key
    };
    let of_cx: [(&str, Keyed<'_>); 5] =
        [("PID-3", &record), ("PV1-19", &stay), ("MRG-5", &moved), ("MRG-1", &merged), ("ROL-4", &worker)];
    for (name, key) in of_cx {
        for spelling in cx {
            assert_eq!(key(spelling), key("4711"), "{name} {spelling}");
        }
        assert_ne!(key("4711^^^A"), key("4711^^^B"), "{name}: two unknown authorities are two");
        assert_ne!(key("4711^^^A"), key("4711"), "{name}");
        assert_eq!(key("4711^^^A"), key("4711^^^A"), "{name}");
    }
    let of_ei: [(&str, Keyed<'_>); 3] = [("RF1-6", &referral), ("ORC-2", &order), ("SCH-2", &appointment)];
    for (name, key) in of_ei {
        for spelling in ei {
            assert_eq!(key(spelling), key("4711"), "{name} {spelling}");
        }
        assert_ne!(key("4711^A"), key("4711^B"), "{name}");
        assert_ne!(key("4711^A"), key("4711"), "{name}");
    }
}

#[test]
fn what_is_no_number_is_no_key_of_anything() {
    for number in ["UNKNOWN", "0", "-", "Tuntematon"] {
        let Body::Stay(StayEvent::StayStarted(it)) = &admitted("PID|1||1", number)[0].body else {
            panic!("another event")
        };
        assert_eq!(it.stay, None, "{number}: two strangers would share it");
    }
}

/// 661/2009 12 §: the code that holds finds the client; that the other was changed is a fact of its own.
#[test]
fn a_code_that_has_ended_beside_one_that_holds() {
    // (PID-3, what is presented as a code, old, new.)
    let ended = |end: &str| format!("{CODE}^^^{HETU}^^20200101^{end}");
    let holds = format!("{OTHER}^^^{HETU}^^20261101");
    let (old, new) = (code(CODE), code(OTHER));
    let changed = [
        format!("1~{}~{holds}", ended("20261101")),
        format!("1~{holds}~{}", ended("20261101")),
        format!("{}~{holds}", ended("20261127")),
        format!("1~{}~{holds}", ended("202610")),
        format!("1~{}~{holds}", ended("2025")),
        format!("1~{}~{holds}", ended("20261127120000")),
        // On its last day it has ended if another goes on.
        format!("1~{}~{holds}", ended("20261128")),
    ];
    for numbers in &changed {
        let given = admitted(&format!("PID|1||{numbers}"), "V1");
        assert_eq!(given.len(), 2, "{numbers}");
        let codes = |event: &Event| -> Vec<Token> {
            event.presented.iter().filter(|set| set.system == HETU_SYSTEM).flat_map(|set| set.tokens.clone()).collect()
        };
        assert!(given.iter().all(|event| codes(event) == [new]), "{numbers}");
        let expected = NationalIdChanged {
            old: vec![old],
            new: vec![new],
            authority: Authority::Source,
            decider: None,
            reason: None,
        };
        assert_eq!(given[1].body, Body::from(expected), "{numbers}");
        assert_eq!(given[0].record, given[1].record);
    }
    // Both hold: a contradiction for a person to look at, as before.
    for end in ["20261129", "2026", "202611", "", "00000000", "soon"] {
        let given = admitted(&format!("PID|1||1~{}~{holds}", ended(end)), "V1");
        assert_eq!(presents(&given[0]), [("kys-potilas".to_owned(), 1), (HETU_SYSTEM.to_owned(), 2)], "{end}");
        assert_eq!(given.len(), 1);
    }
    let unconfirmed = SourceProfile { decides: [].into(), ..source() };
    let bytes = message("ADT^A01", &format!("PID|1||{}\rPV1||I|K1\r", changed[0]));
    let given = events(&unconfirmed, &bytes);
    assert_eq!(given.len(), 1, "a sender that does not decide it changes nothing");
    let [own, holds, refused] = given[0].presented.as_slice() else { panic!("{:?}", presents(&given[0])) };
    assert_eq!((own.system.as_str(), holds.tokens.as_slice()), ("kys-potilas", [new].as_slice()));
    assert_eq!((refused.system.as_str(), refused.tokens.as_slice()), (ENDED_HETU_SYSTEM, [old].as_slice()));
}

/// In any message: a person's, a referral's, an appointment's, a merge's.
#[test]
fn a_code_that_has_ended_is_told_in_any_message() {
    let numbers = format!("1~{CODE}^^^{HETU}^^^20261101~{OTHER}^^^{HETU}");
    let table = [
        ("ADT^A31", format!("PID|1||{numbers}\r")),
        ("ADT^A08", format!("PID|1||{numbers}||A\r")),
        ("ADT^A03", format!("PID|1||{numbers}\rPV1||I|K1\r")),
        ("REF^I12", format!("RF1||||||9\rPID|1||{numbers}\r")),
        ("SIU^S12", format!("SCH||9\rTQ1|||||||20261201100000\rPID|1||{numbers}\r")),
        ("ADT^A40", format!("PID|1||{numbers}\rMRG|2\r")),
        ("ADT^A47", format!("PID|1||{numbers}\rMRG|1\r")),
    ];
    for (kind, segments) in table {
        let given = events(&source(), &message(kind, &segments));
        let changed = given
            .iter()
            .filter(|event| matches!(event.body, Body::Identity(IdentityEvent::NationalIdChanged(_))))
            .count();
        assert_eq!(changed, 1, "{kind}");
    }
}

/// Nothing says what it was changed to: it finds and links nobody, and whoever asks by it is not told "none".
#[test]
fn a_code_that_has_ended_alone_is_for_a_person_to_look_at() {
    let given = admitted(&format!("PID|1||1~{CODE}^^^{HETU}^^^20261101"), "V1");
    assert_eq!(given.len(), 1, "nothing was changed to anything");
    let expected = [("kys-potilas".to_owned(), 1), (HETU_SYSTEM.to_owned(), 0), (ENDED_HETU_SYSTEM.to_owned(), 1)];
    assert_eq!(presents(&given[0]), expected);
    assert_eq!(given[0].presented[2].tokens, [code(CODE)]);
    let alone = admitted(&format!("PID|1||{CODE}^^^{HETU}^^^20261101"), "V1");
    let before = admitted(&format!("PID|1||{CODE}^^^{HETU}"), "V1");
    assert_eq!(alone[0].record, before[0].record, "the stream goes on where it was");
}

/// A patient number that has ended is the person's all the same: the record that it kept presents what the new one does.
#[test]
fn the_record_of_a_number_that_has_ended_is_the_same_persons() {
    for numbers in ["111222^^^KYS^PI^^^20261101~333444^^^KYS^PI", "333444^^^KYS^PI~111222^^^KYS^PI^^^20261101"] {
        let given = admitted(&format!("PID|1||{numbers}"), "V1");
        let before = admitted("PID|1||111222", "V1");
        let after = admitted("PID|1||333444", "V1");
        assert_eq!(given[0].record, after[0].record, "{numbers}");
        assert_eq!((given.len(), &given[1].record), (2, &before[0].record), "{numbers}");
        assert_eq!(presents(&given[1]), [("kys-potilas".to_owned(), 2)], "{numbers}");
    }
}

/// A number that has the form and the check of a code, and no label that says so, is a doubt about whoever has it.
#[test]
fn a_code_without_its_label_is_a_doubt() {
    let labelled = format!("{CODE}^^^{HETU}");
    // (PID, where the remark is, the record's system.)
    let table = [
        (format!("PID|1||53601~{CODE}"), Some(3), "kys-potilas"),
        (format!("PID|1||{CODE}"), Some(3), "kys-potilas"),
        (format!("PID|1||{CODE}^^^KYS^PI"), Some(3), "kys-potilas"),
        (format!("PID|1||1~{CODE}^^^MUU"), Some(3), "kys-potilas"),
        (format!("PID|1||1~{CODE}^^^KYS^NI"), Some(3), "kys-potilas"),
        (format!("PID|1||1~{}", CODE.to_lowercase()), Some(3), "kys-potilas"),
        (format!("PID|1||1{}{CODE}", "|".repeat(16)), Some(19), "kys-potilas"),
        (format!("PID|1|{CODE}|1"), Some(2), "kys-potilas"),
        (format!("PID|1||1|{CODE}^^^MUU"), Some(4), "kys-potilas"),
        // With its label too, or of nobody.
        (format!("PID|1||1~{labelled}{}{CODE}", "|".repeat(16)), None, "kys-potilas"),
        (format!("PID|1||1~{CODE}~{labelled}"), None, "kys-potilas"),
        ("PID|1||1~010594Y9033".to_owned(), None, "kys-potilas"),
        (format!("PID|1||1{}{CODE}", "|".repeat(18)), None, "kys-potilas"),
    ];
    for (pid, place, system) in table {
        let bytes = message("ADT^A01", &format!("{pid}\rPV1||I|K1\r"));
        let translation = give(&source(), &bytes);
        let remarked = translation.remarks.iter().find(|it| it.code == RemarkCode::UnlabelledIdentityCode);
        assert_eq!(remarked.map(|it| it.place), place.map(|n| Place::Field("PID", n)), "{pid}");
        let given = events(&source(), &bytes);
        let doubts = given[0].presented.iter().find(|set| set.system == UNLABELLED_HETU_SYSTEM);
        let doubts = doubts.map(|set| set.tokens.clone());
        assert_eq!(doubts, place.map(|_| vec![code(CODE)]), "{pid}");
        assert_eq!(given[0].record.system, system, "{pid}");
        // What is unlabelled never links: no more codes than labelled ones.
        let codes = given[0].presented.iter().filter(|set| set.system == HETU_SYSTEM).count();
        assert_eq!(codes, usize::from(pid.contains("NNFIN")), "{pid}");
    }
    let real = SourceProfile { artificial_hetu: false, ..source() };
    let given = events(&real, &message("ADT^A01", &format!("PID|1||1~{CODE}\rPV1||I|K1\r")));
    assert!(!presents(&given[0]).iter().any(|(system, _)| system == UNLABELLED_HETU_SYSTEM), "the dummy of many");
}

/// A death whose day nobody knows is a death; zeros only are none.
#[test]
fn a_date_of_death_with_zeros_tells_no_time() {
    // (PID-29, PID-30, whether a death is told, whether its time is.)
    let table = [
        ("20261127", "", true, true),
        ("20261127", "Y", true, true),
        ("20260000", "", true, false),
        ("20261100", "Y", true, false),
        ("00000000", "", false, false),
        ("00000000", "Y", true, false),
        ("0000", "N", false, false),
    ];
    for (date, indicator, died, timed) in table {
        let bytes = message("ADT^A03", &format!("PID|1||1{}{date}|{indicator}\rPV1||I|K1\r", "|".repeat(26)));
        let death = events(&source(), &bytes).into_iter().find_map(|event| match event.body {
            Body::Person(PersonEvent::PersonDied(it)) => Some(it),
            _ => None,
        });
        assert_eq!(
            (death.is_some(), death.is_some_and(|it| it.died_at.is_some())),
            (died, timed),
            "{date} {indicator}"
        );
    }
}

/// The person will have no better one in the next message either: the rest of the message is taken.
#[test]
fn a_birth_date_that_is_not_whole_is_left_out() {
    // (PID-7, whether it is told, whether it is remarked on.)
    let table = [
        ("19500412", true, false),
        ("19500412083000", true, false),
        ("19500412083000+0200", true, false),
        ("19500000", false, false),
        ("19501200", false, false),
        ("00000000", false, false),
        ("19500012", false, false),
        ("1950", false, false),
        ("195004", false, false),
        ("0000", false, false),
        ("195000000000", false, false),
        ("", false, false),
        ("19500231", false, true),
        ("19501350", false, true),
        ("1950-04-12", false, true),
        ("12.4.1950", false, true),
        ("TUNTEMATON", false, true),
        ("195", false, true),
    ];
    for (date, told, odd) in table {
        for (kind, more) in [("ADT^A08", "PV1||I|K1\r"), ("ADT^A31", "")] {
            let bytes = message(kind, &format!("PID|1||1||Esimerkki^Emma||{date}\r{more}"));
            let translation = give(&source(), &bytes);
            let remarked = translation.remarks.iter().any(|it| it.code == RemarkCode::BirthDateUnreadable);
            let given = events(&source(), &bytes);
            let person = given.iter().find_map(|event| match &event.body {
                Body::Person(PersonEvent::PersonUpdated(it)) => Some(it),
                _ => None,
            });
            assert_eq!((person.unwrap().birth_date.is_some(), remarked), (told, odd), "{kind} {date}");
            assert_eq!(given.len(), 1 + usize::from(kind == "ADT^A08"), "the rest is taken: {date}");
        }
    }
}

/// By a code that is told alone, without a name, the client is found: in a message that says nothing else too.
#[test]
fn a_code_that_is_told_alone_is_kept() {
    for (kind, segments) in [
        ("ADT^A31", format!("PID|1||1~{CODE}^^^{HETU}\r")),
        ("ADT^A28", format!("PID|1||1~{CODE}^^^{HETU}\r")),
        ("ADT^A08", format!("PID|1||1~{CODE}^^^{HETU}\rPV1||\r")),
    ] {
        let given = events(&source(), &message(kind, &segments));
        let [event] = given.as_slice() else { panic!("{kind}: {}", given.len()) };
        assert!(event.presented.iter().any(|one| one.system == HETU_SYSTEM && one.tokens.len() == 1), "{kind}");
    }
}

/// What says whether the client is there, or where, and names nobody is in the stay's own stream too.
#[test]
fn what_names_nobody_is_of_the_stay() {
    let table = [
        ("ADT^A01", Some(false)),
        ("ADT^A02", Some(false)),
        ("ADT^A03", Some(true)),
        ("ADT^A06", Some(false)),
        ("ADT^A07", Some(true)),
        ("ADT^A08", None),
        ("ADT^A11", Some(true)),
        ("ADT^A12", Some(false)),
        ("ADT^A13", Some(false)),
        ("ADT^A16", None),
        ("ADT^A21", Some(false)),
        ("ADT^A23", Some(true)),
    ];
    for (kind, expected) in table {
        let of = |pid3: &str| {
            let given = events(&source(), &message(kind, &format!("PID|1||{pid3}\rPV1||I|K1{}V1\r", "|".repeat(16))));
            given.iter().find_map(|event| match &event.body {
                Body::Subject(SubjectEvent::SubjectStated(it)) => Some(it.ends),
                _ => None,
            })
        };
        assert_eq!(of(""), expected, "{kind}");
        assert_eq!(of("A77^^^M11^AN"), expected, "{kind}, an account only");
        assert_eq!(of("1"), None, "{kind}, with a patient's number");
    }
}
