//! The timeline: what was reported of a client's care.
//!
//! It leaves out the numbers of clients and stays: a new identity code, or a link to a record under another code, would
//! lead to the old one (661/2009 12 §). It also leaves out a return from a leave that nobody reported: every FHIR
//! Encounter that is put again in progress reports that the client is not away.

use super::County;
use super::thing::Things;
use super::{EVERYTHING, Facts};
use crate::access::{Data, Request, Sight};
use crate::source::Completeness;
use event::{
    Body, Instant, LeaveEndCancelled, LeaveEnded, LeaveStarted, ReceivedEvent, Register, Relayed, StayEvent, TeamEvent,
    Token,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What was reported, as far as the caller may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// In the order in which things happened.
    pub entries: Vec<TimelineEntry>,
    /// The registers whose facts are listed.
    pub registers: Vec<Register>,
    /// The client has a turvakielto: the flag goes with the data (661/2009 37 §).
    pub protected: bool,
    /// Whether anything may be missing.
    pub completeness: Completeness,
}

/// One line of a timeline: what kind of thing was reported, by which source and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineEntry {
    /// The event's type name.
    pub event_type: &'static str,
    /// When it took place.
    pub happened_at: Instant,
    /// When the source recorded it.
    pub recorded_at: Instant,
    /// When we received it.
    pub received_at: Instant,
    /// The source that reported it.
    pub source: String,
    /// The register it belongs to.
    pub register: Register,
    /// The kind of data, for the access log.
    pub data: Data,
    /// The intermediary that it came through, if it names one: an intermediary that translates can be wrong where the
    /// source is not.
    pub relayed: Option<Relayed>,
}

impl Facts<'_> {
    /// `ListTimeline`.
    #[must_use]
    pub fn timeline(&self, request: &Request, county: &County, events: &[ReceivedEvent]) -> Timeline {
        let Some(decision) = self.decide(request, county) else {
            let completeness = Completeness::withheld();
            return Timeline { entries: Vec::new(), registers: Vec::new(), protected: false, completeness };
        };
        let things = Things::of(self.view, decision.belongs());
        let seen = of_care(events).filter_map(|received| {
            let item = things.item(&received.event).filter(|it| decision.sees(it))?;
            Some(TimelineEntry::of(received, item.data))
        });
        let mut entries: Vec<_> = seen.collect();
        for entry in entries.iter_mut().filter(|entry| decision.sight(entry.register) == Sight::Withheld) {
            entry.hide_source();
        }
        entries.sort_by(|a, b| {
            (a.happened_at, a.recorded_at, a.event_type).cmp(&(b.happened_at, b.recorded_at, b.event_type))
        });
        let registers: Vec<_> = Register::ALL.iter().copied().filter(|it| decision.sees_lane(*it)).collect();
        let protected = decision.protected && !entries.is_empty();
        let completeness = self.completeness(&decision, EVERYTHING);
        let whole = registers.iter().all(|register| self.sees_whole(&decision, *register));
        let completeness = if whole { completeness } else { completeness.and_withheld() };
        Timeline { entries, registers, protected, completeness }
    }
}

impl TimelineEntry {
    fn of(received: &ReceivedEvent, data: Data) -> Self {
        let event = &received.event;
        Self {
            event_type: event.body.type_name(),
            happened_at: event.happened_at,
            recorded_at: event.recorded_at,
            received_at: received.received_at,
            source: event.source.clone(),
            register: event.register,
            data,
            relayed: event.relayed.clone(),
        }
    }

    /// Takes out what leads to a place.
    fn hide_source(&mut self) {
        let Self {
            source,
            relayed,
            event_type: _,
            happened_at: _,
            recorded_at: _,
            received_at: _,
            register: _,
            data: _,
        } = self;
        source.clear();
        if let Some(Relayed { by, how: _ }) = relayed {
            *by = None;
        }
    }
}

/// The events of a client's care.
pub(crate) fn of_care(events: &[ReceivedEvent]) -> impl Iterator<Item = &ReceivedEvent> {
    let (never_away, nobody) = (never_away(events), teams_of_nobody(events));
    let hidden = move |it: &&ReceivedEvent| never_away.contains(&it.event.id) || nobody.contains(&it.event.id);
    events.iter().filter(move |it| !is_of_numbers(&it.event.body) && !hidden(it))
}

