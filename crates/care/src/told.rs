//! What was told of a client's care: what the timeline lists.
//!
//! Not the numbers that the client or a stay goes by: that somebody has a new identity code, or is one with a record under
//! another, leads to the old one (661/2009 12 §). Nor a return from a leave that was none: a FHIR Encounter put again in
//! progress says that the client is not away, and says so of everybody.

use event::{Body, IdentityEvent, Received, StayEvent, TeamEvent, Token, TranslationEvent};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The events of a client's care.
pub(crate) fn of_care(events: &[Received]) -> impl Iterator<Item = &Received> {
    let (never_away, nobody) = (never_away(events), teams_of_nobody(events));
    let hidden = move |it: &&Received| never_away.contains(&it.event.id) || nobody.contains(&it.event.id);
    events.iter().filter(move |it| !is_of_numbers(&it.event.body) && !hidden(it))
}

fn is_of_numbers(body: &Body) -> bool {
    match body {
        Body::Identity(
            IdentityEvent::NationalIdChanged(_)
            | IdentityEvent::IdentitiesMerged(_)
            | IdentityEvent::IdentitiesUnmerged(_),
        )
        | Body::Translation(TranslationEvent::TranslationWithdrawn(_)) => true,
        Body::Stay(StayEvent::StayCorrected(it)) => !it.also.is_empty(),
        _ => false,
    }
}

/// Teams that had nobody and have nobody: every FHIR Encounter states one.
fn teams_of_nobody(events: &[Received]) -> BTreeSet<Uuid> {
    let stated = |it: &Received| match &it.event.body {
        Body::Team(TeamEvent::CareTeamStated(stated)) => Some((stated.team, stated.assignments.is_empty())),
        _ => None,
    };
    let somebody = events.iter().filter_map(stated).filter(|(_, empty)| !empty).map(|(team, _)| team);
    let somebody: BTreeSet<Token> = somebody.collect();
    let of_nobody = |it: &&Received| stated(it).is_some_and(|(team, _)| !somebody.contains(&team));
    events.iter().filter(of_nobody).map(|it| it.event.id).collect()
}

/// The events that end a leave of which nothing is known, and were told beside the whole state of the stay.
fn never_away(events: &[Received]) -> BTreeSet<Uuid> {
    let mut sorted: Vec<&Received> = events.iter().collect();
    sorted.sort_by_key(|it| (it.event.recorded_at, it.event.ordinal));
    let stated = |it: &Received| match &it.event.body {
        Body::Stay(StayEvent::StayStated(stated)) => Some((it.event.message, stated.stay?)),
        _ => None,
    };
    let stated: BTreeSet<(Token, Token)> = events.iter().filter_map(stated).collect();
    let (mut away, mut found) = (BTreeSet::new(), BTreeSet::new());
    for Received { event, .. } in sorted {
        match &event.body {
            Body::Stay(StayEvent::LeaveStarted(it)) => away.extend(it.stay),
            Body::Stay(StayEvent::LeaveEndCancelled(it)) => away.extend(it.stay),
            Body::Stay(StayEvent::LeaveEnded(it)) => {
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

#[cfg(test)]
mod tests {
    use super::of_care;
    use event::{Body, CareTeamStated, Instant, Received, Token};
    use testkit::history::keyring;

    #[test]
    fn a_team_is_told_where_it_has_or_had_somebody() {
        let key = |value: &str| keyring().token("team", "test", value);
        let stated = |n: &str, team: Token, assignments: Vec<Token>| {
            let at = Instant::from_micros(1_772_431_200_000_000).unwrap_or(Instant::MIN);
            let body = Body::from(CareTeamStated { team, assignments });
            Received { received_at: at, event: testkit::told::told(n, at, keyring().record("test", "own", "1"), body) }
        };
        let somebody = || vec![keyring().token("assignment", "test", "1")];
        let events =
            [stated("1", key("a"), somebody()), stated("2", key("a"), Vec::new()), stated("3", key("b"), Vec::new())];
        let told: Vec<usize> =
            of_care(&events).filter_map(|it| events.iter().position(|known| known.event.id == it.event.id)).collect();
        assert_eq!(told, [0, 1], "nobody was ever in the other");
    }
}
