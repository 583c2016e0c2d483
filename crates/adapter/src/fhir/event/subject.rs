//! The subject of a resource: a Patient in the bundle, contained or not, or an identifier in the reference itself.
//!
//! - The kind and the authority of an identifier follow the rules of every format: [`crate::number`], [`crate::scope`].
//! - An identifier that has ended (`use: old`, `period.end`) identifies nobody now: see
//!   [`crate::fhir::event::subject::former`].

mod former;
mod person;

use crate::fhir::event::context::Context;
use crate::fhir::event::subject::person::Person;
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::element::{Identifier, Reference};
use crate::fhir::resource::{Patient, Resource};
use crate::identifiers::{Identifiers, MAX_IDENTIFIERS, WrittenIdentifier, with_birth_date};
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use event::{Body, NonDisclosureSet, PersonDied, Presented, StreamId};

/// The subject of a resource.
pub(in crate::fhir) struct Subject<'a> {
    pub(in crate::fhir) identifiers: Identifiers,
    /// The identifiers it presents.
    pub(in crate::fhir) presented: Vec<Presented>,
    /// The resource, if the bundle has it.
    pub(in crate::fhir) patient: Option<&'a Patient>,
    /// The place of the reference, and the entry that the subject is or is contained in.
    place: MessagePlace,
    entry: Option<usize>,
    contained: bool,
}

impl<'a> Context<'a> {
    /// The subject that `reference`, of the entry `from`, means. Nothing is fetched, and a server's id is no patient
    /// number.
    pub(in crate::fhir) fn subject(
        self,
        from: usize,
        reference: Option<&Reference>,
        place: MessagePlace,
    ) -> Result<Subject<'a>, RejectionReason> {
        let reference = reference.ok_or(RejectionReason::missing(place))?;
        let found = self.bundle.resolve(from, reference, place)?;
        if let Some(target) = found {
            let Resource::Patient(patient) = target.resource else {
                return Err(RejectionReason::data_type(place, "it refers to a resource that is not a Patient"));
            };
            let list = patient.identifier.as_deref().unwrap_or_default();
            return self.read(list, Some(patient), place, (Some(target.entry), target.contained));
        }
        let text = "it refers to no Patient of this bundle, and has no identifier";
        let unknown = RejectionReason::new(RejectionCode::UnknownKeyIdentifier, place, text);
        let one = reference.identifier.as_ref().ok_or(unknown)?;
        self.read(std::slice::from_ref(one), None, place, (None, false))
    }

    /// The subject in the Patient of entry `at`.
    pub(in crate::fhir) fn subject_of(self, at: usize, patient: &'a Patient) -> Result<Subject<'a>, RejectionReason> {
        let list = patient.identifier.as_deref().unwrap_or_default();
        self.read(list, Some(patient), MessagePlace::Entry(at, "resource.identifier"), (Some(at), false))
    }

    fn read(
        self,
        list: &[Identifier],
        patient: Option<&'a Patient>,
        place: MessagePlace,
        (entry, contained): (Option<usize>, bool),
    ) -> Result<Subject<'a>, RejectionReason> {
        let mut subject =
            Subject { identifiers: Identifiers::default(), presented: Vec::new(), patient, place, entry, contained };
        if list.len() > MAX_IDENTIFIERS {
            return Err(RejectionReason::too_large(subject.place("resource.identifier"), "more than 100 identifiers"));
        }
        subject.identifiers = self.identifiers(list);
        subject.presented = subject.identifiers.presented(self.source, self.keyring);
        Ok(subject)
    }

    /// The order of the list does not count. Among several numbers of one system, the one marked official comes first,
    /// then the one that sorts first.
    pub(in crate::fhir) fn identifiers(self, list: &[Identifier]) -> Identifiers {
        let mut found = Identifiers::default();
        let mut sorted: Vec<&Identifier> = list.iter().take(MAX_IDENTIFIERS).collect();
        sorted.sort_by_key(|it| (!it.has_use("official"), it.system(), it.value()));
        for identifier in sorted {
            let Some(value) = identifier.value() else { continue };
            let authority = [identifier.system().map(str::to_owned)];
            let (kind, is_over) = (identifier.type_code(), self.has_ended(identifier));
            found.take(self.source, &WrittenIdentifier { authority: &authority, kind, value, is_over });
        }
        found
    }
}

impl Subject<'_> {
    /// The record: by an identifier, else `otherwise`, the stay's.
    pub(in crate::fhir) fn record(
        &self,
        context: Context<'_>,
        otherwise: Option<StreamId>,
    ) -> Result<StreamId, RejectionReason> {
        let text = "no identifier that can key a record";
        let missing = RejectionReason::new(RejectionCode::RequiredFieldMissing, self.place, text);
        self.identifiers.record(context.source, context.keyring).or(otherwise).ok_or(missing)
    }

    pub(in crate::fhir) fn place(&self, path: &'static str) -> MessagePlace {
        self.entry.filter(|_| !self.contained).map_or(self.place, |at| MessagePlace::Entry(at, path))
    }

    /// The entry that its own references are read from.
    pub(in crate::fhir) fn entry(&self) -> Option<usize> {
        self.entry
    }

    /// Adds the person's data, once for each bundle, after the events that the bundle is about.
    pub(in crate::fhir) fn add_person(
        &self,
        context: Context<'_>,
        record: &StreamId,
        writer: &mut Writer<'_>,
    ) -> Result<(), RejectionReason> {
        let happened_at = writer.recorded_at();
        let Some(patient) = self.patient else { return Ok(()) };
        if !writer.reported.insert(std::ptr::from_ref(patient).addr()) {
            return Ok(());
        }
        let of = (record, self.presented.as_slice());
        let person = Person::read(patient, |path| self.place(path))?;
        let by_code = self.identifiers.birth_date();
        let presented = with_birth_date(&self.presented, person.birth_date.as_ref(), by_code, context.keyring);
        person.add((record, &presented), happened_at, writer);
        if patient.is_under_non_disclosure() {
            writer.add(of, happened_at, |_| Body::from(NonDisclosureSet { until: None }));
        }
        if writer.death_reported {
            // MORS has already reported the death, with its time.
        } else if let Some(written) = &patient.deceased_date_time {
            let died_at = context.instant(Some(written), self.place("resource.deceased"))?;
            let at = died_at.unwrap_or(happened_at);
            writer.add(of, at, |_| Body::from(PersonDied { died_at }));
        } else if patient.deceased_boolean == Some(true) {
            writer.add(of, happened_at, |_| Body::from(PersonDied { died_at: None }));
        }
        self.add_former(context, record, happened_at, writer);
        self.add_links(context, record, happened_at, writer)
    }
}
