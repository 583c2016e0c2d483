//! Times, days and numbers of social care's events, in the forms that RFC 3339 and JSON leave open.

use crate::cloud_events::{named_sample, one};
use crate::support::{county, events, give};
use adapter::Outcome;
use event::{AssignmentEvent, Body, PersonEvent, PlanEvent, ServiceEvent, SourceEvent, WorkerEvent};
use serde_json::json;

/// How wide the time was written goes with the event: of two facts of one second arrival decides.
#[test]
fn the_width_of_the_time_is_the_events() {
    for (time, width) in [
        ("2026-03-04T10:15:00+02:00", 1_000_000),
        ("2026-03-04T10:15+02:00", 60_000_000),
        ("2026-03-04T10:15:00.5+02:00", 0),
        ("2026-03-04t08:15:00.000000000000z", 0),
    ] {
        let mut event = named_sample("case-opened");
        event["time"] = json!(time);
        assert_eq!(one(&event).recorded_width, width, "{time}");
        let mut list = named_sample("workers-stated");
        (list["time"], list["data"]["as_of"]) = (json!("2026-03-05T10:15:00.123+02:00"), json!(time));
        assert_eq!(one(&list).recorded_width, width, "a list is of its own time: {time}");
    }
}

/// Any number without a fraction is whole (JSON Schema 2020-12, validation 6.1.1).
#[test]
fn a_whole_number_may_be_written_with_a_fraction() {
    let with = |count: &str| {
        let event = serde_json::to_string(&named_sample("source-coverage-declared")).unwrap();
        let seconds = named_sample("source-coverage-declared")["data"]["silence_seconds"].to_string();
        let event = event.replace(&format!("\"silence_seconds\":{seconds}"), &format!("\"silence_seconds\":{count}"));
        match give(&county(), event.as_bytes()).outcome {
            Outcome::Events(events) => match &events[0].body {
                Body::Source(SourceEvent::SourceCoverageDeclared(declared)) => declared.silence_seconds,
                _ => panic!("another event"),
            },
            _ => None,
        }
    };
    for (written, expected) in [
        ("7200", Some(7200)),
        ("7200.0", Some(7200)),
        ("7.2e3", Some(7200)),
        ("72E+2", Some(7200)),
        ("7200.5", None),
        ("1e300", None),
        ("-7200.0", None),
        ("true", None),
        // As text: a header of the binary mode can write it only as text.
        ("\"7200\"", Some(7200)),
        ("\"7200.0\"", Some(7200)),
        ("\" 7.2e3 \"", Some(7200)),
        ("\"7200.5\"", None),
        ("\"inf\"", None),
        ("\"NaN\"", None),
        ("\"\"", None),
        ("\"two\"", None),
    ] {
        assert_eq!(with(written), expected, "{written}");
    }
}

/// A day is of the sender's zone: a beginning begins it, an end and a deadline end it, what has ended by the writing has.
#[test]
fn a_day_without_a_time_is_that_day() {
    let mut source = county();
    source.zone = jiff::tz::TimeZone::get("Europe/Helsinki").unwrap();
    let read = |name: &str, member: &str, written: &str| {
        let mut event = named_sample(name);
        event["time"] = json!("2026-03-04T10:15:00+02:00");
        event["data"][member] = json!(written);
        match &events(&source, &serde_json::to_vec(&event).unwrap())[0].body {
            Body::Assignment(AssignmentEvent::WorkerAssigned(it)) if member == "from" => Some(it.from),
            Body::Assignment(AssignmentEvent::WorkerAssigned(it)) => it.until,
            Body::Assignment(AssignmentEvent::WorkerAssignmentEnded(it)) => Some(it.ended_at),
            Body::Plan(PlanEvent::PlanAgreed(it)) => it.review_by,
            Body::Service(ServiceEvent::ServiceStartAgreed(it)) => Some(it.starts_at),
            Body::Service(ServiceEvent::ServiceStarted(it)) => Some(it.started_at),
            Body::Service(ServiceEvent::ServiceEnded(it)) => Some(it.ended_at),
            Body::Worker(WorkerEvent::WorkerAbsent(it)) => it.until,
            Body::Person(PersonEvent::NonDisclosureSet(it)) => it.until,
            Body::Person(PersonEvent::PersonDied(it)) => it.died_at,
            _ => panic!("another event"),
        }
        .map(|at| at.to_string())
    };
    for (name, member, written, expected) in [
        ("worker-assigned", "from", "2026-03-01", "2026-02-28T22:00:00Z"),
        ("worker-assigned", "until", "2026-03-31", "2026-03-31T21:00:00Z"),
        ("worker-assigned", "until", "2026-03-04", "2026-03-04T22:00:00Z"),
        ("worker-absent", "until", "2026-03-29", "2026-03-29T21:00:00Z"),
        ("non-disclosure-set", "until", "2026-12-31", "2026-12-31T22:00:00Z"),
        ("plan-agreed", "review_by", "2026-06-30", "2026-06-30T21:00:00Z"),
        ("service-start-agreed", "starts_at", "2026-04-01", "2026-03-31T21:00:00Z"),
        ("service-started", "started_at", "2026-03-04", "2026-03-03T22:00:00Z"),
        ("person-died", "died_at", "2026-03-03", "2026-03-02T22:00:00Z"),
        // Before the day of writing, on it, and after it.
        ("worker-assignment-ended", "ended_at", "2026-03-03", "2026-03-03T22:00:00Z"),
        ("worker-assignment-ended", "ended_at", "2026-03-04", "2026-03-04T08:15:00Z"),
        ("worker-assignment-ended", "ended_at", "2026-03-05", "2026-03-05T22:00:00Z"),
        ("service-ended", "ended_at", "2026-03-04", "2026-03-04T08:15:00Z"),
    ] {
        assert_eq!(read(name, member, written).as_deref(), Some(expected), "{name} {member} {written}");
    }
    let happened = |name: &str, written: &str| {
        let mut event = named_sample(name);
        event["time"] = json!("2026-03-04T10:15:00+02:00");
        event["data"]["happened_at"] = json!(written);
        events(&source, &serde_json::to_vec(&event).unwrap())[0].happened_at.to_string()
    };
    assert_eq!(happened("clientship-opened", "2026-03-04"), "2026-03-03T22:00:00Z");
    assert_eq!(happened("clientship-closed", "2026-03-04"), "2026-03-04T08:15:00Z", "an end stands after what it ends");
    // The moment of the whole is a moment: a day of a list would undo what came in on it.
    for (name, member) in [("case-opened", "/time"), ("current-stays-stated", "/data/as_of")] {
        let mut event = named_sample(name);
        *event.pointer_mut(member).unwrap() = json!("2026-03-04");
        assert!(
            matches!(give(&source, &serde_json::to_vec(&event).unwrap()).outcome, Outcome::Rejected(_)),
            "{member}"
        );
    }
}
