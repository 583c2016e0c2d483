//! The rules as tables: the own worker, hospital involvement, the client relationship, fields of a fact that is reported
//! again, and who may see what.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

#[cfg(test)]
mod absence;
#[cfg(test)]
mod access;
#[cfg(test)]
mod again;
#[cfg(test)]
mod beside;
#[cfg(test)]
mod contact;
#[cfg(test)]
mod course;
#[cfg(test)]
mod decree;
#[cfg(test)]
mod involvement;
#[cfg(test)]
mod line;
#[cfg(test)]
mod loose_end;
#[cfg(test)]
mod own_worker;
#[cfg(test)]
mod reach;
#[cfg(test)]
mod relationship;
#[cfg(test)]
mod spans;

use care::access::{CallerSide, Policy, Purpose, Query, Serves, Task, admit};
use care::answer::{County, Facts};
use care::directory::{Circumstances, Directory, WardEntry, WardWorker};
use care::reach::Ring;
use care::source::{Reports, Source, SourceState};
use care::{Limits, ParallelView};
use event::{
    Body, ClientshipClosed, ClientshipOpened, Code, DutyContactRecorded, Event, FactKind, HealthSocialWorkOpened,
    Instant, PlannedDischargeSet, ReceivedEvent, ReferralKind, ReferralRequested, Register, Sealed, StayClass,
    StayEnded, StayPlanned, StayStarted, Token, Ward, Worker, WorkerAssigned, WorkerAssignmentEnded, WorkerRole,
};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use testkit::history::keyring;

/// What was reported: how many hours ago, in which register.
type Story = Vec<(i64, Register, Body)>;

/// Hours before (or after, when negative) the answer.
fn ago(hours: i64) -> Instant {
    now().plus_seconds(-3600 * hours)
}

/// 2026-03-04, a Wednesday, at noon UTC.
fn now() -> Instant {
    Instant::from_timestamp("2026-03-04T12:00:00Z".parse().unwrap())
}

fn key(kind: &str, value: &str) -> Token {
    keyring().token(kind, "test", value)
}

fn code(text: &str) -> Option<Code> {
    Code::try_new(text).ok()
}

/// The view of events that were reported `hours` before the answer, each in its register.
fn view(story: &[(i64, Register, Body)]) -> ParallelView {
    ParallelView::fold(&events(story))
}

fn events(story: &[(i64, Register, Body)]) -> Vec<ReceivedEvent> {
    let keys = keyring();
    let events = story.iter().enumerate().map(|(n, (hours, register, body))| ReceivedEvent {
        received_at: ago(*hours),
        event: Event {
            register: *register,
            ..testkit::case::reported(&n.to_string(), ago(*hours), keys.record("test", "own", "1"), body.clone())
        },
    });
    events.collect()
}

fn clientship_opened(not_named: Option<&str>) -> Body {
    Body::from(ClientshipOpened {
        clientship: key("clientship", "1"),
        service_task: code("adults"),
        own_worker_not_named: not_named.and_then(code),
    })
}

fn clientship_closed() -> Body {
    Body::from(ClientshipClosed { clientship: key("clientship", "1"), ground: code("no-ground") })
}

/// A worker with every field that leads to a place.
fn sealed(name: &str) -> Sealed<Worker> {
    let keys = keyring();
    let record = keys.record("test", "own", "1");
    keys.sealer(record.key, uuid::Uuid::nil()).seal(&Worker {
        name: name.into(),
        phone: "044 000 0000".into(),
        email: "testi@example.invalid".into(),
        hours: "8-16".into(),
        unit: "Yksikkö".into(),
    })
}

fn assigned(role: WorkerRole, until: Option<Instant>) -> Body {
    assignment("1", role, ago(100), until)
}

fn assignment(of: &str, role: WorkerRole, from: Instant, until: Option<Instant>) -> Body {
    let worker = sealed("Testi");
    Body::from(WorkerAssigned {
        assignment: key("assignment", of),
        clientship: Some(key("clientship", "1")),
        role: Some(role),
        worker_key: key("worker", "1"),
        worker,
        profession: None,
        public_service_post: None,
        from,
        until,
    })
}

fn ended(at: Instant) -> Body {
    Body::from(WorkerAssignmentEnded { assignment: key("assignment", "1"), ended_at: at, reason: code("vacancy") })
}

