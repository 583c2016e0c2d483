//! Whom a resource is about: a Patient in the bundle, contained or not, or an identifier in the reference itself.
//!
//! - An identifier's system, as configured; the identity code's by its OID or by type `NNFIN` (HL7 table 0203); without a
//!   system it is the sender's own number. A system that nobody configured stays as written and links nobody.
//! - `use: old` names nobody now: an old temporary id says that its record is this person's, an old identity code that it
//!   was changed (661/2009 12 §).
//! - `meta.security` TURVAKIELTO sets a non-disclosure. That the label is absent lifts none: most senders have no labels.

use super::context::{Context, Writer};
use super::element::{Identifier, Reference};
use super::resource::{Patient, Resource};
use super::time;
use crate::Decides;
use crate::identifiers::{HETU_OID, Identifiers, MAX_IDENTIFIERS, is_temporary, with_birth_date};
use crate::rejection::{Fault, Place, RejectionCode};
use event::{
    BirthDate, Body, Code, HETU_SYSTEM, IdentitiesMerged, Instant, NationalIdChanged, NonDisclosureSet, PersonDied,
    PersonName, PersonUpdated, Presented, Record, Token,
};
use std::collections::BTreeSet;

const MAX_NAME: usize = 200;

/// Whom a resource is about.
pub(super) struct Subject<'a> {
    identifiers: Identifiers,
    former: Identifiers,
    /// What it presents.
    pub(super) presented: Vec<Presented>,
    /// The resource, if the bundle has it, and the place of whoever refers to it.
    pub(super) patient: Option<&'a Patient>,
    /// The place of whoever refers to it, and the entry that it is, if it is one.
    place: Place,
    entry: Option<usize>,
}

impl<'a> Context<'a> {
    /// Whom `reference`, of the entry `from`, means. Nothing is fetched, and a server's id is nobody's number.
    pub(super) fn subject(
        self,
        from: usize,
        reference: Option<&Reference>,
        place: Place,
    ) -> Result<Subject<'a>, Fault> {
        let reference = reference.ok_or(Fault::missing(place))?;
        if let Some(Resource::Patient(patient)) = self.bundle.resolve(from, reference) {
            return self.read(
                patient.identifier.as_deref().unwrap_or_default(),
                Some(patient),
                place,
                self.bundle.entry(reference),
            );
        }
        let text = "it refers to no Patient of this bundle, and has no identifier";
        let unknown = Fault::new(RejectionCode::UnknownKeyIdentifier, place, text);
        let one = reference.identifier.as_ref().ok_or(unknown)?;
        self.read(std::slice::from_ref(one), None, place, None)
    }

    /// Whom the Patient of entry `at` is.
    pub(super) fn subject_of(self, at: usize, patient: &'a Patient) -> Result<Subject<'a>, Fault> {
        let list = patient.identifier.as_deref().unwrap_or_default();
        self.read(list, Some(patient), Place::Entry(at, "resource.identifier"), Some(at))
    }

    fn read(
        self,
        list: &[Identifier],
        patient: Option<&'a Patient>,
        place: Place,
        entry: Option<usize>,
    ) -> Result<Subject<'a>, Fault> {
        if list.len() > MAX_IDENTIFIERS {
            let place = entry.map_or(place, |at| Place::Entry(at, "resource.identifier"));
            return Err(Fault::too_large(place, "more than 100 identifiers"));
        }
        let (identifiers, former) = self.identifiers(list);
        let presented = identifiers.presented(self.source, self.keyring);
        Ok(Subject { identifiers, former, presented, patient, place, entry })
    }

    /// The present ones, and the old.
    fn identifiers(self, list: &[Identifier]) -> (Identifiers, Identifiers) {
        let (mut present, mut former) = (Identifiers::default(), Identifiers::default());
        for identifier in list.iter().take(MAX_IDENTIFIERS) {
            if let Some(value) = identifier.value() {
                let list = if identifier.has_use("old") { &mut former } else { &mut present };
                list.found.push(event::Identifier::new(&self.person_system(identifier), value));
            }
        }
        (present, former)
    }

    pub(super) fn person_system(self, identifier: &Identifier) -> String {
        if identifier.is_of_type("NNFIN") {
            return HETU_SYSTEM.to_owned();
        }
        let Some(written) = identifier.system() else {
            return self.source.own_system().to_owned();
        };
        let urn = || format!("urn:oid:{}", written.strip_prefix("urn:oid:").unwrap_or(written));
        match self.source.authorities.get(written) {
            Some(mapped) => mapped.clone(),
            None if written == HETU_OID || is_temporary(&urn()) => urn(),
            None => written.to_owned(),
        }
    }

    /// Whom a refused bundle names: every Patient, and every identifier of a subject, whatever is wrong elsewhere.
    pub(super) fn named(self) -> Vec<Token> {
        let mut tokens = BTreeSet::new();
        for entry in &self.bundle.entries {
            let contained = entry.contained.iter().map(|(_, resource)| resource);
            let lists = entry.resource.as_ref().ok().into_iter().chain(contained).map(identifiers_of_subject);
            for list in lists.chain([entry.identifiers.as_slice()]) {
                if tokens.len() < MAX_IDENTIFIERS {
                    tokens.extend(self.identifiers(list).0.named(self.source, self.keyring));
                }
            }
        }
        tokens.into_iter().take(MAX_IDENTIFIERS).collect()
    }
}

