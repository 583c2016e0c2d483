//! The journal on real brokers: acknowledged records are read, in order, from the stored position, whatever happens.
//!
//! Tests share one broker, each with topics of its own; those that kill or pause brokers have a cluster of their own.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "the helpers of tests may panic as tests do")]

mod chaos;
mod group;
mod lost;
mod position_store;
mod reader;
mod replaced;
mod support;
mod topic;
mod writer;
