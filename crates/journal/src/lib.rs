//! Kafka between ingest and projection: the topic, the writer, the reader.
//!
//! An ingest writes [`event::Entry`]s with [`Writer`] and answers its sender after the delivery report. A projector takes
//! [`Chunk`]s from a [`Reader`], applies each in one transaction together with its [`Span`]s, and only what PostgreSQL
//! says of positions decides from where a partition is read ([`Keeper`]). Delivery is at least once: in doubt it is read
//! again (law 2), and nothing is skipped silently.
//!
//! This crate knows no source format and no SQL; it is the only one that knows Kafka's client.
//!
//! # Adding a kind of record
//! Its message in `proto/rinnakkain/event/v1/journal.proto`, its variant in [`event::Entry`], its name in `header.rs`.

mod check;
mod chunk;
mod client;
mod error;
mod header;
mod left;
mod looker;
mod membership;
mod reader;
mod reading;
mod starting;
mod topic;
mod trace;
mod writer;

pub use check::{GapReason, LeftOff};
pub use chunk::{Chunk, Content, Got, Span};
pub use client::{Client, FIXED};
pub use error::JournalError;
pub use left::Left;
pub use membership::Standing;
pub use reader::{Gap, Keeper, LOOK, Reader, ReaderStanding};
pub use topic::{Extent, Inspection, Topic};
pub use trace::TraceParent;
pub use writer::{Delivered, NotDelivered, Writer};