fn started(class: StayClass, hours: i64) -> Body {
    let (stay, class) = (Some(key("stay", "1")), Some(class));
    Body::from(StayStarted {
        stay,
        class,
        ward: Ward::try_new("OS1"),
        started_at: ago(hours),
        protected_speciality: None,
        unit: None,
        facility: None,
    })
}

fn planned(hours: i64) -> Body {
    let (stay, ward) = (Some(key("stay", "1")), Ward::try_new("OS1"));
    Body::from(StayPlanned { stay, class: None, ward, expected_at: Some(ago(hours)) })
}

fn left(at: Instant) -> Body {
    Body::from(StayEnded { stay: Some(key("stay", "1")), ended_at: at, disposition: None })
}

fn work(until: Option<Instant>) -> Body {
    Body::from(HealthSocialWorkOpened { work: key("work", "1"), channel: None, worker: None, until, unit: None })
}

fn contact(kind: ReferralKind) -> Body {
    let referral = Some(key("referral", "1"));
    Body::from(ReferralRequested {
        referral,
        course: None,
        kind,
        priority: None,
        expires_at: None,
        required_by: None,
        source_channel: None,
        requester_unit: None,
        receiver: None,
        basis: None,
    })
}

/// Every source has reported in time, unless `silent`.
fn states(silent: bool) -> Vec<SourceState> {
    let covers = [FactKind::Stays, FactKind::HealthSocialWork, FactKind::Clientships, FactKind::Workers];
    let source = Source {
        name: "test".into(),
        register: None,
        covers: covers.into(),
        silence_seconds: 600,
        contact: Some("Vaihde".into()),
    };
    let reported_until = BTreeMap::from([("test".to_owned(), if silent { ago(1) } else { now() })]);
    SourceState::all(&[source], &Reports { reported_until, ..Reports::default() }, now())
}

/// The source "test" is an ordinary one.
fn policy() -> Arc<Policy> {
    Arc::new(Policy { serves: BTreeMap::from([("test".to_owned(), Serves::Ordinary)]), ..Policy::default() })
}

fn county() -> County {
    let worker = WardWorker { name: "Tuulikki".into(), weekdays: vec![Weekday::Wednesday], ..WardWorker::default() };
    let entry = WardEntry { workers: vec![worker], ..WardEntry::default() };
    let wards = BTreeMap::from([(("test".to_owned(), "OS1".to_owned()), entry)]);
    County {
        sources: Vec::new(),
        not_connected: Vec::new(),
        directory: Directory { wards, ..Directory::default() },
        identifier_systems: BTreeSet::new(),
        zone: TimeZone::UTC,
        limits: Limits::default(),
        notices_answered: false,
        policy: policy(),
    }
}

fn circumstances(directory: &Directory, at: Instant) -> Circumstances<'_> {
    const ZONE: &TimeZone = &TimeZone::UTC;
    Circumstances { directory, zone: ZONE, age: None, at }
}

fn facts<'a>(view: Option<&'a ParallelView>, states: &'a [SourceState]) -> Facts<'a> {
    const NONE: &BTreeMap<String, Instant> = &BTreeMap::new();
    Facts {
        view,
        ambiguous: false,
        rejected_since: NONE,
        gap: None,
        prohibitions_doubted: false,
        applied_until: None,
        states,
        age: None,
        at: now(),
        past: false,
        now: None,
        opened: &|_, _| Ring::UsualHours,
    }
}

const P: Register = Register::Patient;
const S: Register = Register::Social;

fn duty(query: Query) -> care::access::Request {
    admit(CallerSide::Duty, &[Task::DutySocialService], Task::DutySocialService, Purpose::UrgentHelp, query).unwrap()
}

/// A contact of the duty service, of a task that all who work in social care may see.
fn duty_contact() -> Body {
    let contact = key("contact", "duty");
    Body::from(DutyContactRecorded {
        contact,
        handed_over_to: None,
        service_task: code("families"),
        worker: None,
        required_by: None,
        opened_by: None,
    })
}

fn protected() -> Body {
    Body::from(event::NonDisclosureSet { until: None })
}

fn leaves() -> Body {
    Body::from(PlannedDischargeSet {
        stay: Some(key("stay", "1")),
        planned_at: Some(ago(-20)),
        class: None,
        destination: None,
        reported_at: None,
    })
}

/// At a hospital; the class is not reported.
fn presence(hours: i64) -> Body {
    let stay = Some(key("stay", "1"));
    Body::from(StayStarted {
        stay,
        class: None,
        ward: None,
        started_at: ago(hours),
        protected_speciality: None,
        unit: None,
        facility: None,
    })
}
