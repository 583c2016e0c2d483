//! FHIR: the small rules where a snapshot would not show the reason.

use crate::support::{KEYS, events, fhir, give, sample, samples};
use adapter::{Format, MessagePlace, Outcome, RejectionCode};
use event::{
    AssignmentEvent, Body, Event, HETU_SYSTEM, IdentityEvent, Instant, PersonEvent, ReferralEvent, StayEvent, Token,
};
use serde_json::{Value, json};

pub fn now() -> Instant {
    Instant::from_timestamp("2026-03-02T06:15:01Z".parse().unwrap())
}

pub fn json_of(name: &str) -> Value {
    serde_json::from_slice(&sample(Format::Fhir, name)).unwrap()
}

fn given(bundle: &Value) -> Vec<Event> {
    events(&fhir(), bundle.to_string().as_bytes())
}

fn rejection(bundle: &Value) -> (RejectionCode, String) {
    match give(&fhir(), bundle.to_string().as_bytes()).outcome {
        Outcome::Rejected(rejection) => (rejection.code, rejection.place.to_string()),
        other => panic!("{other:?}"),
    }
}

fn stay(event: &Event) -> Option<Token> {
    match &event.body {
        Body::Stay(StayEvent::StayStarted(it)) => it.stay,
        Body::Stay(StayEvent::StayStated(it)) => it.stay,
        Body::Stay(StayEvent::StayEnded(it)) => it.stay,
        Body::Stay(StayEvent::StayCorrected(it)) => it.stay,
        Body::Stay(StayEvent::WardChanged(it)) => it.stay,
        other => panic!("{}", other.type_name()),
    }
}

fn referral(name: &str) -> Option<Token> {
    match &events(&fhir(), &sample(Format::Fhir, name))[0].body {
        Body::Referral(ReferralEvent::ReferralRequested(it)) => it.referral,
        Body::Referral(ReferralEvent::ReferralAccepted(it)) => it.referral,
        Body::Referral(ReferralEvent::ReferralStarted(it)) => it.referral,
        Body::Referral(ReferralEvent::ReferralCancelled(it)) => it.referral,
        other => panic!("{}", other.type_name()),
    }
}

/// The stay is the episode's identifier: with or without `urn:uuid:`, in whatever Encounter.
#[test]
fn one_stay_in_every_message() {
    let of = |name: &str| stay(&events(&fhir(), &sample(Format::Fhir, name))[0]);
    let first = of("medcom-stin");
    assert!(first.is_some());
    for name in ["medcom-re-stin", "medcom-slhj", "medcom-trap-urn-uuid-episode", "medcom-stin-of-a-transfer"] {
        assert_eq!(of(name), first, "{name}");
    }
    let mut other = json_of("medcom-slhj");
    other["entry"][2]["resource"]["id"] = json!("muu");
    other["entry"][2]["fullUrl"] = json!("https://kys.example/fhir/Encounter/muu");
    other["entry"][0]["resource"]["focus"][0]["reference"] = json!("Encounter/muu");
    assert_eq!(stay(&given(&other)[0]), first, "Encounter.id is no key");
    other["entry"][2]["resource"]["episodeOfCare"][0]["identifier"]["system"] = json!("https://muu.example/hoitojakso");
    assert_ne!(stay(&given(&other)[0]), first, "another authority's number");

    let umbrella = of("finnish-palvelutapahtuma");
    assert_ne!(umbrella, first);
    for name in
        ["finnish-ward-of-a-stay-reported-elsewhere", "finnish-official-identifier-before-episode", "finnish-finished"]
    {
        assert_eq!(of(name), umbrella, "{name}");
    }
    assert_eq!(of("finnish-ward-of-no-known-stay"), None, "never bound by guess");
    let all = events(&fhir(), &sample(Format::Fhir, "finnish-palvelutapahtuma"));
    let ward = all.iter().find(|event| matches!(event.body, Body::Stay(StayEvent::WardChanged(_)))).unwrap();
    assert_eq!(stay(ward), umbrella, "a part is of the whole's stay");
}

