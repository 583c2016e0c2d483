//! Workers of the client: XCN and XPN names, XTN numbers; and ROL and PRT, which report assignments.
//!
//! ROL and PRT mostly name doctors. Kept are workers in a role that the configuration lists ([`SourceProfile::worker_roles`]).
//! Somebody in a role that it does not know, or without a role, may be the own worker, and is kept without a role. So is
//! somebody without an identifier, because no later message could be sure to end the assignment: no answer names them, and
//! none is "none" while they are assigned.
//!
//! An assignment is keyed by (record, role, the worker's identifier) and not by ROL-1 or PRT-1, because real feeds number
//! those from 1 in every message. Only an action code ends one: the end of a stay does not.

use super::message::{Message, Segment, Value};
use super::{key, time};
use crate::SourceProfile;
use crate::event_builder::EventBuilder;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use crate::scope::Key;
use event::{Body, Keyring, Presented, StreamId, Token, Worker, WorkerAssigned, WorkerAssignmentEnded, WorkerRole};
use jiff::tz::TimeZone;

/// The most in one message: a batch of events is bounded.
const MAX_WORKERS: usize = 100;
/// Characters of a name or a unit, at most.
const MAX_TEXT: usize = 200;
/// Characters of a phone number, at most.
const MAX_PHONE: usize = 50;

/// The fields of a segment that reports a worker.
struct Layout {
    segment: &'static str,
    action: u16,
    role: u16,
    person: u16,
    begins: u16,
    ends: u16,
    telecom: u16,
    organisation: u16,
}

const LAYOUTS: [Layout; 2] = [
    Layout { segment: "ROL", action: 2, role: 3, person: 4, begins: 5, ends: 6, telecom: 12, organisation: 14 },
    Layout { segment: "PRT", action: 2, role: 4, person: 5, begins: 11, ends: 12, telecom: 15, organisation: 8 },
];

/// Somebody in a role of that code, in a segment of that layout.
struct Named<'m> {
    segment: Segment<'m>,
    layout: &'static Layout,
    code: String,
    /// `None`: the code is not mapped.
    role: Option<WorkerRole>,
}

impl Named<'_> {
    fn place(&self, field: u16) -> MessagePlace {
        MessagePlace::Field(self.layout.segment, field)
    }

    /// XCN.1, of the authority XCN.9.
    fn identifier(&self, source: &SourceProfile) -> Option<Key> {
        key::xcn(source, self.segment.field(self.layout.person))
    }

    /// What is wrong with somebody in a role that is not mapped, a doctor most often, is left out and refuses no message: it may
    /// be the own worker all the same.
    fn or_nothing<T: Default>(&self, read: Result<T, RejectionReason>) -> Result<T, RejectionReason> {
        if self.role.is_some() { read } else { Ok(read.unwrap_or_default()) }
    }

    /// What stands for an identifier where there is none: the field itself.
    fn as_written(&self, source: &SourceProfile) -> Key {
        Key::of_address(source, self.segment.field(self.layout.person).as_written().to_owned())
    }
}

fn named<'m>(source: &SourceProfile, message: &Message<'m>) -> impl Iterator<Item = Named<'m>> {
    message.segments().iter().filter_map(|segment| {
        let layout = LAYOUTS.iter().find(|layout| segment.is(layout.segment))?;
        let code = segment.field(layout.role).component(1).text().unwrap_or_default();
        let is_empty = code.is_empty() && segment.field(layout.person).as_written().trim().is_empty();
        let role = source.worker_roles.get(&code).copied();
        let counts =
            role.is_some() || !is_empty && source.is_unknown_role(&code) && !TABLE_0443.contains(&code.as_str());
        counts.then_some(Named { segment: *segment, layout, code, role })
    })
}

/// Whether the message names a worker in a role that is listed or not known.
pub(super) fn is_any_named(source: &SourceProfile, message: &Message<'_>) -> bool {
    named(source, message).next().is_some()
}

/// The place of such a worker without an identifier: the worker is not named.
pub(super) fn without_identifier(source: &SourceProfile, message: &Message<'_>) -> Option<MessagePlace> {
    let found = named(source, message).take(MAX_WORKERS).find(|named| named.identifier(source).is_none())?;
    Some(found.place(found.layout.person))
}

/// HL7 table 0443: functions of doctors, nurses and laboratories.
const TABLE_0443: &[&str] = &[
    "AD", "AI", "AP", "AT", "CLP", "CP", "DP", "EP", "FHCP", "IP", "MDIR", "OP", "PH", "PI", "PP", "RO", "RP", "RT",
    "TN", "TR", "VP", "VPS", "VTS", "WAY", "WAYR",
];

/// The place of a role that is neither configured nor a doctor's by the table.
pub(super) fn in_unknown_role(source: &SourceProfile, message: &Message<'_>) -> Option<MessagePlace> {
    let found = named(source, message).find(|named| named.role.is_none())?;
    Some(found.place(found.layout.role))
}

