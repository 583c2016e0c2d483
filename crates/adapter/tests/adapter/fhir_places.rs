//! Where a client is and who works there, by a FHIR resource: wards, leaves, units, telephone numbers.

use crate::support::{KEYS, events, fhir, give, sample};
use adapter::{Format, Outcome};
use event::{AssignmentEvent, Body, Event, StayEvent, Worker, WorkerRole};
use serde_json::{Value, json};

fn json_of(name: &str) -> Value {
    serde_json::from_slice(&sample(Format::Fhir, name)).unwrap()
}

fn given(bundle: &Value) -> Vec<Event> {
    events(&fhir(), bundle.to_string().as_bytes())
}

fn resource<'b>(bundle: &'b mut Value, kind: &str) -> &'b mut Value {
    let entries = bundle["entry"].as_array_mut().unwrap().iter_mut();
    entries.map(|entry| &mut entry["resource"]).find(|resource| resource["resourceType"] == kind).unwrap()
}

fn ward(encounter: &Value) -> Option<String> {
    let mut bundle = json_of("finnish-in-progress-again");
    let known = resource(&mut bundle, "Encounter").as_object_mut().unwrap();
    known.remove("serviceProvider");
    known.extend(encounter.as_object().unwrap().clone());
    let ward = given(&bundle).iter().find_map(|event| match &event.body {
        Body::Stay(StayEvent::StayStated(it)) => Some(it.ward.as_ref().map(|ward| ward.code().to_owned())),
        _ => None,
    });
    ward.unwrap()
}

/// A place that is left, planned or reserved is not where the client is.
#[test]
fn a_place_is_where_the_client_is_now() {
    let at = |code: &str, status: Option<&str>| {
        let mut place = json!({ "location": { "identifier": { "value": code } } });
        if let Some(status) = status {
            place["status"] = json!(status);
        }
        place
    };
    let table = [
        (vec![at("A", Some("active"))], Some("A")),
        (vec![at("A", None)], Some("A")),
        (vec![at("A", None), at("B", None)], Some("B")),
        (vec![at("A", Some("active")), at("B", Some("planned"))], Some("A")),
        (vec![at("A", Some("active")), at("B", None)], Some("A")),
        (vec![at("A", None), at("B", Some("reserved"))], Some("A")),
        (vec![at("A", Some("completed"))], None),
        (vec![at("A", Some("planned"))], None),
        (vec![at("A", Some("reserved"))], None),
        (vec![at("A", Some("completed")), at("B", Some("reserved"))], None),
    ];
    for (places, expected) in table {
        assert_eq!(ward(&json!({ "location": places })).as_deref(), expected, "{places:?}");
    }
}

/// Two servers may each have an Organization of one id: another's is known by its address.
#[test]
fn a_ward_is_of_its_server() {
    let long = format!("https://a.example/{}/Organization/3", "x".repeat(80));
    let table = [
        ("Organization/3", Some("3")),
        ("https://kys.example/fhir/Organization/3", Some("3")),
        ("https://a.example/fhir/Organization/3", Some("https://a.example/fhir/Organization/3")),
        ("https://b.example/fhir/Organization/3/_history/1", Some("https://b.example/fhir/Organization/3")),
        (&long, None),
    ];
    for (reference, expected) in table {
        assert_eq!(ward(&json!({ "serviceProvider": { "reference": reference } })).as_deref(), expected, "{reference}");
    }
}

/// An Encounter that is put again in progress ends the leave, whether it reports the leave or not.
#[test]
fn in_progress_is_back_from_leave() {
    let back = |method: &str, status: &str| {
        let mut bundle = json_of("finnish-in-progress-again");
        resource(&mut bundle, "Encounter")["status"] = json!(status);
        for entry in bundle["entry"].as_array_mut().unwrap() {
            entry["request"]["method"] = json!(method);
        }
        given(&bundle).iter().any(|event| matches!(event.body, Body::Stay(StayEvent::LeaveEnded(_))))
    };
    for (method, status, expected) in [
        ("PUT", "in-progress", true),
        ("PUT", "arrived", true),
        ("PUT", "onleave", false),
        ("PUT", "finished", false),
        ("PUT", "planned", false),
        // New: it was on none.
        ("POST", "in-progress", false),
    ] {
        assert_eq!(back(method, status), expected, "{method} {status}");
    }
}

/// What is sealed of the first worker of a team.
fn worker(change: impl FnOnce(&mut Value)) -> (Worker, Option<String>) {
    let mut bundle = json_of("care-team");
    change(&mut bundle);
    assigned(&bundle)
}

fn assigned(bundle: &Value) -> (Worker, Option<String>) {
    let given = given(bundle);
    let assigned = given.iter().find_map(|event| match &event.body {
        Body::Assignment(AssignmentEvent::WorkerAssigned(it)) => {
            Some((event.record.key, it.worker.clone(), it.profession.clone()))
        }
        _ => None,
    });
    let (record, sealed, profession) = assigned.unwrap();
    let worker = KEYS.open(&record, &sealed).unwrap().expose().clone();
    (worker, profession.map(|code| code.as_str().to_owned()))
}