/// A hospital's visit number in HL7 v2 and in FHIR is one stay, where the configuration names its authority.
#[test]
fn a_visit_is_one_in_hl7_and_fhir() {
    let message =
        "MSH|^~\\&|A|B|C|D|20260302081500||ADT^A03|7|P|2.5\rPID|||4711^^^KYS\rPV1||I|K2301||||||||||||||||V-9^^^KYS\r";
    let by_hl7 = events(&crate::support::hospital(), message.as_bytes());
    let mut discharge = json_of("davinci-discharge");
    discharge["entry"][1]["resource"]["identifier"][0] =
        json!({ "system": "urn:oid:1.2.246.10.99999999.10.1", "value": "V-9" });
    assert_eq!(stay(&by_hl7[0]), stay(&given(&discharge)[0]));
}

/// R5: the request, its answers and its cancellation meet; the same number of another authority is another referral.
#[test]
fn a_referral_is_one_through_its_states() {
    let first = referral("referral-requested");
    assert!(first.is_some());
    let same = [
        "referral-accepted",
        "referral-in-progress",
        "referral-cancelled",
        "referral-entered-in-error",
        "referral-request-is-not-here",
        "referral-service-request-alone",
        "referral-service-request-revoked",
        "referral-in-a-message",
    ];
    for name in same {
        assert_eq!(referral(name), first, "{name}");
    }
    assert_ne!(referral("referral-subtask"), first);
    assert_ne!(referral("referral-without-identifiers"), first);
    // Social care answers in its own format.
    let answer = json!({
        "specversion": "1.0", "id": "1", "source": "//pohde.example/asiakastieto", "time": "2026-03-04T10:15:00+02:00",
        "type": "rinnakkain.social.v1.ReferralAccepted",
        "data": {
            "register": "social",
            "client": { "identifiers": [{ "system": "apollo-asiakas", "value": "1" }] },
            "referral": { "system": "https://kys.example/lahete", "value": "L-2001" },
        },
    });
    let answered = events(&crate::support::county(), answer.to_string().as_bytes());
    let Body::Referral(ReferralEvent::ReferralAccepted(answered)) = &answered[0].body else { panic!("another event") };
    assert_eq!(answered.referral, first);
}

/// Rule R1: a duplicate is the same bundle; the same ids with other content are other events.
#[test]
fn a_reused_header_id_is_another_message() {
    let bundle = json_of("medcom-stin");
    let mut other = bundle.clone();
    other["entry"][2]["resource"]["period"]["start"] = json!("2026-03-02T08:06:00+02:00");
    let ids = |bundle: &Value| given(bundle).iter().map(|event| event.id).collect::<Vec<_>>();
    assert_eq!(ids(&bundle), ids(&bundle));
    assert_ne!(ids(&bundle), ids(&other));
    assert_eq!(given(&bundle)[0].message, given(&other)[0].message);
    assert_eq!(given(&bundle)[0].message, KEYS.token("message", "kys-fhir", bundle["id"].as_str().unwrap()));
}

/// References: absolute, relative, with a version, by urn, contained; and nothing outside the bundle.
#[test]
fn references_are_resolved_inside_the_bundle() {
    let bundle = json_of("medcom-stin");
    let first = given(&bundle);
    let with = |reference: &str| {
        let mut bundle = bundle.clone();
        bundle["entry"][2]["resource"]["subject"]["reference"] = json!(reference);
        bundle
    };
    for reference in ["https://kys.example/fhir/Patient/p1", "Patient/p1/_history/2"] {
        let given = given(&with(reference));
        assert_eq!((given.len(), &given[0].record), (first.len(), &first[0].record), "{reference}");
    }
    let elsewhere =
        ["https://muu.example/x/Patient/p1", "https://kys.example/fhir/Patient", "https://kys.example/Patient/p1"];
    for reference in ["Patient/p2", "#p1", "urn:uuid:p1", "Patient?identifier=4711", ""].into_iter().chain(elsewhere) {
        let expected = (RejectionCode::UnknownKeyIdentifier, "Bundle.entry[2].resource.subject".to_owned());
        assert_eq!(rejection(&with(reference)), expected, "{reference}");
    }
    let expected = (RejectionCode::DataTypeError, "Bundle.entry[2].resource.subject".to_owned());
    assert_eq!(rejection(&with("Organization/ward")), expected, "no Patient");
    let mut circle = json_of("finnish-ward-of-no-known-stay");
    circle["entry"][1]["resource"]["partOf"]["reference"] = json!("Encounter/lapsi1");
    assert_eq!(stay(&given(&circle)[0]), None, "an encounter that is part of itself");
}

