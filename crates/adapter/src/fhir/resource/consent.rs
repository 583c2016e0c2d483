//! Consent (hl7.org/fhir/R4/consent.html), with every member by which a rule is narrowed.

use super::element::{CodeableConcept, Coding, Identifier, Meta, Period, Reference};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// A Consent.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Consent {
    pub(in crate::fhir) meta: Option<Meta>,
    #[serde(rename = "implicitRules")]
    pub(in crate::fhir) implicit_rules: Option<IgnoredAny>,
    #[serde(rename = "modifierExtension")]
    pub(in crate::fhir) modifier_extension: Option<Vec<IgnoredAny>>,
    pub(in crate::fhir) identifier: Option<Vec<Identifier>>,
    pub(in crate::fhir) status: Option<String>,
    pub(in crate::fhir) scope: Option<CodeableConcept>,
    pub(in crate::fhir) category: Option<Vec<CodeableConcept>>,
    pub(in crate::fhir) patient: Option<Reference>,
    #[serde(rename = "dateTime")]
    pub(in crate::fhir) date_time: Option<String>,
    #[serde(rename = "policyRule")]
    pub(in crate::fhir) policy_rule: Option<CodeableConcept>,
    pub(in crate::fhir) verification: Option<Vec<Verification>>,
    pub(in crate::fhir) provision: Option<Provision>,
}

/// `Consent.verification`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Verification {
    pub(in crate::fhir) verified: Option<bool>,
}

/// `Consent.provision`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Provision {
    #[serde(rename = "modifierExtension")]
    pub(in crate::fhir) modifier_extension: Option<Vec<IgnoredAny>>,
    /// `permit` or `deny`.
    #[serde(rename = "type")]
    pub(in crate::fhir) kind: Option<String>,
    pub(in crate::fhir) period: Option<Period>,
    pub(in crate::fhir) actor: Option<Vec<Actor>>,
    pub(in crate::fhir) action: Option<Vec<CodeableConcept>>,
    #[serde(rename = "securityLabel")]
    pub(in crate::fhir) security_label: Option<Vec<IgnoredAny>>,
    pub(in crate::fhir) purpose: Option<Vec<Coding>>,
    pub(in crate::fhir) class: Option<Vec<Coding>>,
    pub(in crate::fhir) code: Option<Vec<CodeableConcept>>,
    #[serde(rename = "dataPeriod")]
    pub(in crate::fhir) data_period: Option<Period>,
    pub(in crate::fhir) data: Option<Vec<ProvisionData>>,
    /// Exceptions to it.
    #[serde(rename = "provision")]
    pub(in crate::fhir) exceptions: Option<Vec<IgnoredAny>>,
}

/// `Consent.provision.actor`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Actor {
    #[serde(rename = "modifierExtension")]
    pub(in crate::fhir) modifier_extension: Option<Vec<IgnoredAny>>,
    pub(in crate::fhir) role: Option<CodeableConcept>,
    pub(in crate::fhir) reference: Option<Reference>,
}

/// `Consent.provision.data`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct ProvisionData {
    pub(in crate::fhir) reference: Option<Reference>,
}
