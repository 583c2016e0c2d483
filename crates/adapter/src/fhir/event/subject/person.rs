//! The person data of a Patient: name, birth date, language, whether the person is alive.
//!
//! `meta.security` TURVAKIELTO sets a non-disclosure. A missing label lifts none, because most senders have no labels.

use crate::fhir::event::time;
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::Patient;
use crate::rejection::{MessagePlace, RejectionReason};
use event::{BirthDate, Body, Code, Instant, PersonName, PersonUpdated, Presented, StreamId};

const MAX_NAME: usize = 200;

/// The person fields of a Patient, checked and not yet sealed.
pub(in crate::fhir) struct Person {
    name: Option<PersonName>,
    pub(in crate::fhir) birth_date: Option<BirthDate>,
    language: Option<Code>,
    /// `Some(false)`: the source reports that the person is alive. A death is an event of its own.
    deceased: Option<bool>,
}

impl Person {
    pub(in crate::fhir) fn read(
        patient: &Patient,
        place: impl Fn(&'static str) -> MessagePlace,
    ) -> Result<Self, RejectionReason> {
        let names = || patient.name.iter().flatten();
        // Of several names the official one. An old name is not the person's name now.
        let official = names().find(|name| name.usage.as_deref() == Some("official"));
        let name = official.or_else(|| names().find(|name| name.usage.as_deref() != Some("old")));
        let name = name.map(|name| {
            let given: Vec<&str> = name.given.iter().flatten().flatten().map(|part| part.trim()).collect();
            let mut family = name.family.as_deref().unwrap_or_default().trim();
            if family.is_empty() && given.is_empty() {
                // The name is written as one text, which cannot be split into parts.
                family = name.text.as_deref().unwrap_or_default().trim();
            }
            PersonName { family: family.to_owned(), given: given.join(" ") }
        });
        for part in name.iter().flat_map(|name| [&name.family, &name.given]) {
            if part.chars().nth(MAX_NAME).is_some() {
                return Err(RejectionReason::too_large(place("resource.name"), "a name longer than 200 characters"));
            }
            if part.chars().any(char::is_control) {
                return Err(RejectionReason::data_type(place("resource.name"), "a control character in a name"));
            }
        }
        let birth_date = time::date(patient.birth_date.as_deref(), place("resource.birthDate"))?;
        let spoken = || patient.communication.iter().flatten();
        let preferred = spoken().find(|it| it.preferred == Some(true)).or_else(|| spoken().next());
        Ok(Self {
            name: name.filter(|name| !name.family.is_empty() || !name.given.is_empty()),
            birth_date: birth_date.map(|date| BirthDate { date: date.to_string() }),
            language: preferred.and_then(|it| it.language.as_ref()?.code()),
            deceased: patient.deceased_boolean.filter(|deceased| !deceased),
        })
    }

    pub(in crate::fhir) fn add(self, of: (&StreamId, &[Presented]), happened_at: Instant, writer: &mut Writer<'_>) {
        let Self { name, birth_date, language, deceased } = self;
        let says_nothing = name.is_none() && birth_date.is_none() && language.is_none() && deceased.is_none();
        // Presented identifiers are news too: an identity code without other data makes the client findable.
        if says_nothing && (of.1.is_empty() || writer.presents(of.0)) {
            return;
        }
        writer.add(of, happened_at, |sealer| {
            Body::from(PersonUpdated {
                name: name.map(|name| sealer.seal(&name)),
                birth_date: birth_date.map(|date| sealer.seal(&date)),
                language,
                deceased,
                ..PersonUpdated::default()
            })
        });
    }
}
