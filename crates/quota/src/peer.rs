//! Who is at the other end of a connection, before it has authenticated.

use std::fmt::{Display, Formatter, Result};
use std::net::{IpAddr, Ipv6Addr};

/// The other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// An address; of IPv6 its network of 64 bits, since one host may have all of them (RFC 4291 2.5.4).
    Address(IpAddr),
    /// The SHA-256 of the certificate that the handshake verified.
    Certificate([u8; 32]),
}

impl Peer {
    /// At this address.
    #[must_use]
    pub fn at(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        })
    }
}

impl Display for Peer {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Certificate(digest) => {
                let [first, ..] = digest.as_chunks::<4>().0 else { return Ok(()) };
                write!(f, "certificate {:08x}", u32::from_be_bytes(*first))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Peer;

    #[test]
    fn one_host_is_one_peer() {
        let peer = |address: &str| Peer::at(address.parse().unwrap());
        assert_eq!(peer("::ffff:10.0.0.1"), peer("10.0.0.1"));
        assert_eq!(peer("2001:db8::1"), peer("2001:db8::ffff:1"));
        assert_ne!(peer("2001:db8::1"), peer("2001:db8:0:1::1"));
        assert_ne!(peer("10.0.0.1"), peer("10.0.0.2"));
    }
}
