//! Is a hospital involved? The smallest answer that helps: what kind, since when, whom to contact; no ward, no
//! diagnosis.
//!
//! Being a patient is itself secret (KHO:2018:93), so both yes and no are disclosures, and "none" is answered only when
//! it is known.

use super::county::County;
use super::directory::{Circumstances, Directory};
use crate::ParallelView;
use crate::access::Decision;
use crate::entity::stay::{Discharge, Stay, StayStatus};
use crate::fact::sight::Sight;
use crate::rule::contact_point::{ContactPoint, seen_once, ward_contacts};
use crate::rule::current_workers::{CurrentWorker, assigned};
use crate::rule::destination::Destination;
use crate::rule::reach::{Link, Reach};
use crate::rule::source::{Completeness, Doubt};
use crate::thing::{Data, Thing};
use event::{Instant, Register, StayClass, WorkerRole};

/// Whether a hospital is involved now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Involvement {
    /// Yes: on a ward, in emergency care, or in health social work.
    Involved {
        /// By these signs.
        signs: Vec<Sign>,
        /// The client has a turvakielto: the flag goes with the data (661/2009 37 §).
        protected: bool,
    },
    /// No, and every source that covers it has reported in time.
    NotInvolved,
    /// Not known.
    NotKnown(Completeness),
}

/// One sign of involvement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// Of what kind.
    pub kind: InvolvementKind,
    /// From when.
    pub since: Instant,
    /// When it is planned to end, or of a planned admission to begin, if reported.
    pub planned_at: Option<Instant>,
    /// Whom to contact.
    pub contacts: Vec<ContactPoint>,
    /// Put together from messages without a visit number.
    pub inferred: bool,
    /// The register in which it is written.
    pub register: Register,
    /// As what kind of data it is shown.
    pub data: Data,
    /// Whom to ring now; `None`: nobody has worked it out.
    pub reach: Option<Box<Reach>>,
    /// When it ended: of a recent discharge.
    pub ended_at: Option<Instant>,
    /// Where the client went then.
    pub destination: Option<Destination>,
}

impl Sign {
    /// From the contacts, as the caller sees them, to the county's lines.
    #[must_use]
    pub fn chain(&self, directory: &Directory) -> Vec<Link> {
        Link::chain(self.contacts.clone(), directory)
    }
}

/// The kinds, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InvolvementKind {
    /// Päivystyskäynti.
    EmergencyVisit,
    /// Osastohoitojakso.
    StayInProgress,
    /// At a hospital; the class was not reported.
    Presence,
    /// A discharge is planned (980/2012 25 § 2 mom.: to be notified in good time).
    PlannedDischarge,
    /// Terveyssosiaalityö: the work is open, or a health social worker is assigned.
    HealthSocialWork,
    /// A stay is planned and has not begun.
    PlannedAdmission,
    /// The client left a hospital a short time ago ([`Policy::recent_discharge_seconds`](crate::access::Policy)).
    RecentDischarge,
}

impl InvolvementKind {
    /// A planned stay has not begun, and a discharge is past: neither makes the answer a yes.
    fn is_of_now(self) -> bool {
        match self {
            Self::EmergencyVisit
            | Self::StayInProgress
            | Self::Presence
            | Self::PlannedDischarge
            | Self::HealthSocialWork => true,
            Self::PlannedAdmission | Self::RecentDischarge => false,
        }
    }
}

impl Involvement {
    /// As far as `decision` allows, with the signs that are not of now; `completeness` is that of stays and health social
    /// work.
    #[must_use]
    pub fn of(
        view: Option<&ParallelView>,
        decision: &Decision,
        county: &County,
        completeness: Completeness,
        circumstances: &Circumstances<'_>,
    ) -> (Self, Vec<Sign>) {
        let at = circumstances.at;
        let Some(view) = view else {
            return (Self::none(completeness), Vec::new());
        };
        let (stays, belongs) = (stays_seen(view, decision), decision.belongs());
        let mut signs: Vec<_> = stays.iter().flat_map(|stay| signs_of(stay, county, circumstances)).collect();
        // In either register, by the sight of that register.
        let work = view.lanes().into_iter().flat_map(|lane| lane.health_social_work.values());
        for work in work.filter(|work| decision.sees(&work.item(None, belongs))) {
            let Some(open) = work.open_at(at) else { continue };
            let contacts = match open.what.worker.clone() {
                Some((record, worker)) => vec![ContactPoint::sealed(record, worker)],
                None => county.contact_of(&work.origin.source).into_iter().collect(),
            };
            let since = work.spans.since(at).unwrap_or(open.from);
            let (kind, register) = (InvolvementKind::HealthSocialWork, work.origin.register);
            signs.push(Sign {
                kind,
                since,
                planned_at: open.until(),
                contacts,
                inferred: false,
                register,
                data: Data::HealthSocialWork,
                reach: None,
                ended_at: None,
                destination: None,
            });
        }
        // A source may report the worker alone: who is assigned as a health social worker does that work.
        let assigned = assigned(view, at, belongs).into_iter();
        let of_health = assigned.filter(|it| it.role == WorkerRole::HealthSocialWorker && decision.sees(&it.item));
        signs.extend(of_health.map(of_worker));
        for sign in &mut signs {
            let sight = decision.sight(sign.register);
            sign.contacts = seen_once(std::mem::take(&mut sign.contacts), sight);
            // Under a turvakielto nothing leads to a place, and home is one.
            if matches!(sight, Sight::NoPlace | Sight::Withheld) {
                sign.destination = sign.destination.map(|_| Destination::Unknown);
            }
            if let Some(numbers) = decision.masks(sign.register) {
                let contacts = numbers.iter().cloned().map(ContactPoint::Unnamed).collect();
                // The shape of a sign must not disclose that it is masked: a recent discharge has a time and a
                // destination.
                let destination = sign.destination.map(|_| Destination::Unknown);
                *sign = Sign { contacts, planned_at: None, destination, ..sign.clone() };
            }
        }
        signs.sort_by_key(|sign| (sign.kind, sign.since));
        let (signs, not_now): (Vec<_>, Vec<_>) = signs.into_iter().partition(|sign| sign.kind.is_of_now());
        if !signs.is_empty() {
            return (Self::Involved { signs, protected: view.is_protected_at(at) }, not_now);
        }
        (Self::none(doubted(&stays, at, completeness)), not_now)
    }

