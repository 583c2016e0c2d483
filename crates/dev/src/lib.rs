//! For those who try or change Rinnakkain.
//!
//! The binary `dev` has one file per command: `cargo verify` is everything a change must pass, `cargo prepare` refreshes
//! what the build reads of the database, `cargo faults` breaks whatever can break. This library holds what commands and the tests of other crates share; nothing
//! in the service depends on it.

pub mod county;
#[cfg(feature = "history")]
pub mod history;
pub mod kafka;
pub mod product;
pub mod proxy;
pub mod server;
pub mod step;
#[cfg(feature = "faults")]
pub mod trial;
pub mod wire;
