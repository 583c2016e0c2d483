//! What tests and tools share: the real parts that the product runs on, and made-up people.
//!
//! - `kafka`, `server`: real brokers and PostgreSQL servers, that can be killed, paused and started again; `cluster`:
//!   what a new server begins with;
//! - `keycloak`: a real identity provider; `java`: how it and Kafka are found, fetched and run;
//! - `proxy`: links that can be cut, silent or slow;
//! - `product`: the product's binary as its users meet it; `wire`: its sockets; `wait`: for processes, never for ever;
//! - `attacker`: connections and calls that hold what they are given;
//! - `county`: a made-up county, its configuration and messages; `history`: random histories; `case`: one event of a table
//!   of cases; `body`: a body of each type of event; `edit`: edits of messages, which fail where they find nothing;
//! - `log`: what a subscriber writes.
//!
//! It knows events, but none of the product's other crates: a change in `store` does not compile it again. Nothing in
//! the service depends on it.

pub mod attacker;
pub mod body;
pub mod case;
pub mod cluster;
pub mod county;
pub mod edit;
pub mod history;
pub mod java;
pub mod kafka;
pub mod keycloak;
mod keyring;
pub mod log;
pub mod product;
pub mod proxy;
pub mod server;
pub mod wait;
pub mod wire;

use std::path::{Path, PathBuf};

/// The workspace's root.
#[must_use]
pub fn root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    crates.and_then(Path::parent).unwrap_or(Path::new(".")).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(root().join("Cargo.lock").is_file());
    }
}
