//! What can have happened, and its bytes.
//!
//! An [`Event`] is one immutable fact that one source told in one message. Its [`Body`] is a typed enum; its
//! bytes are protobuf, append-only, and whatever the program does not know is kept as [`Body::Unknown`]: never
//! guessed, never dropped. Personal values are [`Personal`] in memory and [`Sealed`] everywhere else, and only
//! keyed [`Token`]s are looked up and joined.
//!
//! This crate knows no source format, no socket, no clock and no database.
//!
//! # What an absent field means
//! One rule, for every type, that every fold follows:
//! - **An absent field keeps.** A second report of a fact (the same key) that leaves a field out changes nothing of it; a
//!   field that is there replaces what an older report gave.
//! - **A new fact begins empty**: another key, and another time of the same one (opened again, asked again), take nothing
//!   over.
//! - **Clearing is explicit**: by `cleared` ([`PersonUpdated`]), or by the event that takes the fact back.
//! - **A time of a fact does not drift**: it is the earliest that was reported, and what is reported again later moves it
//!   no more; what is agreed, planned, or moved with a key of its own (a start agreed, an appointment) is the last.
//! - **What is stated whole is whole**: a period is its start and its end, so that without `until` it has none; a list, a
//!   team ([`CareTeamStated`]) and a coverage ([`SourceCoverageDeclared`]) replace what was stated before.
//!
//! # Adding an event type
//! 1. Its message and its `oneof` line in `proto/rinnakkain/event/v1`.
//! 2. Its struct and its `wire!` line in the family's file here (`stay`, `leave`, `referral`, `person`, `worker` …), its
//!    row in the table of [`Body`] (`table`). The compiler then asks for the arm in `care`.
//! 3. Its bytes under `tests/events/v1`, kept for ever.

mod code;
mod contact;
mod entry;
mod event;
mod hetu;
mod identifier;
mod identity;
mod instant;
mod keyring;
mod kind;
mod leave;
mod mended;
mod order;
mod person;
mod personal;
mod receipt;
mod referral;
mod referral_course;
mod rejected;
mod relay;
mod service;
mod social;
mod stated;
mod stay;
mod subject;
mod table;
mod watermark;
mod wire;
mod withdrawn;
mod worker;

pub use code::{Code, InvalidCode};
pub use contact::*;
pub use entry::Entry;
pub use event::{DecodeError, Event, Presented, Received, Record, Register, event_id};
pub use hetu::{Hetu, InvalidHetu};
pub use identifier::{
    BIRTH_DATE_SYSTEM, ENDED_HETU_SYSTEM, HETU_SYSTEM, Identifier, REFUSED_HETU_SYSTEM, Token, UNLABELLED_HETU_SYSTEM,
    is_witness,
};
pub use identity::*;
pub use instant::Instant;
pub use keyring::{Keyring, KeyringError, NewKeys, OpenError, Sealer};
pub use leave::*;
pub use mended::*;
pub use order::OrderKey;
pub use person::*;
pub use personal::{Personal, Plain, RawMessage, Sealed};
pub use receipt::{Receipt, ReceiptOutcome};
pub use referral::*;
pub use referral_course::*;
pub use rejected::Rejected;
pub use relay::{Relay, Relayed};
pub use service::*;
pub use social::*;
pub use stated::*;
pub use stay::*;
pub use subject::*;
pub use table::Body;
pub use watermark::{Heard, Watermark};
pub use wire::proto::{BirthDate, PersonName, Worker};
pub use withdrawn::*;
pub use worker::*;