    fn none(completeness: Completeness) -> Self {
        if completeness.is_complete() { Self::NotInvolved } else { Self::NotKnown(completeness) }
    }
}

/// The stays of which the caller may know.
pub(crate) fn stays_seen(view: &ParallelView, decision: &Decision) -> Vec<Stay> {
    let belongs = decision.belongs();
    let mut stays = view.all_stays();
    stays.retain(|stay| decision.sees(&stay.item(stay.key, belongs)));
    stays
}

/// Of a stay that is seen it is not known whether the client is there: then nor is it who works with them on the ward.
pub(crate) fn doubted(seen: &[Stay], at: Instant, completeness: Completeness) -> Completeness {
    match seen.iter().find(|stay| stay.status(at) == StayStatus::Unknown) {
        Some(stay) => completeness.doubt(Doubt::Unclear, Some(stay.first_seen)),
        None => completeness,
    }
}

/// Somebody who does health social work with the client; while they are away, who stands in comes first.
fn of_worker(worker: CurrentWorker) -> Sign {
    let CurrentWorker { contact, stands_in, away, .. } = worker;
    let stands_in = stands_in.filter(|_| away.is_some());
    Sign {
        kind: InvolvementKind::HealthSocialWork,
        since: worker.since,
        planned_at: worker.until,
        contacts: stands_in.into_iter().chain([contact]).collect(),
        inferred: false,
        register: worker.register,
        data: Data::Workers,
        reach: None,
        ended_at: None,
        destination: None,
    }
}

fn signs_of(stay: &Stay, county: &County, circumstances: &Circumstances<'_>) -> Vec<Sign> {
    let at = circumstances.at;
    if stay.class == Some(StayClass::Outpatient) {
        return Vec::new();
    }
    let sign = |kind, since, planned_at| Sign {
        kind,
        since,
        planned_at,
        contacts: contacts(stay, county, circumstances),
        inferred: stay.inferred,
        register: stay.origin.register,
        data: Data::Stays,
        reach: None,
        ended_at: None,
        destination: None,
    };
    let status = stay.status(at);
    if status.is_open() {
        // Since when the discharge has been planned, not since when the client has been there.
        let planned = stay.planned_discharge.in_force().map(|planned_at| {
            let since = stay.planned_discharge.since().unwrap_or(stay.since());
            sign(InvolvementKind::PlannedDischarge, since, *planned_at)
        });
        return std::iter::once(sign(kind_of(stay), stay.since(), None)).chain(planned).collect();
    }
    if status == StayStatus::Planned {
        return vec![sign(InvolvementKind::PlannedAdmission, stay.first_seen, stay.plan.in_force().copied().flatten())];
    }
    let ended = stay.discharge.in_force().filter(|_| status == StayStatus::Ended);
    let recent = county.policy.recent_discharge_seconds.zip(ended);
    let recent = recent.filter(|(within, it)| it.ended_at <= at && it.ended_at.plus_seconds(*within) > at);
    let sign = |(_, it): (_, &Discharge)| Sign {
        ended_at: Some(it.ended_at),
        destination: Some(Destination::of(it.disposition.as_ref())),
        ..sign(InvolvementKind::RecentDischarge, stay.since(), None)
    };
    recent.map(sign).into_iter().collect()
}

fn kind_of(stay: &Stay) -> InvolvementKind {
    match stay.class {
        Some(StayClass::Emergency) => InvolvementKind::EmergencyVisit,
        Some(StayClass::Inpatient | StayClass::Outpatient) => InvolvementKind::StayInProgress,
        None | Some(StayClass::Unknown) => InvolvementKind::Presence,
    }
}

/// Whom to contact about a stay: the ward's own, who stands behind it, the source's.
fn contacts(stay: &Stay, county: &County, circumstances: &Circumstances<'_>) -> Vec<ContactPoint> {
    let (mut contacts, fallback) = ward_contacts(stay, circumstances);
    contacts.extend(fallback);
    contacts.retain(|contact| !matches!(contact, ContactPoint::WardNotListed | ContactPoint::NoneForWard));
    contacts.extend(county.contact_of(&stay.origin.source));
    contacts
}
