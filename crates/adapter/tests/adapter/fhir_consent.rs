//! Consent in FHIR: what its versions make of each other, and what a source of the other register may forbid.

use crate::support::{events, fhir, give, sample};
use adapter::{Format, Outcome, SourceProfile};
use event::{Body, Event, PermissionEvent, ProhibitionEvent, ProhibitionTarget, Register, Token};
use serde_json::{Value, json};

fn bundle(name: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut bundle: Value = serde_json::from_slice(&sample(Format::Fhir, name)).unwrap();
    change(&mut bundle["entry"][1]);
    bundle
}

fn given(source: &SourceProfile, bundle: &Value) -> Vec<Event> {
    events(source, bundle.to_string().as_bytes())
}

/// The social system of a county, which speaks FHIR.
fn social() -> SourceProfile {
    SourceProfile { register: Register::Social, ..fhir() }
}

fn permitted(events: &[Event]) -> Vec<Token> {
    let of = |event: &Event| match &event.body {
        Body::Permission(PermissionEvent::PermissionGiven(it)) => Some(it.permission),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

fn withdrawn(events: &[Event]) -> Vec<Token> {
    let of = |event: &Event| match &event.body {
        Body::Permission(PermissionEvent::PermissionWithdrawn(it)) => Some(it.permission),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

/// A permission that lost or won an identifier would otherwise stand twice, and the wider one would open what the client has
/// taken back.
#[test]
fn a_version_with_other_identifiers_withdraws_the_one_before() {
    let known = json!({ "system": "https://pohde.example/tahdonilmaisu", "value": "T-1" });
    let official = json!({ "use": "official", "system": "urn:oid:1.2.246.10.77.1", "value": "9" });
    let without = |entry: &mut Value| drop(entry["resource"].as_object_mut().unwrap().remove("identifier"));
    let with = |list: Value| move |entry: &mut Value| entry["resource"]["identifier"] = list;
    let name = "consent-permits-social-data";
    let one = given(&fhir(), &bundle(name, with(json!([known.clone()]))));
    for later in [
        bundle("consent-withdrawn", with(json!([known.clone()]))),
        bundle("consent-withdrawn", with(json!([official.clone(), known.clone()]))),
        bundle("consent-forbids", with(json!([known.clone()]))),
    ] {
        let ended = withdrawn(&given(&fhir(), &later));
        assert!(permitted(&one).iter().all(|it| ended.contains(it)), "{later}");
    }
    // Known by its address first, and by a number later: the first no longer stands.
    let first = given(&fhir(), &bundle(name, without));
    let second = given(&fhir(), &bundle(name, with(json!([official]))));
    assert_ne!(permitted(&first), permitted(&second));
    assert!(permitted(&first).iter().all(|it| withdrawn(&second).contains(it)));
    // The order of the list means nothing.
    let both = |list| given(&fhir(), &bundle(name, with(list)));
    let (a, b) = (both(json!([official.clone(), known.clone()])), both(json!([known, official])));
    assert_eq!((permitted(&a), withdrawn(&a)), (permitted(&b), withdrawn(&b)));
}

#[test]
fn what_a_prohibition_covers() {
    let code = |codes: &[&str]| json!(codes.iter().map(|it| json!({ "coding": [{ "code": it }] })).collect::<Vec<_>>());
    let rule = |more: Value| {
        bundle("consent-forbids", |entry| {
            let rule = entry["resource"]["provision"].as_object_mut().unwrap();
            rule.extend(more.as_object().unwrap().clone());
        })
    };
    let all = (ProhibitionTarget::All, true);
    let table = [
        (rule(json!({})), ProhibitionTarget::All, false),
        (rule(json!({ "code": code(&["adults"]) })), ProhibitionTarget::ServiceTask, false),
        (rule(json!({ "action": [{ "coding": [{ "code": "disclose" }] }] })), ProhibitionTarget::All, false),
        (rule(json!({ "code": code(&["adults", "families"]) })), all.0, all.1),
        (rule(json!({ "code": code(&["adults"]), "purpose": [{ "code": "HRESCH" }] })), all.0, all.1),
        (rule(json!({ "action": [{ "coding": [{ "code": "collect" }] }] })), all.0, all.1),
        (rule(json!({ "period": { "end": "2026-12-31" } })), all.0, all.1),
        (rule(json!({ "dataPeriod": { "start": "2026-01-01" } })), all.0, all.1),
        (rule(json!({ "class": [{ "code": "summary" }] })), all.0, all.1),
        (rule(json!({ "securityLabel": [{ "code": "R" }] })), all.0, all.1),
        (rule(json!({ "modifierExtension": [{ "url": "https://pohde.example/x" }] })), all.0, all.1),
        (rule(json!({ "data": [{ "reference": { "reference": "CarePlan/1" } }] })), all.0, all.1),
        (rule(json!({ "actor": [{ "role": { "coding": [{ "code": "CST" }] } }] })), all.0, all.1),
    ];
    for (bundle, target, forbids_more) in table {
        let translation = give(&social(), bundle.to_string().as_bytes());
        let remarked = translation.remarks.iter().any(|it| it.code.as_str() == "forbids-more");
        let Outcome::Events(events) = translation.outcome else { panic!("{bundle}") };
        let set = events.iter().find_map(|event| match &event.body {
            Body::Prohibition(ProhibitionEvent::ProhibitionSet(it)) => Some((event.register, it.target)),
            _ => None,
        });
        assert_eq!((set, remarked), (Some((Register::Social, target)), forbids_more), "{bundle}");
    }
    let stay = bundle("consent-forbids-a-stay", |_| ());
    let Outcome::Rejected(why) = give(&social(), stay.to_string().as_bytes()).outcome else { panic!("a social stay") };
    assert_eq!(why.place.to_string(), "Bundle.entry[1].resource.provision.data.reference");
}

/// Each narrowing by itself: left out of what is read, it would open more than the client gave.
#[test]
fn no_narrowing_of_a_permission_is_overlooked() {
    let table = [
        ("modifierExtension", json!([{ "url": "https://pohde.example/x" }])),
        ("securityLabel", json!([{ "code": "N" }])),
        ("data", json!([{ "meaning": "instance", "reference": { "reference": "CarePlan/1" } }])),
        ("provision", json!([{ "type": "deny" }])),
        ("action", json!([{ "coding": [{ "code": "correct" }] }])),
        ("purpose", json!([{ "code": "HPAYMT" }])),
        ("actor", json!([{ "role": { "coding": [{ "code": "IRCP" }] }, "reference": { "display": "Somebody" } }])),
        ("actor", json!([{ "modifierExtension": [{ "url": "https://pohde.example/x" }] }])),
        ("type", json!("perhaps")),
        ("code", json!([{ "text": "everything" }])),
        ("dataPeriod", json!({ "start": "soon" })),
        ("period", json!({ "end": "2026-13" })),
    ];
    for (member, value) in table {
        let narrowed = bundle("consent-new", |entry| entry["resource"]["provision"][member] = value);
        let Outcome::Rejected(why) = give(&fhir(), narrowed.to_string().as_bytes()).outcome else { panic!("{member}") };
        let place = why.place.to_string();
        assert!(place.starts_with(&format!("Bundle.entry[1].resource.provision.{member}")), "{member}: {place}");
    }
    let doubted = bundle("consent-new", |entry| entry["resource"]["verification"] = json!([{ "verified": false }]));
    let Outcome::Rejected(why) = give(&fhir(), doubted.to_string().as_bytes()).outcome else { panic!("not verified") };
    assert_eq!(why.place.to_string(), "Bundle.entry[1].resource.verification.verified");
}

/// The letters of a code mean what its code system says: of another system they open nothing, and the refusal names the place.
#[test]
fn a_code_of_another_system_permits_nothing() {
    const OTHER: &str = "https://pohde.example/codes";
    const V3: &str = "http://terminology.hl7.org/CodeSystem/v3-";
    let concept = |system: &str, code: &str| json!({ "coding": [{ "system": system, "code": code }] });
    let coding = |system: &str, code: &str| json!([{ "system": system, "code": code }]);
    let (reason, act) = (format!("{V3}ActReason"), format!("{V3}ActCode"));
    let actor = |system: &str| {
        let reference =
            json!({ "type": "Organization", "identifier": { "value": "urn:oid:1.2.246.10.99999999.10.0" } });
        json!([{ "role": concept(system, "IRCP"), "reference": reference }])
    };
    let participation = format!("{V3}ParticipationType");
    let action = "http://terminology.hl7.org/CodeSystem/consentaction";
    // The code with its own system, and the same with another.
    let table = [
        ("category", json!([concept(&act, "IDSCL")]), json!([concept(OTHER, "IDSCL")])),
        ("category", json!([concept("http://loinc.org", "64292-6")]), json!([concept(&act, "64292-6")])),
        ("category", json!([concept("http://loinc.org", "59284-0")]), json!([concept(OTHER, "59284-0")])),
        (
            "category",
            json!([{ "coding": [{ "code": "disclosure-permission" }] }]),
            json!([concept(OTHER, "disclosure-permission")]),
        ),
        ("provision.class", json!([{ "code": "summary" }]), json!(coding(OTHER, "summary"))),
        ("provision.purpose", coding(&reason, "COC"), coding(OTHER, "COC")),
        ("provision.action", json!([concept(action, "disclose")]), json!([concept(OTHER, "disclose")])),
        ("provision.actor", actor(&participation), actor(OTHER)),
    ];
    let of = |member: &str, value: Value| {
        let changed = bundle("consent-new", |entry| {
            let resource = &mut entry["resource"];
            let (to, name) = match member.strip_prefix("provision.") {
                Some(name) => (&mut resource["provision"], name),
                None => (resource, member),
            };
            to[name] = value;
            // Each way is permitted by a Consent of its own.
            if name == "class" {
                to.as_object_mut().unwrap().remove("code");
            }
        });
        give(&fhir(), changed.to_string().as_bytes()).outcome
    };
    for (member, own, other) in table {
        let Outcome::Events(events) = of(member, own.clone()) else { panic!("{member}: {own}") };
        assert_eq!(permitted(&events).len(), 1, "{member}: {own}");
        let Outcome::Rejected(why) = of(member, other.clone()) else { panic!("{member}: {other}") };
        let place = why.place.to_string();
        assert!(place.starts_with(&format!("Bundle.entry[1].resource.{member}")), "{member}: {place}");
    }
    // The rule of a policy: another system's OPTIN is no rule, and its OPTOUT forbids.
    let by_policy = |system: &str, code: &str| {
        let changed = bundle("consent-opt-in", |entry| entry["resource"]["policyRule"] = concept(system, code));
        give(&fhir(), changed.to_string().as_bytes()).outcome
    };
    assert!(matches!(by_policy(&act, "OPTIN"), Outcome::Events(_)));
    assert!(matches!(by_policy(OTHER, "OPTIN"), Outcome::Rejected(_)));
    let Outcome::Events(events) = by_policy(OTHER, "OPTOUT") else { panic!("OPTOUT") };
    assert!(events.iter().any(|it| it.body.type_name() == "ProhibitionSet"));
    // Another system's scope lets no Consent be passed over: it may forbid.
    let scope = bundle("consent-forbids", |entry| entry["resource"]["scope"] = concept(OTHER, "treatment"));
    assert!(matches!(give(&fhir(), scope.to_string().as_bytes()).outcome, Outcome::Rejected(_)));
    // Who holds the data, by another system's code, narrows no prohibition.
    let holder = |entry: &mut Value| entry["resource"]["provision"]["actor"][0]["role"] = concept(OTHER, "CST");
    let all = given(&fhir(), &bundle("consent-forbids-a-controller", holder));
    let target = all.iter().find_map(|event| match &event.body {
        Body::Prohibition(ProhibitionEvent::ProhibitionSet(it)) => Some(it.target),
        _ => None,
    });
    assert_eq!(target, Some(ProhibitionTarget::All));
}

/// From a source that does not decide permissions, what opens is left out, and what closes counts.
#[test]
fn a_source_that_does_not_decide_it_opens_nothing() {
    let source = SourceProfile { decides: [].into(), ..fhir() };
    let types = |name: &str| {
        let given = given(&source, &bundle(name, |_| ()));
        given.iter().map(|it| it.body.type_name()).filter(|it| it.starts_with('P')).collect::<Vec<_>>()
    };
    assert_eq!(types("consent-new"), ["PersonUpdated"]);
    assert_eq!(types("consent-prohibition-lifted"), ["PersonUpdated"]);
    assert_eq!(types("consent-forbids"), ["ProhibitionSet", "PermissionWithdrawn", "PersonUpdated"]);
    assert_eq!(types("consent-withdrawn"), ["PermissionWithdrawn", "PermissionWithdrawn", "PersonUpdated"]);
}
