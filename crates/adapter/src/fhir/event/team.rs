//! The workers of the client by one resource: a CareTeam, an Encounter, an EpisodeOfCare.
//!
//! A resource that is put again replaces its earlier version (hl7.org/fhir/R4/http.html#update): a member who is
//! missing now has left. So after its members it gives `CareTeamStated` with all its assignments, or with none if it is
//! over. It does so under each of its own names, because another version may have other identifiers.
//!
//! - One worker of one client in one role by one resource is one assignment, however often and in whatever order it is
//!   reported. Its periods are a set: each is a `WorkerAssigned`, the oldest first.
//! - An assignment of which every period is over has ended, when the last one did.
//! - A source that does not cover workers never states an empty team.
//! - A resource without an identifier and without a lasting address cannot be put again: it never states a whole team.

use crate::fhir::event::choice::{Known, Name, Weight};
use crate::fhir::event::context::{Context, Reading};
use crate::fhir::event::worker::{Member, NamedWorker};
use crate::fhir::event::writer::Writer;
use crate::fhir::resource::element::{CodeableConcept, Identifier, Period, Reference};
use crate::own_code::OwnCode;
use crate::rejection::{MessagePlace, RejectionReason};
use crate::remark::RemarkCode;
use crate::scope::Key;
use event::{
    Body, CareTeamStated, FactKind, Instant, Presented, StreamId, Token, WorkerAssigned, WorkerAssignmentEnded,
    WorkerRole,
};
use std::collections::BTreeMap;

/// A resource that names workers.
pub(in crate::fhir) struct Team<'t> {
    pub(in crate::fhir) context: Context<'t>,
    /// Its entry.
    pub(in crate::fhir) at: usize,
    /// The client of the workers.
    pub(in crate::fhir) of: (&'t StreamId, &'t [Presented]),
    /// Its keys when it is put again, and those that another version of it may have.
    pub(in crate::fhir) keys: Vec<TeamKey>,
    /// The start for members without a period of their own.
    pub(in crate::fhir) since: Option<Instant>,
    pub(in crate::fhir) lasts: Lasts,
}

/// One of them.
pub(in crate::fhir) struct TeamKey {
    /// Kind, scope, value.
    text: String,
    /// The key is this team's own, so the team is stated whole under it. Under a key that two teams may share, an empty
    /// team is stated: then the members of an earlier version have left, and no member of another team has.
    is_own: bool,
}

/// Whether the resource assigns workers now.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::fhir) enum Lasts {
    Yes,
    /// It is over, or has not begun; with its end, if that is reported.
    No(Option<Instant>),
}

/// A member.
pub(in crate::fhir) struct Named<'t> {
    /// `None`: in a role that is not mapped.
    pub(in crate::fhir) role: Option<WorkerRole>,
    pub(in crate::fhir) place: MessagePlace,
    pub(in crate::fhir) reference: &'t Reference,
    pub(in crate::fhir) period: Option<&'t Period>,
}

/// Somebody whom a resource names by role and reference, each with its place.
pub(in crate::fhir) struct Participant<'t> {
    pub(in crate::fhir) roles: (&'t [CodeableConcept], MessagePlace),
    pub(in crate::fhir) member: (Option<&'t Reference>, MessagePlace),
    pub(in crate::fhir) period: Option<&'t Period>,
}

impl<'t> Participant<'t> {
    /// `None`: the configuration lists the role as none that an answer names, or the role is not mapped and nobody is named.
    pub(in crate::fhir) fn named(
        self,
        context: Context<'_>,
        writer: &mut Writer<'_>,
    ) -> Result<Option<Named<'t>>, RejectionReason> {
        let Self { roles: (roles, of_roles), member: (reference, place), period } = self;
        let role = context.role(roles);
        if role.is_none() {
            if !context.is_unknown_role(roles) {
                return Ok(None);
            }
            writer.note(RemarkCode::UnknownRole, of_roles);
        }
        match reference {
            Some(reference) => Ok(Some(Named { role, place, reference, period })),
            None if role.is_none() => Ok(None),
            None => Err(RejectionReason::missing(place)),
        }
    }
}