/// A new family does not compile until somebody decides whether a timeline may list it.
fn is_of_numbers(body: &Body) -> bool {
    match body {
        Body::Identity(_) | Body::Translation(_) => true,
        Body::Stay(event) => matches!(event, StayEvent::StayCorrected(it) if !it.also.is_empty()),
        Body::Referral(_)
        | Body::Cooperation(_)
        | Body::Person(_)
        | Body::Case(_)
        | Body::Assessment(_)
        | Body::Clientship(_)
        | Body::Decision(_)
        | Body::Service(_)
        | Body::Plan(_)
        | Body::HealthSocialWork(_)
        | Body::DutyContact(_)
        | Body::Contact(_)
        | Body::Assignment(_)
        | Body::Permission(_)
        | Body::Prohibition(_)
        | Body::Team(_)
        | Body::Worker(_)
        | Body::List(_)
        | Body::Source(_)
        | Body::Subject(_)
        | Body::Unknown(_) => false,
    }
}

/// Teams that have never had a member: every FHIR Encounter states one.
fn teams_of_nobody(events: &[ReceivedEvent]) -> BTreeSet<Uuid> {
    let stated = |it: &ReceivedEvent| {
        let Body::Team(TeamEvent::CareTeamStated(stated)) = &it.event.body else { return None };
        Some((stated.team, stated.assignments.is_empty()))
    };
    let somebody = events.iter().filter_map(stated).filter(|(_, empty)| !empty).map(|(team, _)| team);
    let somebody: BTreeSet<Token> = somebody.collect();
    let of_nobody = |it: &&ReceivedEvent| stated(it).is_some_and(|(team, _)| !somebody.contains(&team));
    events.iter().filter(of_nobody).map(|it| it.event.id).collect()
}

/// Events that end an unknown leave and were reported together with the whole state of the stay.
fn never_away(events: &[ReceivedEvent]) -> BTreeSet<Uuid> {
    let mut sorted: Vec<&ReceivedEvent> = events.iter().collect();
    sorted.sort_by_key(|it| (it.event.recorded_at, it.event.ordinal));
    let stated = |it: &ReceivedEvent| {
        let Body::Stay(StayEvent::StayStated(stated)) = &it.event.body else { return None };
        Some((it.event.message, stated.stay?))
    };
    let stated: BTreeSet<(Token, Token)> = events.iter().filter_map(stated).collect();
    let (mut away, mut found) = (BTreeSet::new(), BTreeSet::new());
    for ReceivedEvent { event, .. } in sorted {
        if let Body::Stay(
            StayEvent::LeaveStarted(LeaveStarted { stay, .. })
            | StayEvent::LeaveEndCancelled(LeaveEndCancelled { stay }),
        ) = &event.body
        {
            away.extend(*stay);
        } else if let Body::Stay(StayEvent::LeaveEnded(LeaveEnded { stay: Some(stay), .. })) = &event.body
            && !away.remove(stay)
            && stated.contains(&(event.message, *stay))
        {
            found.insert(event.id);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::of_care;
    use event::{Body, CareTeamStated, Instant, ReceivedEvent, Token};
    use testkit::history::keyring;

    #[test]
    fn a_team_is_listed_if_it_has_or_had_a_member() {
        let key = |value: &str| keyring().token("team", "test", value);
        let stated = |n: &str, team: Token, assignments: Vec<Token>| {
            let at = Instant::from_micros(1_772_431_200_000_000).unwrap_or(Instant::MIN);
            let body = Body::from(CareTeamStated { team, assignments });
            ReceivedEvent {
                received_at: at,
                event: testkit::case::reported(n, at, keyring().record("test", "own", "1"), body),
            }
        };
        let somebody = || vec![keyring().token("assignment", "test", "1")];
        let events =
            [stated("1", key("a"), somebody()), stated("2", key("a"), Vec::new()), stated("3", key("b"), Vec::new())];
        let listed: Vec<usize> =
            of_care(&events).filter_map(|it| events.iter().position(|known| known.event.id == it.event.id)).collect();
        assert_eq!(listed, [0, 1], "the other team never had a member");
    }
}
