//! Makes events of resources: the subject, the stay, the referral, the team, and the events of each kind of resource.

mod author;
mod care_team;
mod choice;
mod consent;
pub(in crate::fhir) mod context;
mod encounter_state;
mod episode_of_care;
pub(in crate::fhir) mod message;
pub(in crate::fhir) mod message_event;
mod provenance;
pub(in crate::fhir) mod referral;
mod relay;
pub(in crate::fhir) mod remarks;
pub(in crate::fhir) mod state;
mod stay_key;
mod subject;
mod team;
mod telecom;
mod time;
pub(in crate::fhir) mod visit;
mod worker;
pub(in crate::fhir) mod writer;
