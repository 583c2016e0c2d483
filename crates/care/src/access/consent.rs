//! A consent that a caller records, as an event: it takes the one write path, and holds from the next question on.
//!
//! A caller's id of a consent is used once: what the record holds under it decides what a call does ([`Stands`]), so a call that is
//! sent again writes nothing, and one that comes late brings nothing back. Each call that writes is an event of its own.

pub use crate::made_here::CONSENTS;
use crate::made_here::{self, Recorded};
use crate::{ParallelView, Permission, Permitted};
use event::{
    Body, Code, Direction, Identifier, Instant, Keyring, PatientData, PermissionGiven, PermissionKind,
    PermissionWithdrawn, Presented, ReceivedEvent, Register, StreamId, Token,
};
use std::borrow::Cow;
use std::collections::BTreeSet;

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
    /// The organisation that it is given to; `None`: the county's.
    pub organisation: Option<Code>,
}

/// Who records it, under which id of their own, in which register, in which of the client's records.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    /// The calling system.
    pub caller: &'a str,
    /// Its own id of the consent.
    pub consent: &'a str,
    /// The register of the caller.
    pub register: Register,
    /// Where it stands.
    pub record: &'a ConsentRecord,
}

/// The record in which a consent or a contact of the duty service stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRecord {
    stream: StreamId,
    presented: Vec<Presented>,
}

impl ConsentRecord {
    pub(super) fn stream(&self) -> &StreamId {
        &self.stream
    }

    pub(super) fn presented(&self) -> &[Presented] {
        &self.presented
    }

    /// One that is there.
    #[must_use]
    pub fn known(stream: StreamId) -> Self {
        Self { stream, presented: Vec::new() }
    }

    /// A record of its own, which presents the identifier that was asked with and nothing else: whoever has that identifier
    /// has the record. A source's record, also of a person, may turn out to be another client's, or be parted from the client
    /// when a wrong link is undone, and the consent would go with it. Its system is its own too: it adds nothing to a crowd of
    /// records that present one code.
    #[must_use]
    pub fn of(keyring: &Keyring, client: &Identifier) -> Self {
        let (system, value) = (client.system.as_str(), client.value.expose());
        let tokens = vec![keyring.identifier(system, value)];
        let presented = vec![Presented { system: system.to_owned(), tokens }];
        Self { stream: keyring.record(CONSENTS, CONSENTS, &format!("{system}\u{1f}{value}")), presented }
    }
}

/// The key of a caller's consent.
#[must_use]
pub fn key(keyring: &Keyring, caller: &str, consent: &str) -> Token {
    keyring.token("permission", caller, consent)
}

impl Given {
    fn under(&self, permission: Token) -> PermissionGiven {
        let Self { kind, direction, service_tasks, patient_data, until, organisation } = self.clone();
        PermissionGiven {
            permission,
            kind,
            direction,
            organisation,
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
    let client = hex::encode(by.record.stream.key.as_bytes());
    let message_id = format!("{client}\n{}\n{}\n{}\n{content}", by.caller, by.consent, at.as_micros());
    let Recording { register, record: ConsentRecord { stream, presented }, .. } = by;
    made_here::event(
        keyring,
        &message_id,
        &Recorded { source: CONSENTS, record: stream, presented, register, at },
        |_| body,
    )
}

/// What the record holds under a caller's id of a consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stands {
    permission: Token,
    record: Token,
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

    /// The record in which it stands: its withdrawal belongs there too, wherever the client's other records go.
    #[must_use]
    pub fn record(&self) -> Token {
        self.record
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
            record: found.origin.record,
            permitted: span.what.clone(),
            term: span.term(),
            since: span.from,
            over: span.until().filter(|until| *until <= at),
        })
    }

    /// Without the permissions that may have been withdrawn since: those that rest on what was known before `doubted`, and those that
    /// a copy has of which the source is `too_old` ([`Policy::too_old`](super::Policy::too_old)). Prohibitions stay.
    #[must_use]
    pub fn permitting_since(&self, doubted: Option<Instant>, too_old: &BTreeSet<&str>) -> Cow<'_, Self> {
        let stands = |it: &Permission| {
            doubted.is_none_or(|doubted| it.is_stated_since(doubted)) && !too_old.contains(it.origin.source.as_str())
        };
        if self.lanes().into_iter().flat_map(|lane| lane.permissions.values()).all(stands) {
            return Cow::Borrowed(self);
        }
        let mut view = self.clone();
        for lane in [&mut view.health, &mut view.social] {
            lane.permissions.retain(|_, it| stands(it));
        }
        Cow::Owned(view)
    }

    /// Not before this instant may another event of the permission happen: a clock that is behind must not lose it.
    #[must_use]
    pub fn after_permission(&self, permission: &Token) -> Option<Instant> {
        let found = self.lanes().into_iter().filter_map(|lane| lane.permissions.get(permission));
        found.map(|it| it.origin.happened_at.plus_micros(1)).max()
    }
}

impl Permission {
    /// Everything of it was given, recorded and has begun since then.
    fn is_stated_since(&self, then: Instant) -> bool {
        let spans_since = self.spans.all().iter().all(|span| span.from >= then);
        spans_since && self.origin.happened_at >= then && self.origin.recorded_at >= then
    }
}
