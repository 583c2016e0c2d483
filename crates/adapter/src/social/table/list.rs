//! Lists that heal: `CurrentStaysStated` and `WorkersStated`.
//!
//! One CloudEvent is one list, so that it is stored whole or not at all, as one message with one answer. `data.keys` are
//! the keys of everything on it, complete; `data.lines` give details of some or all of them, each with its client. A list
//! without `keys` is complete by its lines. `data.count` must be the number of keys: a list that was cut, or came out empty
//! by mistake, would end every stay of a hospital. A list longer than one message may hold sends all its keys and no lines;
//! the lines can go as events of their own.
//!
//! The sender's configuration limits how much a list may end without confirmation (`decides`, `[lists]`).
//!
//! A list holds as of `as_of`, not as of its writing: changes between the two have events of their own.

use super::staff::{WARDS, distinct};
use super::{DayMeans, REGISTER, Stream, Type};
use crate::identifiers::Identifiers;
use crate::rejection::{MessagePlace, RejectionReason};
use crate::rfc3339::WrittenTime;
use crate::social::kind::{
    Array, AssignedWorker, BEGINS, Boolean, CLASS, Client, Code, Key, LASTS, Members, Optional, ROLE, RegisterOf,
    Required, Scoped, Time, WardCode, Whole, members, object,
};
use crate::social::reader::UnsealedBody;
use event::{
    Body, CurrentStaysStated, Presented, Register, StayStated, StreamId, Token, WorkerAssigned, WorkersStated,
};
use std::collections::BTreeSet;

/// Lines in one list, at most: with the list itself they fit one batch.
pub const MAX_LINES: usize = 999;
/// Keys in one list, at most: half a megabyte as an event.
pub const MAX_KEYS: usize = 20_000;

/// A list, read.
pub(in crate::social) struct List {
    pub(in crate::social) as_of: WrittenTime,
    pub(in crate::social) lines: Vec<Line>,
    pub(in crate::social) body: UnsealedBody,
}

/// One line: its client's stream, the identifiers it presents, and its event.
pub(in crate::social) struct Line {
    key: Token,
    pub(in crate::social) record: StreamId,
    pub(in crate::social) presented: Vec<Presented>,
    pub(in crate::social) body: UnsealedBody,
}

pub(super) const TYPES: &[Type] = &[
    Type {
        name: "CurrentStaysStated",
        title: "Every stay in progress on some wards, or at the whole source. Anything that is not on it has ended.",
        day: DayMeans::Begins,
        register: RegisterOf {
            one_of: &[Register::Patient],
            about: "A stay belongs to the patient register (703/2023 18 §).",
            unknown: "a stay belongs to the patient register",
        },
        stream: Stream::List(Stays::read_members),
        describe: Stays::describe,
    },
    Type {
        name: "WorkersStated",
        title: "Every assignment in force at the source. Anything that is not on it has ended.",
        day: DayMeans::Begins,
        register: REGISTER,
        stream: Stream::List(Workers::read_members),
        describe: Workers::describe,
    },
];

const COUNT: Required<Whole> = Required(Whole { min: 0, max: 20_000, text: "not the number of keys on the list" });

members! {
    Stays -> List {
        as_of: Required(Time),
        lines: Optional(lines(StayLine)),
        /// Every stay on the list; absent: the lines are all of it.
        keys: Optional(keys(Scoped("stay"))),
        /// The number of keys on the list: a list that was cut is rejected.
        count: COUNT,
        wards: WARDS,
    } => |at| {
        let (as_of, lines) = (no_later(as_of, at), lines.unwrap_or_default());
        let stays = complete(at, &lines, keys, count)?;
        let stated = CurrentStaysStated {
            as_of: as_of.at,
            wards: distinct(wards.unwrap_or_default()),
            stays,
            may_end: at.reader.source.may_end(),
        };
        List { as_of, lines, body: Box::new(move |_| Body::from(stated)) }
    }
}

