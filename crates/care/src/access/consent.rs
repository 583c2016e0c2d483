//! A consent that a caller records, as an event: it takes the one write path, and holds from the next question on.
//!
//! A caller's id of a consent is used once: what the record holds under it decides what a call does ([`Stands`]), so a call that is
//! sent again writes nothing, and one that comes late brings nothing back. Each call that writes is an event of its own.

use crate::made_here::{self, Recorded};
use crate::{Origin, ParallelView, Permitted};
use event::{
    Body, Code, Direction, Instant, Keyring, PatientData, PermissionGiven, PermissionKind, PermissionWithdrawn,
    ReceivedEvent, Register, StreamId, Token,
};

/// Recorded by callers; no source of messages has this name.
pub const CONSENTS: &str = "recorded-consents";

/// What the client gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Luovutuslupa or suostumus.
    pub kind: PermissionKind,
    /// Which way data may go.
    pub direction: Direction,
    /// The service tasks that it names.
    pub service_tasks: Vec<Code>,
    /// The patient data that it names.
    pub patient_data: Option<PatientData>,
    /// When it ends by itself.
    pub until: Option<Instant>,
}

/// Who records it, under which id of their own, in which register, in which of the client's streams.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    /// The calling system.
    pub caller: &'a str,
    /// Its own id of the consent.
    pub consent: &'a str,
    /// The register of the caller.
    pub register: Register,
    /// A stream of the client.
    pub record: &'a StreamId,
}

/// The key of a caller's consent.
#[must_use]
pub fn key(keyring: &Keyring, caller: &str, consent: &str) -> Token {
    keyring.token("permission", caller, consent)
}

impl Given {
    fn under(&self, permission: Token) -> PermissionGiven {
        let Self { kind, direction, service_tasks, patient_data, until } = self.clone();
        PermissionGiven {
            permission,
            kind,
            direction,
            organisation: None,
            service_tasks,
            patient_data,
            recorded_from: None,
            recorded_to: None,
            until,
        }
    }
}

/// The client gives it, `at`.
#[must_use]
pub fn given(keyring: &Keyring, by: Recording<'_>, it: &Given, at: Instant) -> ReceivedEvent {
    let body = it.under(key(keyring, by.caller, by.consent));
    event(keyring, by, &format!("given {it:?}"), Body::from(body), at)
}

/// The client withdraws it, `at`.
#[must_use]
pub fn withdrawn(keyring: &Keyring, by: Recording<'_>, at: Instant) -> ReceivedEvent {
    let permission = key(keyring, by.caller, by.consent);
    event(keyring, by, "withdrawn", Body::from(PermissionWithdrawn { permission }), at)
}

fn event(keyring: &Keyring, by: Recording<'_>, content: &str, body: Body, at: Instant) -> ReceivedEvent {
    // The same id of another client's consent is another event.
    let client = hex::encode(by.record.key.as_bytes());
    let message_id = format!("{client}\n{}\n{}\n{}\n{content}", by.caller, by.consent, at.as_micros());
    let Recording { register, record, .. } = by;
    made_here::event(keyring, &message_id, &Recorded { source: CONSENTS, record, register, at }, body)
}

/// What the record holds under a caller's id of a consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stands {
    permission: Token,
    permitted: Permitted,
    term: Option<Instant>,
    since: Instant,
    /// When it was over; `None`: it holds.
    over: Option<Instant>,
}

impl Stands {
    /// Since when exactly this is given, if it holds.
    #[must_use]
    pub fn is_given(&self, it: &Given) -> Option<Instant> {
        let given = it.under(self.permission);
        let same = self.permitted == Permitted::from(&given) && self.term == given.until;
        (self.over.is_none() && same).then_some(self.since)
    }

    /// Since when it is over.
    #[must_use]
    pub fn is_over(&self) -> Option<Instant> {
        self.over
    }
}

impl ParallelView {
    /// What stands under this key at `at`; `None`: nothing was given under it.
    #[must_use]
    pub fn consent(&self, permission: &Token, at: Instant) -> Option<Stands> {
        let found = self.lanes().into_iter().find_map(|lane| lane.permissions.get(permission))?;
        let span = found.spans.shown(at)?;
        Some(Stands {
            permission: *permission,
            permitted: span.what.clone(),
            term: span.term(),
            since: span.from,
            over: span.until().filter(|until| *until <= at),
        })
    }

    /// A stream of the client, in which a consent can stand: rather one of this register.
    #[must_use]
    pub fn stream_in(&self, register: Register) -> Option<Token> {
        let lane = self.lane(register);
        let persons = lane.persons.keys().copied();
        let of = |origin: &Origin| origin.record;
        let stays = lane.stays.values().map(|it| of(&it.origin));
        let unplaced = lane.unplaced.iter().map(|it| of(it.origin()));
        let clientships = lane.clientships.values().map(|it| of(&it.origin));
        let assignments = lane.assignments.values().map(|it| of(&it.origin));
        let cases = lane.cases.values().map(|it| of(&it.origin));
        let assessments = lane.assessments.values().map(|it| of(&it.origin));
        let services = lane.services.values().map(|it| of(&it.origin));
        let work = lane.health_social_work.values().map(|it| of(&it.origin));
        let here = persons.chain(stays).chain(unplaced).chain(clientships).chain(assignments);
        let here = here.chain(cases).chain(assessments).chain(services).chain(work);
        let referrals = self.referrals.values().filter_map(|it| it.request()).map(|it| of(&it.origin));
        here.min().or_else(|| referrals.min())
    }

    /// Not before this instant may another event of the permission happen: a clock that is behind must not lose it.
    #[must_use]
    pub fn after_permission(&self, permission: &Token) -> Option<Instant> {
        let found = self.lanes().into_iter().filter_map(|lane| lane.permissions.get(permission));
        found.map(|it| it.origin.happened_at.plus_micros(1)).max()
    }
}
