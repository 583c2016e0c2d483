//! The data types of FHIR R4, as far as they are read: unknown members and `_field` extensions are ignored.
//!
//! An absent member, `null` and an empty array are the same. A member of another JSON type makes the resource
//! unreadable.

use serde::Deserialize;

/// A code of a code system.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Coding {
    pub(in crate::fhir) system: Option<String>,
    pub(in crate::fhir) code: Option<String>,
}

/// Codings of one concept. Only the presence of the text is read: free text stays at its source (law 7).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct CodeableConcept {
    pub(in crate::fhir) coding: Option<Vec<Coding>>,
    pub(in crate::fhir) text: Option<serde::de::IgnoredAny>,
}

/// An identifier.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Identifier {
    #[serde(rename = "use")]
    pub(in crate::fhir) usage: Option<String>,
    #[serde(rename = "type")]
    pub(in crate::fhir) kind: Option<IdentifierType>,
    pub(in crate::fhir) system: Option<String>,
    pub(in crate::fhir) value: Option<String>,
    pub(in crate::fhir) period: Option<Period>,
}

/// `Identifier.type`: HL7 table 0203.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct IdentifierType {
    pub(in crate::fhir) coding: Option<Vec<IdentifierTypeCoding>>,
}

/// A code of `Identifier.type`.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct IdentifierTypeCoding {
    pub(in crate::fhir) code: Option<String>,
}

/// A literal reference, a logical one, or both.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Reference {
    #[serde(rename = "reference")]
    pub(in crate::fhir) literal: Option<String>,
    #[serde(rename = "type")]
    pub(in crate::fhir) kind: Option<String>,
    pub(in crate::fhir) identifier: Option<Identifier>,
    /// The name for people: it is read for a worker who is not in the bundle.
    pub(in crate::fhir) display: Option<String>,
}

/// A period; its ends as written.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Period {
    pub(in crate::fhir) start: Option<String>,
    pub(in crate::fhir) end: Option<String>,
}

/// A person's name.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct HumanName {
    #[serde(rename = "use")]
    pub(in crate::fhir) usage: Option<String>,
    pub(in crate::fhir) family: Option<String>,
    pub(in crate::fhir) given: Option<Vec<Option<String>>>,
    pub(in crate::fhir) text: Option<String>,
}

/// A phone number or an address of electronic mail.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct ContactPoint {
    pub(in crate::fhir) system: Option<String>,
    #[serde(rename = "use")]
    pub(in crate::fhir) usage: Option<String>,
    pub(in crate::fhir) value: Option<String>,
    pub(in crate::fhir) rank: Option<f64>,
    pub(in crate::fhir) period: Option<Period>,
}

/// Metadata of the resource.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Meta {
    #[serde(rename = "lastUpdated")]
    pub(in crate::fhir) last_updated: Option<String>,
    pub(in crate::fhir) security: Option<Vec<Coding>>,
}

/// An extension whose value is a period or a code: the only kinds that are read.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::fhir) struct Extension {
    pub(in crate::fhir) url: Option<String>,
    #[serde(rename = "valuePeriod")]
    pub(in crate::fhir) period: Option<Period>,
    #[serde(rename = "valueCode")]
    pub(in crate::fhir) value_code: Option<String>,
}

impl Coding {
    /// True if it is `code` of `system`.
    pub(in crate::fhir) fn is(&self, system: &str, code: &str) -> bool {
        self.system.as_deref() == Some(system) && self.code.as_deref() == Some(code)
    }

    /// Its code, of `system` or of none that is named.
    pub(in crate::fhir) fn code_of(&self, system: &str) -> Option<&str> {
        self.code.as_deref().filter(|_| self.system.as_deref().is_none_or(|it| it == system))
    }

    /// Its code, if it names no system: a code of ours has none.
    pub(in crate::fhir) fn own_code(&self) -> Option<&str> {
        self.code.as_deref().filter(|_| self.system.is_none())
    }
}

impl Reference {
    /// The logical identifier of an Organization, as a code. Another reference may identify a person.
    pub(in crate::fhir) fn organization(&self) -> Option<event::Code> {
        let literal = self.literal.as_deref().is_some_and(|literal| literal.starts_with("Organization/"));
        let organization = literal || self.kind.as_deref() == Some("Organization");
        let value = self.identifier.as_ref().filter(|_| organization)?.value.as_deref()?;
        event::Code::try_new(value.trim()).ok()
    }
}

impl CodeableConcept {
    /// Its codes, whatever the system.
    pub(in crate::fhir) fn codes(&self) -> impl Iterator<Item = &str> {
        self.coding.iter().flatten().filter_map(|coding| coding.code.as_deref())
    }

    /// Its codes of `system` or of none that is named.
    pub(in crate::fhir) fn codes_of(&self, system: &str) -> impl Iterator<Item = &str> {
        self.coding.iter().flatten().filter_map(move |coding| coding.code_of(system))
    }

    /// The first code that can travel as one (law 7).
    pub(in crate::fhir) fn code(&self) -> Option<event::Code> {
        self.codes().find_map(|code| event::Code::try_new(code.trim()).ok())
    }

    /// True if it has a code or a text.
    pub(in crate::fhir) fn is_given(&self) -> bool {
        self.text.is_some() || self.codes().next().is_some()
    }
}

impl Identifier {
    /// The value without blanks around it; `None` if it is empty, over 200 characters, or has a control character.
    pub(in crate::fhir) fn value(&self) -> Option<&str> {
        self.value.as_deref().and_then(|value| text(value, 200))
    }

    /// The system without blanks around it.
    pub(in crate::fhir) fn system(&self) -> Option<&str> {
        self.system.as_deref().and_then(|system| text(system, 200))
    }

    /// Its type of HL7 table 0203; among several codes, the most specific one.
    pub(in crate::fhir) fn type_code(&self) -> Option<&str> {
        let codes =
            || self.kind.iter().flat_map(|kind| kind.coding.iter().flatten()).filter_map(|it| it.code.as_deref());
        ["NNFIN", "PI", "MR"].into_iter().find(|wanted| codes().any(|code| code == *wanted)).or_else(|| codes().next())
    }

    /// True if HL7 table 0203 calls it `code`.
    pub(in crate::fhir) fn is_of_type(&self, code: &str) -> bool {
        let codings = self.kind.iter().flat_map(|kind| kind.coding.iter().flatten());
        codings.filter_map(|coding| coding.code.as_deref()).any(|found| found == code)
    }

    pub(in crate::fhir) fn has_use(&self, usage: &str) -> bool {
        self.usage.as_deref() == Some(usage)
    }
}

/// `written` without blanks around it; `None` if it is empty, longer than `limit` characters, or has a control character.
pub(in crate::fhir) fn text(written: &str, limit: usize) -> Option<&str> {
    let written = written.trim();
    let fits = !written.is_empty() && written.chars().nth(limit).is_none() && !written.chars().any(char::is_control);
    fits.then_some(written)
}
