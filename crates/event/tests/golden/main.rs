//! The bytes of every event type, kept for ever: what was once stored must always be read, and read the same.
//!
//! `tests/events/v1/<Type>.hex` holds them. A body that is not listed here is drawn as in random histories; list it when its
//! row there changes. A new type has none yet: the test writes `<Type>.hex.new`; look at it, drop
//! `.new`, and commit it. A type that got a field has a second file, `<Type>-2.hex`. An existing file is never changed: a change of a type's meaning is a new type or a new field.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod appended;

use event::{
    AssessmentFinished, AssessmentStarted, Authority, BirthDate, Body, CaseOpened, ClassChanged, ClientshipClosed,
    ClientshipOpened, Code, DischargeCancelled, DutyContactRecorded, Event, HETU_SYSTEM, HealthSocialWorkClosed,
    HealthSocialWorkOpened, IdentitiesMerged, IdentitiesUnmerged, Instant, Keyring, NewKeys, PersonField, PersonName,
    PersonUpdated, PlannedDischargeCancelled, PlannedDischargeSet, Presented, ReferralAccepted, ReferralKind,
    ReferralRejected, ReferralRequested, Register, StayCancelled, StayClass, StayCorrected, StayEnded, StayStarted,
    StreamId, Token, Ward, WardChanged, Worker, WorkerAssigned, WorkerAssignmentEnded, WorkerRole, event_id,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

fn keys() -> Keyring {
    Keyring::parse(&NewKeys { index: [1; 32].into(), seal: [2; 32].into() }.to_file()).unwrap()
}

fn bodies(keys: &Keyring, record: &StreamId, id: uuid::Uuid) -> Vec<Body> {
    let mut all = first(keys, record, id);
    all.extend(appended::bodies(keys, record, id));
    all
}

fn first(keys: &Keyring, record: &StreamId, id: uuid::Uuid) -> Vec<Body> {
    let key = |kind: &str| keys.token(kind, "kys", "1");
    let (stay, referral) = (Some(key("stay")), Some(key("referral")));
    let (assessment, assignment, clientship, work) =
        (key("assessment"), key("assignment"), key("clientship"), key("work"));
    let at = |seconds| Instant::from_micros(1_772_431_200_123_456).unwrap().plus_seconds(seconds);
    let code = |text: &str| Some(Code::try_new(text).unwrap());
    let ward = |code: &str| Ward::try_new(code);
    let sealer = keys.sealer(record.key, id);
    let worker = sealer.seal(&Worker {
        name: "Åsa Työntekijä".into(),
        phone: "044 000 0000".into(),
        email: "asa@example.invalid".into(),
        hours: "ma–pe 8–16".into(),
        unit: "Aikuissosiaalityö".into(),
    });
    let (name, birth_date) = (
        sealer.seal(&PersonName { family: "Meikäläinen".into(), given: "Maija".into() }),
        sealer.seal(&BirthDate { date: "2016-05-02".into() }),
    );
    let other = keys.record("kys", "own", "2");
    vec![
        Body::from(StayStarted {
            stay,
            class: Some(StayClass::Emergency),
            ward: ward("Päivystys"),
            started_at: at(0),
            protected_speciality: None,
            unit: None,
            facility: None,
        }),
        Body::from(StayCorrected { stay, class: None, ward: ward("OS2"), started_at: Some(at(-60)), also: Vec::new() }),
        Body::from(StayCancelled { stay }),
        Body::from(WardChanged { stay, from: ward("OS1"), to: ward("OS2"), class: None }),
        Body::from(ClassChanged { stay, class: Some(StayClass::Inpatient), ward: None }),
        Body::from(PlannedDischargeSet {
            stay,
            planned_at: Some(at(86_400)),
            class: None,
            destination: None,
            reported_at: None,
        }),
        Body::from(PlannedDischargeCancelled { stay: None }),
        Body::from(StayEnded { stay, ended_at: at(3600), disposition: code("01") }),
        Body::from(DischargeCancelled { stay, class: None }),
        Body::from(ReferralRequested {
            referral,
            course: None,
            kind: ReferralKind::Contact,
            priority: code("R"),
            expires_at: None,
            required_by: Some(at(7200)),
            source_channel: None,
            requester_unit: None,
            receiver: None,
            basis: None,
        }),
        Body::from(ReferralAccepted {
            referral,
            course: None,
            worker: Some(worker.clone()),
            expected_by: Some(at(9000)),
        }),
        Body::from(ReferralRejected { referral, course: None, reason: code("other-unit") }),
        Body::from(PersonUpdated {
            name: Some(name),
            birth_date: Some(birth_date),
            language: code("fi"),
            deceased: Some(false),
            cleared: vec![PersonField::Name, PersonField::Deceased],
        }),
        Body::from(IdentitiesMerged {
            subsumed: other.clone(),
            authority: Authority::Source,
            decider: None,
            reason: None,
        }),
        Body::from(IdentitiesUnmerged { separated: other, authority: Authority::Steward, decider: None, reason: None }),
        Body::from(CaseOpened {
            case: key("case"),
            ground: code("application"),
            initiator: None,
            contacted_at: None,
            deadline_group: None,
            special_support: None,
        }),
        Body::from(AssessmentStarted {
            assessment,
            case: Some(key("case")),
            kind: None,
            unit: None,
            joint: None,
            service_task: None,
        }),
        Body::from(AssessmentFinished { assessment, own_worker_needed: Some(true), clientship: Some(false) }),
        Body::from(ClientshipOpened {
            clientship,
            service_task: code("adults"),
            own_worker_not_named: code("obviously-unnecessary"),
        }),
        Body::from(ClientshipClosed { clientship, ground: code("no-ground") }),
        Body::from(WorkerAssigned {
            assignment,
            clientship: Some(clientship),
            role: Some(WorkerRole::OwnWorker),
            worker_key: key("worker"),
            worker: worker.clone(),
            profession: code("social-worker"),
            public_service_post: Some(true),
            from: at(0),
            until: Some(at(99_999)),
        }),
        Body::from(WorkerAssignmentEnded { assignment, ended_at: at(5), reason: code("vacancy") }),
        Body::from(HealthSocialWorkOpened {
            work,
            channel: code("booking"),
            worker: Some(worker),
            until: None,
            unit: None,
        }),
        Body::from(HealthSocialWorkClosed { work, outcome: code("joint-client") }),
        Body::from(DutyContactRecorded {
            contact: key("contact"),
            handed_over_to: code("own-worker"),
            service_task: None,
            worker: None,
            required_by: None,
            opened_by: None,
        }),
    ]
}

fn event(keys: &Keyring, ordinal: u32) -> Event {
    event_of(keys, ordinal, |record, id| bodies(keys, record, id).remove(ordinal as usize))
}

/// Of the types that have no body above: as random histories make one.
fn drawn(keys: &Keyring, listed: &BTreeSet<&str>) -> Vec<Event> {
    let nothing = (keys.record("", "", ""), uuid::Uuid::nil());
    let types = testkit::history::bodies(keys, &nothing.0, nothing.1).into_iter().map(|body| body.type_name());
    let types: BTreeSet<_> = types.filter(|name| !listed.contains(name)).collect();
    let of_type = |name: &&str| {
        event_of(keys, 0, |record, id| {
            let all = testkit::history::bodies(keys, record, id);
            all.into_iter().find(|body| body.type_name() == *name).unwrap()
        })
    };
    types.iter().map(of_type).collect()
}

fn event_of(keys: &Keyring, ordinal: u32, body: impl FnOnce(&StreamId, uuid::Uuid) -> Body) -> Event {
    let record = keys.record("kys", "own", "1");
    let id = event_id("kys", "M1", &[3; 32], ordinal);
    let at = Instant::from_micros(1_772_431_200_000_001).unwrap();
    Event {
        id,
        source: "kys".into(),
        message: keys.token("message", "kys", "M1"),
        adapter_version: 1,
        relayed: None,
        happened_at: at.plus_seconds(-60),
        recorded_at: at,
        recorded_width: if ordinal.is_multiple_of(5) { 60_000_000 } else { 0 },
        sequence: ordinal.is_multiple_of(2).then_some(i64::from(ordinal)),
        ordinal,
        register: if ordinal.is_multiple_of(3) { Register::Social } else { Register::Patient },
        presented: vec![Presented {
            system: HETU_SYSTEM.into(),
            tokens: vec![keys.identifier(HETU_SYSTEM, "020516C903K")],
        }],
        body: body(&record, id),
        record,
        controller: None,
        author_role: None,
    }
}

#[test]
fn every_type_reads_the_bytes_it_once_wrote() {
    let keys = keys();
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/events/v1"));
    let listed = bodies(&keys, &keys.record("", "", ""), uuid::Uuid::nil());
    let mut events: Vec<Event> = (0..listed.len()).map(|at| event(&keys, u32::try_from(at).unwrap())).collect();
    let code = |text: &str| Some(Code::try_new(text).unwrap());
    let (controller, author_role) = (code("1.2.246.10.99999999.10.0"), code("social-worker"));
    events.push(Event { controller, author_role, ..event(&keys, 0) });
    events.extend(drawn(&keys, &listed.iter().map(Body::type_name).collect()));
    let types: BTreeSet<&str> = events.iter().map(|event| event.body.type_name()).collect();
    assert_eq!(types, Body::TYPES.iter().copied().collect(), "each type of the table");
    let count = events.len();
    let (mut missing, mut times) = (Vec::new(), BTreeMap::<&str, u32>::new());
    for event in events {
        let time = times.entry(event.body.type_name()).or_default();
        *time += 1;
        let name = match time {
            1 => event.body.type_name().to_owned(),
            _ => format!("{}-{time}", event.body.type_name()),
        };
        let file = folder.join(format!("{name}.hex"));
        let bytes = format!("{}\n", hex::encode(event.encode()));
        let Ok(golden) = std::fs::read_to_string(&file) else {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(file.with_extension("hex.new"), bytes).unwrap();
            missing.push(name);
            continue;
        };
        let stored = Event::decode(&hex::decode(golden.trim()).unwrap().into()).unwrap();
        assert!(stored == event, "{name} reads its stored bytes otherwise than it wrote them");
        assert_eq!(bytes, golden, "{name} writes other bytes than it did");
    }
    assert_eq!(missing, Vec::<String>::new(), "no golden bytes yet: see the .hex.new files");
    let files = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(files, count, "a type's golden bytes are kept for ever, even when nothing writes it any more");
}

/// An event of a later version: kept as it came, byte for byte, and its header still read.
#[test]
fn a_type_that_nobody_knows_yet_is_kept_as_it_came() {
    let event = event(&keys(), 0);
    // StayStarted is field 100 of the oneof (tag a2 06): the same bytes under field 999 (tag ba 3e).
    let mut later = event.encode().to_vec();
    let at = later.windows(2).rposition(|two| two == [0xa2, 0x06]).unwrap();
    later[at..at + 2].copy_from_slice(&[0xba, 0x3e]);
    let later = bytes::Bytes::from(later);
    let read = Event::decode(&later).unwrap();
    assert!(matches!(&read.body, Body::Unknown(bytes) if *bytes == later));
    assert_eq!(read.id, event.id);
    assert_eq!(read.encode(), later, "not a byte is dropped");
}

/// A value of a known type that this version does not know: unknown, never guessed.
#[test]
fn a_value_that_nobody_knows_yet_is_not_guessed() {
    let mut event = event(&keys(), 0);
    event.body = Body::from(StayCancelled { stay: Some(Token::from_bytes([9; 17])) });
    let mut bytes = event.encode().to_vec();
    let at = bytes.windows(17).rposition(|window| window == [9; 17]).unwrap();
    // One byte shorter than a token: the lengths of the field and of its message shrink with it.
    bytes.remove(at);
    bytes[at - 1] -= 1;
    bytes[at - 3] -= 1;
    assert!(matches!(Event::decode(&bytes.into()).unwrap().body, Body::Unknown(_)));
}

#[test]
fn noise_is_not_an_event() {
    for noise in [&b""[..], b"\x00", b"MSH|^~\\&|", &[0xff; 40]] {
        assert!(Event::decode(&bytes::Bytes::copy_from_slice(noise)).is_err());
    }
}
