//! Lists that heal: `CurrentStaysStated` and `WorkersStated`.
//!
//! One CloudEvent is one list, so that it is stored whole or not at all, as one message with one answer. `data.keys` are
//! the keys of everything on it, complete; `data.lines` are what is known of some or all of them, each with its client. A
//! list without `keys` is complete by its lines. `data.count` must be the number of keys: a list that was cut, or came out
//! empty by mistake, would end every stay of a hospital. A list longer than one message may hold sends all its keys and
//! no lines; the lines can go as events of their own.
//!
//! How much of what stood before it a list may end on its own is its sender's configuration (`decides`, `[lists]`).
//!
//! A list is of `as_of`, not of when it was written out: what happened between the two was told by itself.

use super::data::{Open, Reader, role, staff};
use super::identifiers;
use super::json::Object;
use crate::Source;
use crate::rejection::{Fault, Place, RejectionCode};
use crate::rfc3339::Written;
use crate::scope::Scope;
use event::{Body, CurrentStaysStated, Keyring, Presented, Record, StayClass, StayStated, Token, Ward, WorkersStated};
use serde_json::Value;
use std::collections::BTreeSet;

/// Lines in one list, at most: with the list itself they fit one batch.
pub const MAX_LINES: usize = 999;
/// Keys in one list, at most: half a megabyte as an event.
pub const MAX_KEYS: usize = 20_000;

/// One line: whose it is, what it presents, and what it says.
pub(super) struct Line {
    pub(super) record: Record,
    pub(super) presented: Vec<Presented>,
    pub(super) body: Open,
}

/// What it lists.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Stays,
    Workers,
}

/// A list, read.
pub(super) struct List {
    pub(super) as_of: Written,
    pub(super) lines: Vec<Line>,
    pub(super) body: Body,
}

/// Reads a list `of` something, which is not newer than `time`, when it was written.
pub(super) fn read(source: &Source, keyring: &Keyring, data: Object<'_>, of: Of, time: Written) -> Result<List, Fault> {
    const LINES: &str = "data.lines";
    const KEYS: &str = "data.keys";
    let stated = data.time("as_of", "data.as_of")?.ok_or(Fault::missing(Place::Member("data.as_of")))?;
    let stated = if time.at < stated.at { time } else { stated };
    let as_of = stated.at;
    let read_line = |line: &Value| {
        let data = Object::of(line).ok_or(Fault::data_type(Place::Member(LINES), "not an object"))?;
        let found = identifiers(source, data)?;
        let missing = "no identifier that a record can be kept by";
        let place = Place::Member("data.lines.client.identifiers");
        let missing = Fault::new(RejectionCode::RequiredFieldMissing, place, missing);
        let record = found.record(source, keyring).ok_or(missing)?;
        let reader = Reader { source, keyring, data, happened_at: as_of, written_at: time.at };
        let (key, body) = if of == Of::Stays {
            stay(&reader)?
        } else {
            // Without it, every list would begin every assignment anew.
            reader.begins("from", "data.lines.from")?.ok_or(Fault::missing(Place::Member("data.lines.from")))?;
            (reader.key("assignment", "data.lines.assignment")?, reader.worker_assigned()?)
        };
        Ok((key, Line { record, presented: found.presented(source, keyring), body }))
    };
    let lines = data.array("lines", LINES)?.map(Vec::as_slice).unwrap_or_default();
    if lines.len() > MAX_LINES {
        return Err(Fault::too_large(Place::Member(LINES), "more than 999 lines in one list"));
    }
    let (told, lines): (BTreeSet<Token>, Vec<Line>) =
        lines.iter().map(read_line).collect::<Result<Vec<_>, _>>()?.into_iter().unzip();
    let keys = match data.array("keys", KEYS)? {
        None => told,
        Some(keys) if keys.len() > MAX_KEYS => {
            return Err(Fault::too_large(Place::Member(KEYS), "more than 20,000 keys in one list"));
        }
        Some(keys) => {
            let keys = keys.iter().map(|key| read_key(source, keyring, key, of)).collect::<Result<BTreeSet<_>, _>>()?;
            if !told.is_subset(&keys) {
                return Err(Fault::data_type(Place::Member(KEYS), "a line's key is not among the keys"));
            }
            keys
        }
    };
    let count = data.whole_number("count", "data.count")?.ok_or(Fault::missing(Place::Member("data.count")))?;
    if usize::try_from(count) != Ok(keys.len()) {
        return Err(Fault::data_type(Place::Member("data.count"), "not the number of keys on the list"));
    }
    let keys: Vec<Token> = keys.into_iter().collect();
    let may_end = source.may_end();
    let body = match of {
        Of::Stays => Body::from(CurrentStaysStated { as_of, wards: staff::wards(data)?, stays: keys, may_end }),
        Of::Workers => Body::from(WorkersStated { as_of, roles: roles(data)?, assignments: keys, may_end }),
    };
    Ok(List { as_of: stated, lines, body })
}

