//! `cargo prepare`: writes into `crates/store/.sqlx` what the build reads of the database.
//!
//! Needed after a query or a migration changed; `cargo verify` fails if it was forgotten. It starts a database of its own, so
//! nothing need be running.

use crate::step::step;

use crate::queries;

pub(crate) fn run() -> anyhow::Result<()> {
    step("queries", queries::refresh)
}
