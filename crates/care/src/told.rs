//! What was told of a client's care: what the timeline lists.
//!
//! Not the numbers that the client or a stay goes by: that somebody has a new identity code, or is one with a record under
//! another, leads to the old one (661/2009 12 §). Nor a return from a leave that was none: a FHIR Encounter put again in
//! progress says that the client is not away, and says so of everybody.

use event::{Body, Received, Token};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The events of a client's care.
pub(crate) fn of_care(events: &[Received]) -> impl Iterator<Item = &Received> {
    let never_away = never_away(events);
    events.iter().filter(move |it| !is_of_numbers(&it.event.body) && !never_away.contains(&it.event.id))
}

fn is_of_numbers(body: &Body) -> bool {
    match body {
        Body::NationalIdChanged(_)
        | Body::IdentitiesMerged(_)
        | Body::IdentitiesUnmerged(_)
        | Body::ReadingWithdrawn(_) => true,
        Body::StayCorrected(it) => !it.also.is_empty(),
        _ => false,
    }
}

/// The events that end a leave of which nothing is known, and were told beside the whole state of the stay.
fn never_away(events: &[Received]) -> BTreeSet<Uuid> {
    let mut sorted: Vec<&Received> = events.iter().collect();
    sorted.sort_by_key(|it| (it.event.recorded_at, it.event.ordinal));
    let stated = |it: &Received| match &it.event.body {
        Body::StayStated(stated) => Some((it.event.message, stated.stay?)),
        _ => None,
    };
    let stated: BTreeSet<(Token, Token)> = events.iter().filter_map(stated).collect();
    let (mut away, mut found) = (BTreeSet::new(), BTreeSet::new());
    for Received { event, .. } in sorted {
        match &event.body {
            Body::LeaveStarted(it) => away.extend(it.stay),
            Body::LeaveEndCancelled(it) => away.extend(it.stay),
            Body::LeaveEnded(it) => {
                let Some(stay) = it.stay else { continue };
                if !away.remove(&stay) && stated.contains(&(event.message, stay)) {
                    found.insert(event.id);
                }
            }
            _ => {}
        }
    }
    found
}