#[test]
fn an_identity_code_is_known_by_system_or_type() {
    let token = KEYS.identifier(HETU_SYSTEM, "010594Y9032");
    let mut bundle = json_of("finnish-identity-code-by-type");
    let nnfin = json!({ "coding": [{ "code": "NNFIN" }] });
    let forms = [
        json!({ "system": "urn:oid:1.2.246.21", "value": "010594Y9032" }),
        json!({ "system": "1.2.246.21", "value": "010594Y9032" }),
        json!({ "type": nnfin, "value": "010594y9032 " }),
    ];
    for form in forms {
        bundle["entry"][0]["resource"]["identifier"] = json!([form]);
        assert_eq!(given(&bundle)[0].presented[0].tokens, [token]);
    }
    // Of an authority that nobody configured it is a number by which a record is kept, and nobody is found.
    for other in ["urn:oid:1.2.208.176.1.2", "urn:oid:1.2.246.210", "https://muu.example"] {
        bundle["entry"][0]["resource"]["identifier"] = json!([{ "system": other, "value": "010594Y9032" }]);
        let event = given(&bundle).remove(0);
        assert_eq!(event.record.system, "kys-fhir/unknown-authority", "{other}");
        assert!(event.presented.iter().all(|set| event::Evidence::of(&set.system).is_some()), "{other}");
    }
    // Without a system a number is the sender's own.
    bundle["entry"][0]["resource"]["identifier"] = json!([{ "value": "010594Y9032" }]);
    assert_eq!(given(&bundle)[0].record.system, "kys-potilas");
    assert!(given(&bundle)[0].presented.iter().all(|set| event::Evidence::of(&set.system).is_some()));
}

/// A temporary id's own record is the one that its messages were of.
#[test]
fn a_resolved_temporary_id_names_the_record_of_before() {
    let before = &events(&fhir(), &sample(Format::Fhir, "finnish-temporary-id"))[0].record;
    let after = events(&fhir(), &sample(Format::Fhir, "finnish-temporary-id-resolved"));
    let merged = after.iter().find_map(|event| match &event.body {
        Body::Identity(IdentityEvent::IdentitiesMerged(it)) => Some(&it.subsumed),
        _ => None,
    });
    assert_eq!(merged, Some(before));
}

/// Law 5: whom a refused bundle names is known, however it is refused.
#[test]
fn a_refused_bundle_names_its_clients() {
    let token = KEYS.identifier(HETU_SYSTEM, "010594Y9032");
    let refused = samples(Format::Fhir).into_iter().filter(|(name, _)| name.contains("refused"));
    let nobody =
        ["refused-not-json", "refused-too-deep", "refused-document", "refused-nobody", "refused-too-many-identifiers"];
    let mut found = 0;
    for (name, bytes) in refused {
        let Outcome::Rejected(rejection) = give(&fhir(), &bytes).outcome else { panic!("{name} is taken") };
        let expected = !nobody.contains(&name.as_str());
        assert_eq!(rejection.named.contains(&token), expected, "{name}");
        assert!(expected || rejection.named.is_empty(), "{name}");
        found += 1;
    }
    assert!(found > 35, "only {found} refused");
}

#[test]
fn limits() {
    let entry = |n: usize| {
        let mut entry = json_of("finnish-deceased")["entry"][0].clone();
        entry["fullUrl"] = json!(format!("https://kys.example/fhir/Patient/{n}"));
        entry
    };
    let transaction = |entries: usize| json!({ "resourceType": "Bundle", "type": "transaction", "timestamp": "2026-03-02T08:00:00Z", "entry": (0..entries).map(entry).collect::<Vec<_>>() });
    assert_eq!(rejection(&transaction(1_001)), (RejectionCode::TooLarge, "Bundle.entry".to_owned()));
    assert_eq!(given(&transaction(1_000)).len(), 2_000);
    let deep =
        |depth: usize| format!("{{\"resourceType\":\"Bundle\",\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    let code = |text: String| match give(&fhir(), text.as_bytes()).outcome {
        Outcome::Rejected(rejection) => (rejection.code, rejection.place),
        other => panic!("{other:?}"),
    };
    assert_eq!(code(deep(31)), (RejectionCode::UnsupportedMessageType, MessagePlace::Member("Bundle.type")));
    assert_eq!(code(deep(32)), (RejectionCode::TooDeep, MessagePlace::Message));
}

