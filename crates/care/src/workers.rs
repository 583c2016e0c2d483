//! Who works with the client now, on both sides; and the own worker.
//!
//! 1301/2014 42 §: an own worker is named for the duration of the clientship, unless another worker who answers for the
//! services is named already or naming is obviously unnecessary. So an assignment counts only while its clientship is in
//! force, and "not named" carries the reason where the source gave one.

use crate::ParallelView;
use crate::decide::Sight;
use crate::directory::{Directory, OnWard, WardWorker};
use crate::source::Completeness;
use crate::stay::Stay;
use event::{Code, Instant, Register, Sealed, Token, Worker, WorkerRole};
use jiff::tz::TimeZone;

/// Somebody who works with the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentWorker {
    /// In what role.
    pub role: WorkerRole,
    /// Who, and how to reach them.
    pub contact: Contact,
    /// The register in which it is written.
    pub register: Register,
    /// Who told it.
    pub source: String,
    /// Since when.
    pub since: Instant,
    /// Until when, if a term is set.
    pub until: Option<Instant>,
    /// Profession.
    pub profession: Option<Code>,
    /// Holds a public-service post, if told.
    pub public_service_post: Option<bool>,
    /// Away now; the client's work goes on.
    pub away: Option<Away>,
    /// Who stands in now.
    pub stands_in: Option<Contact>,
    /// When the contact data were last confirmed.
    pub confirmed_at: Option<Instant>,
}

/// A worker is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// Since when.
    pub from: Instant,
    /// Until when, if known.
    pub until: Option<Instant>,
}

/// How somebody is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// As the source told it.
    Sealed {
        /// Opens it.
        record: Token,
        /// Who.
        worker: Sealed<Worker>,
        /// With unit and email; without them only name and number are shown.
        place: bool,
    },
    /// From the ward directory.
    Directory {
        /// Who.
        worker: WardWorker,
        /// There today.
        today: bool,
    },
    /// A contact point without a name.
    Point(String),
    /// The source told that somebody works with the client, and not who.
    NotTold,
    /// The ward has no health social worker: that is known.
    NoneForWard,
    /// The ward is not in the directory: whether it has one is not known.
    WardNotListed,
    /// Not shown: it would lead to a place, and the client has a turvakielto.
    Withheld,
}

impl Contact {
    /// As the source told it.
    pub(crate) fn sealed(record: Token, worker: Sealed<Worker>) -> Self {
        Self::Sealed { record, worker, place: true }
    }

    /// What may be seen of it.
    #[must_use]
    pub fn seen(self, sight: Sight) -> Self {
        match (sight, self) {
            (Sight::Whole, it) | (_, it @ Self::NotTold) => it,
            (Sight::NoPlace, Self::Sealed { record, worker, .. }) => Self::Sealed { record, worker, place: false },
            _ => Self::Withheld,
        }
    }
}

/// Who the own worker is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnWorker {
    /// Named. More than one where registers or clientships disagree: all are shown.
    Named(Vec<CurrentWorker>),
    /// Not named, and every source that should have spoken has.
    NotNamed {
        /// A clientship is in force: somebody ought to be named.
        clientship: bool,
        /// Why, where the source gave a reason.
        reason: Option<Code>,
    },
    /// Not known.
    NotKnown(Completeness),
}

impl CurrentWorker {
    /// What may be seen of it.
    #[must_use]
    pub fn seen(self, sight: Sight) -> Self {
        let stands_in = self.stands_in.map(|it| it.seen(sight));
        let source = if sight == Sight::Withheld { String::new() } else { self.source };
        Self { contact: self.contact.seen(sight), stands_in, source, ..self }
    }

    /// Everybody who works with the client at `at`: assigned workers, health social work under way, and the health
    /// social workers of the wards of stays in progress.
    #[must_use]
    pub fn all(view: &ParallelView, directory: &Directory, zone: &TimeZone, at: Instant) -> Vec<Self> {
        let mut workers = assigned(view, at);
        for work in view.health_social_work.values() {
            let Some(open) = work.open_at(at) else { continue };
            let contact = open.worker.clone().map_or(Contact::NotTold, |worker| Contact::sealed(open.record, worker));
            workers.push(Self {
                role: WorkerRole::HealthSocialWorker,
                contact,
                register: work.origin.register,
                source: work.origin.source.clone(),
                since: open.opened_at,
                until: open.until,
                profession: None,
                public_service_post: None,
                away: None,
                stands_in: None,
                confirmed_at: None,
            });
        }
        for stay in view.all_stays().iter().filter(|stay| stay.status(at).is_open()) {
            workers.extend(ward_contacts(stay, directory, zone, at).into_iter().map(|contact| Self {
                role: WorkerRole::HealthSocialWorker,
                contact,
                register: stay.origin.register,
                source: stay.origin.source.clone(),
                since: stay.since(),
                until: None,
                profession: None,
                public_service_post: None,
                away: None,
                stands_in: None,
                confirmed_at: None,
            }));
        }
        workers
    }
}

