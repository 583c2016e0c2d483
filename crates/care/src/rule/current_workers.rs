//! Who works with the client now, on both sides.
//!
//! 1301/2014 42 §: an own worker is named for the duration of the clientship. So an assignment counts only while its
//! clientship is in force.

use crate::ParallelView;
use crate::access::Sight;
use crate::entity::assignment::{Assigned, Assignment};
use crate::entity::stay::Stay;
use crate::fact::Origin;
use crate::fact::span::Span;
use crate::rule::directory::{Directory, OnWard, WardWorker};
use event::{Code, Instant, Register, Sealed, Token, Worker, WorkerRole};
use jiff::tz::TimeZone;

/// Somebody who works with the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentWorker {
    /// In what role.
    pub role: WorkerRole,
    /// Who, and how to reach them.
    pub contact: ContactPoint,
    /// The register in which it is written.
    pub register: Register,
    /// The source that reported it.
    pub source: String,
    /// Since when.
    pub since: Instant,
    /// Until when, if a term is set.
    pub until: Option<Instant>,
    /// Profession.
    pub profession: Option<Code>,
    /// Holds a public-service post, if reported.
    pub public_service_post: Option<bool>,
    /// The absence, if the worker is away now.
    pub away: Option<Away>,
    /// Who stands in now.
    pub stands_in: Option<ContactPoint>,
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
pub enum ContactPoint {
    /// As the source reported it.
    Sealed {
        /// The record that opens it.
        record: Token,
        /// Who.
        worker: Sealed<Worker>,
        /// Whether unit, e-mail and hours may be shown; otherwise only name and phone.
        place: bool,
    },
    /// From the ward directory.
    Directory {
        /// Who.
        worker: WardWorker,
        /// At work today.
        today: bool,
    },
    /// A contact point without a name.
    Unnamed(String),
    /// The source reported that somebody works with the client, but not who.
    NotReported,
    /// The ward is known to have no health social worker.
    NoneForWard,
    /// The ward is not in the directory: it is not known whether it has one.
    WardNotListed,
    /// Withheld: it would lead to a place, and the client has a turvakielto.
    Withheld,
}

impl ContactPoint {
    /// As the source reported it.
    pub(crate) fn sealed(record: Token, worker: Sealed<Worker>) -> Self {
        Self::Sealed { record, worker, place: true }
    }

    /// What the caller may see of it.
    #[must_use]
    pub fn seen(self, sight: Sight) -> Self {
        match (sight, self) {
            (Sight::Whole, it)
            | (_, it @ Self::NotReported)
            | (Sight::Outside, it @ (Self::Unnamed(_) | Self::NoneForWard | Self::WardNotListed)) => it,
            (Sight::Outside | Sight::NoPlace, Self::Sealed { record, worker, .. }) => {
                Self::Sealed { record, worker, place: false }
            }
            (Sight::Outside, Self::Directory { worker, today }) => {
                Self::Directory { worker: worker.without_place(), today }
            }
            _ => Self::Withheld,
        }
    }
}

impl CurrentWorker {
    /// What the caller may see of it.
    #[must_use]
    pub fn seen(mut self, sight: Sight) -> Self {
        // Taken apart: whether a new field leads to a place is decided here.
        let Self {
            role: _,
            contact,
            register: _,
            source,
            since: _,
            until: _,
            profession: _,
            public_service_post: _,
            away: _,
            stands_in,
            confirmed_at: _,
        } = &mut self;
        *contact = contact.clone().seen(sight);
        *stands_in = stands_in.take().map(|it| it.seen(sight));
        if sight == Sight::Withheld {
            source.clear();
        }
        self
    }

    /// A health social worker of whom no assignment is reported.
    fn of_health_social_work(origin: &Origin, contact: ContactPoint, since: Instant, until: Option<Instant>) -> Self {
        Self {
            role: WorkerRole::HealthSocialWorker,
            contact,
            register: origin.register,
            source: origin.source.clone(),
            since,
            until,
            profession: None,
            public_service_post: None,
            away: None,
            stands_in: None,
            confirmed_at: None,
        }
    }

