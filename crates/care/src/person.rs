//! Person fields: registers per (record, field) (rule R4).

use event::{BirthDate, Code, PersonField, PersonName, PersonUpdated, Sealed};
use serde::{Deserialize, Serialize};

/// What one record says of the person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// PID-5.
    pub name: Option<Sealed<PersonName>>,
    /// PID-7.
    pub birth_date: Option<Sealed<BirthDate>>,
    /// PID-15.
    pub language: Option<Code>,
    /// PID-30.
    pub deceased: Option<bool>,
}

impl Person {
    /// The next update in the order of the fold: an absent field says nothing, a cleared one clears.
    pub fn evolve(&mut self, update: &PersonUpdated) {
        for field in &update.cleared {
            match field {
                PersonField::Name => self.name = None,
                PersonField::BirthDate => self.birth_date = None,
                PersonField::Language => self.language = None,
                PersonField::Deceased => self.deceased = None,
            }
        }
        self.name = update.name.clone().or_else(|| self.name.take());
        self.birth_date = update.birth_date.clone().or_else(|| self.birth_date.take());
        self.language = update.language.clone().or_else(|| self.language.take());
        self.deceased = update.deceased.or(self.deceased);
    }
}
