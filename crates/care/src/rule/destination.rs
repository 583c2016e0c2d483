//! Where a client went after leaving a hospital: home, to another unit, or not known. Never which unit: that would be a
//! place, and its kind may reveal a speciality.

use event::Code;

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Home.
    Home,
    /// To another hospital, ward or institution.
    OtherUnit,
    /// Not reported, or in a code that has no common meaning.
    Unknown,
}

/// HL7 table 0112 (suggested values 01 and 06: home, with or without care there), and FHIR's `encounter-discharge-disposition`.
const HOME: [&str; 3] = ["01", "06", "home"];
/// HL7 table 0112 (02 to 05: other hospitals and institutions), and FHIR's.
const OTHER_UNIT: [&str; 10] = ["02", "03", "04", "05", "other-hcf", "hosp", "long", "rehab", "psy", "snf"];

impl Destination {
    /// By the disposition that the source reported. A source's own code is never guessed: `alt-home` is not the
    /// client's home, and a client who left against advice (07, `aadvice`) may be anywhere.
    #[must_use]
    pub fn of(disposition: Option<&Code>) -> Self {
        let Some(code) = disposition.map(|code| code.as_str().to_ascii_lowercase()) else { return Self::Unknown };
        if HOME.contains(&code.as_str()) {
            Self::Home
        } else if OTHER_UNIT.contains(&code.as_str()) {
            Self::OtherUnit
        } else {
            Self::Unknown
        }
    }
}