/// A unit's name is no person's: names of wards do not cross the line to the other register (703/2023 26 §).
#[test]
fn a_unit_has_no_name_of_a_person() {
    let ward = "Psykiatrian osasto 4";
    let member = |member: Value| worker(|bundle| resource(bundle, "CareTeam")["participant"][0]["member"] = member).0;
    let (number, professional) = (
        json!({ "system": "urn:oid:1.2.246.10.1", "value": "4" }),
        json!({ "system": "urn:oid:1.2.246.537.26", "value": "T-1" }),
    );
    let table = [
        (json!({ "type": "Organization", "identifier": number, "display": ward }), true),
        (json!({ "reference": "Organization/99", "identifier": number, "display": ward }), true),
        (json!({ "identifier": number, "display": ward }), true),
        (json!({ "identifier": professional, "display": ward }), false),
        (json!({ "type": "Practitioner", "identifier": number, "display": ward }), false),
        (json!({ "reference": "PractitionerRole/99", "identifier": number, "display": ward }), false),
    ];
    for (reference, is_unit) in table {
        let found = member(reference.clone());
        let expected = if is_unit { ("", ward) } else { (ward, "") };
        assert_eq!((found.name.as_str(), found.unit.as_str()), expected, "{reference}");
    }
    // An episode's manager can only be a person.
    let mut episode = json_of("finnish-episode-of-care");
    resource(&mut episode, "EpisodeOfCare")["careManager"] = json!({ "identifier": number, "display": "Tiina Työ" });
    assert_eq!(assigned(&episode).0.name, "Tiina Työ");
    let organization = member(json!({ "reference": "Organization/yksikko" }));
    assert_eq!((organization.name.as_str(), organization.unit.as_str()), ("", "Aikuissosiaalityö, Länsi"));
}

/// A code of a role that is the sender's own may name a ward; one of a shared code system is a profession.
#[test]
fn what_a_profession_is() {
    let table = [
        (json!({ "code": "psykiatrinen-osasto-4" }), None),
        (json!({ "system": "https://kys.example/rooli", "code": "psykiatrinen-osasto-4" }), None),
        (json!({ "system": "http://snomed.info/sct", "code": "106328005" }), Some("106328005")),
        (json!({ "system": "urn:oid:1.2.246.537.6.140", "code": "sosiaalityontekija" }), Some("sosiaalityontekija")),
    ];
    for (coding, expected) in table {
        let (_, profession) = worker(|bundle| {
            resource(bundle, "Practitioner").as_object_mut().unwrap().remove("qualification");
            resource(bundle, "PractitionerRole")["code"] = json!([{ "coding": [coding] }]);
        });
        assert_eq!(profession.as_deref(), expected, "{coding}");
    }
}

/// Of several numbers the one that others ring at work.
#[test]
fn which_number_is_given() {
    let phone = |usage: &str, value: &str| json!({ "system": "phone", "use": usage, "value": value });
    let ended = json!({ "system": "phone", "use": "work", "value": "1", "period": { "end": "2025-01-01" } });
    let lasts = json!({ "system": "phone", "use": "work", "value": "1", "period": { "end": "2027-01-01" } });
    let ranked = |rank: u32, value: &str| json!({ "system": "phone", "use": "work", "rank": rank, "value": value });
    let table = [
        (vec![phone("old", "1"), phone("work", "2")], "2"),
        (vec![phone("old", "1")], ""),
        (vec![ended.clone(), phone("work", "2")], "2"),
        (vec![ended], ""),
        (vec![lasts, phone("work", "2")], "1"),
        (vec![phone("home", "1"), phone("work", "2")], "2"),
        (vec![phone("mobile", "1"), phone("work", "2")], "2"),
        (vec![phone("home", "1"), phone("temp", "2"), phone("mobile", "3")], "3"),
        (vec![phone("home", "1"), json!({ "system": "phone", "value": "2" })], "2"),
        (vec![ranked(2, "1"), ranked(1, "2")], "2"),
        (vec![phone("work", "1"), ranked(1, "2")], "2"),
        (vec![phone("work", "1"), phone("work", "2")], "1"),
        (vec![phone("work", " "), phone("home", "2")], "2"),
    ];
    for (telecom, expected) in table {
        let (found, _) = worker(|bundle| {
            resource(bundle, "PractitionerRole").as_object_mut().unwrap().remove("telecom");
            resource(bundle, "Practitioner")["telecom"] = json!(telecom);
        });
        assert_eq!(found.phone, expected, "{telecom:?}");
    }
}

