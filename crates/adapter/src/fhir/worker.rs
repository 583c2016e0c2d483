//! A worker who is named by a CareTeam, an EpisodeOfCare or a Task: a Practitioner or a PractitionerRole in the bundle, or
//! a unit where no person is named.

use super::context::{Context, Writer};
use super::element::{CodeableConcept, ContactPoint, HumanName, Identifier, Period, Reference, text};
use super::resource::{AvailableTime, Organization, Practitioner, PractitionerRole, Resource};
use crate::rejection::{Fault, Place, RejectionCode};
use event::{Body, Code, Instant, Presented, Record, Token, Worker, WorkerAssigned, WorkerAssignmentEnded, WorkerRole};

/// A reference to a worker.
#[derive(Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) context: Context<'a>,
    /// The entry that refers.
    pub(super) at: usize,
    /// The identifier of the team or the episode, if it has one.
    pub(super) team: Option<&'a str>,
    /// The place of the reference.
    pub(super) place: Place,
    pub(super) reference: &'a Reference,
}

/// Who a reference means.
pub(super) struct Found {
    /// The worker's identifier at the source, with its system.
    id: (String, String),
    pub(super) worker: Worker,
    profession: Option<Code>,
}

impl<'a> Member<'a> {
    /// Adds that the worker is assigned in `role` for `period`, or no longer; `over`: the period of a team that has ended.
    pub(super) fn tell(
        self,
        of: (&Record, &[Presented]),
        role: WorkerRole,
        (period, over): (Option<&Period>, Option<&Period>),
        recorded_at: Instant,
        writer: &mut Writer<'_>,
    ) -> Result<(), Fault> {
        let Some(Found { id, worker, profession }) = self.find()? else { return self.is_no_worker() };
        let (context, source) = (self.context, &self.context.source.name);
        let end = |it: &Period| context.end(it.end.as_deref(), self.place);
        let from = context.instant(period.and_then(|it| it.start.as_deref()), self.place)?;
        let until = period.map_or(Ok(None), end)?;
        let worker_key = context.keyring.token("worker", source, &id.1);
        // One worker of one client in one role in one team is one assignment, however often it is told.
        let client = super::hex(of.0.key.as_bytes());
        let name = format!("{client}\n{}\n{}\n{role:?}\n{}", id.0, id.1, self.team.unwrap_or_default());
        let assignment: Token = context.keyring.token("assignment", source, &name);
        let over = over.map(end).transpose()?;
        let past = |until: &Instant| *until <= recorded_at;
        if over.is_some() || until.as_ref().is_some_and(past) {
            let ended_at = until.filter(past).or(over.flatten().filter(past)).unwrap_or(recorded_at);
            let ended = WorkerAssignmentEnded { assignment, ended_at, reason: None };
            writer.add(of, ended_at, |_| Body::WorkerAssignmentEnded(ended));
            return Ok(());
        }
        let from = from.unwrap_or(recorded_at);
        writer.add(of, from, |sealer| {
            Body::WorkerAssigned(WorkerAssigned {
                assignment,
                clientship: None,
                role,
                worker_key,
                worker: sealer.seal(&worker),
                profession,
                public_service_post: None,
                from,
                until,
            })
        });
        Ok(())
    }

    /// The client, a relative or another team is passed over; a worker who is not in the bundle would be lost.
    fn is_no_worker(self) -> Result<(), Fault> {
        let resolved = self.context.bundle.resolve(self.at, self.reference).is_some();
        if resolved || matches!(self.reference.target_type(), Some("Patient" | "RelatedPerson" | "CareTeam")) {
            return Ok(());
        }
        let text = "it refers to nobody of this bundle";
        Err(Fault::new(RejectionCode::UnknownKeyIdentifier, self.place, text))
    }