/// Adds the assignments that begin and those that end.
pub(super) fn add(
    source: &SourceProfile,
    keyring: &Keyring,
    message: &Message<'_>,
    (record, presented): (&StreamId, &[Presented]),
    builder: &mut EventBuilder<'_>,
) -> Result<(), RejectionReason> {
    for (n, named) in named(source, message).enumerate() {
        let added = if n < MAX_WORKERS {
            add_one(source, keyring, &named, (message.zone(), record, presented), builder)
        } else {
            let place = MessagePlace::Segment(named.layout.segment);
            Err(RejectionReason::too_large(place, "more than 100 workers in one message"))
        };
        // There are too many of those in a role that is not mapped: doctors.
        if named.role.is_some() {
            added?;
        }
    }
    Ok(())
}

fn add_one(
    source: &SourceProfile,
    keyring: &Keyring,
    named: &Named<'_>,
    (zone, record, presented): (&TimeZone, &StreamId, &[Presented]),
    builder: &mut EventBuilder<'_>,
) -> Result<(), RejectionReason> {
    let id = named.identifier(source);
    let role = named.role.filter(|_| id.is_some());
    let id = id.unwrap_or_else(|| named.as_written(source));
    let assignment = assignment(keyring, source, record, &named.code, &id);
    let time = |field| named.or_nothing(time::instant(named.segment.field(field), zone, named.place(field)));
    let (begins, ends) = (time(named.layout.begins)?, time(named.layout.ends)?);
    match named.segment.field(named.layout.action).component(1).text().as_deref() {
        Some("DE" | "UN") => {
            let ended_at = ends.unwrap_or(builder.happened_at);
            let body = WorkerAssignmentEnded { assignment, ended_at, reason: None };
            builder.add(record, presented, |_| Body::from(body));
        }
        Some(action) if named.role.is_some() && !["AD", "UP", "CO", "LI", "UC"].contains(&action) => {
            let (place, text) = (named.place(named.layout.action), "not an action code of table 0287");
            return Err(RejectionReason::new(RejectionCode::TableValueNotFound, place, text));
        }
        // Also unchanged (UC): the message that began it may never have come.
        _ => {
            let from = begins.unwrap_or(builder.happened_at);
            let name = named.segment.field(named.layout.person);
            let name = [name.component(3), name.component(2).subcomponent(1)];
            let telecom = named.segment.field(named.layout.telecom);
            let organisation = named.segment.field(named.layout.organisation).component(1);
            let worker = worker(name, telecom, Some(organisation), named.place(named.layout.person));
            let worker = named.or_nothing(worker)?;
            let worker_key = id.token(keyring, "worker");
            builder.add(record, presented, |sealer| {
                Body::from(WorkerAssigned {
                    assignment,
                    clientship: None,
                    role,
                    worker_key,
                    worker: sealer.seal(&worker),
                    profession: None,
                    public_service_post: None,
                    from,
                    until: ends,
                })
            });
        }
    }
    Ok(())
}

fn assignment(keyring: &Keyring, source: &SourceProfile, record: &StreamId, role: &str, id: &Key) -> Token {
    let record = hex::encode(record.key.as_bytes());
    keyring.token("assignment", &source.name, &[&record, role, id.scope.system(), &id.value].join("|"))
}

/// The given name and the family name one after the other, as written, the XTN number, and the unit's name.
pub(super) fn worker(
    [given, family]: [Value<'_>; 2],
    telecom: Value<'_>,
    unit: Option<Value<'_>>,
    place: MessagePlace,
) -> Result<Worker, RejectionReason> {
    let name = [given.text(), family.text()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    if name.chars().count() > MAX_TEXT {
        return Err(RejectionReason::too_large(place, "a name longer than 200 characters"));
    }
    let short = |text: &String, limit: usize| text.chars().count() <= limit;
    let (mut phone, mut email) = (None, None);
    for xtn in telecom.repetitions() {
        if let Some(address) = xtn.component(4).text() {
            email = email.or(Some(address));
        } else {
            phone = phone.or_else(|| number(xtn));
        }
    }
    Ok(Worker {
        name,
        phone: phone.filter(|text| short(text, MAX_PHONE)).unwrap_or_default(),
        email: email.filter(|text| short(text, MAX_TEXT)).unwrap_or_default(),
        hours: String::new(),
        unit: unit.and_then(Value::text).filter(|text| short(text, MAX_TEXT)).unwrap_or_default(),
    })
}

/// XTN.12 as written, else XTN.1, else country, area and local number.
fn number(xtn: Value<'_>) -> Option<String> {
    let part = |n| xtn.component(n).text();
    let parts = [5, 6, 7].into_iter().filter_map(part).collect::<Vec<_>>().join(" ");
    part(12).or_else(|| part(1)).or(Some(parts).filter(|parts| !parts.is_empty()))
}
