//! Real Kafka brokers for tests and for trying out, with nothing set up and without containers.
//!
//! Kafka is a Java program on Maven Central: [`Binaries`] finds Java, and fetches the jars once. A [`Cluster`] of one or
//! three brokers runs them in KRaft mode, each broker a controller as well, on free ports of 127.0.0.1. Its brokers can
//! be killed, paused and started again; they end with the cluster's value, and with this process however it ends.
//!
//! What a single broker has acknowledged is in the page cache: it survives the broker's death, not the machine's.

mod binaries;
mod broker;
mod cluster;
mod error;
mod layout;
mod metadata;
mod ports;
mod settings;
#[cfg(test)]
mod whole_life;

pub use binaries::{Binaries, VERSION};
pub use cluster::{Cluster, shared};
pub use error::Error;
pub use layout::{Layout, Size};
