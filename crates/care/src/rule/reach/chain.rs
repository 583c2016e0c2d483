//! A chain of contacts, the closest to the client first.

use super::{Link, Step};
use crate::rule::contact_point::ContactPoint;
use crate::rule::directory::Directory;

impl Link {
    /// From these contacts to the county's lines.
    #[must_use]
    pub fn chain(contacts: Vec<ContactPoint>, directory: &Directory) -> Vec<Self> {
        Self::ending(contacts.into_iter().map(Self::of), directory)
    }

    /// Of a contact whose step its kind tells.
    pub(crate) fn of(contact: ContactPoint) -> Self {
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

    /// Each once, in the order of the steps, and the county's lines at the end.
    pub(crate) fn ending(links: impl Iterator<Item = Self>, directory: &Directory) -> Vec<Self> {
        let county = directory.county_lines.iter().map(|line| Self::of(ContactPoint::line(line)));
        let mut chain: Vec<Self> = Vec::new();
        for link in links.chain(county) {
            if !chain.iter().any(|other| other.contact == link.contact) {
                chain.push(link);
            }
        }
        chain.sort_by_key(|link| link.step);
        chain
    }
}