members! {
    Workers -> List {
        as_of: Required(Time),
        lines: Optional(lines(AssignmentLine)),
        /// Every assignment on the list; absent: the lines are all of it.
        keys: Optional(keys(Key("assignment"))),
        /// The number of keys on the list: a list that was cut is rejected.
        count: COUNT,
        roles: Optional(Array { of: ROLE, min: 0, max: None }),
    } => |at| {
        let (as_of, lines) = (no_later(as_of, at), lines.unwrap_or_default());
        let assignments = complete(at, &lines, keys, count)?;
        let stated = WorkersStated {
            as_of: as_of.at,
            roles: distinct(roles.unwrap_or_default()),
            assignments,
            may_end: at.reader.source.may_end(),
        };
        List { as_of, lines, body: Box::new(move |_| Body::from(stated)) }
    }
}

object! {
    /// A stay in progress.
    StayLine: "stayLine" -> Line {
        client: Required(Client),
        stay: Required(Scoped("stay")),
        class: Optional(CLASS),
        ward: Optional(WardCode),
        started_at: Optional(BEGINS),
        /// Of a speciality that is specially protected (703/2023 26 §).
        protected_speciality: Optional(Boolean),
        unit: Optional(Code),
        facility: Optional(Code),
    } => |at| {
        let stated = StayStated { stay: Some(stay), class, ward, started_at, protected_speciality, unit, facility };
        line(at, stay, &client, Box::new(move |_| Body::from(stated)))?
    }
}

object! {
    /// An assignment in force.
    AssignmentLine: "assignmentLine" -> Line {
        client: Required(Client),
        assignment: Required(Key("assignment")),
        clientship: Optional(Key("clientship")),
        role: Required(ROLE),
        worker: Required(AssignedWorker),
        profession: Optional(Code),
        public_service_post: Optional(Boolean),
        /// Without it, every list would begin every assignment anew.
        from: Required(BEGINS),
        until: Optional(LASTS),
    } => |at| {
        let (worker_key, worker) = worker;
        let body: UnsealedBody = Box::new(move |sealer| {
            let worker = sealer.seal(&worker);
            Body::from(WorkerAssigned {
                assignment,
                clientship,
                role: Some(role),
                worker_key,
                worker,
                profession,
                public_service_post,
                from,
                until,
            })
        });
        line(at, assignment, &client, body)?
    }
}

const fn lines<K>(of: K) -> Array<K> {
    Array { of, min: 0, max: Some((MAX_LINES, "more than 999 lines in one list")) }
}

const fn keys<K>(of: K) -> Array<K> {
    Array { of, min: 0, max: Some((MAX_KEYS, "more than 20,000 keys in one list")) }
}

/// A list cannot be newer than its writing.
pub(super) fn no_later(as_of: WrittenTime, at: Members<'_>) -> WrittenTime {
    if at.reader.written.at < as_of.at { at.reader.written } else { as_of }
}

fn line(at: Members<'_>, key: Token, client: &Identifiers, body: UnsealedBody) -> Result<Line, RejectionReason> {
    let (record, presented) = at.stream_of(client)?;
    Ok(Line { key, record, presented, body })
}

/// The keys of everything on the list.
fn complete(
    at: Members<'_>,
    lines: &[Line],
    keys: Option<Vec<Token>>,
    count: i64,
) -> Result<Vec<Token>, RejectionReason> {
    let place = |name| MessagePlace::Path(at.path.then(name));
    let of_lines: BTreeSet<Token> = lines.iter().map(|line| line.key).collect();
    let keys = keys.map_or_else(|| of_lines.clone(), |keys| keys.into_iter().collect());
    if !of_lines.is_subset(&keys) {
        return Err(RejectionReason::data_type(place("keys"), "a line's key is not among the keys"));
    }
    if usize::try_from(count) != Ok(keys.len()) {
        return Err(RejectionReason::data_type(place("count"), COUNT.0.text));
    }
    Ok(keys.into_iter().collect())
}