/// MedCom: the message about the end may be lost, and one about something else reports it; an end without a time took
/// place when its activity did.
#[test]
fn an_end_is_reported_beside_another_activity() {
    let ended = |activity: &str, status: &str, end: Option<&str>| {
        let mut bundle = json_of("medcom-slhj");
        let encounter = resource(&mut bundle, "Encounter");
        encounter["status"] = json!(status);
        encounter["period"] = json!({ "start": "2026-03-02T08:05:00+02:00" });
        if let Some(end) = end {
            encounter["period"]["end"] = json!(end);
        }
        encounter["extension"] = json!([{ "url": "https://medcom.example/leave-period-extension", "valuePeriod": { "start": "2026-03-05T15:00:00+02:00", "end": "2026-03-06T15:00:00+02:00" } }]);
        let provenance = bundle["entry"].as_array_mut().unwrap().last_mut().unwrap();
        provenance["resource"]["occurredDateTime"] = json!("2026-03-09T11:00:00+02:00");
        provenance["resource"]["activity"]["coding"][0]["code"] = json!(activity);
        match give(&fhir(), bundle.to_string().as_bytes()).outcome {
            Outcome::Events(events) => events.iter().find_map(|event| match &event.body {
                Body::Stay(StayEvent::StayEnded(it)) => Some(it.ended_at.to_string()),
                _ => None,
            }),
            other => panic!("{activity}: {other:?}"),
        }
    };
    let (written, end, occurred) =
        (Some("2026-03-09T12:00:00+02:00"), Some("2026-03-09T10:00:00Z"), Some("2026-03-09T09:00:00Z"));
    let table = [
        ("revise-admit-inpatient", "finished", written, end),
        ("revise-start-leave-inpatient", "finished", written, end),
        ("revise-end-leave-inpatient", "finished", written, end),
        ("cancel-end-leave-inpatient", "finished", written, end),
        ("admit-inpatient", "finished", written, end),
        ("revise-admit-inpatient", "in-progress", written, None),
        ("revise-admit-inpatient", "finished", None, None),
        ("cancel-admit-inpatient", "finished", written, None),
        ("discharge-inpatient-home", "finished", written, end),
        ("discharge-inpatient-home", "finished", None, occurred),
        ("discharge-inpatient-home", "in-progress", None, occurred),
        ("revise-discharge-inpatient-home", "finished", None, occurred),
    ];
    for (activity, status, written, expected) in table {
        assert_eq!(ended(activity, status, written).as_deref(), expected, "{activity} {status} {written:?}");
    }
}

/// Workers without a role that `change` leaves in the first CareTeam of the sample.
fn without_role(change: impl FnOnce(&mut Value)) -> usize {
    let mut bundle = json_of("care-team");
    change(&mut resource(&mut bundle, "CareTeam")["participant"]);
    let role = |event: &Event| match &event.body {
        Body::Assignment(AssignmentEvent::WorkerAssigned(it)) => Some(it.role),
        _ => None,
    };
    given(&bundle).iter().filter_map(role).filter(Option::is_none).count()
}

/// Of whom not even the role is known, nobody is asked to be found: a doctor by a bare reference refuses no bundle. It may be
/// the own worker all the same, unless it is no worker.
#[test]
fn a_member_in_an_unmapped_role_need_not_be_found() {
    let members = [
        (json!({ "reference": "Practitioner/tt2" }), 1),
        (json!({ "reference": "Practitioner/999" }), 1),
        (json!({ "display": "Lääkäri" }), 1),
        (json!({ "reference": "RelatedPerson/1" }), 0),
        (Value::Null, 0),
    ];
    for (member, expected) in members {
        let given = without_role(|all| all[2]["member"] = member.clone());
        assert_eq!(given, expected, "{member}");
    }
    // Nor is its time read.
    let period = json!({ "start": "yesterday" });
    assert_eq!(without_role(|all| all[2]["period"] = period), 1);
}

/// Without a role, somebody may be the own worker too.
#[test]
fn a_member_without_a_role_is_somebody() {
    let remove = |all: &mut Value| drop(all[2].as_object_mut().unwrap().remove("role"));
    assert_eq!(without_role(remove), 1);
    let text = |all: &mut Value| all[2]["role"] = json!([{ "text": "omatyöntekijä" }]);
    assert_eq!(without_role(text), 1);
}

/// Whom an Encounter names is of the treatment, unless the type is the sender's own.
#[test]
fn a_participant_in_an_unmapped_role_is_somebody() {
    let table = [
        (json!([{ "coding": [{ "code": "SOSTYO" }] }]), vec![None]),
        (json!([{ "coding": [{ "code": "ATND" }] }]), vec![]),
        (json!([{ "coding": [{ "code": "ATND" }, { "code": "SOSTYO" }] }]), vec![None]),
        (json!([{ "coding": [{ "code": "health-social-worker" }] }]), vec![Some(WorkerRole::HealthSocialWorker)]),
        (json!([{ "text": "lääkäri" }]), vec![]),
        (Value::Null, vec![]),
    ];
    for (written, expected) in table {
        let mut bundle = json_of("finnish-in-progress-again");
        let worker = json!({ "identifier": { "system": "urn:oid:1.2.246.537.26", "value": "T-1" }, "display": "Oona" });
        resource(&mut bundle, "Encounter")["participant"] = json!([{ "type": written, "individual": worker }]);
        let roles: Vec<_> = given(&bundle)
            .iter()
            .filter_map(|event| match &event.body {
                Body::Assignment(AssignmentEvent::WorkerAssigned(it)) => Some(it.role),
                _ => None,
            })
            .collect();
        assert_eq!(roles, expected, "{written}");
    }
}