/// Its start and end, as far as they are reported.
type Span = (Option<Instant>, Option<Instant>);

/// One worker in one role.
struct Assignment {
    key: Token,
    role: Option<WorkerRole>,
    found: NamedWorker,
    spans: Vec<Span>,
}

impl Team<'_> {
    /// Adds the assignments of `members`.
    pub(in crate::fhir) fn add_events(
        self,
        named: &[Named<'_>],
        writer: &mut Writer<'_>,
    ) -> Result<(), RejectionReason> {
        let (assignments, names_workers) = (self.assignments(named)?, !named.is_empty());
        let mut members: Vec<Token> =
            assignments.iter().map(|it| it.key).filter(|_| self.lasts == Lasts::Yes).collect();
        members.sort();
        for assignment in assignments {
            self.add_assignment(assignment, writer);
        }
        let happened_at = self.ended_at(writer);
        for key in &self.keys {
            let team = self.context.keyring.token("team", &self.context.source.name, &key.text);
            let assignments = if key.is_own { members.clone() } else { Vec::new() };
            let stated = Body::from(CareTeamStated { team, assignments });
            // If the source covers no workers, nobody can have left: most Encounters name no team.
            let covered = stated.kinds().iter().any(|kind| self.context.source.covers.contains(kind));
            if !covered && !names_workers {
                return Ok(());
            }
            writer.add(self.of, happened_at, |_| stated);
            if key.is_own {
                let stream = self.context.keyring.record(&self.context.source.name, "team", &key.text);
                writer.add_subject(&stream, (FactKind::Workers, team), self.of.0, false);
            }
        }
        Ok(())
    }

    /// In the order of their first mention, each once.
    fn assignments(&self, members: &[Named<'_>]) -> Result<Vec<Assignment>, RejectionReason> {
        let (mut all, mut known): (Vec<Assignment>, BTreeMap<Token, usize>) = (Vec::new(), BTreeMap::new());
        for Named { role, place, reference, period } in members {
            let member = Member { context: self.context, at: self.at, place: *place, reference };
            let found = match member.find() {
                Ok(Some(found)) => found,
                // Most often a doctor: one who cannot be found refuses no bundle, and may be the own worker all the same.
                Ok(None) | Err(_) if role.is_none() => match member.is_no_worker() {
                    Ok(()) => continue,
                    Err(_) => member.as_written(),
                },
                Ok(None) => {
                    member.is_no_worker()?;
                    continue;
                }
                Err(why) => return Err(why),
            };
            let from = self.context.instant(period.and_then(|it| it.start.as_deref()), *place);
            let until = self.context.end(period.and_then(|it| it.end.as_deref()), *place);
            let (from, until) = match (from, until) {
                (Ok(from), Ok(until)) => (from, until),
                // Nor does a time that cannot be read: as long as the team is, somebody may be the own worker.
                _ if role.is_none() => (None, None),
                (from, until) => (from?, until?),
            };
            let key = self.assignment_key(&found, *role);
            let at = *known.entry(key).or_insert(all.len());
            match all.get_mut(at) {
                Some(assignment) => assignment.spans.push((from, until)),
                None => all.push(Assignment { key, role: *role, found, spans: vec![(from, until)] }),
            }
        }
        Ok(all)
    }

    fn assignment_key(&self, found: &NamedWorker, role: Option<WorkerRole>) -> Token {
        let role = role.map_or("NotMapped".to_owned(), |role| format!("{role:?}"));
        let client = hex::encode(self.of.0.key.as_bytes());
        let (scope, id) = &found.id;
        let name = format!("{client}\n{scope}\n{id}\n{role}\n{}", self.keys.first().map_or("", |it| it.text.as_str()));
        self.context.keyring.token("assignment", &self.context.source.name, &name)
    }

    fn add_assignment(&self, assignment: Assignment, writer: &mut Writer<'_>) {
        let Assignment { key: assignment, role, found, mut spans } = assignment;
        let (recorded_at, context) = (writer.recorded_at(), self.context);
        let past = |until: &Instant| *until <= recorded_at;
        let last = spans.iter().map(|(_, until)| until.filter(past)).collect::<Option<Vec<_>>>();
        let last = last.and_then(|ends| ends.into_iter().max());
        spans.sort();
        spans.dedup();
        let worker_key = context.keyring.token("worker", &found.id.0, &found.id.1);
        for (from, until) in spans {
            // The start of an assignment that is over is never invented.
            let lasts = until.is_none_or(|until| until > recorded_at);
            let from = from.or(self.since).or(lasts.then_some(recorded_at));
            let Some(from) = from.filter(|_| self.lasts == Lasts::Yes) else { continue };
            writer.add(self.of, from, |sealer| {
                Body::from(WorkerAssigned {
                    assignment,
                    clientship: None,
                    role,
                    worker_key,
                    worker: sealer.seal(&found.worker),
                    profession: found.profession.clone(),
                    public_service_post: None,
                    from,
                    until,
                })
            });
        }
        let ended_at = last.or_else(|| (self.lasts != Lasts::Yes).then(|| self.ended_at(writer)));
        if let Some(ended_at) = ended_at {
            let ended = WorkerAssignmentEnded { assignment, ended_at, reason: None };
            writer.add(self.of, ended_at, |_| Body::from(ended));
        }
    }

    /// When it ended, if that has passed; else when it was written.
    fn ended_at(&self, writer: &Writer<'_>) -> Instant {
        let recorded_at = writer.recorded_at();
        match self.lasts {
            Lasts::No(Some(end)) if end <= recorded_at => end,
            Lasts::Yes | Lasts::No(_) => recorded_at,
        }
    }
}

/// The most participants of one resource.
pub(in crate::fhir) fn check_size<T>(participants: Option<&[T]>, at: usize) -> Result<(), RejectionReason> {
    const MOST: usize = 100;
    let place = MessagePlace::Entry(at, "resource.participant");
    let fits = participants.is_none_or(|all| all.len() <= MOST);
    if fits { Ok(()) } else { Err(RejectionReason::too_large(place, "more than 100 participants")) }
}

impl Reading<'_> {
    /// The first known role: a configured one, or one of our own codes.
    pub(in crate::fhir) fn role(self, concepts: &[CodeableConcept]) -> Option<WorkerRole> {
        let codes = || concepts.iter().flat_map(CodeableConcept::codes);
        let configured = codes().find_map(|code| self.source.worker_roles.get(code).copied());
        configured.or_else(|| codes().find_map(WorkerRole::of))
    }

    /// None of its codes is configured: as a role, or as none that an answer names. A text by itself is no code.
    pub(in crate::fhir) fn is_unknown_role(self, concepts: &[CodeableConcept]) -> bool {
        let mut codes = concepts.iter().flat_map(CodeableConcept::codes).peekable();
        match codes.peek() {
            None => self.source.is_unknown_role(""),
            Some(_) => codes.all(|code| self.source.is_unknown_role(code)),
        }
    }

    /// The keys of the resource in entry `at` when it is put again, and those that another version of it may have.
    pub(in crate::fhir) fn resource_keys(self, at: usize, list: Option<&[Identifier]>) -> Vec<TeamKey> {
        let kind = &self.bundle.entries[at].kind;
        let text = |key: &Key| format!("{kind}\n{}\n{}", key.scope.system(), key.value);
        let address = |address| Key::of_address(self.source, address);
        let mut keys = Vec::new();
        for Known { name, weight } in self.names(at, list.unwrap_or_default()) {
            let key = match name {
                Name::Identifier(it) => self.key(it),
                Name::Address(it) => Some(address(it)),
            };
            let is_own = keys.is_empty() || weight == Weight::Sure;
            keys.extend(key.map(|key| TeamKey { text: text(&key), is_own }));
        }
        if keys.is_empty() {
            let own = self.bundle.own_address(at).map(address);
            return own.map(|key| TeamKey { text: text(&key), is_own: true }).into_iter().collect();
        }
        keys
    }
}
