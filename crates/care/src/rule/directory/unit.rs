//! Units of social care and the county's lines: who stands behind a worker.

use crate::fact::sight::Sight;
use crate::rule::hours::Hours;
use event::{Code, Instant};
use serde::Deserialize;

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// By which others refer to it.
    pub code: String,
    /// The facility that it belongs to.
    pub facility: Option<String>,
    /// What it does (palvelutehtävä).
    pub service_tasks: Vec<Code>,
    /// For clients of these ages.
    pub ages: Ages,
    /// How it is reached.
    pub line: Line,
    /// The unit or county line behind it.
    pub fallback: Option<String>,
}

/// A number that is answered by whoever is there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Line {
    /// Its code in the directory.
    pub code: String,
    /// Whose it is.
    pub name: String,
    /// The number for other professionals: never on a client's sheet.
    pub phone_professional: Option<String>,
    /// The number that clients may have.
    pub phone_public: Option<String>,
    /// When it is answered.
    pub hours: Hours,
    /// How its service is asked for.
    pub how_to_apply: Option<String>,
    /// What it may do.
    pub mandate: Option<Mandate>,
    /// When the county last confirmed these data.
    #[serde(skip)]
    pub confirmed_at: Option<Instant>,
    /// The county's own: it leads to no place, so everybody may have it.
    #[serde(skip)]
    pub of_the_county: bool,
}

/// What a unit may do ("Jalmarin terveyssosiaalityössä päätöksiä tehdään": a matter of the unit, never of the role).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mandate {
    /// It makes decisions on services.
    Decides,
    /// It prepares them for another.
    Prepares,
    /// It coordinates.
    Coordinates,
}

/// From one age to another, both included; without an end where none is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ages {
    /// From.
    pub from: Option<u16>,
    /// To.
    pub to: Option<u16>,
}

impl Ages {
    /// Is it for a client of this age? Of an age that is not known it may be.
    #[must_use]
    pub fn has(self, age: Option<u16>) -> bool {
        let Some(age) = age else { return true };
        self.from.is_none_or(|from| from <= age) && self.to.is_none_or(|to| age <= to)
    }
}

impl Line {
    /// What may be shown of it; `None`: nothing, because it would lead to a place.
    #[must_use]
    pub fn seen(self, sight: Sight) -> Option<Self> {
        match sight {
            _ if self.of_the_county => Some(self),
            Sight::Whole => Some(self),
            // The name of a unit can reveal what the client is a client of.
            Sight::Outside => Some(Self { name: String::new(), how_to_apply: None, mandate: None, ..self }),
            Sight::NoPlace | Sight::Withheld => None,
        }
    }
}
