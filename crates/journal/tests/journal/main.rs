//! The journal on real brokers: what is acknowledged is read, in order, from where the keeper says, whatever happens.
//!
//! Tests share one broker, each with topics of its own; those that kill or pause brokers have a cluster of their own.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "the helpers of tests may panic as tests do")]

mod chaos;
mod group;
mod keeper;
mod reader;
mod replaced;
mod support;
mod topic;
mod writer;
