//! Where a listener listens. None of them speaks TLS: they are for the machine itself, or for a proxy that ends TLS
//! before them.

use super::problems::Problems;
use std::net::SocketAddr;

/// What must be written to listen beyond the machine itself.
pub const ACCEPTED: &str = "I accept that TLS ends before this listener";

/// A listener as the file has it.
pub struct Listener<'a> {
    pub address: &'a str,
    pub tls_ends_elsewhere: Option<&'a str>,
}

/// The address; loopback, unless the file accepts otherwise in plain words.
pub fn address(key: &str, listener: &Listener<'_>, problems: &mut Problems) -> SocketAddr {
    let Ok(address) = listener.address.parse::<SocketAddr>() else {
        problems.add(format!("{key}.address: {:?} is no address; write one such as 127.0.0.1:2575", listener.address));
        return SocketAddr::from(([127, 0, 0, 1], 0));
    };
    match listener.tls_ends_elsewhere {
        Some(ACCEPTED) => {}
        Some(_) => problems.add(format!("{key}.tls_ends_elsewhere: write exactly {ACCEPTED:?}, or leave it out")),
        None if address.ip().is_loopback() => {}
        None => problems.add(format!(
            "{key}.address: {address} can be reached from other machines and this listener has no TLS; \
             listen on 127.0.0.1, or put TLS before it and write {key}.tls_ends_elsewhere = {ACCEPTED:?}"
        )),
    }
    address
}
