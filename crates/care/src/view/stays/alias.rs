//! One stay under several keys.
//!
//! A FHIR Encounter may have several identifiers, and its next version may have others: then its key changes. A42 and
//! A50 give a visit another number. Each reports its other keys ([`event::StayCorrected::also`]). So two stays may be
//! one if one has a key of the other.
//!
//! - With the same start, or if one has no reported start, they are one: the one that was reported last stands, and the
//!   other continues there.
//! - With different starts two Encounters share a number, such as that of an account: whether the older one continues is
//!   not known.
//! - It is not known either if one of them is over and the shared identifier is the key of neither: a visit that began
//!   with the stay and carries the number of its account does not end the stay.

use crate::entity::stay::{Certainty, Stay};
use crate::fact::mark::Mark;
use crate::view::stays::alike::near;
use event::Token;

/// Marks the stays that continue under another of their keys.
pub(super) fn join(stays: &mut [Stay]) {
    for one in 0..stays.len() {
        for other in 0..stays.len() {
            if one == other || !share(&stays[one], &stays[other]) || !is_reported_after(&stays[other], &stays[one]) {
                continue;
            }
            let starts = stays[one].started_at.zip(stays[other].started_at);
            let same = starts.is_none_or(|(one, other)| near(one, other));
            let ends = stays[other].is_over() && !share_a_key(&stays[one], &stays[other]);
            let goes_on = stays[one].admission.in_force().is_some() && !stays[one].is_over();
            if same && !(goes_on && ends) {
                stays[one].superseded = true;
                let earlier = stays[one].clone();
                stays[other].continues(&earlier);
            } else if goes_on {
                stays[one].certainty = Certainty::MayHaveEnded;
            }
        }
    }
}

fn share(stay: &Stay, other: &Stay) -> bool {
    let third = || stay.also.intersection(&other.also).next().is_some();
    (share_a_key(stay, other) || third()) && stay.origin.source == other.origin.source
}

/// The key of one is another key of the other.
fn share_a_key(stay: &Stay, other: &Stay) -> bool {
    let has = |stay: &Stay, key: &Option<Token>| key.is_some_and(|key| stay.also.contains(&key));
    has(stay, &other.key) || has(other, &stay.key)
}

fn is_reported_after(stay: &Stay, other: &Stay) -> bool {
    match (last(stay), last(other)) {
        (Some(mark), Some(known)) => mark.stands_after(known),
        (Some(_), None) => true,
        (None, _) => false,
    }
}

fn last(stay: &Stay) -> Option<&Mark> {
    let present = stay.present.as_ref().map(|(mark, _)| mark);
    present.into_iter().chain(stay.end_mark()).reduce(|a, b| if a.stands_after(b) { a } else { b })
}
