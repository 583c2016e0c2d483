//! Resources as FHIR defines them: what a reference means, what a resource that is put again reports, and in which
//! order.

use crate::support::{KEYS, events, fhir, give, sample};
use adapter::{Format, Outcome, RemarkCode};
use event::{
    AssignmentEvent, Body, Event, FactKind, HETU_SYSTEM, ReferralEvent, StayClass, StayEvent, SubjectEvent, TeamEvent,
};
use serde_json::{Value, json};

pub const HETU: &str = "010594Y9032";
pub const ANOTHER: &str = "020594X903P";

pub fn json_of(name: &str) -> Value {
    serde_json::from_slice(&sample(Format::Fhir, name)).unwrap()
}

pub fn given(bundle: &Value) -> Vec<Event> {
    events(&fhir(), bundle.to_string().as_bytes())
}

pub fn first<T>(events: &[Event], find: impl Fn(&Body) -> Option<T>) -> T {
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
        let given = give(&fhir(), of(server, &reference).to_string().as_bytes()).outcome;
        let whose = match given {
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

/// Versions of one resource may travel in a message (bdl-7), and the reference gives the one that is meant.
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

/// Each Encounter states all workers that the client has by it, if its source covers workers.
#[test]
fn a_source_without_workers_states_no_teams() {
    let of = |covers: &[FactKind], name: &str| {
        let source = adapter::SourceProfile { covers: covers.iter().copied().collect(), ..fhir() };
        let given = give(&source, &sample(Format::Fhir, name));
        let Outcome::Events(events) = given.outcome else { panic!("{name} is not taken") };
        let stated =
            events.iter().filter(|event| matches!(event.body, Body::Team(TeamEvent::CareTeamStated(_)))).count();
        (stated, given.remarks.iter().any(|it| it.code == RemarkCode::NotCovered))
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

/// The client of a stay is in the one stream of the stay, whatever the Encounter is put with; a cancelled one does not
/// report it.
#[test]
fn a_stay_has_its_client_in_its_own_stream() {
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

/// `translate` shows codes that are not configured; configured, national and our own codes are not shown.
#[test]
fn what_is_not_configured_is_shown() {
    let of = |name: &str| {
        let found = crate::used_codes::unmapped(&fhir(), &sample(Format::Fhir, name));
        found.into_iter().map(|it| format!("{} {}", it.what.as_str(), it.code)).collect::<Vec<_>>()
    };
    // Numbers of stays, teams and professionals need no mapping.
    assert_eq!(of("finnish-class-not-reported"), [""; 0]);
    assert_eq!(of("finnish-class-of-the-site"), [""; 0], "configured");
    assert_eq!(of("encounter-participants"), ["worker-role ATND"]);
    assert_eq!(of("care-team-nobody-left"), [""; 0]);
    assert_eq!(of("medcom-stin"), ["ward K2301"]);
    assert_eq!(of("refused-not-json"), [""; 0]);
}

/// v3-ActCode whole, and a site's own codes; anything else is an unknown class.
#[test]
fn classes() {
    use StayClass::{Emergency, Inpatient, Outpatient};
    let class = |code: &Value| {
        let mut bundle = json_of("finnish-class-not-reported");
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
