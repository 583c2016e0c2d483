//! Resources as FHIR has them: whom a reference means, what a resource that is put again says, what stands when.

use crate::support::{KEYS, events, fhir, give, sample};
use adapter::{Decides, Format, Outcome, RemarkCode};
use event::{
    AssignmentEvent, Authority, Body, Event, FactKind, HETU_SYSTEM, IdentityEvent, ReferralEvent, StayClass, StayEvent,
    SubjectEvent, TeamEvent, Token,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const HETU: &str = "010594Y9032";
const ANOTHER: &str = "020594X903P";

fn json_of(name: &str) -> Value {
    serde_json::from_slice(&sample(Format::Fhir, name)).unwrap()
}

fn given(bundle: &Value) -> Vec<Event> {
    events(&fhir(), bundle.to_string().as_bytes())
}

fn first<T>(events: &[Event], find: impl Fn(&Body) -> Option<T>) -> T {
    events.iter().find_map(|event| find(&event.body)).unwrap()
}

/// Two servers' Patient/1 are two people: a relative reference is of the server of the entry that has it.
#[test]
fn a_reference_is_of_its_own_server() {
    let of = |server: &str, reference: &str| {
        let mut bundle = json_of("reference-two-servers");
        bundle["entry"][2]["fullUrl"] = json!(format!("{server}Encounter/9"));
        bundle["entry"][2]["resource"]["subject"]["reference"] = json!(reference);
        bundle
    };
    let (a, b) = ("https://a-sairaala.example/fhir/", "https://b-sairaala.example/fhir/");
    let table = [
        (a, "Patient/1".to_owned(), Some(HETU)),
        (b, "Patient/1".to_owned(), Some(ANOTHER)),
        (b, format!("{a}Patient/1"), Some(HETU)),
        (a, format!("{b}Patient/1/_history/7"), Some(ANOTHER)),
        ("https://c-sairaala.example/fhir/", "Patient/1".to_owned(), None),
        ("urn:uuid:", "Patient/1".to_owned(), None),
    ];
    for (server, reference, expected) in table {
        let told = give(&fhir(), of(server, &reference).to_string().as_bytes()).outcome;
        let whose = match told {
            Outcome::Events(events) => Some(events[0].presented[0].tokens.clone()),
            _ => None,
        };
        let expected = expected.map(|code| vec![KEYS.identifier(HETU_SYSTEM, code)]);
        assert_eq!(whose, expected, "{server} {reference}");
    }
}

/// Workers of two servers with one id, and no identifier, are two.
#[test]
fn workers_of_two_servers_are_two() {
    let team = |server: &str| {
        let mut bundle = json_of("care-team-member-twice");
        for entry in bundle["entry"].as_array_mut().unwrap() {
            let url = entry["fullUrl"].as_str().unwrap().replace("https://kys.example/fhir/", server);
            entry["fullUrl"] = json!(url);
            if entry["resource"]["resourceType"] == "Practitioner" {
                entry["resource"].as_object_mut().unwrap().remove("identifier");
            }
        }
        first(&given(&bundle), |body| {
            if let Body::Assignment(AssignmentEvent::WorkerAssigned(it)) = body { Some(it.worker_key) } else { None }
        })
    };
    assert_eq!(team("https://a.example/"), team("https://a.example/"));
    assert_ne!(team("https://a.example/"), team("https://b.example/"));
}

/// A logical identifier is used where the reference beside it leads nowhere; a reference that leads somewhere counts.
#[test]
fn an_identifier_beside_a_reference() {
    let mut bundle = json_of("reference-versions-tell");
    bundle["entry"][1]["resource"]["subject"] =
        json!({ "reference": "Patient/elsewhere", "identifier": { "system": HETU_SYSTEM, "value": ANOTHER } });
    let whose = |bundle: &Value| given(bundle)[0].presented[0].tokens.clone();
    assert_eq!(whose(&bundle), [KEYS.identifier(HETU_SYSTEM, ANOTHER)]);
    bundle["entry"][1]["resource"]["subject"]["reference"] = json!("Patient/p1");
    assert_eq!(whose(&bundle), [KEYS.identifier(HETU_SYSTEM, HETU)]);
}

/// Versions of one resource may travel in a message (bdl-7), and the reference says which is meant.
#[test]
fn a_message_may_have_versions() {
    let with = |reference: &str| {
        let mut bundle = json_of("medcom-stin");
        let mut other = bundle["entry"][1].clone();
        bundle["entry"][1]["resource"]["meta"] = json!({ "versionId": "1" });
        other["resource"]["meta"] = json!({ "versionId": "2" });
        other["resource"]["identifier"] = json!([{ "system": HETU_SYSTEM, "value": ANOTHER }]);
        bundle["entry"][2]["resource"]["subject"]["reference"] = json!(reference);
        bundle["entry"].as_array_mut().unwrap().push(other);
        match give(&fhir(), bundle.to_string().as_bytes()).outcome {
            Outcome::Events(events) => Ok(events[0].presented[0].tokens.clone()),
            Outcome::Rejected(rejection) => Err(rejection.place.to_string()),
            Outcome::Ignored => panic!("ignored"),
        }
    };
    assert_eq!(with("Patient/p1/_history/1"), Ok(vec![KEYS.identifier(HETU_SYSTEM, HETU)]));
    assert_eq!(with("Patient/p1/_history/2"), Ok(vec![KEYS.identifier(HETU_SYSTEM, ANOTHER)]));
    for unclear in ["Patient/p1", "Patient/p1/_history/3"] {
        assert_eq!(with(unclear), Err("Bundle.entry[2].resource.subject".to_owned()), "{unclear}");
    }
}

/// Put again, a team is the whole of what is so; its key is its identifier, whatever the bundle, else its address.
#[test]
fn a_team_put_again_is_the_same_team() {
    let team = |bundle: &Value| {
        first(&given(bundle), |body| match body {
            Body::Team(TeamEvent::CareTeamStated(it)) => Some((it.team, it.assignments.clone())),
            _ => None,
        })
    };
    let (full, empty) = (json_of("care-team-member-twice"), json_of("care-team-nobody-left"));
    assert_eq!((team(&full).0, team(&full).1.len()), (team(&empty).0, 1));
    assert_eq!(team(&empty).1, []);
    let mut address = full.clone();
    address["entry"][2]["resource"].as_object_mut().unwrap().remove("identifier");
    assert_ne!(team(&address).0, team(&full).0);
    assert_eq!(team(&address).0, team(&address.clone()).0);
    // Another team of the same worker in the same role is another assignment.
    let mut other = full.clone();
    other["entry"][2]["resource"]["identifier"][0]["value"] = json!("CT-2");
    assert_ne!(team(&other).1, team(&full).1);
    let mut nameless = address.clone();
    nameless["entry"][2]["fullUrl"] = json!("urn:uuid:06e1f0dd-5fbe-4480-9bb4-6b54ec02d31b");
    let team = &mut nameless["entry"][2]["resource"];
    team["subject"]["reference"] = json!("https://kys.example/fhir/Patient/p1");
    for participant in team["participant"].as_array_mut().unwrap() {
        participant["member"]["reference"] = json!("https://kys.example/fhir/Practitioner/pr1");
    }
    assert!(
        given(&nameless).iter().all(|event| !matches!(event.body, Body::Team(TeamEvent::CareTeamStated(_)))),
        "nobody can restate it"
    );
}

/// Each Encounter is the whole of who works with the client by it, of a source that says so at all.
#[test]
fn a_source_without_workers_states_no_teams() {
    let of = |covers: &[FactKind], name: &str| {
        let source = adapter::SourceProfile { covers: covers.iter().copied().collect(), ..fhir() };
        let told = give(&source, &sample(Format::Fhir, name));
        let Outcome::Events(events) = told.outcome else { panic!("{name} is not taken") };
        let stated =
            events.iter().filter(|event| matches!(event.body, Body::Team(TeamEvent::CareTeamStated(_)))).count();
        (stated, told.remarks.iter().any(|it| it.code == RemarkCode::NotCovered))
    };
    let (stays, both) = ([FactKind::Stays], [FactKind::Stays, FactKind::Workers]);
    assert_eq!(of(&stays, "finnish-finished"), (0, false));
    assert_eq!(of(&both, "finnish-finished"), (2, false), "by its identifier and by its address");
    assert_eq!(of(&stays, "encounter-participants"), (0, true), "named, and not covered");
    assert_eq!(of(&both, "encounter-participants"), (2, false), "the same");
}

/// The order of a list means nothing: of a team's periods, of a worker's and of a request's identifiers.
#[test]
fn lists_have_no_order() {
    let bodies =
        |bundle: &Value| given(bundle).into_iter().map(|event| format!("{:?}", event.body)).collect::<Vec<_>>();
    let reversed = |bundle: &Value, path: &str| {
        let mut bundle = bundle.clone();
        bundle.pointer_mut(path).unwrap().as_array_mut().unwrap().reverse();
        bundle
    };
    let team = json_of("care-team-member-twice");
    assert_eq!(bodies(&team), bodies(&reversed(&team, "/entry/2/resource/participant")));
    let worker = |bundle: &Value| {
        first(&given(bundle), |body| match body {
            Body::Assignment(AssignmentEvent::WorkerAssigned(it)) => Some((it.assignment, it.worker_key)),
            _ => None,
        })
    };
    let mut two = team.clone();
    two["entry"][1]["resource"]["identifier"] = json!([
        { "system": "urn:oid:1.2.246.537.25", "value": "SV-1" },
        { "system": "urn:oid:1.2.246.537.26", "value": "T-1" },
    ]);
    assert_eq!(worker(&two), worker(&reversed(&two, "/entry/1/resource/identifier")));
    assert_eq!(worker(&two), worker(&team), "and one more identifier makes nobody else");

    let referral = |bundle: &Value| {
        first(&given(bundle), |body| {
            if let Body::Referral(ReferralEvent::ReferralRequested(it)) = body { it.referral } else { None }
        })
    };
    let asked = json_of("referral-requested");
    let typed = |kind: &str, system: &str, value: &str| json!({ "type": { "coding": [{ "code": kind }] }, "system": system, "value": value });
    let mut answered = asked.clone();
    answered["entry"][1]["resource"]["identifier"] = json!([
        typed("FILL", "https://a.example/saapunut", "S-1"),
        typed("PLAC", "https://kys.example/lahete", "L-2001")
    ]);
    assert_eq!(referral(&answered), referral(&asked));
    assert_eq!(referral(&reversed(&answered, "/entry/1/resource/identifier")), referral(&asked));
}

/// A second Task of one request is another course of the same referral.
#[test]
fn each_task_is_a_course() {
    let of = |name: &str| {
        first(&given(&json_of(name)), |body| match body {
            Body::Referral(ReferralEvent::ReferralRequested(it)) => Some((it.referral, it.course)),
            Body::Referral(ReferralEvent::ReferralAccepted(it)) => Some((it.referral, it.course)),
            Body::Referral(ReferralEvent::ReferralRejected(it)) => Some((it.referral, it.course)),
            _ => None,
        })
    };
    let (one, other) = (of("referral-requested"), of("referral-second-task"));
    assert!(one.0.is_some() && one.1.is_some());
    assert_eq!(one.0, other.0);
    assert_ne!(one.1, other.1);
    assert_eq!((of("referral-rejected"), of("referral-accepted")), (one, one));
}

/// Whose a stay is, in one stream of the stay, whoever the Encounter is put with; one taken back says nothing of it.
#[test]
fn a_stay_says_whose_it_is() {
    let of = |code: &str, status: &str| {
        let mut bundle = json_of("reference-versions-tell");
        bundle["entry"][0]["resource"]["identifier"] = json!([{ "system": HETU_SYSTEM, "value": code }]);
        bundle["entry"][1]["resource"]["status"] = json!(status);
        let events = given(&bundle);
        let stated = events.iter().find_map(|event| match &event.body {
            Body::Subject(SubjectEvent::SubjectStated(it)) if it.kind == FactKind::Stays => {
                Some((event.record.key, it.key, it.subject.key))
            }
            _ => None,
        });
        (stated, events[0].record.key)
    };
    let (one, record) = of(HETU, "in-progress");
    let (other, another) = of(ANOTHER, "in-progress");
    let ((stream, stay, subject), (same_stream, same_stay, other_subject)) = (one.unwrap(), other.unwrap());
    assert_eq!((stream, stay), (same_stream, same_stay));
    assert_eq!((subject, other_subject), (record, another));
    assert_ne!(subject, other_subject);
    for taken_back in ["cancelled", "entered-in-error"] {
        assert_eq!(of(HETU, taken_back).0, None, "{taken_back}");
    }
    assert!(of(HETU, "finished").0.is_some() && of(HETU, "planned").0.is_some());
}

/// A hospital that numbers its own patients anew needs no configuration for it; whoever joins more than its own does.
#[test]
fn whose_word_a_merge_is() {
    let mut source = fhir();
    source.decides = BTreeSet::new();
    let authority = |source: &adapter::SourceProfile, name: &str| {
        let events = events(source, &sample(Format::Fhir, name));
        first(&events, |body| match body {
            Body::Identity(IdentityEvent::IdentitiesMerged(it)) => Some(it.authority),
            _ => None,
        })
    };
    let own =
        ["finnish-own-number-replaced", "finnish-own-number-ended-by-its-period", "finnish-temporary-id-resolved"];
    for name in own {
        assert_eq!(authority(&source, name), Authority::Source, "{name}");
    }
    let table = [
        ("finnish-own-number-ended-without-another", Decides::Merges),
        ("finnish-patient-replaced-by", Decides::Merges),
        ("finnish-patient-replaces-by-identifier", Decides::Merges),
    ];
    for (name, decides) in table {
        assert_eq!(authority(&source, name), Authority::Unconfirmed, "{name}");
        let configured = adapter::SourceProfile { decides: [decides].into(), ..source.clone() };
        assert_eq!(authority(&configured, name), Authority::Source, "{name}");
    }
    // Whoever does not decide identity codes changes none: the ended one waits for a person to look at it.
    let changed = events(&source, &sample(Format::Fhir, "finnish-identity-code-changed"));
    assert!(changed.iter().all(|event| !matches!(event.body, Body::Identity(IdentityEvent::NationalIdChanged(_)))));
    let doubted = |event: &Event| event.presented.iter().any(|set| set.system == event::ENDED_HETU_SYSTEM);
    assert!(changed.iter().all(doubted));
}

/// What nobody configured stands where `translate` shows it; what is configured, national or of our own words does not.
#[test]
fn what_is_not_configured_is_shown() {
    let of = |name: &str| {
        let found = adapter::unmapped(&fhir(), &sample(Format::Fhir, name));
        found.into_iter().map(|it| format!("{} {}", it.what.as_str(), it.code)).collect::<Vec<_>>()
    };
    let (stays, teams) = ("authority https://kys.example/kaynti", "authority https://pohde.example/tiimi");
    assert_eq!(of("finnish-class-not-told"), [stays]);
    assert_eq!(of("finnish-class-of-the-site"), [stays], "configured");
    let professionals = "authority urn:oid:1.2.246.537.26";
    assert_eq!(of("encounter-participants"), [stays, professionals, "worker-role ATND"]);
    assert_eq!(of("care-team-nobody-left"), [teams]);
    assert_eq!(of("medcom-stin"), ["authority https://kys.example/hoitojakso", "ward K2301"]);
    assert_eq!(of("refused-not-json"), [""; 0]);
}

/// The old number's record is the one that its own messages are of; a link says the same in either direction.
#[test]
fn a_merge_names_the_record_of_before() {
    let before = &events(&fhir(), &sample(Format::Fhir, "finnish-finished"))[0].record;
    let of = |name: &str| {
        let events = events(&fhir(), &sample(Format::Fhir, name));
        let merged = events.iter().find_map(|event| match &event.body {
            Body::Identity(IdentityEvent::IdentitiesMerged(it)) => Some((event.record.clone(), it.subsumed.clone())),
            _ => None,
        });
        merged.unwrap()
    };
    let (survives, subsumed) = of("finnish-own-number-replaced");
    assert_eq!(&subsumed, before);
    for name in ["finnish-patient-replaced-by", "finnish-patient-replaces-by-identifier"] {
        assert_eq!(of(name), (survives.clone(), subsumed.clone()), "{name}");
    }
}

/// v3-ActCode whole, and a site's own codes; anything else is a class that is not told.
#[test]
fn classes() {
    use StayClass::{Emergency, Inpatient, Outpatient};
    let class = |code: &Value| {
        let mut bundle = json_of("finnish-class-not-told");
        bundle["entry"][1]["resource"]["class"]["code"] = code.clone();
        first(
            &given(&bundle),
            |body| if let Body::Stay(StayEvent::StayStated(it)) = body { Some(it.class) } else { None },
        )
    };
    let table = [
        (json!("EMER"), Some(Emergency)),
        (json!("IMP"), Some(Inpatient)),
        (json!("ACUTE"), Some(Inpatient)),
        (json!("NONAC"), Some(Inpatient)),
        (json!("SS"), Some(Inpatient)),
        (json!("OBSENC"), Some(Inpatient)),
        (json!("AMB"), Some(Outpatient)),
        (json!("VR"), Some(Outpatient)),
        (json!("HH"), Some(Outpatient)),
        (json!("FLD"), Some(Outpatient)),
        (json!("PRENC"), None),
        (json!("imp"), Some(StayClass::Unknown)),
        (json!("PAIVYSTYS"), Some(Emergency)),
        (Value::Null, None),
    ];
    for (code, expected) in table {
        assert_eq!(class(&code), expected, "{code}");
    }
}

/// Present is present, whatever the start; ended is ended, whatever the end; only what is planned lies ahead.
#[test]
fn what_lies_ahead() {
    let of = |status: &str, period: Value| {
        let mut bundle = json_of("finnish-in-progress-begins-later");
        bundle["timestamp"] = json!("2026-03-04T10:15:00+02:00");
        bundle["entry"][1]["resource"]["status"] = json!(status);
        bundle["entry"][1]["resource"]["period"] = period;
        let odd = give(&fhir(), bundle.to_string().as_bytes()).remarks;
        let time = first(&given(&bundle), |body| match body {
            Body::Stay(StayEvent::StayStated(it)) => Some(it.started_at.map(|at| at.to_string())),
            Body::Stay(StayEvent::StayPlanned(it)) => Some(it.expected_at.map(|at| at.to_string())),
            Body::Stay(StayEvent::StayEnded(it)) => Some(Some(it.ended_at.to_string())),
            _ => None,
        });
        (time, odd.iter().any(|it| it.code == RemarkCode::InTheFuture))
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
    for (status, period, time, odd) in table {
        assert_eq!(of(status, period.clone()), (time.map(str::to_owned), odd), "{status} {period}");
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

/// Law 5: everybody who stands in what is refused, wherever and however it is wrong.
#[test]
fn everybody_is_named() {
    let named = |bytes: &[u8]| match give(&fhir(), bytes).outcome {
        Outcome::Rejected(rejection) => rejection.named.into_iter().collect::<BTreeSet<Token>>(),
        other => panic!("{other:?}"),
    };
    let both = BTreeSet::from([HETU, ANOTHER].map(|code| KEYS.identifier(HETU_SYSTEM, code)));
    let logical = |code: &str| json!({ "identifier": { "system": "1.2.246.21", "value": code } });
    let patient = json!({ "resourceType": "Patient", "id": "p", "identifier": [{ "system": HETU_SYSTEM, "value": HETU }], "birthDate": 5 });
    let bundles = [
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": [{ "resource": patient }, { "resource": { "resourceType": "Flag", "subject": logical(ANOTHER) } }] }),
        json!({ "resourceType": "Bundle", "type": "batch", "entry": [{ "resource": { "resourceType": "Task", "for": logical(ANOTHER), "contained": [patient], "status": {} } }] }),
        json!({ "resourceType": "Parameters", "parameter": [{ "resource": patient }, { "valueReference": logical(ANOTHER) }] }),
    ];
    for bundle in &bundles {
        let text = bundle.to_string();
        assert_eq!(named(text.as_bytes()), both, "{text}");
        // Cut off, it is no JSON, and names them all the same.
        assert_eq!(named(&text.as_bytes()[..text.len() - 3]), both, "{text}");
    }
    // Searched for, or in an identifier of a shape that FHIR does not have.
    let searched = |reference: &str| {
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
        { "resource": patient, "request": { "method": "PUT", "url": "Patient/p" } },
        { "resource": { "resourceType": "Flag", "subject": { "reference": reference } }, "request": { "method": "POST", "url": "Flag" } },
    ] })
    };
    let asked = |request: Value| {
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
        { "resource": patient, "request": { "method": "PUT", "url": "Patient/p" } },
        { "resource": { "resourceType": "Patient", "id": "q" }, "request": request },
    ] })
    };
    let second = |identifier: Value| {
        json!({ "resourceType": "Bundle", "type": "transaction", "entry": [
        { "resource": patient, "request": { "method": "PUT", "url": "Patient/p" } },
        { "resource": { "resourceType": "Patient", "identifier": identifier }, "request": { "method": "POST", "url": "Patient" } },
    ] })
    };
    let bundles = [
        searched(&format!("Patient?identifier=urn:oid:1.2.246.21|{ANOTHER}")),
        searched(&format!(
            "https://kys.example/fhir/Patient?identifier=urn%3Aoid%3A1.2.246.21%7C{ANOTHER}&active=true"
        )),
        asked(json!({ "method": "PUT", "url": format!("Patient?identifier={ANOTHER}") })),
        asked(
            json!({ "method": "POST", "url": "Patient", "ifNoneExist": format!("identifier=urn:oid:1.2.246.21|{ANOTHER}") }),
        ),
        second(json!([{ "system": HETU_SYSTEM, "value": ANOTHER, "type": "HETU" }])),
        second(json!([{ "system": HETU_SYSTEM, "value": [ANOTHER] }])),
        second(json!([ANOTHER])),
        second(json!({ "system": HETU_SYSTEM, "value": ANOTHER, "period": "now" })),
        second(json!(ANOTHER)),
    ];
    for bundle in &bundles {
        let text = bundle.to_string();
        assert_eq!(named(text.as_bytes()), both, "{text}");
        assert_eq!(named(&text.as_bytes()[..text.len() - 3]), both, "{text}");
    }
    // By the sender's own number, where that links.
    let own = searched("Patient?identifier=urn:oid:1.2.246.10.99999999.10.1%7C4711");
    let linking =
        adapter::SourceProfile { linking: ["kys-potilas".to_owned(), HETU_SYSTEM.to_owned()].into(), ..fhir() };
    let Outcome::Rejected(rejection) = give(&linking, own.to_string().as_bytes()).outcome else { panic!("taken") };
    assert!(rejection.named.contains(&KEYS.identifier("kys-potilas", "4711")));
    // A relative is not the client.
    let relative = json!({ "resourceType": "Bundle", "type": "batch", "entry": [{ "resource": { "resourceType": "RelatedPerson", "identifier": [{ "system": HETU_SYSTEM, "value": HETU }] } }] });
    assert_eq!(named(relative.to_string().as_bytes()), BTreeSet::new());
}
