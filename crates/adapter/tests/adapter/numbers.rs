//! Whose a message is, by its numbers: tables of what PID-3 may hold in the field.

use crate::support::{KEYS, events, give, hospital};
use adapter::{MessagePlace, Outcome, RemarkCode, SourceProfile};
use event::{
    AssignmentEvent, Body, ContactEvent, Event, HETU_SYSTEM, IdentityEvent, PersonEvent, ReferralEvent, StayEvent,
    SubjectEvent, Token,
};

pub const CODE: &str = "010594Y9032";
pub const OTHER: &str = "020594X903P";
pub const HETU: &str = "&1.2.246.21&ISO^NNFIN";

pub fn message(kind: &str, segments: &str) -> Vec<u8> {
    format!("MSH|^~\\&|A|B|C|D|20261128081500||{kind}|7|P|2.5||||||UNICODE UTF-8\r{segments}").into_bytes()
}

pub fn source() -> SourceProfile {
    let mut source = hospital();
    source.linking.insert("kys-potilas".to_owned());
    source
}

pub fn admitted(pid: &str, visit: &str) -> Vec<Event> {
    let pv1 = format!("PV1||I|K1{}{visit}", "|".repeat(16));
    events(&source(), &message("ADT^A01", &format!("{pid}\r{pv1}\r")))
}

pub fn presents(event: &Event) -> Vec<(String, usize)> {
    event.presented.iter().map(|set| (set.system.clone(), set.tokens.len())).collect()
}

pub fn code(text: &str) -> Token {
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
    assert_eq!(rejection.place, MessagePlace::Field("PID", 3));
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

/// A death whose day nobody knows is a death; zeros only are none.
#[test]
fn a_date_of_death_with_zeros_gives_no_time() {
    // (PID-29, PID-30, whether a death is reported, whether its time is.)
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
    // (PID-7, whether it is reported, whether it gets a remark.)
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
    for (date, is_reported, is_remarked) in table {
        for (kind, more) in [("ADT^A08", "PV1||I|K1\r"), ("ADT^A31", "")] {
            let bytes = message(kind, &format!("PID|1||1||Esimerkki^Emma||{date}\r{more}"));
            let translation = give(&source(), &bytes);
            let remarked = translation.remarks.iter().any(|it| it.code == RemarkCode::BirthDateUnreadable);
            let given = events(&source(), &bytes);
            let person = given.iter().find_map(|event| match &event.body {
                Body::Person(PersonEvent::PersonUpdated(it)) => Some(it),
                _ => None,
            });
            assert_eq!((person.unwrap().birth_date.is_some(), remarked), (is_reported, is_remarked), "{kind} {date}");
            assert_eq!(given.len(), 1 + usize::from(kind == "ADT^A08"), "the rest is taken: {date}");
        }
    }
}

/// A code without a name makes the client findable, also in a message with no other news.
#[test]
fn a_code_without_other_data_is_kept() {
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

/// News of presence or place that identifies no client is in the stay's own stream too.
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
