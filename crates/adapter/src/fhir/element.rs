//! The data types of FHIR R4, as far as they are read: unknown members and `_field` extensions are passed over.
//!
//! An absent member, `null` and an empty array are the same. A member of another JSON type makes the resource
//! unreadable: that is for whoever parses the resource to say, and where.

use serde::Deserialize;

/// A code of a code system.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Coding {
    pub(super) system: Option<String>,
    pub(super) code: Option<String>,
}

/// Codings of one concept. The text is known to be there or not, never read: free text stays at its source (law 7).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeableConcept {
    pub(super) coding: Option<Vec<Coding>>,
    pub(super) text: Option<serde::de::IgnoredAny>,
}

/// An identifier.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Identifier {
    #[serde(rename = "use")]
    pub(super) usage: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<IdentifierType>,
    pub(super) system: Option<String>,
    pub(super) value: Option<String>,
    pub(super) period: Option<Period>,
}

/// `Identifier.type`: HL7 table 0203.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct IdentifierType {
    pub(super) coding: Option<Vec<IdentifierTypeCoding>>,
}

/// A code of `Identifier.type`.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct IdentifierTypeCoding {
    pub(super) code: Option<String>,
}

/// A literal reference, a logical one, or both.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reference {
    #[serde(rename = "reference")]
    pub(super) literal: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) identifier: Option<Identifier>,
    /// What it names, for people: read of a worker who is not in the bundle.
    pub(super) display: Option<String>,
}

/// A period; its ends as written.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Period {
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
}

/// A person's name.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct HumanName {
    #[serde(rename = "use")]
    pub(super) usage: Option<String>,
    pub(super) family: Option<String>,
    pub(super) given: Option<Vec<Option<String>>>,
    pub(super) text: Option<String>,
}

/// A phone number or an address of electronic mail.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ContactPoint {
    pub(super) system: Option<String>,
    #[serde(rename = "use")]
    pub(super) usage: Option<String>,
    pub(super) value: Option<String>,
    pub(super) rank: Option<f64>,
    pub(super) period: Option<Period>,
}

/// What is told about the resource itself.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Meta {
    #[serde(rename = "lastUpdated")]
    pub(super) last_updated: Option<String>,
    pub(super) security: Option<Vec<Coding>>,
}

/// An extension whose value is a period: the one kind that is read.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Extension {
    pub(super) url: Option<String>,
    #[serde(rename = "valuePeriod")]
    pub(super) period: Option<Period>,
}

impl Coding {
    /// True if it is `code` of `system`.
    pub(super) fn is(&self, system: &str, code: &str) -> bool {
        self.system.as_deref() == Some(system) && self.code.as_deref() == Some(code)
    }
}

impl CodeableConcept {
    /// Its codes, whatever the system.
    pub(super) fn codes(&self) -> impl Iterator<Item = &str> {
        self.coding.iter().flatten().filter_map(|coding| coding.code.as_deref())
    }

    /// The first code that can travel as one (law 7).
    pub(super) fn code(&self) -> Option<event::Code> {
        self.codes().find_map(|code| event::Code::try_new(code.trim()).ok())
    }

    /// True if it says anything.
    pub(super) fn is_told(&self) -> bool {
        self.text.is_some() || self.codes().next().is_some()
    }
}

impl Identifier {
    /// The value without blanks around it; `None` if it is empty, over 200 characters, or has a control character.
    pub(super) fn value(&self) -> Option<&str> {
        self.value.as_deref().and_then(|value| text(value, 200))
    }

    /// The system without blanks around it.
    pub(super) fn system(&self) -> Option<&str> {
        self.system.as_deref().and_then(|system| text(system, 200))
    }

    /// Its type of HL7 table 0203: of several codes the one that says most of whose it is.
    pub(super) fn type_code(&self) -> Option<&str> {
        let codes =
            || self.kind.iter().flat_map(|kind| kind.coding.iter().flatten()).filter_map(|it| it.code.as_deref());
        ["NNFIN", "PI", "MR"].into_iter().find(|wanted| codes().any(|code| code == *wanted)).or_else(|| codes().next())
    }

    /// True if HL7 table 0203 calls it `code`.
    pub(super) fn is_of_type(&self, code: &str) -> bool {
        let codings = self.kind.iter().flat_map(|kind| kind.coding.iter().flatten());
        codings.filter_map(|coding| coding.code.as_deref()).any(|found| found == code)
    }

    pub(super) fn has_use(&self, usage: &str) -> bool {
        self.usage.as_deref() == Some(usage)
    }
}

/// `written` without blanks around it; `None` if it is empty, longer than `limit` characters, or has a control character.
pub(super) fn text(written: &str, limit: usize) -> Option<&str> {
    let written = written.trim();
    let fits = !written.is_empty() && written.chars().nth(limit).is_none() && !written.chars().any(char::is_control);
    fits.then_some(written)
}
