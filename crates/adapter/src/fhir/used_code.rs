//! The codes of a bundle, and what the configuration makes of them ([`crate::codes()`]): the systems of keys, and the codes
//! of classes, wards, roles and kinds of referral that change an answer.

use crate::SourceProfile;
use crate::fhir::bundle::Bundle;
use crate::fhir::bundle::BundleType;
use crate::fhir::event::context::Reading;
use crate::fhir::event::message_event::MessageEvent;
use crate::fhir::event::referral::SOCIAL_SERVICE;
use crate::fhir::event::visit::is_class;
use crate::fhir::resource::element::{CodeableConcept, HumanName, Identifier, Reference};
use crate::fhir::resource::{Encounter, MessageHeader, Resource};
use crate::number::type_meaning;
use crate::own_code::OwnCode;
use crate::rejection::MessagePlace;
use crate::used_code::{CodeKind, Codes};
use serde_json::Value;

/// The members that are read, by resource type, beside `resourceType`, `id`, `meta` and `contained`.
const READ: &[(&str, &[&str])] = &[
    ("MessageHeader", &["extension", "eventCoding", "eventUri", "source", "response", "focus", "definition"]),
    ("Patient", &["identifier", "name", "birthDate", "deceasedBoolean", "deceasedDateTime", "communication", "link"]),
    (
        "Encounter",
        &[
            "extension",
            "identifier",
            "status",
            "class",
            "subject",
            "episodeOfCare",
            "period",
            "hospitalization",
            "statusHistory",
            "location",
            "serviceType",
            "serviceProvider",
            "partOf",
            "participant",
        ],
    ),
    ("EpisodeOfCare", &["identifier", "status", "patient", "period", "careManager"]),
    ("CareTeam", &["identifier", "status", "subject", "period", "participant"]),
    ("Consent", &["identifier", "status", "scope", "category", "patient", "dateTime", "policyRule", "provision"]),
    (
        "ServiceRequest",
        &[
            "identifier",
            "status",
            "intent",
            "category",
            "code",
            "priority",
            "subject",
            "requester",
            "performer",
            "authoredOn",
            "occurrenceDateTime",
            "occurrencePeriod",
        ],
    ),
    (
        "Task",
        &[
            "identifier",
            "status",
            "statusReason",
            "intent",
            "priority",
            "code",
            "focus",
            "for",
            "authoredOn",
            "lastModified",
            "requester",
            "owner",
            "executionPeriod",
            "restriction",
            "output",
        ],
    ),
    ("Organization", &["identifier", "name"]),
    ("Location", &["identifier", "name"]),
    ("Practitioner", &["identifier", "name", "telecom", "qualification"]),
    ("PractitionerRole", &["identifier", "practitioner", "organization", "code", "telecom", "availableTime"]),
    ("Provenance", &["target", "occurredDateTime", "occurredPeriod", "recorded", "activity", "agent", "entity"]),
];

/// Notes them.
pub(crate) fn codes(source: &SourceProfile, bytes: &[u8], found: &mut Codes) {
    let Ok(bundle) = Bundle::read(bytes) else { return };
    note_fields(bytes, found);
    match bundle.kind {
        BundleType::Message => {}
        BundleType::Transaction => found.note(CodeKind::MessageType, "transaction", Some("read")),
        BundleType::Other => found.note(CodeKind::MessageType, "other", None),
    }
    let reading = Reading::new(source, &bundle);
    for (at, entry) in bundle.entries.iter().enumerate() {
        let contained = entry.contained.iter().map(|(_, resource)| resource);
        for resource in entry.resource.iter().chain(contained) {
            reading.note(at, resource, found);
        }
    }
}

