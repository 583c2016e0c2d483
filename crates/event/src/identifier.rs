//! Identifiers and the keyed tokens that stand for them.

use crate::{Hetu, Personal};
use serde::{Deserialize, Serialize};

/// The identifier system of the henkilötunnus.
pub const HETU_SYSTEM: &str = "urn:oid:1.2.246.21";

/// The register of identity codes that a record presents and that link nobody: one that fails its check, or an artificial
/// one where the configuration does not take it for a person's. It is there to be looked at, and links and finds nobody.
pub const REFUSED_HETU_SYSTEM: &str = "urn:rinnakkain:refused-identity-code";

/// The register of identity codes that are no longer the person's by a source that may not decide it, or of which nothing
/// says what they were changed to. A steward may confirm it; whoever asks by such a code is not told "none".
pub const ENDED_HETU_SYSTEM: &str = "urn:rinnakkain:ended-identity-code";

/// The register of numbers that have the form and the check of an identity code and are not labelled as one. Whoever asks
/// by such a code is not told "none".
pub const UNLABELLED_HETU_SYSTEM: &str = "urn:rinnakkain:unlabelled-identity-code";

/// The register of the days on which a record says that the person was born: the one that is told, and the one in the
/// identity code where that is another. It is there to be compared, and links and finds nobody.
pub const BIRTH_DATE_SYSTEM: &str = "urn:rinnakkain:birth-date";

/// True for registers that bear on who somebody is and are no identifier of anybody.
#[must_use]
pub fn is_witness(system: &str) -> bool {
    matches!(system, REFUSED_HETU_SYSTEM | ENDED_HETU_SYSTEM | UNLABELLED_HETU_SYSTEM | BIRTH_DATE_SYSTEM)
}

/// `{system, value}`: an identity code, a hospital's own number, a temporary id.
#[derive(Clone, PartialEq, Eq)]
pub struct Identifier {
    /// A URN (`urn:oid:1.2.246.21`) or the source's local name of the assigning authority.
    pub system: String,
    /// The value, normalised: see [`Identifier::new`].
    pub value: Personal<String>,
}

impl Identifier {
    /// Normalises `value`: no blanks around it; a HETU in upper case, as the statute writes it.
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

/// A keyed stand-in for a value: the version of the index key, then the first 16 bytes of an HMAC-SHA-256.
///
/// 128 bits keep chance collisions out (under 10⁻²⁰ for ten million values); without the key nobody can try the
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

    /// From stored bytes of any length; `None` if they are no token's.
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