    /// Everybody who works with the client at `at`: assigned workers, health social work under way, and the health
    /// social workers of the wards of stays in progress.
    #[must_use]
    pub fn all(view: &ParallelView, directory: &Directory, zone: &TimeZone, at: Instant) -> Vec<Self> {
        let mut workers = assigned(view, at);
        for work in view.lanes().into_iter().flat_map(|lane| lane.health_social_work.values()) {
            let Some(open) = work.open_at(at) else { continue };
            let worker = open.what.worker.clone();
            let contact =
                worker.map_or(ContactPoint::NotReported, |(record, worker)| ContactPoint::sealed(record, worker));
            let since = work.spans.since(at).unwrap_or(open.from);
            workers.push(Self::of_health_social_work(&work.origin, contact, since, open.until()));
        }
        for stay in view.all_stays().iter().filter(|stay| stay.status(at).is_open()) {
            let contacts = ward_contacts(stay, directory, zone, at).into_iter();
            workers
                .extend(contacts.map(|contact| Self::of_health_social_work(&stay.origin, contact, stay.since(), None)));
        }
        workers
    }
}

/// The contacts of a stay's ward; those at work today first.
pub(crate) fn ward_contacts(stay: &Stay, directory: &Directory, zone: &TimeZone, at: Instant) -> Vec<ContactPoint> {
    let Some(ward) = &stay.ward else {
        return vec![ContactPoint::WardNotListed];
    };
    match directory.ward(&stay.origin.source, ward.code()) {
        OnWard::Workers(entry) => {
            let contact = |worker: &WardWorker| ContactPoint::Directory {
                worker: worker.clone(),
                today: worker.is_there(at, zone),
            };
            let mut contacts: Vec<_> = entry.workers.iter().map(contact).collect();
            contacts.sort_by_key(|contact| !matches!(contact, ContactPoint::Directory { today: true, .. }));
            contacts.extend(entry.contact_point.clone().map(ContactPoint::Unnamed));
            contacts
        }
        OnWard::None(entry) => {
            let point = entry.contact_point.clone().map(ContactPoint::Unnamed);
            std::iter::once(ContactPoint::NoneForWard).chain(point).collect()
        }
        OnWard::NotListed => vec![ContactPoint::WardNotListed],
    }
}

/// The assignment in force: only while its clientship is in force, too.
pub(crate) fn in_force<'a>(view: &ParallelView, assignment: &'a Assignment, at: Instant) -> Option<&'a Span<Assigned>> {
    // The clientship may stand in either register.
    let bears = |key: &Token| {
        let mut clientships = view.lanes().into_iter().filter_map(|lane| lane.clientships.get(key));
        clientships.all(|clientship| clientship.bears_at(at))
    };
    assignment.in_force_at(at).filter(|span| span.what.clientship.as_ref().is_none_or(bears))
}

/// Assigned workers in force.
pub(crate) fn assigned(view: &ParallelView, at: Instant) -> Vec<CurrentWorker> {
    let worker = |assignment: &Assignment| {
        let span = in_force(view, assignment, at)?;
        let assigned = &span.what;
        let state = assignment.worker.as_ref();
        let confirmed = state.and_then(|state| state.confirmed.as_ref());
        // Confirmed data are newer than those of the assignment.
        let (record, worker) =
            confirmed.and_then(|it| it.worker.clone()).unwrap_or((assigned.record, assigned.worker.clone()));
        let absence = state.and_then(|state| state.absent_at(at));
        // A substitute for this client takes precedence over the worker's general substitute.
        let stand_in = assignment.substitute_at(at).map(|it| &it.what);
        let stand_in = stand_in.or_else(|| absence.as_ref().and_then(|it| it.substitute));
        Some(CurrentWorker {
            role: assigned.role,
            contact: ContactPoint::sealed(record, worker),
            register: assignment.origin.register,
            source: assignment.origin.source.clone(),
            since: assignment.spans.since(at).unwrap_or(span.from),
            until: span.until(),
            profession: assigned.profession.clone(),
            public_service_post: assigned.public_service_post,
            away: absence.as_ref().map(|it| Away { from: it.from, until: it.until }),
            stands_in: stand_in.map(|it| ContactPoint::sealed(it.record, it.worker.clone())),
            confirmed_at: confirmed.map(|it| it.at),
        })
    };
    view.lanes().into_iter().flat_map(|lane| lane.assignments.values()).filter_map(worker).collect()
}