/// `data.lines[].stay` is `{system?, value}` as PV1-19 has it.
fn stay(reader: &Reader<'_>) -> Result<(Token, Open), Fault> {
    let (source, keyring, data) = (reader.source, reader.keyring, reader.data);
    let stay = data.required_object("stay", "data.lines.stay")?;
    let key = visit(source, keyring, stay)?;
    let class = data.text("class", "data.lines.class", 20)?.map(|code| class(&code)).transpose()?;
    let ward = data.text("ward", "data.lines.ward", 80)?.and_then(|code| Ward::try_new(&code));
    let started_at = reader.begins("started_at", "data.lines.started_at")?;
    Ok((key, Open::Plain(Body::from(StayStated { stay: Some(key), class, ward, started_at }))))
}

fn visit(source: &Source, keyring: &Keyring, stay: Object<'_>) -> Result<Token, Fault> {
    let system = stay.text("system", "data.lines.stay.system", 200)?;
    let value = stay.required_text("value", "data.lines.stay.value", 200)?;
    // By the rule of the messages that told of the stay: a list that numbers it in another way would end it.
    let scope = Scope::of(source, &[system]);
    Ok(keyring.token("stay", scope.system(), &value))
}

/// A key: of a stay `{system?, value}`, of an assignment the sender's own.
fn read_key(source: &Source, keyring: &Keyring, key: &Value, of: Of) -> Result<Token, Fault> {
    let fault = Fault::data_type(Place::Member("data.keys"), "not a key");
    if of == Of::Stays {
        return visit(source, keyring, Object::of(key).ok_or(fault)?);
    }
    let key = key.as_str().map(str::trim).filter(|key| !key.is_empty() && key.chars().count() <= 200).ok_or(fault)?;
    Ok(keyring.token("assignment", &source.name, key))
}

fn roles(data: Object<'_>) -> Result<Vec<event::WorkerRole>, Fault> {
    const ROLES: &str = "data.roles";
    let list = data.array("roles", ROLES)?.map(Vec::as_slice).unwrap_or_default();
    let code =
        |value: &Value| value.as_str().ok_or(Fault::data_type(Place::Member(ROLES), "not a text")).and_then(role);
    let mut roles = list.iter().map(code).collect::<Result<Vec<_>, _>>()?;
    roles.sort_unstable();
    roles.dedup();
    Ok(roles)
}

fn class(code: &str) -> Result<StayClass, Fault> {
    match code {
        "emergency" => Ok(StayClass::Emergency),
        "inpatient" => Ok(StayClass::Inpatient),
        "outpatient" => Ok(StayClass::Outpatient),
        _ => Err(Fault::new(
            RejectionCode::TableValueNotFound,
            Place::Member("data.lines.class"),
            "not a class that is known here",
        )),
    }
}
