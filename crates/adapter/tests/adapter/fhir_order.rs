//! Times in FHIR: what lies in the future, and by what time events are ordered.

use crate::fhir_resources::{first, given, json_of};
use crate::support::{fhir, give};
use adapter::RemarkCode;
use event::{Body, StayEvent};
use serde_json::{Value, json};

/// Present is present, whatever the start; ended is ended, whatever the end; only what is planned lies ahead.
#[test]
fn what_lies_ahead() {
    let of = |status: &str, period: Value| {
        let mut bundle = json_of("finnish-in-progress-begins-later");
        bundle["timestamp"] = json!("2026-03-04T10:15:00+02:00");
        bundle["entry"][1]["resource"]["status"] = json!(status);
        bundle["entry"][1]["resource"]["period"] = period;
        let remarks = give(&fhir(), bundle.to_string().as_bytes()).remarks;
        let time = first(&given(&bundle), |body| match body {
            Body::Stay(StayEvent::StayStated(it)) => Some(it.started_at.map(|at| at.to_string())),
            Body::Stay(StayEvent::StayPlanned(it)) => Some(it.expected_at.map(|at| at.to_string())),
            Body::Stay(StayEvent::StayEnded(it)) => Some(Some(it.ended_at.to_string())),
            _ => None,
        });
        (time, remarks.iter().any(|it| it.code == RemarkCode::InTheFuture))
    };
    let (written, ahead) = ("2026-03-04T08:15:00Z", "2026-03-04T11:00:00Z");
    let later = "2026-03-04T13:00:00+02:00";
    let table = [
        ("in-progress", json!({ "start": later }), None, true),
        ("arrived", json!({ "start": later }), None, true),
        ("in-progress", json!({ "start": "2026-03-04" }), Some("2026-03-03T22:00:00Z"), false),
        ("planned", json!({ "start": later }), Some(ahead), false),
        ("finished", json!({ "end": later }), Some(written), true),
        ("finished", json!({ "end": "2026-03-04" }), Some(written), false),
        ("finished", json!({ "end": "2026-03-03" }), Some("2026-03-03T21:59:59.999999Z"), false),
        ("finished", json!({ "end": "2026-03-04T10:14:59+02:00" }), Some("2026-03-04T08:14:59Z"), false),
        ("finished", json!({}), Some(written), false),
    ];
    for (status, period, time, is_remarked) in table {
        assert_eq!(of(status, period.clone()), (time.map(str::to_owned), is_remarked), "{status} {period}");
    }
}

/// Where a fact stands: by its Provenance, else its own time, else the bundle's; and as wide as it was written.
#[test]
fn what_stands_when() {
    const SECOND: i64 = 1_000_000;
    let message = |provenance: Value, updated: Value, timestamp: Value| {
        let mut bundle = json_of("medcom-stin");
        for entry in bundle["entry"].as_array_mut().unwrap() {
            let resource = entry["resource"].as_object_mut().unwrap();
            match resource["resourceType"].as_str().unwrap() {
                "Provenance" => {
                    resource.remove("recorded");
                    resource.remove("occurredDateTime");
                    resource.extend(provenance.as_object().unwrap().clone());
                }
                "Encounter" => drop(resource.insert("meta".to_owned(), json!({ "lastUpdated": updated }))),
                _ => {}
            }
        }
        bundle["timestamp"] = timestamp;
        let event = given(&bundle).remove(0);
        (event.recorded_at.to_string(), event.recorded_width)
    };
    let (recorded, occurred) = ("2026-03-02T08:30:00+02:00", "2026-03-02T08:20:00.250+02:00");
    let (updated, timestamp) = (json!("2026-03-03T09:00:00Z"), json!("2026-03-04T10:00:00Z"));
    let both = json!({ "recorded": recorded, "occurredDateTime": occurred });
    let period = json!({ "occurredPeriod": { "start": "2026-03-02", "end": "2026-03-03" } });
    let table = [
        (both, updated.clone(), timestamp.clone(), ("2026-03-02T06:30:00Z", SECOND)),
        (json!({ "occurredDateTime": occurred }), updated.clone(), timestamp.clone(), ("2026-03-02T06:20:00.25Z", 0)),
        (period, updated.clone(), timestamp.clone(), ("2026-03-02T22:00:00Z", 86_400 * SECOND)),
        (json!({}), updated, timestamp.clone(), ("2026-03-03T09:00:00Z", SECOND)),
        (json!({}), Value::Null, timestamp, ("2026-03-04T10:00:00Z", SECOND)),
    ];
    for (provenance, updated, timestamp, (time, width)) in table {
        let found = message(provenance.clone(), updated, timestamp);
        assert_eq!(found, (time.to_owned(), width), "{provenance}");
    }
}
