//! The resources that other resources refer to, as far as they are read.

use super::care_team::CareTeam;
use super::element::{CodeableConcept, Coding, ContactPoint, HumanName, Identifier, Meta, Period, Reference};
use super::encounter::Encounter;
use super::episode::EpisodeOfCare;
use super::request::ServiceRequest;
use super::task::Task;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A resource of a kind that something is read of.
pub(super) enum Resource {
    MessageHeader(Box<MessageHeader>),
    Patient(Box<Patient>),
    Encounter(Box<Encounter>),
    EpisodeOfCare(Box<EpisodeOfCare>),
    Task(Box<Task>),
    ServiceRequest(Box<ServiceRequest>),
    CareTeam(Box<CareTeam>),
    Organization(Box<Organization>),
    Location(Box<Location>),
    Practitioner(Box<Practitioner>),
    PractitionerRole(Box<PractitionerRole>),
    Provenance(Box<Provenance>),
    /// Another kind: nothing is read of it.
    Other,
}

/// What every resource begins with.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Begin<'a> {
    #[serde(rename = "resourceType")]
    pub(super) kind: String,
    pub(super) id: Option<String>,
    #[serde(borrow)]
    meta: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) contained: Option<Vec<&'a RawValue>>,
}

/// `meta`, as far as every resource's is read.
#[derive(Deserialize)]
struct Version {
    #[serde(rename = "versionId", default)]
    id: Option<String>,
}

impl Begin<'_> {
    /// `meta.versionId`.
    pub(super) fn version(&self) -> Option<String> {
        serde_json::from_str::<Version>(self.meta?.get()).ok()?.id
    }
}

impl Resource {
    /// `Err`: its members are not of the types that FHIR R4 gives them.
    pub(super) fn read(kind: &str, json: &str) -> Result<Self, ()> {
        fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<Box<T>, ()> {
            serde_json::from_str(json).map(Box::new).map_err(|_| ())
        }
        Ok(match kind {
            "MessageHeader" => Self::MessageHeader(parse(json)?),
            "Patient" => Self::Patient(parse(json)?),
            "Encounter" => Self::Encounter(parse(json)?),
            "EpisodeOfCare" => Self::EpisodeOfCare(parse(json)?),
            "Task" => Self::Task(parse(json)?),
            "ServiceRequest" => Self::ServiceRequest(parse(json)?),
            "CareTeam" => Self::CareTeam(parse(json)?),
            "Organization" => Self::Organization(parse(json)?),
            "Location" => Self::Location(parse(json)?),
            "Practitioner" => Self::Practitioner(parse(json)?),
            "PractitionerRole" => Self::PractitionerRole(parse(json)?),
            "Provenance" => Self::Provenance(parse(json)?),
            _ => Self::Other,
        })
    }
}

/// Who sends what, to whom (hl7.org/fhir/R4/messageheader.html).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct MessageHeader {
    pub(super) id: Option<String>,
    #[serde(rename = "eventCoding")]
    pub(super) event_coding: Option<Coding>,
    #[serde(rename = "eventUri")]
    pub(super) event_uri: Option<String>,
    pub(super) source: Option<MessageSource>,
    pub(super) response: Option<serde::de::IgnoredAny>,
    pub(super) focus: Option<Vec<Reference>>,
}

/// `MessageHeader.source`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct MessageSource {
    pub(super) endpoint: Option<String>,
}

/// A client. Contact data are not read at all, so that none can be shown in spite of a turvakielto.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Patient {
    pub(super) meta: Option<Meta>,
    pub(super) identifier: Option<Vec<Identifier>>,
    pub(super) name: Option<Vec<HumanName>>,
    #[serde(rename = "birthDate")]
    pub(super) birth_date: Option<String>,
    #[serde(rename = "deceasedBoolean")]
    pub(super) deceased_boolean: Option<bool>,
    #[serde(rename = "deceasedDateTime")]
    pub(super) deceased_date_time: Option<String>,
    pub(super) communication: Option<Vec<Communication>>,
    pub(super) link: Option<Vec<PatientLink>>,
}

/// `Patient.link`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PatientLink {
    pub(super) other: Option<Reference>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
}

/// `Patient.communication`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Communication {
    pub(super) language: Option<CodeableConcept>,
    pub(super) preferred: Option<bool>,
}

/// A unit.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Organization {
    pub(super) identifier: Option<Vec<Identifier>>,
    pub(super) name: Option<String>,
}

/// A place.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Location {
    pub(super) identifier: Option<Vec<Identifier>>,
    pub(super) name: Option<String>,
}

/// A worker.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Practitioner {
    pub(super) identifier: Option<Vec<Identifier>>,
    pub(super) name: Option<Vec<HumanName>>,
    pub(super) telecom: Option<Vec<ContactPoint>>,
    pub(super) qualification: Option<Vec<Qualification>>,
}

/// `Practitioner.qualification`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Qualification {
    pub(super) code: Option<CodeableConcept>,
}

/// A worker in a unit.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PractitionerRole {
    pub(super) identifier: Option<Vec<Identifier>>,
    pub(super) practitioner: Option<Reference>,
    pub(super) organization: Option<Reference>,
    pub(super) code: Option<Vec<CodeableConcept>>,
    pub(super) telecom: Option<Vec<ContactPoint>>,
    #[serde(rename = "availableTime")]
    pub(super) available_time: Option<Vec<AvailableTime>>,
}

/// `PractitionerRole.availableTime`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct AvailableTime {
    #[serde(rename = "daysOfWeek")]
    pub(super) days_of_week: Option<Vec<Option<String>>>,
    #[serde(rename = "allDay")]
    pub(super) all_day: Option<bool>,
    #[serde(rename = "availableStartTime")]
    pub(super) start: Option<String>,
    #[serde(rename = "availableEndTime")]
    pub(super) end: Option<String>,
}

/// Where something comes from.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Provenance {
    pub(super) target: Option<Vec<Reference>>,
    #[serde(rename = "occurredDateTime")]
    pub(super) occurred: Option<String>,
    #[serde(rename = "occurredPeriod")]
    pub(super) occurred_period: Option<Period>,
    pub(super) recorded: Option<String>,
    pub(super) activity: Option<CodeableConcept>,
    pub(super) agent: Option<Vec<Agent>>,
    pub(super) entity: Option<Vec<ProvenanceEntity>>,
}

/// `Provenance.agent`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Agent {
    #[serde(rename = "type")]
    pub(super) kind: Option<CodeableConcept>,
    pub(super) who: Option<Reference>,
}

/// `Provenance.entity`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ProvenanceEntity {
    pub(super) role: Option<String>,
    pub(super) what: Option<Reference>,
}
