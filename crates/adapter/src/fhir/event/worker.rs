//! A worker whom a CareTeam, an Encounter, an EpisodeOfCare or a Task names: by a Practitioner or a PractitionerRole in
//! the bundle, by a unit where no person is named, or by identifier and name in the reference itself.
//!
//! A unit's name is not taken as a person's name: it may be that of a psychiatric ward, and names of wards do not cross
//! the line to the other register (703/2023 26 §). So a worker who is a unit has a unit and no name. A code of a role
//! that is the sender's own may name a ward as well, and is no profession.

use crate::fhir::bundle::reference::Target;
use crate::fhir::event::context::{Context, Reading};
use crate::fhir::resource::element::{Coding, HumanName, Identifier, Reference, text};
use crate::fhir::resource::{AvailableTime, Organization, Practitioner, PractitionerRole, Resource};
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use event::{Code, Worker};

/// A reference to a worker.
#[derive(Clone, Copy)]
pub(in crate::fhir) struct Member<'a> {
    pub(in crate::fhir) context: Context<'a>,
    /// The entry that refers.
    pub(in crate::fhir) at: usize,
    /// The place of the reference.
    pub(in crate::fhir) place: MessagePlace,
    pub(in crate::fhir) reference: &'a Reference,
}

/// The worker that a reference means.
pub(in crate::fhir) struct NamedWorker {
    /// Scope and value of the worker's identifier.
    pub(in crate::fhir) id: (String, String),
    pub(in crate::fhir) worker: Worker,
    pub(in crate::fhir) profession: Option<Code>,
}

impl<'a> Member<'a> {
    /// The client, a relative or another team is left out. If a worker is not in the bundle, the bundle is rejected:
    /// otherwise the assignment would be lost.
    pub(in crate::fhir) fn is_no_worker(self) -> Result<(), RejectionReason> {
        let resolved = self.resolve(self.at, self.reference)?.is_some();
        if resolved || matches!(self.reference.target_type(), Some("Patient" | "RelatedPerson" | "CareTeam")) {
            return Ok(());
        }
        let text = "it refers to no worker of this bundle, and has no identifier and name";
        Err(RejectionReason::new(RejectionCode::UnknownKeyIdentifier, self.place, text))
    }

    /// Somebody who is not found, by what stands in the reference itself: enough to know the same one again.
    pub(in crate::fhir) fn as_written(self) -> NamedWorker {
        let Reference { literal, identifier, display, .. } = self.reference;
        let identifier = identifier.as_ref().and_then(Identifier::value);
        let written = [literal.as_deref(), identifier, display.as_deref()].map(Option::unwrap_or_default).join("\n");
        let id = (self.context.source.name.clone(), written);
        NamedWorker { id, worker: Worker::default(), profession: None }
    }

    /// The worker, a person or else a unit; `None`: it resolves to nothing in this bundle, to a relative, or to the
    /// client.
    pub(in crate::fhir) fn find(self) -> Result<Option<NamedWorker>, RejectionReason> {
        let Some(target) = self.resolve(self.at, self.reference)? else {
            // By FHIR's own rule an Encounter's participant and an episode's manager are persons.
            let kind = self.context.bundle.entries[self.at].kind.as_str();
            return Ok(self.logical(self.at, self.reference, matches!(kind, "Encounter" | "EpisodeOfCare")));
        };
        match target.resource {
            Resource::Practitioner(it) => self.practitioner(it, self.at, self.reference).map(Some),
            Resource::PractitionerRole(it) => self.role(it, target.entry).map(Some),
            Resource::Organization(it) => self.unit(it).map(Some),
            Resource::MessageHeader(_)
            | Resource::Patient(_)
            | Resource::Encounter(_)
            | Resource::EpisodeOfCare(_)
            | Resource::Task(_)
            | Resource::ServiceRequest(_)
            | Resource::CareTeam(_)
            | Resource::Consent(_)
            | Resource::Location(_)
            | Resource::Provenance(_)
            | Resource::Other => Ok(None),
        }
    }

