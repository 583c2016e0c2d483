//! Kafka between ingest and projection: the topic, the writer, the reader.
//!
//! An ingest writes [`event::Entry`]s with [`Writer`] and answers its sender after the delivery report. A projector takes
//! [`RecordBatch`]es from a [`Reader`] and applies each in one transaction together with its [`Span`]s. Only the positions
//! in PostgreSQL decide from where a partition is read ([`PositionStore`]). Delivery is at least once: in doubt a record
//! is read again (law 2), and nothing is skipped silently.
//!
//! This crate knows no source format and no SQL; it is the only one that knows Kafka's client.
//!
//! # Adding a kind of record
//! Its message in `proto/rinnakkain/event/v1/journal.proto`, its variant in [`event::Entry`], its name in `header.rs`.

mod batch;
mod check;
mod client;
mod error;
mod header;
mod lag;
mod log_inspector;
mod membership;
mod position_store;
mod reader;
mod reading;
mod starting;
mod topic;
mod trace;
mod writer;

pub use batch::{ConsumedRecord, Content, RecordBatch, Span};
pub use client::{Client, FIXED};
pub use error::JournalError;
pub use lag::Lag;
pub use membership::ReaderStatus;
pub use position_store::{Gap, PositionStore};
pub use reader::{RECHECK_INTERVAL, Reader, ReaderMonitor};
pub use topic::{Extent, Inspection, Topic};
pub use trace::TraceParent;
pub use writer::{Delivered, NotDelivered, Writer};
