//! Clients of specially protected wards (703/2023 26 §; 457/2024 26 §).
//!
//! Who works on a psychiatric ward, or for which of a hospital's sources, tells as much as the ward's name. So while a client is on a
//! protected ward, and for a while after, no contact and no source of the patient register crosses the line: only what kind
//! of involvement there is, since when, and a number that the county has chosen.

use super::Directory;
use crate::ParallelView;
use crate::entity::stay::{Stay, StayStatus};
use event::{Instant, Register, Ward};
use std::collections::BTreeSet;

/// How long after the end of a stay its contacts may still be somebody's.
const AFTER_STAY_SECONDS: i64 = 30 * 24 * 3600;

impl Directory {
    /// Is the client on a protected ward, or was so a short time ago? The numbers that are shown across the line instead of every
    /// contact.
    #[must_use]
    pub fn contacts_across(&self, view: &ParallelView, at: Instant) -> Option<BTreeSet<String>> {
        if !self.wards.values().any(|it| it.protected) {
            return None;
        }
        let stays = view.lane(Register::Patient).all_stays(view.limits);
        let counts = |stay: &&Stay| match stay.status(at) {
            // What is not known counts: it may go on.
            StayStatus::Planned | StayStatus::InProgress | StayStatus::OnLeave | StayStatus::Unknown => true,
            StayStatus::Ended => {
                let ended = stay.discharge.in_force().map(|it| it.ended_at);
                ended.is_none_or(|ended| ended.plus_seconds(AFTER_STAY_SECONDS) > at)
            }
            StayStatus::Cancelled => false,
        };
        let of = |(stay, ward): (&Stay, &Ward)| {
            self.wards.get(&(stay.origin.source.clone(), ward.code().to_owned())).filter(|it| it.protected)
        };
        let on = stays.iter().filter(counts).filter_map(|stay| Some((stay, stay.ward.as_ref()?)));
        // Moved off it within the stay.
        let real = stays.iter().filter(|stay| stay.status(at) != StayStatus::Cancelled);
        let left = real.flat_map(|stay| stay.left.iter().map(move |(ward, until)| (stay, ward, until)));
        let left = left.filter(|(.., until)| until.plus_seconds(AFTER_STAY_SECONDS) > at);
        let protected: Vec<_> = on.chain(left.map(|(stay, ward, _)| (stay, ward))).filter_map(of).collect();
        (!protected.is_empty()).then(|| protected.iter().filter_map(|it| it.contact_across.clone()).collect())
    }
}
