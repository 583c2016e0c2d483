//! Identities in FHIR: merges, former identifiers, and the clients that a rejected bundle names.

use crate::fhir_resources::{ANOTHER, HETU, first};
use crate::support::{KEYS, events, fhir, give, sample};
use adapter::{Decides, Format, Outcome};
use event::{Authority, Body, Event, HETU_SYSTEM, IdentityEvent, Token};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A hospital that renumbers its own patients needs no configuration for it; joining other records does.
#[test]
fn which_source_decides_a_merge() {
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
    // A source that does not decide identity codes changes none: the ended one waits for a steward.
    let changed = events(&source, &sample(Format::Fhir, "finnish-identity-code-changed"));
    assert!(changed.iter().all(|event| !matches!(event.body, Body::Identity(IdentityEvent::NationalIdChanged(_)))));
    let doubted = |event: &Event| event.presented.iter().any(|set| set.system == event::Evidence::EndedCode.system());
    assert!(changed.iter().all(doubted));
}

/// The old number's record is that of its own messages; a link means the same in either direction.
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