/// The contacts of a stay's ward: those there today first.
pub(crate) fn ward_contacts(stay: &Stay, directory: &Directory, zone: &TimeZone, at: Instant) -> Vec<Contact> {
    let Some(ward) = &stay.ward else {
        return vec![Contact::WardNotListed];
    };
    match directory.ward(&stay.origin.source, ward.code()) {
        OnWard::Workers(entry) => {
            let contact =
                |worker: &WardWorker| Contact::Directory { worker: worker.clone(), today: worker.is_there(at, zone) };
            let mut contacts: Vec<_> = entry.workers.iter().map(contact).collect();
            contacts.sort_by_key(|contact| !matches!(contact, Contact::Directory { today: true, .. }));
            contacts.extend(entry.contact_point.clone().map(Contact::Point));
            contacts
        }
        OnWard::None(entry) => {
            let point = entry.contact_point.clone().map(Contact::Point);
            std::iter::once(Contact::NoneForWard).chain(point).collect()
        }
        OnWard::NotListed => vec![Contact::WardNotListed],
    }
}

/// Assigned workers in force: each while its clientship is.
fn assigned(view: &ParallelView, at: Instant) -> Vec<CurrentWorker> {
    let in_force = |clientship: &Token| {
        // A clientship that nobody has told of binds nothing.
        view.clientships.get(clientship).is_none_or(|clientship| {
            clientship.span.said().is_none_or(|_| clientship.open_at(at).is_some())
                && clientship
                    .span
                    .revoked()
                    .is_none_or(|closed| closed.closed_at > at || clientship.span.in_force().is_some())
        })
    };
    let worker = |assignment: &crate::Assignment| {
        let assigned = assignment.in_force_at(at)?;
        assigned.clientship.as_ref().is_none_or(in_force).then(|| {
            let staff = assignment.staff.as_ref();
            let confirmed = staff.and_then(|staff| staff.confirmed.as_ref());
            // What was confirmed is newer than what the assignment told.
            let (record, worker) =
                confirmed.and_then(|it| it.worker.clone()).unwrap_or((assigned.record, assigned.worker.clone()));
            let absence = staff.and_then(|staff| staff.absent_at(at));
            // Whoever was named for this client goes before whoever stands in for the worker altogether.
            let stand_in = assignment.substitute_at(at).map(|it| &it.stand_in);
            let stand_in = stand_in.or_else(|| absence.and_then(|it| it.substitute.as_ref()));
            CurrentWorker {
                role: assigned.role,
                contact: Contact::sealed(record, worker),
                register: assignment.origin.register,
                source: assignment.origin.source.clone(),
                since: assigned.from,
                until: assigned.until,
                profession: assigned.profession.clone(),
                public_service_post: assigned.public_service_post,
                away: absence.map(|it| Away { from: it.from, until: it.until }),
                stands_in: stand_in.map(|it| Contact::sealed(it.record, it.worker.clone())),
                confirmed_at: confirmed.map(|it| it.at),
            }
        })
    };
    view.assignments.values().filter_map(worker).collect()
}

impl OwnWorker {
    /// At `at`; `completeness` is that of workers and clientships.
    #[must_use]
    pub fn of(view: Option<&ParallelView>, completeness: Completeness, at: Instant) -> Self {
        let assigned = view.map(|view| assigned(view, at)).unwrap_or_default();
        let named: Vec<_> = assigned.into_iter().filter(|worker| worker.role == WorkerRole::OwnWorker).collect();
        if !named.is_empty() {
            return Self::Named(named);
        }
        if !completeness.is_complete() {
            return Self::NotKnown(completeness);
        }
        let open: Vec<_> =
            view.into_iter().flat_map(|view| view.clientships.values()).filter_map(|it| it.open_at(at)).collect();
        // The clientship's own word first; else why the last own worker left.
        let told = open.iter().find_map(|open| open.own_worker_not_named.clone());
        let last_left = || {
            let assignments = view.into_iter().flat_map(|view| view.assignments.values());
            let ended = assignments.filter(|it| it.span.said().is_some_and(|said| said.role == WorkerRole::OwnWorker));
            ended.filter_map(|it| it.span.revoked()).max_by_key(|ended| ended.ended_at)?.reason.clone()
        };
        let reason = if open.is_empty() { None } else { told.or_else(last_left) };
        Self::NotNamed { clientship: !open.is_empty(), reason }
    }
}
