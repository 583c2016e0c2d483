//! What makes events of resources: the bundle, who it is about, and what each kind of resource reports.

mod care_team;
mod choice;
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
