//! Resources and data types of FHIR R4, as far as they are read. Nothing here knows which events are made of them.
//!
//! - Narrow structs: only what an event needs is read, and free text never. Unknown elements are ignored.
//! - A member of another JSON type makes the resource unreadable: the caller reports that, and where.

mod care_team;
mod consent;
pub(in crate::fhir) mod element;
mod encounter;
mod episode_of_care;
mod message_header;
mod patient;
mod place;
mod practitioner;
mod provenance;
mod service_request;
mod task;

pub(in crate::fhir) use care_team::CareTeam;
pub(in crate::fhir) use consent::{Actor, Consent, Provision, ProvisionData};
pub(in crate::fhir) use encounter::{Encounter, Status};
pub(in crate::fhir) use episode_of_care::EpisodeOfCare;
pub(in crate::fhir) use message_header::MessageHeader;
pub(in crate::fhir) use patient::Patient;
pub(in crate::fhir) use place::{Location, Organization};
pub(in crate::fhir) use practitioner::{AvailableTime, Practitioner, PractitionerRole};
pub(in crate::fhir) use provenance::{Agent, Provenance};
pub(in crate::fhir) use service_request::ServiceRequest;
pub(in crate::fhir) use task::Task;

use serde::Deserialize;
use serde_json::value::RawValue;

/// A resource, if its kind is read.
pub(super) enum Resource {
    MessageHeader(Box<MessageHeader>),
    Patient(Box<Patient>),
    Encounter(Box<Encounter>),
    EpisodeOfCare(Box<EpisodeOfCare>),
    Task(Box<Task>),
    ServiceRequest(Box<ServiceRequest>),
    CareTeam(Box<CareTeam>),
    Consent(Box<Consent>),
    Organization(Box<Organization>),
    Location(Box<Location>),
    Practitioner(Box<Practitioner>),
    PractitionerRole(Box<PractitionerRole>),
    Provenance(Box<Provenance>),
    /// Another kind: it is not read.
    Other,
}

/// The members that every resource has.
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
            "Consent" => Self::Consent(parse(json)?),
            "Organization" => Self::Organization(parse(json)?),
            "Location" => Self::Location(parse(json)?),
            "Practitioner" => Self::Practitioner(parse(json)?),
            "PractitionerRole" => Self::PractitionerRole(parse(json)?),
            "Provenance" => Self::Provenance(parse(json)?),
            _ => Self::Other,
        })
    }
}
