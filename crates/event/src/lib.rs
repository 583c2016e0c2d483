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
//! 2. Its struct and its `wire!` line in its family's file here (`stay`, `referral`, `case`, `person`, `worker` …), its name
//!    in its family in the table (`table`). The compiler then asks the entity in `care` what it makes of it.
//! 3. Its bytes under `tests/events/v1`, kept for ever.

#![deny(clippy::wildcard_enum_match_arm)]

mod case;
mod checkpoint;
mod code;
mod contact;
mod cooperation;
mod duty_contact;
mod entry;
mod event;
mod health_social_work;
mod hetu;
mod identifier;
mod instant;
mod keyring;
mod kind;
mod list;
mod order;
mod person;
mod personal;
mod receipt;
mod referral;
mod rejected;
mod relay;
mod stay;
mod subject;
mod table;
mod translation;
mod watermark;
mod wire;
mod worker;

pub use case::*;
pub use checkpoint::{Checkpoint, GapReason};
pub use code::{Code, InvalidCode};
pub use contact::*;
pub use cooperation::*;
pub use duty_contact::*;
pub use entry::Entry;
pub use event::{DecodeError, Event, Presented, Received, Record, Register, event_id};
pub use health_social_work::*;
pub use hetu::{Hetu, InvalidHetu};
pub use identifier::{
    BIRTH_DATE_SYSTEM, ENDED_HETU_SYSTEM, HETU_SYSTEM, Identifier, REFUSED_HETU_SYSTEM, Token, UNLABELLED_HETU_SYSTEM,
    is_witness,
};
pub use instant::Instant;
pub use keyring::{Keyring, KeyringError, NewKeys, OpenError, Sealer};
pub use list::*;
pub use order::OrderKey;
pub use person::*;
pub use personal::{Personal, Plain, RawMessage, Sealed};
pub use receipt::{Receipt, ReceiptOutcome};
pub use referral::*;
pub use rejected::Rejected;
pub use relay::{Relay, Relayed};
pub use stay::*;
pub use subject::*;
pub use table::*;
pub use translation::*;
pub use watermark::{Heard, Watermark};
pub use wire::proto::{BirthDate, PersonName, Worker};
pub use worker::*;
