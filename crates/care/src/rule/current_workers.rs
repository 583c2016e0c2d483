//! Who works with the client now, on both sides.
//!
//! 1301/2014 42 §: an own worker is named for the duration of the clientship. So an assignment counts only while its
//! clientship is in force.

use crate::ParallelView;
use crate::entity::assignment::Assignment;
use crate::fact::Origin;
use crate::fact::sight::Sight;
use crate::rule::contact_point::{Away, ContactPoint, seen_once, ward_contacts};
use crate::rule::directory::{Circumstances, Directory};
use crate::rule::reach::{Link, Reach, Step};
use crate::thing::Item;
use crate::thing::{Belongs, Thing};
use event::{Code, Instant, Register, Token, WorkerRole};
use std::collections::BTreeSet;

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
    /// The clientship that the assignment belongs to.
    pub clientship: Option<Token>,
    /// Who stands behind the worker: the unit, or the ward's own line.
    pub behind: Vec<ContactPoint>,
    /// On what it rests that they work with the client.
    pub basis: WorkerBasis,
    /// Whom to ring now; `None`: nobody has worked it out.
    pub reach: Option<Box<Reach>>,
    /// The thing that decides whether it is shown: the assignment, the health social work, or the stay on a ward.
    pub item: Item,
}

/// On what it rests that somebody works with the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkerBasis {
    /// Named for this client.
    Assigned,
    /// The ward's: whom to ask, not named for this client.
    ByWard,
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
            clientship: _,
            basis: _,
            // It is worked out of what is seen.
            reach: _,
            behind,
            item: _,
        } = &mut self;
        *contact = contact.clone().seen(sight);
        *behind = seen_once(std::mem::take(behind), sight);
        *stands_in = stands_in.take().map(|it| it.seen(sight));
        if sight == Sight::Withheld {
            source.clear();
        }
        self
    }

    /// From the worker, as the caller sees it, to the county's lines.
    #[must_use]
    pub fn chain(&self, directory: &Directory) -> Vec<Link> {
        let of_worker = Link::of(self.contact.clone());
        let confirmed_at = self.confirmed_at.or(of_worker.confirmed_at);
        let worker = Link { away: self.away, confirmed_at, ..of_worker };
        let stand_in = self.stands_in.clone().map(|it| Link { step: Step::StandIn, ..Link::of(it) });
        let behind = self.behind.iter().cloned().map(Link::of);
        Link::ending(std::iter::once(worker).chain(stand_in).chain(behind), directory)
    }

    /// On a declared basis: who it is, in what role, since when, and how to reach them. The unit behind them would tell the service
    /// task, and the source whose client it is.
    #[must_use]
    pub fn least(self) -> Self {
        let (source, behind) = (String::new(), Vec::new());
        Self { source, behind, clientship: None, profession: None, public_service_post: None, ..self }
    }

    /// The client is on a specially protected ward (703/2023 26 §): shown are that somebody works with them, since
    /// when, and these numbers.
    #[must_use]
    pub fn masked(self, numbers: &BTreeSet<String>) -> Self {
        let mut contacts = numbers.iter().cloned().map(ContactPoint::Unnamed);
        let contact = contacts.next().unwrap_or(ContactPoint::Withheld);
        let (role, register, since, basis, item) = (self.role, self.register, self.since, self.basis, self.item);
        Self {
            role,
            contact,
            register,
            source: String::new(),
            since,
            until: None,
            profession: None,
            public_service_post: None,
            away: None,
            stands_in: None,
            confirmed_at: None,
            clientship: None,
            behind: contacts.collect(),
            basis,
            reach: None,
            item,
        }
    }

    /// Somebody of whom no assignment is reported.
    fn unassigned(
        role: WorkerRole,
        origin: &Origin,
        contact: ContactPoint,
        (since, until): (Instant, Option<Instant>),
        item: Item,
    ) -> Self {
        Self {
            role,
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
            clientship: None,
            behind: Vec::new(),
            item,
            basis: WorkerBasis::Assigned,
            reach: None,
        }
    }

    /// The unit behind an assigned worker: the one that does the service task of the clientship, for the client's age.
    pub(crate) fn stand_behind(&mut self, view: &ParallelView, circumstances: &Circumstances<'_>) {
        let (directory, age, at) = (circumstances.directory, circumstances.age, circumstances.at);
        let lanes = self.clientship.iter().flat_map(|key| view.lanes().map(|lane| lane.clientships.get(key)));
        let tasks = lanes.flatten().filter_map(|clientship| clientship.open_at(at)?.what.service_task.as_ref());
        self.behind = tasks.flat_map(|task| directory.of_service_task(task, age)).map(ContactPoint::line).collect();
    }

    /// Everybody who works with the client now; of a ward's workers only those who are there today.
    #[must_use]
    pub fn all(view: &ParallelView, circumstances: &Circumstances<'_>) -> Vec<Self> {
        Self::there(view, circumstances, &Belongs::of(view))
    }

    /// The same; `belongs`: to what things belong.
    pub(crate) fn there(view: &ParallelView, circumstances: &Circumstances<'_>, belongs: &Belongs) -> Vec<Self> {
        let mut workers = Self::known(view, circumstances, belongs);
        workers.retain(|worker| !matches!(worker.contact, ContactPoint::Directory { today: false, .. }));
        workers
    }

    /// Assigned workers, health social work under way, duty workers who wait to be called back, and the health social workers of
    /// the wards of stays in progress, also those who are not there today.
    #[must_use]
    pub fn with_absent(view: &ParallelView, circumstances: &Circumstances<'_>) -> Vec<Self> {
        Self::known(view, circumstances, &Belongs::of(view))
    }

    fn known(view: &ParallelView, circumstances: &Circumstances<'_>, belongs: &Belongs) -> Vec<Self> {
        let at = circumstances.at;
        let mut workers = assigned(view, at, belongs);
        for worker in &mut workers {
            worker.stand_behind(view, circumstances);
        }
        for work in view.lanes().into_iter().flat_map(|lane| lane.health_social_work.values()) {
            let Some(open) = work.open_at(at) else { continue };
            let worker = open.what.worker.clone();
            let contact =
                worker.map_or(ContactPoint::NotReported, |(record, worker)| ContactPoint::sealed(record, worker));
            let since = work.spans.since(at).unwrap_or(open.from);
            let item = work.item(None, belongs);
            workers.push(Self::unassigned(
                WorkerRole::HealthSocialWorker,
                &work.origin,
                contact,
                (since, open.until()),
                item,
            ));
        }
        for contact in view.lanes().into_iter().flat_map(|lane| lane.duty_contacts.values()) {
            let Some((since, (record, worker))) = contact.awaits_at(at).zip(contact.worker.as_ref()) else { continue };
            let point = ContactPoint::sealed(*record, worker.clone());
            let item = contact.item(None, belongs);
            let worker = Self::unassigned(WorkerRole::DutySocialService, &contact.origin, point, (since, None), item);
            workers.push(worker);
        }
        for stay in view.all_stays().iter().filter(|stay| stay.status(at).is_open()) {
            let (contacts, fallback) = ward_contacts(stay, circumstances);
            let points = contacts.iter().filter(|it| matches!(it, ContactPoint::Unnamed(_) | ContactPoint::Line(_)));
            let behind: Vec<_> = points.chain(&fallback).cloned().collect();
            let (times, item) = ((stay.since(), None), stay.item(stay.key, belongs));
            workers.extend(contacts.into_iter().map(|contact| {
                let worker =
                    Self::unassigned(WorkerRole::HealthSocialWorker, &stay.origin, contact, times, item.clone());
                Self { behind: behind.clone(), basis: WorkerBasis::ByWard, ..worker }
            }));
        }
        workers
    }
}

/// Assigned workers in force.
pub(crate) fn assigned(view: &ParallelView, at: Instant, belongs: &Belongs) -> Vec<CurrentWorker> {
    let worker = |(key, assignment): (&Token, &Assignment)| {
        let span = view.in_force(assignment, at)?;
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
            // Who works in a role that is not mapped is no answer, but a doubt: see `ParallelView::in_unmapped_role`.
            role: assigned.role?,
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
            clientship: assigned.clientship,
            behind: Vec::new(),
            item: assignment.item(Some(*key), belongs),
            basis: WorkerBasis::Assigned,
            reach: None,
        })
    };
    view.lanes().into_iter().flat_map(|lane| &lane.assignments).filter_map(worker).collect()
}
