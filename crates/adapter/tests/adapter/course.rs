//! Who is who, and what becomes of a referral: the small rules of A24–A47, REF, RRI, OMG, OSU and SIU.

use crate::support::{KEYS, events, give, hospital};
use adapter::{Outcome, RejectionCode};
use event::{Body, ContactEvent, HETU_SYSTEM, IdentityEvent, ReferralEvent, StayEvent};

const PID: &str = "PID|1||1~010594Y9032^^^1.2.246.21\r";

fn message(kind: &str, segments: &str) -> Vec<u8> {
    format!("MSH|^~\\&|A|B|C|D|20260302081500||{kind}|7|P|2.5||||||UNICODE UTF-8|||360X\r{segments}").into_bytes()
}

fn types(kind: &str, segments: &str) -> Vec<&'static str> {
    events(&hospital(), &message(kind, segments)).iter().map(|event| event.body.type_name()).collect()
}

fn rejection(kind: &str, segments: &str) -> (RejectionCode, String) {
    match give(&hospital(), &message(kind, segments)).outcome {
        Outcome::Rejected(rejection) => (rejection.code, rejection.place.to_string()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_out_of_place_is_refused_where_it_is() {
    use RejectionCode::{
        DuplicateKeyIdentifier, RequiredFieldMissing, SegmentSequenceError, TableValueNotFound, TooLarge,
        UnknownKeyIdentifier, UnsupportedEventCode,
    };
    let mrg = |before: &str| format!("{PID}MRG|{before}||||V1\rPV1||I|K1\r");
    let many_visits = format!("{PID}{}", "MRG|2||||V1\r".repeat(101));
    let many_orders = format!("{PID}{}", "ORC|NW\r".repeat(101));
    let many_workers = format!("{PID}{}", "ROL||AD|TSOS|S-1^A^B\r".repeat(101));
    let table = [
        ("ADT^A24", format!("{PID}PID|2||1\r"), DuplicateKeyIdentifier, "PID-3"),
        ("ADT^A24", format!("{PID}{PID}PID|2||2\r"), SegmentSequenceError, "PID"),
        ("ADT^A37", format!("{PID}PID|2||\r"), RequiredFieldMissing, "PID-3"),
        ("ADT^A34", PID.to_owned(), SegmentSequenceError, "MRG"),
        ("ADT^A45", PID.to_owned(), SegmentSequenceError, "MRG"),
        ("ADT^A45", format!("{PID}PV1||I\rMRG|2\r"), SegmentSequenceError, "PV1"),
        ("ADT^A45", format!("{PID}MRG|2\rPV1||I|K1\r"), RequiredFieldMissing, "MRG-5"),
        ("ADT^A45", mrg("1"), DuplicateKeyIdentifier, "MRG-1"),
        ("ADT^A45", many_visits, TooLarge, "MRG"),
        ("ADT^A47", format!("{PID}MRG|\r"), RequiredFieldMissing, "MRG-1"),
        ("ADT^A47", format!("{PID}MRG|030594W903B^^^1.2.246.21\r"), UnknownKeyIdentifier, "MRG-1"),
        ("ADT^A31", many_workers, TooLarge, "ROL"),
        ("ADT^A21", PID.to_owned(), SegmentSequenceError, "PV1"),
        ("REF^I14", PID.to_owned(), SegmentSequenceError, "RF1"),
        ("REF^I16", PID.to_owned(), UnsupportedEventCode, "MSH-9.2"),
        ("RRI^I12", "RF1|A\r".to_owned(), SegmentSequenceError, "PID"),
        ("OMG^O19", PID.to_owned(), SegmentSequenceError, "ORC"),
        ("OMG^O19", many_orders, TooLarge, "ORC"),
        ("OMG^O19", format!("{PID}ORC||T-1\r"), RequiredFieldMissing, "ORC-1"),
        ("OMG^O19", format!("{PID}ORC|ZZ|T-1\r"), TableValueNotFound, "ORC-1"),
        ("OSU^O51", format!("{PID}ORC|SC|T-1|||ZZ\r"), TableValueNotFound, "ORC-5"),
        ("OSU^O52", PID.to_owned(), UnsupportedEventCode, "MSH-9.2"),
        ("SIU^S12", PID.to_owned(), SegmentSequenceError, "SCH"),
        ("SIU^S12", format!("{PID}SCH|\r"), RequiredFieldMissing, "SCH-2"),
    ];
    for (kind, segments, code, place) in table {
        assert_eq!(rejection(kind, &segments), (code, place.to_owned()), "{kind} {segments:?}");
    }
}

/// 661/2009 12 §: the old code is the person's former one only if the message reports its end.
#[test]
fn a_changed_identity_code_is_shown_by_its_end() {
    let old = "MRG|1~030594W903B^^^1.2.246.21^NNFIN^^^20260301\r";
    let given = events(&hospital(), &message("ADT^A47", &format!("{PID}{old}")));
    let [changed] = given.as_slice() else { panic!("{given:?}") };
    let Body::Identity(IdentityEvent::NationalIdChanged(codes)) = &changed.body else { panic!("another event") };
    assert_eq!(codes.old, [KEYS.identifier(HETU_SYSTEM, "030594W903B")]);
    assert_eq!(codes.new, [KEYS.identifier(HETU_SYSTEM, "010594Y9032")]);
    assert_eq!(changed.presented[0].tokens, codes.new, "the old one is no longer presented");
    let without_end = old.replace("^^^20260301", "");
    assert_eq!(types("ADT^A47", &format!("{PID}{without_end}")), ["PersonUpdated"]);
    let same_code = "MRG|1~010594Y9032^^^1.2.246.21^NNFIN^^^20260301\r";
    assert_eq!(types("ADT^A47", &format!("{PID}{same_code}")), ["PersonUpdated"]);
    let by_code_only = "PID|||010594Y9032^^^1.2.246.21\rMRG|030594W903B^^^1.2.246.21^NNFIN^^^20260301\r";
    assert_eq!(types("ADT^A47", by_code_only), ["NationalIdChanged", "IdentitiesMerged"]);
}

/// A45: the content of PV1 applies to the visit at its new record, under its own number.
#[test]
fn a_moved_visit_is_reported_anew() {
    let given = |pv1: &str| events(&hospital(), &message("ADT^A45", &format!("{PID}MRG|2||||V1\rPV1|{pv1}\r")));
    let moved = given("|I|K1");
    assert_eq!(moved[1].body.type_name(), "StayCorrected", "nothing reports when it began");
    let skip = |count| "|".repeat(count);
    let ended = given(&format!("|I|K1{}V2{}20260301|20260302", skip(16), skip(25)));
    let names: Vec<_> = ended.iter().map(|event| event.body.type_name()).collect();
    assert_eq!(names, ["StayReassigned", "StayStarted", "StayEnded"]);
    let (
        Body::Stay(StayEvent::StayReassigned(moved)),
        Body::Stay(StayEvent::StayStarted(started)),
        Body::Stay(StayEvent::StayEnded(_)),
    ) = (&ended[0].body, &ended[1].body, &ended[2].body)
    else {
        panic!("other events")
    };
    assert_eq!(moved.stay, Some(KEYS.token("stay", "kys-potilas", "V1")));
    assert_eq!(started.stay, Some(KEYS.token("stay", "kys-potilas", "V2")));
    assert_eq!(moved.to, ended[1].record);
    assert_ne!(ended[0].record, ended[1].record);
}

/// ORC-1 and ORC-5 (HL7 tables 0119 and 0038).
#[test]
fn the_status_of_an_order() {
    let table = [
        ("NW", "", "ReferralRequested"),
        ("XO", "", "ReferralRequested"),
        ("OK", "", "ReferralAccepted"),
        ("UA", "", "ReferralRejected"),
        ("HD", "", "ReferralOnHold"),
        ("RL", "", "ReferralStarted"),
        ("CA", "", "ReferralCancelled"),
        ("CR", "", "ReferralCancelled"),
        ("DC", "", "ReferralCancelled"),
        ("OC", "", "ReferralCancelled"),
        ("SC", "IP", "ReferralAccepted"),
        ("SC", "SC", "ReferralAccepted"),
        ("SC", "A", "ReferralStarted"),
        ("SC", "HD", "ReferralOnHold"),
        ("SC", "CM", "ReferralCompleted"),
        ("SC", "CA", "ReferralRejected"),
        ("OC", "CA", "ReferralRejected"),
        ("CA", "CA", "ReferralCancelled"),
        ("SC", "DC", "ReferralCancelled"),
        ("SC", "ER", "ReferralFailed"),
        ("", "CM", "ReferralCompleted"),
    ];
    for (control, status, expected) in table {
        assert_eq!(types("OSU^O51", &format!("{PID}ORC|{control}|T-1|||{status}\r")), [expected], "{control} {status}");
    }
    let two = format!("{PID}ORC|NW|T-1\rTQ1||||||||20260320|S\rOBR|1\rORC|NW|T-2\r");
    let given = events(&hospital(), &message("OMG^O19", &two));
    let priority = |n: usize| match &given[n].body {
        Body::Referral(ReferralEvent::ReferralRequested(requested)) => {
            requested.priority.as_ref().map(|code| code.as_str().to_owned())
        }
        other => panic!("{other:?}"),
    };
    assert_eq!((priority(0).as_deref(), priority(1)), (Some("S"), None), "each order has its own TQ1");
}

#[test]
fn an_order_is_a_referral_if_it_is_marked_as_one() {
    let taken = |source: &adapter::SourceProfile, profile: &str, service: &str| {
        let order = format!(
            "MSH|^~\\&|A|B|C|D|20260302||OMG^O19|7|P|2.5|||||||||{profile}\r{PID}ORC|NW|T-1\rOBR|1|||{service}\r"
        );
        matches!(give(source, order.as_bytes()).outcome, Outcome::Events(_))
    };
    let mut source = hospital();
    assert!(taken(&source, "360X", ""));
    assert!(taken(&source, "OTHER~360X^x", ""));
    assert!(taken(&source, "", "57133-1^Referral note^LN"));
    assert!(!taken(&source, "", "57698-3^Lipids^LN") && !taken(&source, "", ""));
    source.orders_are_referrals = true;
    assert!(taken(&source, "", ""));
}

/// One appointment is one contact, whatever is reported of it; another's number is another's.
#[test]
fn an_appointment_keeps_its_key() {
    let contact = |kind: &str, sch: &str| {
        let segments = format!("SCH|{sch}\r{PID}AIS|1|A|B|20260310093000\r");
        match &events(&hospital(), &message(kind, &segments))[0].body {
            Body::Contact(ContactEvent::ContactRecorded(contact)) => contact.contact,
            Body::Contact(ContactEvent::ContactCancelled(contact)) => contact.contact,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(contact("SIU^S12", "9^KYS|1009^KYS"), contact("SIU^S26", "9^KYS|1009^KYS"));
    assert_eq!(contact("SIU^S12", "9^KYS|"), contact("SIU^S15", "9^KYS|"));
    assert_eq!(contact("SIU^S12", "|1009^KYS"), contact("SIU^S12", "|1009"), "its own without an authority");
    assert_ne!(contact("SIU^S12", "|1009^KYS"), contact("SIU^S12", "|1009^MUU"));
}

/// When an appointment is: TQ1-7, else SCH-11, else the start of what is booked. Never when it was booked.
#[test]
fn an_appointment_has_its_own_time() {
    let at = |segments: &str| {
        let given = events(&hospital(), &message("SIU^S12", &format!("{PID}{segments}")));
        given.first().map(|event| event.happened_at.to_timestamp().to_string())
    };
    let sch = "SCH||9|||||||||^^30^202603110900^202603110930~^^30^202603120900\r";
    let (tq1, ais) = ("TQ1|1||||||20260310093000\r", "AIS|1|A|B|20260312120000\r");
    let bare = "SCH||9\r";
    for (segments, expected) in [
        (format!("{sch}{tq1}{ais}"), Some("2026-03-10T07:30:00Z")),
        (format!("{sch}{ais}"), Some("2026-03-11T07:00:00Z")),
        (format!("{bare}{ais}"), Some("2026-03-12T10:00:00Z")),
        (format!("{bare}TQ1|1\rTQ1|2||||||20260310093000+0300\r"), Some("2026-03-10T06:30:00Z")),
        (format!("{bare}AIP|1|A||||20260313080000\r"), Some("2026-03-13T06:00:00Z")),
        (format!("{bare}AIL|1|A||||20260313080000\r"), Some("2026-03-13T06:00:00Z")),
        (format!("{bare}AIG|1|A||||||20260313080000\r"), Some("2026-03-13T06:00:00Z")),
        // Nothing that could be counted.
        (bare.to_owned(), None),
    ] {
        assert_eq!(at(&segments).as_deref(), expected, "{segments:?}");
    }
    let wrong = format!("{PID}{bare}TQ1|1||||||2026-03-10\r");
    assert_eq!(rejection("SIU^S12", &wrong), (RejectionCode::DataTypeError, "TQ1-7".to_owned()));
}

/// Cancelled, discontinued, deleted, not kept: no contact. SCH-6 gives the reason, but not that the client did not
/// come.
#[test]
fn an_appointment_that_did_not_take_place_is_taken_back() {
    let table = [
        ("SIU^S15", "", "cancelled"),
        ("SIU^S15", "PATIENT", "PATIENT"),
        ("SIU^S16", "", "discontinued"),
        ("SIU^S17", "", "deleted"),
        ("SIU^S26", "", "no-show"),
        ("SIU^S26", "ROUTINE", "no-show"),
    ];
    for (kind, sch_6, reason) in table {
        let given = events(&hospital(), &message(kind, &format!("SCH||9||||{sch_6}\r{PID}")));
        let Body::Contact(ContactEvent::ContactCancelled(cancelled)) = &given[0].body else { panic!("{kind}") };
        assert_eq!(cancelled.reason.as_ref().map(event::Code::as_str), Some(reason), "{kind} {sch_6}");
    }
}

/// Some send each change as an S14, with its kind in SCH-25 (HL7 table 0278).
#[test]
fn a_status_takes_an_appointment_back_as_its_trigger_does() {
    let at = "TQ1|1||||||20260310090000\r";
    let table = [
        ("Cancelled", Some("cancelled")),
        ("CANCELLED^x^HL70278", Some("cancelled")),
        ("Dc", Some("discontinued")),
        ("Deleted", Some("deleted")),
        ("Noshow", Some("no-show")),
        ("Booked", None),
        ("Complete", None),
        ("Pending", None),
        ("", None),
    ];
    for kind in ["SIU^S12", "SIU^S13", "SIU^S14"] {
        for (status, reason) in table {
            let sch = format!("SCH||9{}{status}\r", "|".repeat(23));
            let given = events(&hospital(), &message(kind, &format!("{sch}{at}{PID}")));
            match (&given[0].body, reason) {
                (Body::Contact(ContactEvent::ContactCancelled(it)), Some(_)) => {
                    assert_eq!(it.reason.as_ref().map(event::Code::as_str), reason, "{kind} {status}");
                }
                (Body::Contact(ContactEvent::ContactRecorded(_)), None) => {}
                _ => panic!("{kind} {status}"),
            }
        }
    }
}

/// RF1-8: a request that expires on a day is awaited to the end of that day.
#[test]
fn a_request_expires_at_the_end_of_what_is_written() {
    for (written, expected) in [
        ("20261128", "2026-11-29T00:00:00Z"),
        ("202611281200", "2026-11-28T12:00:00Z"),
        ("20261128120000", "2026-11-28T12:00:00Z"),
    ] {
        let mut source = hospital();
        source.zone = jiff::tz::TimeZone::UTC;
        let given = events(&source, &message("REF^I12", &format!("RF1||||||R1||{written}\r{PID}")));
        let Body::Referral(ReferralEvent::ReferralRequested(requested)) = &given[0].body else { panic!("{written}") };
        assert_eq!(requested.expires_at.unwrap().to_string(), expected, "{written}");
    }
}
