//! The keys of the tests.

use event::{Keyring, NewKeys};

/// The keys under which histories are made: fixed, so that a seed gives the same bytes for ever.
///
/// # Panics
/// Never: the file is of the form that [`Keyring::parse`] reads.
#[must_use]
#[expect(clippy::expect_used, reason = "a constant key file parses, or every test fails")]
pub fn keyring() -> Keyring {
    let keys = NewKeys { index: [7; 32].into(), seal: [8; 32].into() };
    Keyring::parse(&keys.to_file()).expect("the constant key file parses")
}