/// The sealed data are those of the bundle: å ä ö, the work's own phone before the person's, hours and unit.
#[test]
fn names_and_contact_data_are_sealed_whole() {
    let person = |name: &str| {
        let given = events(&fhir(), &sample(Format::Fhir, name));
        let sealed = given.iter().find_map(|event| match &event.body {
            Body::Person(PersonEvent::PersonUpdated(it)) => {
                it.name.as_ref().map(|name| (event.record.key, name.clone()))
            }
            _ => None,
        });
        let (key, sealed) = sealed.unwrap();
        let opened = KEYS.open(&key, &sealed).unwrap();
        (opened.expose().family.clone(), opened.expose().given.clone())
    };
    let name = |family: &str, given: &str| (family.to_owned(), given.to_owned());
    assert_eq!(person("medcom-stin"), name("Meikäläinen", "Maija Åsa"));
    assert_eq!(person("finnish-turvakielto"), name("Åkerlund", "Öyvind"));
    assert_eq!(person("finnish-extensions-and-nulls"), name("Mäki-Öljy", "Maija"));
    assert_eq!(person("finnish-name-as-text"), name("Maija Meikäläinen", ""));

    let worker = |name: &str| {
        let given = events(&fhir(), &sample(Format::Fhir, name));
        let sealed = match &given[0].body {
            Body::Assignment(AssignmentEvent::WorkerAssigned(it)) => it.worker.clone(),
            Body::Referral(ReferralEvent::ReferralAccepted(it)) => it.worker.clone().unwrap(),
            other => panic!("{}", other.type_name()),
        };
        let opened = KEYS.open(&given[0].record.key, &sealed).unwrap();
        let event::Worker { name, phone, email, hours, unit } = opened.expose().clone();
        [name, phone, email, hours, unit]
    };
    let orjan = [
        "Örjan Järvinen",
        "044 000 0006",
        "orjan.jarvinen@pohde.example.org",
        "mon tue wed 09:00-16:30, thu 09:00-12:00",
        "Aikuissosiaalityö, Länsi",
    ];
    assert_eq!(worker("care-team"), orjan);
    assert_eq!(worker("referral-accepted"), orjan);
    // A unit's name is no person's.
    let unit = ["", "", "", "", "Aikuissosiaalityö, Länsi"];
    assert_eq!(worker("care-team-of-a-unit"), unit);
}

/// One worker in one role in one team is one assignment: the end finds its beginning, another team or role does not.
#[test]
fn an_assignment_meets_its_end() {
    let of = |bundle: &Value| match &given(bundle)[0].body {
        Body::Assignment(AssignmentEvent::WorkerAssigned(it)) => it.assignment,
        Body::Assignment(AssignmentEvent::WorkerAssignmentEnded(it)) => it.assignment,
        other => panic!("{}", other.type_name()),
    };
    let team = json_of("care-team");
    assert_eq!(of(&team), of(&json_of("care-team-worker-ended")));
    assert_eq!(of(&team), of(&json_of("care-team-inactive")));
    let (mut another, mut role, mut client) = (team.clone(), team.clone(), team.clone());
    client["entry"][0]["resource"]["identifier"][1]["value"] = json!("4799");
    assert_ne!(of(&team), of(&client));
    another["entry"][1]["resource"]["identifier"][0]["value"] = json!("CT-78");
    role["entry"][1]["resource"]["participant"][0]["role"][0]["coding"][0]["code"] = json!("work-pair");
    assert_ne!(of(&team), of(&another));
    assert_ne!(of(&team), of(&role));
}