impl Reading<'_> {
    fn note(self, at: usize, resource: &Resource, found: &mut Codes) {
        match resource {
            Resource::Patient(it) => {
                note_names(it.name.as_deref(), found);
                for identifier in it.identifier.iter().flatten() {
                    self.note_authority(CodeKind::Authority, identifier, found);
                    if let Some(kind) = identifier.type_code() {
                        found.note(CodeKind::NumberType, kind, type_meaning(self.source, kind));
                    }
                }
            }
            Resource::Encounter(it) => self.note_encounter(at, it, found),
            Resource::EpisodeOfCare(it) => self.note_authorities(it.identifier.as_deref(), found),
            Resource::Consent(it) => self.note_authorities(it.identifier.as_deref(), found),
            Resource::Task(it) => self.note_authorities(it.identifier.as_deref(), found),
            Resource::ServiceRequest(it) => {
                self.note_authorities(it.identifier.as_deref(), found);
                for code in it.category.iter().flatten().flat_map(CodeableConcept::codes) {
                    let configured = self.source.referral_kinds.get(code).and_then(|kind| kind.code());
                    let meaning = configured.or((code == SOCIAL_SERVICE).then_some("social care (SNOMED CT)"));
                    found.note(CodeKind::ReferralKind, code, meaning);
                }
            }
            Resource::CareTeam(it) => {
                self.note_authorities(it.identifier.as_deref(), found);
                for participant in it.participant.iter().flatten() {
                    self.note_role(participant.role.as_deref(), found);
                }
            }
            Resource::Practitioner(it) => {
                note_names(it.name.as_deref(), found);
                self.note_authorities(it.identifier.as_deref(), found);
            }
            Resource::MessageHeader(it) => note_event(it, found),
            Resource::Organization(_)
            | Resource::Location(_)
            | Resource::PractitionerRole(_)
            | Resource::Provenance(_)
            | Resource::Other => {}
        }
    }

    fn note_encounter(self, at: usize, encounter: &Encounter, found: &mut Codes) {
        self.note_authorities(encounter.identifier.as_deref(), found);
        for episode in encounter.episode_of_care.iter().flatten() {
            self.note_authorities(episode.identifier.as_ref().map(std::slice::from_ref), found);
        }
        let class = encounter.class.as_ref().and_then(|class| class.code.as_deref()).map(str::trim);
        if let Some(class) = class {
            let configured = self.source.patient_class(class).and_then(OwnCode::code);
            let meaning = configured.or(is_class(class).then_some("as v3 ActCode has it"));
            found.note(CodeKind::PatientClass, class, meaning);
        }
        let places = encounter.location.iter().flatten().filter_map(|it| it.location.as_ref());
        // The place is where the client lies, if no unit has them.
        let wards: Vec<&Reference> =
            encounter.service_provider.as_ref().map_or_else(|| places.collect(), |it| vec![it]);
        for ward in wards {
            if let Some(code) = self.ward_code(at, ward, MessagePlace::Entry(at, "resource")).ok().flatten() {
                found.note(CodeKind::Ward, &code, self.source.wards.get(&code).map(String::as_str));
            }
        }
        for participant in encounter.participant.iter().flatten() {
            self.note_role(participant.role.as_deref(), found);
        }
    }

    fn note_authorities(self, list: Option<&[Identifier]>, found: &mut Codes) {
        for identifier in list.unwrap_or_default() {
            self.note_authority(CodeKind::KeyAuthority, identifier, found);
        }
    }

    fn note_authority(self, what: CodeKind, identifier: &Identifier, found: &mut Codes) {
        if let Some(system) = identifier.system() {
            let scope = self.scope(Some(system));
            found.note(what, system, scope.is_known().then(|| scope.system()));
        }
    }

    /// If one coding of a concept is a known role, its other codings are not reported.
    fn note_role(self, concepts: Option<&[CodeableConcept]>, found: &mut Codes) {
        let concepts = concepts.unwrap_or_default();
        let role = self.role(concepts);
        let codes = || concepts.iter().flat_map(CodeableConcept::codes);
        let of_role =
            |code: &&str| self.source.worker_roles.contains_key(*code) || role.and_then(OwnCode::code) == Some(*code);
        match role {
            Some(role) => codes().filter(of_role).for_each(|code| found.note(CodeKind::WorkerRole, code, role.code())),
            None => codes().for_each(|code| {
                let other =
                    self.source.other_roles.contains(code).then_some("in other_roles: nobody whom an answer names");
                found.note(CodeKind::WorkerRole, code, other);
            }),
        }
    }
}

fn note_event(header: &MessageHeader, found: &mut Codes) {
    let code = header.event_coding.as_ref().and_then(|coding| coding.code.as_deref());
    if let Some(code) = code.or(header.event_uri.as_deref()) {
        let is_read = MessageEvent::read(header).is_ok();
        found.note(CodeKind::MessageType, &format!("message {code}"), is_read.then_some("read"));
    }
    if let Some(endpoint) = header.source.as_ref().and_then(|it| it.endpoint.as_deref()) {
        found.note(CodeKind::Sender, endpoint, None);
    }
}

fn note_names(names: Option<&[HumanName]>, found: &mut Codes) {
    for name in names.unwrap_or_default() {
        let given = name.given.iter().flatten().flatten().map(String::as_str);
        name.family.as_deref().into_iter().chain(name.text.as_deref()).chain(given).for_each(|it| found.note_name(it));
    }
}

/// The members of each resource. A name of a type or a member has letters only; another text is none.
fn note_fields(bytes: &[u8], found: &mut Codes) {
    let bundle: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let is_name = |text: &str| !text.is_empty() && text.len() <= 40 && text.bytes().all(|it| it.is_ascii_alphabetic());
    for resource in bundle["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]) {
        let (Some(members), Some(kind)) = (resource.as_object(), resource["resourceType"].as_str()) else { continue };
        let read = READ.iter().find(|(known, _)| *known == kind).map(|(_, members)| *members);
        let of_every = |name: &str| ["resourceType", "id", "meta", "contained"].contains(&name);
        for name in members.keys().filter(|name| is_name(kind) && is_name(name) && *name != "resourceType") {
            let is_read = read.is_some_and(|read| read.contains(&name.as_str()) || of_every(name));
            found.note(CodeKind::Field, &format!("{kind}.{name}"), is_read.then_some("read"));
            // Others' codes, such as a relative's, are not of the client.
            if matches!(kind, "Patient" | "Encounter" | "EpisodeOfCare")
                && (kind, name.as_str()) != ("Patient", "identifier")
            {
                found.note_stray(&format!("{kind}.{name}"), &members[name].to_string());
            }
        }
    }
}
