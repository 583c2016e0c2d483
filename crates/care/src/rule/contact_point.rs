//! How somebody is reached, and how much of it a caller may see.

use super::directory::{Circumstances, Line, OnWard, WardWorker};
use crate::entity::stay::Stay;
use crate::fact::sight::Sight;
use event::{Instant, Sealed, Token, Worker};

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
    /// From the directory: the line of a unit, or of the county.
    Line(Box<Line>),
    /// The source reported that somebody works with the client, but not who.
    NotReported,
    /// The ward is known to have no health social worker.
    NoneForWard,
    /// The ward's health social workers are for clients of another age.
    NoneForAge,
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

    /// From the directory.
    #[must_use]
    pub fn line(line: &Line) -> Self {
        Self::Line(Box::new(line.clone()))
    }

    /// What the caller may see of it.
    #[must_use]
    pub fn seen(self, sight: Sight) -> Self {
        match (sight, self) {
            (sight, Self::Line(line)) => line.seen(sight).map_or(Self::Withheld, |line| Self::Line(Box::new(line))),
            (Sight::Whole, it)
            | (_, it @ Self::NotReported)
            | (Sight::Outside, it @ (Self::Unnamed(_) | Self::NoneForWard | Self::NoneForAge | Self::WardNotListed)) => {
                it
            }
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

impl Circumstances<'_> {
    /// The contacts of a source's ward, those at work today first; and who stands behind the ward.
    #[must_use]
    pub fn of_ward(&self, source: &str, code: &str) -> (Vec<ContactPoint>, Vec<ContactPoint>) {
        let worker = |worker: &WardWorker| ContactPoint::Directory {
            today: worker.is_there_today(self),
            worker: worker.clone(),
        };
        let (entry, mut contacts): (_, Vec<_>) = match self.directory.ward(source, code, self.age) {
            OnWard::Workers(entry, workers) => (entry, workers.into_iter().map(worker).collect()),
            // Another does its social work: it has none of its own, and needs none.
            OnWard::None(entry) if entry.served_by.is_some() => (entry, Vec::new()),
            OnWard::None(entry) => (entry, vec![ContactPoint::NoneForWard]),
            OnWard::NoneForAge(entry) => (entry, vec![ContactPoint::NoneForAge]),
            OnWard::NotListed => return (vec![ContactPoint::WardNotListed], Vec::new()),
        };
        contacts.sort_by_key(|contact| !matches!(contact, ContactPoint::Directory { today: true, .. }));
        let lines = |code: &Option<String>| -> Vec<ContactPoint> {
            code.iter().flat_map(|code| self.directory.lines(code)).map(ContactPoint::line).collect()
        };
        contacts.extend(lines(&entry.served_by));
        contacts.extend(entry.contact_point.clone().map(ContactPoint::Unnamed));
        (contacts, lines(&entry.fallback))
    }
}

/// The contacts of a stay's ward, those at work today first; and who stands behind the ward.
pub(crate) fn ward_contacts(stay: &Stay, circumstances: &Circumstances<'_>) -> (Vec<ContactPoint>, Vec<ContactPoint>) {
    match &stay.ward {
        None => (vec![ContactPoint::WardNotListed], Vec::new()),
        Some(ward) => circumstances.of_ward(&stay.origin.source, ward.code()),
    }
}

/// What the caller may see of the contacts. The number of withheld contacts would disclose something too.
pub(crate) fn seen_once(contacts: Vec<ContactPoint>, sight: Sight) -> Vec<ContactPoint> {
    let mut seen: Vec<ContactPoint> = contacts.into_iter().map(|contact| contact.seen(sight)).collect();
    seen.dedup_by(|a, b| *a == ContactPoint::Withheld && a == b);
    seen
}
