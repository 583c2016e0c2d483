//! The chain of a worker, and of a sign of involvement.

use super::{Link, Step};
use crate::rule::current_workers::{ContactPoint, CurrentWorker};
use crate::rule::directory::Directory;
use crate::rule::involvement::Sign;

impl Link {
    /// From these contacts to the county's lines.
    #[must_use]
    pub fn chain(contacts: Vec<ContactPoint>, directory: &Directory) -> Vec<Self> {
        ending(contacts.into_iter().map(Self::of), directory)
    }

    /// Of a contact whose step its kind tells.
    fn of(contact: ContactPoint) -> Self {
        let (step, confirmed_at) = match &contact {
            ContactPoint::Line(line) if line.of_the_county => (Step::CountyLine, line.confirmed_at),
            ContactPoint::Line(line) => (Step::Unit, line.confirmed_at),
            ContactPoint::Unnamed(_) => (Step::Unit, None),
            ContactPoint::Directory { worker, today: _ } => (Step::Worker, worker.confirmed_at),
            ContactPoint::Sealed { .. }
            | ContactPoint::NotReported
            | ContactPoint::NoneForWard
            | ContactPoint::NoneForAge
            | ContactPoint::WardNotListed
            | ContactPoint::Withheld => (Step::Worker, None),
        };
        Self { step, contact, away: None, confirmed_at, stale: false }
    }
}

impl CurrentWorker {
    /// From the worker, as the caller sees it, to the county's lines.
    #[must_use]
    pub fn chain(&self, directory: &Directory) -> Vec<Link> {
        let of_worker = Link::of(self.contact.clone());
        let confirmed_at = self.confirmed_at.or(of_worker.confirmed_at);
        let worker = Link { away: self.away, confirmed_at, ..of_worker };
        let stand_in = self.stands_in.clone().map(|it| Link { step: Step::StandIn, ..Link::of(it) });
        let behind = self.behind.iter().cloned().map(Link::of);
        ending(std::iter::once(worker).chain(stand_in).chain(behind), directory)
    }
}

impl Sign {
    /// From the contacts, as the caller sees them, to the county's lines.
    #[must_use]
    pub fn chain(&self, directory: &Directory) -> Vec<Link> {
        Link::chain(self.contacts.clone(), directory)
    }
}

/// Each once, in the order of the steps, and the county's lines at the end.
fn ending(links: impl Iterator<Item = Link>, directory: &Directory) -> Vec<Link> {
    let county = directory.county_lines.iter().map(|line| Link::of(ContactPoint::line(line)));
    let mut chain: Vec<Link> = Vec::new();
    for link in links.chain(county) {
        if !chain.iter().any(|other| other.contact == link.contact) {
            chain.push(link);
        }
    }
    chain.sort_by_key(|link| link.step);
    chain
}
