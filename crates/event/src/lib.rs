//! What can have happened, and its bytes.
//!
//! An [`Event`] is one immutable fact that one source reported in one message. Its [`Body`] is a typed enum. Its bytes
//! are protobuf, and append-only. What this version does not know is kept as [`Body::Unknown`]: it is never guessed and
//! never dropped. Personal values are [`Personal`] in memory and [`Sealed`] everywhere else. Only keyed [`Token`]s are
//! looked up and joined.
//!
//! This crate knows no source format, no socket, no clock and no database.
//!
//! One rule, for every type and every fold:
//! - **An absent field keeps.** A second report of a fact (the same key) that leaves a field out does not change that
//!   field. A field that is present replaces the value of an older report.
//! - **A new fact begins empty.** Another key, or another time of the same key (opened again, requested again), takes
//!   nothing over.
//! - **Clearing is explicit**: by `cleared` ([`PersonUpdated`]), or by the event that cancels the fact.
//! - **The time of a fact does not drift**: it is the earliest that was reported, and a later report does not move it. A
//!   time that is agreed or planned, and one that moves under a key of its own (an agreed start, an appointment), is the
//!   last reported.
//! - **What is stated as a whole is whole.** A period is its start and its end, so one without `until` has no end. A
//!   list, a team ([`CareTeamStated`]) and a coverage ([`SourceCoverageDeclared`]) replace what was stated before.
//!
//! # Adding an event type
//! 1. Its message and its `oneof` line in `proto/rinnakkain/event/v1`.
//! 2. Its struct and its `wire!` line in its family's file here (`stay`, `referral`, `case`, `person`, `worker` …), and
//!    its name in its family in the table (`table`). The compiler then asks for its arm in the entity in `care`.
//! 3. Its bytes under `tests/events/v1`, kept for ever: a test writes them, for you to look at.

#![deny(clippy::wildcard_enum_match_arm)]

mod case;
mod checkpoint;
mod code;
mod contact;
mod cooperation;
mod duty_contact;
mod entry;
mod event;
mod evidence;
mod field;
mod health_social_work;
mod hetu;
mod identifier;
mod instant;
mod keyring;
mod kind;
mod list;
mod listed;
mod order;
mod permission;
mod person;
mod personal;
mod receipt;
mod referral;
mod rejected;
mod relay;
mod stay;
mod steering;
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
pub use event::{DecodeError, Event, Presented, ReceivedEvent, Register, StreamId, event_id};
pub use evidence::Evidence;
pub use health_social_work::*;
pub use hetu::{Hetu, InvalidHetu};
pub use identifier::{HETU_SYSTEM, Identifier, Token};
pub use instant::Instant;
pub use keyring::{Keyring, KeyringError, NewKeys, OpenError, Sealer, with_another_seal, with_the_newest_last};
pub use list::*;
pub use order::OrderKey;
pub use permission::*;
pub use person::*;
pub use personal::{Personal, Plain, RawMessage, Sealed, WrittenReason};
pub use receipt::{Receipt, ReceiptOutcome};
pub use referral::*;
pub use rejected::Rejected;
pub use relay::{Relay, Relayed};
pub use stay::*;
pub use steering::is_steering;
pub use subject::*;
pub use table::*;
pub use translation::*;
pub use watermark::{SourceWatermark, Watermark};
pub use wire::proto::{BirthDate, PersonName, StatedDirectory, StatedUnit, StatedWard, StatedWorker, Worker};
pub use worker::*;