    /// Who it is, a person or else a unit; `None`: nobody of this bundle, or a relative, or the client.
    pub(super) fn find(self) -> Result<Option<Found>, Fault> {
        match self.context.bundle.resolve(self.at, self.reference) {
            Some(Resource::Practitioner(it)) => self.practitioner(it, self.reference).map(Some),
            Some(Resource::PractitionerRole(it)) => self.role(it).map(Some),
            Some(Resource::Organization(it)) => self.unit(it).map(Some),
            _ => Ok(None),
        }
    }

    /// A unit, where no person is named: whoever works there.
    fn unit(self, it: &Organization) -> Result<Found, Fault> {
        let name = it.name.as_deref().and_then(|it| text(it, 200)).ok_or(Fault::missing(self.place))?;
        let worker = Worker { name: name.to_owned(), unit: name.to_owned(), ..Worker::default() };
        Ok(Found { id: self.id(it.identifier.as_deref(), self.reference)?, worker, profession: None })
    }

    fn practitioner(self, it: &Practitioner, reference: &Reference) -> Result<Found, Fault> {
        let named = it.name.iter().flatten().find(|name| name.usage.as_deref() != Some("old"));
        let name = named.map(written).unwrap_or_default();
        let name = text(&name, 200).ok_or(Fault::missing(self.place))?.to_owned();
        let telecom = it.telecom.as_deref().unwrap_or_default();
        let worker =
            Worker { name, phone: contact(telecom, "phone"), email: contact(telecom, "email"), ..Worker::default() };
        let profession = it.qualification.iter().flatten().find_map(|it| it.code.as_ref()?.code());
        Ok(Found { id: self.id(it.identifier.as_deref(), reference)?, worker, profession })
    }

    /// The role's own contact data are of the work, and go before the person's.
    fn role(self, it: &'a PractitionerRole) -> Result<Found, Fault> {
        let missing = Fault::missing(self.place);
        let reference = it.practitioner.as_ref().ok_or(missing)?;
        // What is contained in the role's entry is found from there.
        let from = self.context.bundle.entry(self.reference).unwrap_or(self.at);
        let Some(Resource::Practitioner(person)) = self.context.bundle.resolve(from, reference) else {
            return Err(missing);
        };
        let mut found = self.practitioner(person, reference)?;
        let telecom = it.telecom.as_deref().unwrap_or_default();
        for (own, system) in [(&mut found.worker.phone, "phone"), (&mut found.worker.email, "email")] {
            let of_role = contact(telecom, system);
            if !of_role.is_empty() {
                *own = of_role;
            }
        }
        if let Some(unit) = &it.organization
            && let Some(Resource::Organization(unit)) = self.context.bundle.resolve(from, unit)
        {
            found.worker.unit =
                unit.name.as_deref().and_then(|it| text(it, 200)).map(str::to_owned).unwrap_or_default();
        }
        found.worker.hours = hours(it.available_time.as_deref().unwrap_or_default());
        let of_role = it.code.iter().flatten().find_map(CodeableConcept::code);
        found.profession = found.profession.or(of_role);
        Ok(found)
    }

    fn id(self, list: Option<&[Identifier]>, reference: &Reference) -> Result<(String, String), Fault> {
        let of_identifier =
            |it: &Identifier| Some((it.system().unwrap_or_default().to_owned(), it.value()?.to_owned()));
        let identifier = list.unwrap_or_default().iter().find_map(of_identifier);
        let of_reference = || Some((String::new(), reference.logical_id()?.to_owned()));
        identifier.or_else(of_reference).ok_or(Fault::missing(self.place))
    }
}

fn written(name: &HumanName) -> String {
    let given = name.given.iter().flatten().flatten().map(|part| part.trim());
    let parts: Vec<&str> = given.chain(name.family.as_deref().map(str::trim)).filter(|it| !it.is_empty()).collect();
    if parts.is_empty() { name.text.clone().unwrap_or_default() } else { parts.join(" ") }
}

fn contact(telecom: &[ContactPoint], system: &str) -> String {
    let found = telecom.iter().find(|it| it.system.as_deref() == Some(system));
    found
        .and_then(|it| text(it.value.as_deref()?, if system == "email" { 200 } else { 50 }))
        .unwrap_or_default()
        .to_owned()
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
