//! The small rules one by one, where a snapshot would not show the reason.

use crate::support::{KEYS, county, events, give, hospital};
use adapter::{MessagePlace, Outcome, RejectionCode, RemarkCode};
use event::{Body, HETU_SYSTEM, IdentityEvent, Instant, PersonEvent, PersonField, StayEvent};

const HETU: &str = "010594Y9032";

fn message(kind: &str, segments: &str) -> Vec<u8> {
    format!("MSH|^~\\&|A|B|C|D|20260302081500||{kind}|7|P|2.5||||||UNICODE UTF-8\r{segments}").into_bytes()
}

/// PV1 with class I and one more field.
fn pv1(field: usize, value: &str) -> String {
    format!("PV1||I{}{value}\r", "|".repeat(field - 2))
}

fn rejection(bytes: &[u8]) -> (RejectionCode, String) {
    match give(&hospital(), bytes).outcome {
        Outcome::Rejected(rejection) => (rejection.code, rejection.place.to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_identity_code_is_known_by_authority_or_type() {
    let source = hospital();
    let token = KEYS.identifier(HETU_SYSTEM, HETU);
    let accepted =
        ["^^^&1.2.246.21&ISO", "^^^1.2.246.21", "^^^urn:oid:1.2.246.21", "^^^&1.2.246.21", "^^^^NNFIN", "^^^KYS^NNFIN"];
    for cx in accepted {
        let given = events(&source, &message("ADT^A31", &format!("PID|||1~{HETU}{cx}||A\r")));
        assert_eq!(given[0].presented.len(), 1, "{cx}");
        assert_eq!(given[0].presented[0].tokens, [token], "{cx}");
        assert_eq!(given[0].record.system, "kys-potilas", "{cx}");
    }
    for cx in ["", "^^^KYS", "^^^&1.2.246.210&ISO", "^^^MUU"] {
        let given = events(&source, &message("ADT^A31", &format!("PID|||1~{HETU}{cx}||A\r")));
        let systems: Vec<_> = given[0].presented.iter().map(|one| one.system.as_str()).collect();
        assert_eq!(systems, [event::Evidence::UnlabelledCode.system()], "it finds nobody, and is a doubt: {cx}");
        assert_eq!(given[0].presented[0].tokens, [token], "{cx}");
    }
}

#[test]
fn an_artificial_code_counts_only_where_configured() {
    let mut source = hospital();
    let bytes = message("ADT^A01", &format!("PID|||{HETU}^^^1.2.246.21\r{}", pv1(19, "V1")));
    assert_eq!(events(&source, &bytes)[0].record.system, HETU_SYSTEM);
    source.artificial_hetu = false;
    let given = events(&source, &bytes);
    assert_eq!(given[0].record.system, "visit:kys-potilas");
    let witness = [event::Evidence::RefusedCode.system().to_owned()];
    assert_eq!(given[0].presented.iter().map(|set| set.system.clone()).collect::<Vec<_>>(), witness);
    assert_eq!(
        given[0].presented[0].tokens,
        [KEYS.identifier(HETU_SYSTEM, HETU)],
        "the same code, wherever it is sent"
    );
}

/// What bears on who somebody is stands beside what they present: a mistyped code, and days of birth that differ.
#[test]
fn what_a_person_must_look_at_is_carried() {
    let source = hospital();
    let dates = |pid: &str| {
        let given = events(&source, &message("ADT^A31", &format!("PID|||1~{pid}\r")));
        let sets = given[0].presented.iter().map(|set| (set.system.clone(), set.tokens.len()));
        sets.collect::<Vec<_>>()
    };
    let (code, refused, birth) = (
        HETU_SYSTEM.to_owned(),
        event::Evidence::RefusedCode.system().to_owned(),
        event::Evidence::BirthDate.system().to_owned(),
    );
    let table: [(&str, &[(String, usize)]); 4] = [
        ("010594Y9033^^^1.2.246.21||A", &[(refused, 1)]),
        ("010594Y9032^^^1.2.246.21||A", &[(code.clone(), 1)]),
        ("010594Y9032^^^1.2.246.21||A||19940501", &[(code.clone(), 1), (birth.clone(), 1)]),
        ("010594Y9032^^^1.2.246.21||A||19940502", &[(code, 1), (birth, 2)]),
    ];
    for (pid, expected) in table {
        assert_eq!(dates(pid), expected, "{pid}");
    }
}

#[test]
fn only_linking_systems_are_presented() {
    let mut source = hospital();
    let bytes = message("ADT^A31", &format!("PID|||1~{HETU}^^^1.2.246.21||A\r"));
    source.linking.clear();
    assert!(events(&source, &bytes)[0].presented.is_empty());
    source.linking = ["kys-potilas".to_owned(), HETU_SYSTEM.to_owned()].into();
    let systems: Vec<_> = events(&source, &bytes)[0].presented.iter().map(|one| one.system.clone()).collect();
    assert_eq!(systems, ["kys-potilas", HETU_SYSTEM]);
}

/// Law 5: whom a refused message names is known, if it can be read at all.
#[test]
fn a_refused_message_names_its_clients() {
    let token = KEYS.identifier(HETU_SYSTEM, HETU);
    let pid = format!("PID|||1~{HETU}^^^1.2.246.21\r");
    let refused = [
        message("ADT^A01", &pid),
        message("ORU^R01", &pid),
        message("ADT^A03", &format!("{pid}{}", pv1(45, "20260230"))),
        message("ADT^A40", &format!("PID|||2\rPD1|\rMRG|{HETU}^^^1.2.246.21\rPID|||2\r")),
        [message("ADT^A31", &pid), b"NTE|\0".to_vec()].concat(),
        [message("ADT^A31", &pid), b"NTE|\xE5".to_vec()].concat(),
    ];
    for bytes in refused {
        let Outcome::Rejected(rejection) = give(&hospital(), &bytes).outcome else { panic!("taken") };
        assert_eq!(rejection.named, [token], "{rejection}");
    }
    let event = format!(
        "{{\"id\":\"1\",\"data\":{{\"client\":{{\"identifiers\":[{{\"system\":\"{HETU_SYSTEM}\",\"value\":\"{HETU}\"}}]}}}}}}"
    );
    let Outcome::Rejected(rejection) = give(&county(), event.as_bytes()).outcome else { panic!("taken") };
    assert_eq!(rejection.named, [token]);
    let mistyped = message("ADT^A01", "PID|||010594Y9033^^^1.2.246.21\r");
    let Outcome::Rejected(rejection) = give(&hospital(), &mistyped).outcome else { panic!("taken") };
    assert!(rejection.named.is_empty());
}

#[test]
fn a_frame_over_the_limit_is_refused_by_name() {
    let head = message("ADT^A01", &format!("PID|||1~{HETU}^^^1.2.246.21\rMRG|020594X903P^^^1.2.246.21~1234"));
    let translation = adapter::hl7v2::refuse_too_long(&hospital(), &KEYS, &head);
    let Outcome::Rejected(rejection) = translation.outcome else { panic!("taken") };
    assert_eq!((rejection.code, rejection.place), (RejectionCode::TooLarge, MessagePlace::Message));
    let mut named = [HETU, "020594X903P"].map(|code| KEYS.identifier(HETU_SYSTEM, code));
    named.sort();
    assert_eq!(rejection.named, named, "what is whole in the segment that is cut is read");
    assert_eq!(translation.message_id.as_deref(), Some("7"));
    assert!(translation.hl7.is_some());
}

#[test]
fn an_empty_field_changes_nothing_and_quotes_clear() {
    let given = events(&hospital(), &message("ADT^A31", "PID|||1||\"\"||\"\"||||||||\"\"|||||||||||||||\"\"\r"));
    let Body::Person(PersonEvent::PersonUpdated(person)) = &given[0].body else { panic!("another event") };
    assert_eq!(
        person.cleared,
        [PersonField::Name, PersonField::BirthDate, PersonField::Language, PersonField::Deceased]
    );
    assert!(person.name.is_none() && person.birth_date.is_none());
    assert!(matches!(give(&hospital(), &message("ADT^A31", "PID|||1|||\r")).outcome, Outcome::Ignored));
}

#[test]
fn the_older_triggers_of_a_merge_give_the_same_as_a40() {
    let bodies_of = |trigger: &str| {
        let given = events(&hospital(), &message(&format!("ADT^{trigger}"), "PID|||1\rMRG|2\rPV1|1|I\r"));
        given.into_iter().map(|event| event.body).collect::<Vec<_>>()
    };
    assert!(matches!(bodies_of("A40").as_slice(), [Body::Identity(IdentityEvent::IdentitiesMerged(_)), ..]));
    for older in ["A18", "A30", "A34", "A36", "A39"] {
        assert_eq!(bodies_of(older), bodies_of("A40"), "{older}");
    }
}

#[test]
fn a_merge_has_one_pid_and_one_mrg() {
    let same = message("ADT^A40", "PID|||1\rMRG|1^^^KYS\r");
    assert!(matches!(give(&hospital(), &same).outcome, Outcome::Ignored), "merged with itself");
    let two = message("ADT^A40", "PID|||1\rMRG|2\rMRG|3\r");
    assert_eq!(rejection(&two), (RejectionCode::SegmentSequenceError, "MRG".to_owned()));
}

#[test]
fn limits_and_required_places() {
    let many = "1^^^KYS~".repeat(101);
    let pairs = "PID|||1\rMRG|2\r".repeat(101);
    let long = "K".repeat(81);
    let table = [
        (message("ADT^A31", &format!("PID|||{many}||A\r")), RejectionCode::TooLarge, "PID-3"),
        (message("ADT^A40", &pairs), RejectionCode::TooLarge, "PID"),
        (message("ADT^A40", "PID|||1\rMRG|\r"), RejectionCode::RequiredFieldMissing, "MRG-1"),
        (message("ADT^A40", "MRG|1\r"), RejectionCode::SegmentSequenceError, "MRG"),
        (message("ADT^A40", ""), RejectionCode::SegmentSequenceError, "PID"),
        (message("ADT^A02", &format!("PID|||1\rPV1||I|K1|||{long}\r")), RejectionCode::DataTypeError, "PV1-6.1"),
        (message("ADT^A31", &format!("PID|||1||{}\r", "x".repeat(201))), RejectionCode::TooLarge, "PID-5"),
        (message("ADT^A01", "PID|||1\rPV1||I\rPV2|||||||||soon\r"), RejectionCode::DataTypeError, "PV2-9"),
        (message("REF^I12", "PID|||1\r"), RejectionCode::SegmentSequenceError, "RF1"),
        (message("ADT^XYZ", ""), RejectionCode::UnsupportedEventCode, "MSH-9.2"),
        (message("ADT", ""), RejectionCode::UnsupportedEventCode, "MSH-9.2"),
        (message("", ""), RejectionCode::RequiredFieldMissing, "MSH-9"),
        (b"MSH||||".to_vec(), RejectionCode::DataTypeError, "MSH-2"),
        (b"".to_vec(), RejectionCode::SegmentSequenceError, "MSH"),
        (
            format!("MSH|^~\\&|||||20260101||ADT^A01|{}|P|2.5\r", "7".repeat(200)).into_bytes(),
            RejectionCode::DataTypeError,
            "MSH-10",
        ),
        (b"MSH|^~\\&|||||20260101||ADT^A31|1|P|2.5|x\rPID|||1||A\r".to_vec(), RejectionCode::DataTypeError, "MSH-13"),
        (b"MSH|^~\\&|||||||ADT^A31|1|P|2.5\rPID|||1||A\r".to_vec(), RejectionCode::RequiredFieldMissing, "EVN-2"),
    ];
    for (bytes, code, place) in table {
        assert_eq!(rejection(&bytes), (code, place.to_owned()));
    }
}

#[test]
fn a_byte_order_mark_and_odd_codes_do_no_harm() {
    let bytes =
        [b"\r\n\xEF\xBB\xBF".to_vec(), message("ADT^A03", &format!("PID|||1\r{}", pv1(36, "koti ja hoito")))].concat();
    let given = events(&hospital(), &bytes);
    let Body::Stay(StayEvent::StayEnded(ended)) = &given[0].body else { panic!("another event") };
    assert!(ended.disposition.is_none(), "free text is no code");
}

/// Flagged, never corrected: the event carries what the message reports.
#[test]
fn odd_times_are_remarked_on() {
    let remarks_of = |birth: &str, evn: &str, pv1: &str| {
        let segments = format!("EVN|{evn}\rPID|||1~{HETU}^^^1.2.246.21||||{birth}\r{pv1}");
        let translation = give(&hospital(), &message("ADT^A08", &segments));
        assert!(matches!(translation.outcome, Outcome::Events(_)));
        let now = events(&hospital(), &message("ADT^A08", &segments))[0].recorded_at.plus_seconds(60);
        translation.remarks_at(now).map(|remark| format!("{} {}", remark.code, remark.place)).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(remarks_of("19940501", "|20260302", &pv1(44, "20260301")), none);
    assert_eq!(remarks_of("19940502", "|20260302", ""), ["birth-date-differs PID-7"]);
    assert_eq!(remarks_of("20270101", "|20260302", ""), ["in-the-future PID-7", "birth-date-differs PID-7"]);
    assert_eq!(remarks_of("19940501", "|20260302||||20260303", ""), ["in-the-future EVN-6"]);
    assert_eq!(remarks_of("19940501", "|202603020000", &pv1(44, "202603020001")), ["in-the-future PV1-44"]);
    assert_eq!(remarks_of("19940501", "|20260302", &pv1(44, "202603020001")), none, "written some time that day");
    assert_eq!(remarks_of("19940501", "|20260302", &pv1(45, "19940430")), ["before-birth PV1-45"]);
    let clock = give(&hospital(), &message("ADT^A08", "EVN||20290801\rPID|||1||||19940501\r"));
    let at = |text: &str| Instant::from_timestamp(text.parse().unwrap());
    let remarks = |text: &str| clock.remarks_at(at(text)).map(|remark| remark.code).collect::<Vec<_>>();
    assert_eq!(remarks("2026-03-02T06:15:01Z"), [RemarkCode::InTheFuture]);
    assert_eq!(remarks("2029-07-31T20:56:00Z"), []);
}

/// What is configured about one sender: its wards' names and its character set.
#[test]
fn a_senders_own_ways_are_configured() {
    let mut source = hospital();
    source.wards = [("OS-12".to_owned(), "K2301".to_owned())].into();
    source.character_set = Some("8859/15".to_owned());
    let ward = |written: &str| {
        let given = events(&source, &message("ADT^A01", &format!("PID|||1\rPV1||I|{written}^2^1\r")));
        let Body::Stay(StayEvent::StayStarted(started)) = &given[0].body else { panic!("another event") };
        started.ward.as_ref().map(|ward| ward.code().to_owned())
    };
    assert_eq!((ward("OS-12").as_deref(), ward("OS-13").as_deref()), (Some("K2301"), Some("OS-13")));
    let silent = b"MSH|^~\\&|A|B|C|D|20260302||ADT^A31|7|P|2.5\rPID|||1||\xA4\r";
    let given = events(&source, silent);
    let Body::Person(PersonEvent::PersonUpdated(person)) = &given[0].body else { panic!("another event") };
    let name = KEYS.open(&given[0].record.key, person.name.as_ref().unwrap()).unwrap();
    assert_eq!(name.expose().family, "€");
}

/// PID-29 and PID-30: a death is an event; that the person is alive is a field, and cancels a reported death.
#[test]
fn a_death_is_reported_and_cancelled() {
    let reported = |trigger: &str, date: &str, indicator: &str| {
        let pid = format!("PID|||1{}{date}|{indicator}\rPV1||I|K1\r", "|".repeat(26));
        let names = |event: &event::Event| match &event.body {
            Body::Person(PersonEvent::PersonDied(died)) => format!("died {}", died.died_at.is_some()),
            Body::Person(PersonEvent::PersonUpdated(person)) => format!("{:?} {:?}", person.deceased, person.cleared),
            other => other.type_name().to_owned(),
        };
        events(&hospital(), &message(&format!("ADT^{trigger}"), &pid)).iter().map(names).collect::<Vec<_>>().join(", ")
    };
    let table = [
        ("A31", "", "Y", "died false"),
        ("A31", "202603010310", "Y", "died true"),
        ("A31", "202603010310", "", "died true"),
        ("A31", "", "N", "Some(false) []"),
        ("A31", "202603010310", "N", "Some(false) []"),
        ("A31", "", "\"\"", "None [Deceased]"),
        ("A31", "\"\"", "", "None [Deceased]"),
        ("A03", "202603010310", "Y", "StayEnded, died true"),
        ("A03", "", "N", "StayEnded"),
        ("A13", "", "N", "DischargeCancelled, Some(false) []"),
        ("A13", "", "", "DischargeCancelled"),
        ("A13", "\"\"", "", "DischargeCancelled, None [Deceased]"),
    ];
    for (trigger, date, indicator, expected) in table {
        assert_eq!(reported(trigger, date, indicator), expected, "{trigger} {date} {indicator}");
    }
}