fn identifiers_of_subject(resource: &Resource) -> &[Identifier] {
    let reference = match resource {
        Resource::Patient(patient) => return patient.identifier.as_deref().unwrap_or_default(),
        Resource::Encounter(it) => &it.subject,
        Resource::EpisodeOfCare(it) => &it.patient,
        Resource::Task(it) => &it.subject,
        Resource::ServiceRequest(it) => &it.subject,
        Resource::CareTeam(it) => &it.subject,
        _ => return &[],
    };
    reference.as_ref().and_then(|it| it.identifier.as_ref()).map_or(&[], std::slice::from_ref)
}

impl Subject<'_> {
    /// The record: by an identifier, else `otherwise`, the stay's.
    pub(super) fn record(&self, context: Context<'_>, otherwise: Option<Record>) -> Result<Record, Fault> {
        let text = "no identifier that a record can be kept by";
        let missing = Fault::new(RejectionCode::RequiredFieldMissing, self.place, text);
        self.identifiers.record(context.source, context.keyring).or(otherwise).ok_or(missing)
    }

    fn place(&self, path: &'static str) -> Place {
        self.entry.map_or(self.place, |at| Place::Entry(at, path))
    }

    /// The person facts of the resource, once for each bundle, after what the bundle is about.
    pub(super) fn tell_person(
        &self,
        context: Context<'_>,
        record: &Record,
        writer: &mut Writer<'_>,
    ) -> Result<(), Fault> {
        let happened_at = writer.recorded_at();
        let Some(patient) = self.patient else { return Ok(()) };
        if !writer.told.insert(std::ptr::from_ref(patient).addr()) {
            return Ok(());
        }
        let of = (record, self.presented.as_slice());
        let person = Person::read(patient, |path| self.place(path))?;
        let by_code = self.identifiers.birth_date();
        let presented = with_birth_date(&self.presented, person.birth_date.as_ref(), by_code, context.keyring);
        person.add((record, &presented), happened_at, writer);
        if patient.is_under_non_disclosure() {
            writer.add(of, happened_at, |_| Body::NonDisclosureSet(NonDisclosureSet { until: None }));
        }
        if writer.death_told {
            // MORS tells when.
        } else if let Some(written) = &patient.deceased_date_time {
            let died_at = context.instant(Some(written), self.place("resource.deceased"))?;
            let at = died_at.unwrap_or(happened_at);
            writer.add(of, at, |_| Body::PersonDied(PersonDied { died_at }));
        } else if patient.deceased_boolean == Some(true) {
            writer.add(of, happened_at, |_| Body::PersonDied(PersonDied { died_at: None }));
        }
        self.tell_former(context, record, happened_at, writer);
        Ok(())
    }

    /// The temporary id's own record and this one are one person, by the source's own word; an old identity code is the
    /// person's no longer (661/2009 12 §).
    fn tell_former(&self, context: Context<'_>, record: &Record, happened_at: Instant, writer: &mut Writer<'_>) {
        let temporary = self.former.found.iter().filter(|old| is_temporary(&old.system));
        for old in temporary {
            let subsumed = context.keyring.record(&context.source.name, &old.system, old.value.expose());
            if subsumed != *record {
                let body = Body::IdentitiesMerged(IdentitiesMerged {
                    subsumed,
                    authority: context.source.authority(Decides::Merges),
                    decider: None,
                    reason: None,
                });
                writer.add((record, &self.presented), happened_at, |_| body);
            }
        }
        let presented = self.presented.iter().find(|one| one.system == HETU_SYSTEM);
        let new = presented.map(|one| one.tokens.clone()).unwrap_or_default();
        let former = self.former.presented(context.source, context.keyring);
        let former = former.into_iter().filter(|one| one.system == HETU_SYSTEM).flat_map(|one| one.tokens);
        let old: Vec<Token> = former.filter(|token| !new.contains(token)).collect();
        if !old.is_empty() {
            let body = Body::NationalIdChanged(NationalIdChanged {
                old,
                new,
                authority: context.source.authority(Decides::IdentityCodes),
                decider: None,
                reason: None,
            });
            writer.add((record, &self.presented), happened_at, |_| body);
        }
    }
}

