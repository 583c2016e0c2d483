//! Which certificate, of those of one authority.

use hex::FromHex;
use std::net::IpAddr;

/// How a certificate is known among those of its authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnownBy {
    /// One of its subject alternative names, whole: a renewed certificate has it too. The common
    /// name is none (RFC 9525 2).
    Name(String),
    /// Its SHA-256: this certificate only.
    Sha256([u8; 32]),
}

impl KnownBy {
    /// 64 hexadecimal digits, with colons between or without, are a SHA-256; anything else is a name: a label of a DNS
    /// name has at most 63 characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(digest) = <[u8; 32]>::from_hex(text.replace(':', "")) {
            return Some(Self::Sha256(digest));
        }
        let usable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) && !text.contains('*');
        let uri = text.contains(':') && text.parse::<IpAddr>().is_err();
        let name = if uri { text.to_owned() } else { text.to_ascii_lowercase() };
        usable.then_some(Self::Name(name))
    }

    /// True of a certificate with these names and this SHA-256.
    #[must_use]
    pub fn is(&self, names: &[String], sha256: &[u8; 32]) -> bool {
        match self {
            Self::Name(name) => names.contains(name),
            Self::Sha256(digest) => sha256 == digest,
        }
    }
}
