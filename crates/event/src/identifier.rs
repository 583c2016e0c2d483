//! Identifiers and the keyed tokens that stand for them.

use crate::{Hetu, Personal};
use serde::{Deserialize, Serialize};

/// The identifier system of the henkilötunnus.
pub const HETU_SYSTEM: &str = "urn:oid:1.2.246.21";

/// `{system, value}`: an identity code, a hospital's own number, a temporary id.
#[derive(Clone, PartialEq, Eq)]
pub struct Identifier {
    /// A URN (`urn:oid:1.2.246.21`) or the source's local name of the assigning authority.
    pub system: String,
    /// The value, normalised: see [`Identifier::new`].
    pub value: Personal<String>,
}

impl Identifier {
    /// Normalises `value`: removes blanks around it, and writes a HETU in upper case, as the statute does.
    #[must_use]
    pub fn new(system: &str, value: &str) -> Self {
        let value = value.trim();
        let value = if system == HETU_SYSTEM { value.to_uppercase() } else { value.to_owned() };
        Self { system: system.to_owned(), value: Personal::new(value) }
    }

    /// The HETU, if this is one that passes its check.
    #[must_use]
    pub fn hetu(&self) -> Option<Hetu> {
        (self.system == HETU_SYSTEM).then(|| Hetu::parse(self.value.expose()).ok()).flatten()
    }
}

/// Stands for a value: the version of the index key, then the first 16 bytes of an HMAC-SHA-256.
///
/// 128 bits make chance collisions negligible (under 10⁻²⁰ for ten million values). Without the key nobody can try the
/// 41 million possible identity codes against it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Token([u8; Token::LEN]);

impl Token {
    /// Bytes in a token.
    pub const LEN: usize = 17;

    /// From its bytes, as stored.
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// From stored bytes of any length; `None`: they are no token.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}