impl Patient {
    /// Patient.deceased, of either type.
    pub(super) fn is_deceased(&self) -> bool {
        self.deceased_boolean == Some(true) || self.deceased_date_time.is_some()
    }

    /// fi-base's security label for a turvakielto (661/2009 36 §).
    fn is_under_non_disclosure(&self) -> bool {
        let labels = self.meta.iter().flat_map(|meta| meta.security.iter().flatten());
        labels.filter_map(|label| label.code.as_deref()).any(|code| code == "TURVAKIELTO")
    }
}

/// The person fields of a Patient, checked and not yet sealed.
struct Person {
    name: Option<PersonName>,
    birth_date: Option<BirthDate>,
    language: Option<Code>,
    /// `Some(false)`: the source says that the person lives. A death is an event of its own.
    deceased: Option<bool>,
}

impl Person {
    fn read(patient: &Patient, place: impl Fn(&'static str) -> Place) -> Result<Self, Fault> {
        let names = || patient.name.iter().flatten();
        // Of several names the official one; a name that is old is not the person's now.
        let official = names().find(|name| name.usage.as_deref() == Some("official"));
        let name = official.or_else(|| names().find(|name| name.usage.as_deref() != Some("old")));
        let name = name.map(|name| {
            let given: Vec<&str> = name.given.iter().flatten().flatten().map(|part| part.trim()).collect();
            let mut family = name.family.as_deref().unwrap_or_default().trim();
            if family.is_empty() && given.is_empty() {
                // Written as one: no part of it can be told from another.
                family = name.text.as_deref().unwrap_or_default().trim();
            }
            PersonName { family: family.to_owned(), given: given.join(" ") }
        });
        for part in name.iter().flat_map(|name| [&name.family, &name.given]) {
            if part.chars().nth(MAX_NAME).is_some() {
                return Err(Fault::too_large(place("resource.name"), "a name longer than 200 characters"));
            }
            if part.chars().any(char::is_control) {
                return Err(Fault::data_type(place("resource.name"), "a control character in a name"));
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

    fn add(self, of: (&Record, &[Presented]), happened_at: Instant, writer: &mut Writer<'_>) {
        let Self { name, birth_date, language, deceased } = self;
        if name.is_none() && birth_date.is_none() && language.is_none() && deceased.is_none() {
            return;
        }
        writer.add(of, happened_at, |sealer| {
            Body::PersonUpdated(PersonUpdated {
                name: name.map(|name| sealer.seal(&name)),
                birth_date: birth_date.map(|date| sealer.seal(&date)),
                language,
                deceased,
                ..PersonUpdated::default()
            })
        });
    }
}