    fn resolve(self, from: usize, reference: &Reference) -> Result<Option<Target<'a>>, RejectionReason> {
        self.context.bundle.resolve(from, reference, self.place)
    }

    /// A worker who is not in the bundle and is named in the reference itself, by an identifier and `display`.
    /// `is_person`: only a person can stand here. Otherwise `display` is a person's name if the reference's type or the
    /// identifier is a person's.
    fn logical(self, from: usize, reference: &Reference, is_person: bool) -> Option<NamedWorker> {
        let kind = reference.target_type();
        let worker = matches!(kind, None | Some("Practitioner" | "PractitionerRole" | "Organization"));
        let identifier = reference.identifier.as_ref().filter(|_| worker)?;
        let name = reference.display.as_deref().and_then(|it| text(it, 200))?.to_owned();
        let id = self.id(Some(std::slice::from_ref(identifier)), from, reference).ok()?;
        let is_unit = match kind {
            Some(kind) => kind == "Organization",
            None => !is_person && !Reading::is_of_professional(identifier),
        };
        let worker = if is_unit { unit(&name) } else { Worker { name, ..Worker::default() } };
        Some(NamedWorker { id, worker, profession: None })
    }

    /// A unit, if no person is named.
    fn unit(self, it: &Organization) -> Result<NamedWorker, RejectionReason> {
        let name = it.name.as_deref().and_then(|it| text(it, 200)).ok_or(RejectionReason::missing(self.place))?;
        let id = self.id(it.identifier.as_deref(), self.at, self.reference)?;
        Ok(NamedWorker { id, worker: unit(name), profession: None })
    }

    fn practitioner(
        self,
        it: &Practitioner,
        from: usize,
        reference: &Reference,
    ) -> Result<NamedWorker, RejectionReason> {
        let named = it.name.iter().flatten().find(|name| name.usage.as_deref() != Some("old"));
        let name = named.map(written).unwrap_or_default();
        let name = text(&name, 200).ok_or(RejectionReason::missing(self.place))?.to_owned();
        let telecom = it.telecom.as_deref().unwrap_or_default();
        let contact = |system| self.context.contact(telecom, system);
        let worker = Worker { name, phone: contact("phone"), email: contact("email"), ..Worker::default() };
        let profession = it.qualification.iter().flatten().find_map(|it| it.code.as_ref()?.code());
        Ok(NamedWorker { id: self.id(it.identifier.as_deref(), from, reference)?, worker, profession })
    }

    /// The role's contact data are those of the work, and come before the person's. Its references are resolved from
    /// its own entry, `from`.
    fn role(self, it: &PractitionerRole, from: usize) -> Result<NamedWorker, RejectionReason> {
        let missing = RejectionReason::missing(self.place);
        let reference = it.practitioner.as_ref().ok_or(missing)?;
        let mut found = match self.resolve(from, reference)?.map(|target| target.resource) {
            Some(Resource::Practitioner(person)) => self.practitioner(person, from, reference)?,
            None => self.logical(from, reference, true).ok_or(missing)?,
            Some(_) => return Err(missing),
        };
        let telecom = it.telecom.as_deref().unwrap_or_default();
        for (own, system) in [(&mut found.worker.phone, "phone"), (&mut found.worker.email, "email")] {
            let of_role = self.context.contact(telecom, system);
            if !of_role.is_empty() {
                *own = of_role;
            }
        }
        if let Some(reference) = &it.organization {
            let unit = self.resolve(from, reference)?.map(|target| target.resource);
            let named = if let Some(Resource::Organization(unit)) = unit { &unit.name } else { &reference.display };
            found.worker.unit = named.as_deref().and_then(|it| text(it, 200)).map(str::to_owned).unwrap_or_default();
        }
        found.worker.hours = hours(it.available_time.as_deref().unwrap_or_default());
        let codings = it.code.iter().flatten().flat_map(|it| it.coding.iter().flatten());
        let of_role = codings.filter(|it| is_shared(it)).find_map(|it| Code::try_new(it.code.as_deref()?.trim()).ok());
        found.profession = found.profession.or(of_role);
        Ok(found)
    }

    /// Scope and value of the worker's identifier; without one, those of the address in `reference`.
    fn id(
        self,
        list: Option<&[Identifier]>,
        from: usize,
        reference: &Reference,
    ) -> Result<(String, String), RejectionReason> {
        let chosen = self.context.chosen(list.unwrap_or_default());
        let key = chosen.and_then(|it| self.context.key(it));
        let of_identifier = key.map(|key| (key.scope.system().to_owned(), key.value));
        let address = || self.context.bundle.address(from, reference);
        let of_reference = || Some((self.context.source.name.clone(), address()?));
        of_identifier.or_else(of_reference).ok_or(RejectionReason::missing(self.place))
    }
}

fn written(name: &HumanName) -> String {
    let given = name.given.iter().flatten().flatten().map(|part| part.trim());
    let parts: Vec<&str> = given.chain(name.family.as_deref().map(str::trim)).filter(|it| !it.is_empty()).collect();
    if parts.is_empty() { name.text.clone().unwrap_or_default() } else { parts.join(" ") }
}

fn unit(name: &str) -> Worker {
    Worker { unit: name.to_owned(), ..Worker::default() }
}

/// True for a code of a national or an international code system, which is no ward's name.
fn is_shared(coding: &Coding) -> bool {
    let shared = ["urn:oid:1.2.246.537.", "http://snomed.info/sct", "http://terminology.hl7.org/", "http://hl7.org/"];
    coding.system.as_deref().is_some_and(|system| shared.iter().any(|it| system.starts_with(it)))
}

/// `mon tue 09:00-16:30, thu 09:00-12:00`: days and times as the source has them.
fn hours(times: &[AvailableTime]) -> String {
    let clock = |it: &Option<String>| it.as_deref().and_then(|it| it.get(..5)).unwrap_or_default().to_owned();
    let one = |it: &AvailableTime| {
        let days: Vec<&str> = it.days_of_week.iter().flatten().flatten().map(String::as_str).collect();
        let hours = match it.all_day {
            Some(true) => "00:00-24:00".to_owned(),
            _ => format!("{}-{}", clock(&it.start), clock(&it.end)),
        };
        format!("{} {hours}", days.join(" ")).trim().to_owned()
    };
    let all = times.iter().take(14).map(one).collect::<Vec<_>>().join(", ");
    text(&all, 200).unwrap_or_default().to_owned()
}
