//! One stay under several keys.
//!
//! A FHIR Encounter may have more identifiers than one, of authorities that nobody configured, and more in its next version
//! than in the last: then its key changes. Each version reports its other keys ([`event::StayCorrected::also`]), so two stays
//! of which one has a key of the other may be one.
//!
//! - With the same start they are one: where it was reported last it is, and the other goes on there.
//! - With different starts two Encounters share a number, as of an account: whether the older one goes on is not known.

use crate::alike::near;
use crate::mark::Mark;
use crate::stay::{Certainty, Stay};
use event::Token;

/// Marks those that go on under another of their keys.
pub(crate) fn join(stays: &mut [(Token, Stay)]) {
    for one in 0..stays.len() {
        for other in 0..stays.len() {
            if one == other || !share(&stays[one], &stays[other]) || !is_reported_after(&stays[other].1, &stays[one].1)
            {
                continue;
            }
            let same = near(stays[one].1.since(), stays[other].1.since());
            let stay = &mut stays[one].1;
            if same {
                stay.continued = true;
            } else if stay.admission.in_force().is_some() && !stay.is_over() {
                stay.certainty = Certainty::MayHaveEnded;
            }
        }
    }
}

fn share((one, stay): &(Token, Stay), (other, of_it): &(Token, Stay)) -> bool {
    let has = |stay: &Stay, key: &Token| stay.also.contains(key);
    let shared = || has(stay, other) || has(of_it, one) || stay.also.intersection(&of_it.also).next().is_some();
    shared() && stay.origin.source == of_it.origin.source
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
