//! A made-up client for the tests here.

use care::access::{Policy, Serves};
use care::answer::County;
use care::directory::{Directory, WardEntry};
use care::source::{NotConnected, Source};
use care::{Limits, ParallelView, StayStatus};
use event::{
    Body, Code, Event, FactKind, Identifier, Instant, Keyring, NewKeys, PersonName, PersonUpdated, PlannedDischargeSet,
    ReceivedEvent, Register, StayClass, StayStarted, StreamId, Ward, Worker, WorkerAssigned, WorkerRole,
};
use jiff::tz::TimeZone;
use quota::{Connection, ConnectionSlots, Peer};
use std::collections::{BTreeMap, BTreeSet};
use store::ClientFacts;
use uuid::Uuid;

pub(crate) fn at(minute: i64) -> Instant {
    Instant::from_micros(1_700_000_000_000_000).unwrap().plus_seconds(minute * 60)
}

/// A connection from this machine; with the digest of its client's certificate, if it has one.
pub(crate) fn connection(certificate: Option<[u8; 32]>) -> Connection {
    let taken = ConnectionSlots::new(1, 1).take(Peer::at([127, 0, 0, 1].into())).unwrap();
    if let Some(sha256) = certificate {
        taken.place.is_of(Peer::Certificate(sha256), vec!["own.example".to_owned()]);
    }
    taken.place.connection().clone()
}

pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

pub(crate) fn keyring() -> Keyring {
    Keyring::parse(&NewKeys { index: [1; 32].into(), seal: [2; 32].into() }.to_file()).unwrap()
}

pub(crate) fn county() -> County {
    let all = [
        FactKind::Stays,
        FactKind::Referrals,
        FactKind::HealthSocialWork,
        FactKind::Clientships,
        FactKind::Workers,
        FactKind::DutyContacts,
    ];
    let source = |name: &str, covers: &[FactKind]| Source {
        name: name.into(),
        covers: covers.iter().copied().collect(),
        register: Some(if name == "hospital" { Register::Patient } else { Register::Social }),
        silence_seconds: 3600,
        contact: Some("the ward clerk, 013 000 0000".into()),
    };
    let entry = WardEntry { contact_point: Some("Osaston vaihde".into()), ..WardEntry::default() };
    County {
        sources: vec![source("hospital", &all[..3]), source("social", &all[3..])],
        not_connected: vec![NotConnected { name: "private clinic".into(), covers: BTreeSet::from([FactKind::Stays]) }],
        directory: Directory {
            wards: BTreeMap::from([(("hospital".into(), "PSY3".into()), entry)]),
            ..Directory::default()
        },
        identifier_systems: [event::HETU_SYSTEM.to_owned(), "kys".to_owned()].into(),
        zone: TimeZone::UTC,
        limits: Limits::default(),
        notices_answered: false,
        policy: std::sync::Arc::new(Policy {
            serves: [("social".to_owned(), Serves::Ordinary)].into(),
            ..Policy::default()
        }),
    }
}

pub(crate) fn event(
    n: u128,
    register: Register,
    body: impl FnOnce(&Keyring, &StreamId, Uuid) -> Body,
) -> ReceivedEvent {
    let keys = keyring();
    let (source, id) = (if register == Register::Patient { "hospital" } else { "social" }, Uuid::from_u128(n));
    let record = keys.record(source, "own", "1");
    let minute = at(i64::try_from(n).unwrap());
    let event = Event {
        id,
        source: source.into(),
        message: keys.token("message", source, "1"),
        adapter_version: 1,
        relayed: None,
        happened_at: minute,
        recorded_at: minute,
        recorded_width: 0,
        sequence: None,
        ordinal: 0,
        register,
        body: body(&keys, &record, id),
        record,
        presented: Vec::new(),
        controller: None,
        author_role: None,
    };
    ReceivedEvent { received_at: minute, event }
}

/// Who lies on a ward, has a planned discharge, and an own worker.
pub(crate) fn events() -> Vec<ReceivedEvent> {
    let stay = keyring().token("visit", "hospital", "v1");
    vec![
        event(1, Register::Patient, |keys, record, id| {
            let name = PersonName { family: "Meikäläinen".into(), given: "Maija".into() };
            let name = Some(keys.sealer(record.key, id).seal(&name));
            Body::from(PersonUpdated { name, language: Code::try_new("fi").ok(), ..PersonUpdated::default() })
        }),
        event(2, Register::Patient, |_, _, _| {
            let ward = Ward::try_new("PSY3");
            Body::from(StayStarted {
                stay: Some(stay),
                class: Some(StayClass::Inpatient),
                ward,
                started_at: at(2),
                protected_speciality: None,
                unit: None,
                facility: None,
            })
        }),
        event(3, Register::Patient, |_, _, _| {
            Body::from(PlannedDischargeSet {
                stay: Some(stay),
                planned_at: Some(at(5000)),
                class: None,
                destination: None,
                reported_at: None,
            })
        }),
        event(4, Register::Social, |keys, record, id| {
            let worker = Worker {
                name: "Oma Työntekijä".into(),
                phone: "040 000 0000".into(),
                email: "oma@example.invalid".into(),
                unit: "Yksikkö".into(),
                hours: String::new(),
            };
            Body::from(WorkerAssigned {
                assignment: keys.token("assignment", "social", "a1"),
                clientship: None,
                role: Some(WorkerRole::OwnWorker),
                worker_key: keys.token("worker", "social", "w1"),
                worker: keys.sealer(record.key, id).seal(&worker),
                profession: None,
                public_service_post: Some(true),
                from: at(4),
                until: None,
            })
        }),
    ]
}

/// What the store knows from `events`; every source reported at minute 10.
pub(crate) fn found(events: Vec<ReceivedEvent>) -> ClientFacts {
    let view = (!events.is_empty()).then(|| ParallelView::fold(&events));
    let reported_until = BTreeMap::from([("hospital".to_owned(), at(10)), ("social".to_owned(), at(10))]);
    ClientFacts {
        view,
        ambiguous: false,
        rejected_since: BTreeMap::new(),
        reported_until,
        gap: None,
        applied_until: None,
        permissions_doubted: None,
        rejected_unnamed: BTreeMap::new(),
        unidentified: BTreeMap::new(),
        declared: BTreeMap::new(),
        timeline: Some(events),
    }
}

#[test]
fn the_sample_is_on_a_ward() {
    let view = ParallelView::fold(&events());
    assert_eq!(view.all_stays()[0].status(at(10)), StayStatus::InProgress);
    let identifier = Identifier::new(event::HETU_SYSTEM, "020516c903k");
    assert!(identifier.hetu().is_some());
}
