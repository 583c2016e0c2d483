//! Where a listener listens: on the machine itself, or with TLS, or behind a proxy that ends TLS before it.

use super::problems::Problems;
use super::{Listen, file};
use crate::tls;
use std::net::SocketAddr;

/// What must be written to listen beyond the machine itself.
pub const ACCEPTED: &str = "I accept that TLS ends before this listener";

/// A listener as the file has it.
pub struct Listener<'a> {
    pub address: &'a str,
    pub tls_ends_elsewhere: Option<&'a str>,
    pub connections: usize,
    pub tls: Option<&'a file::Tls>,
}

pub fn listen(key: &str, listener: &Listener<'_>, problems: &mut Problems) -> Listen {
    let tls = listener.tls.map(|tls| tls::Files {
        certificate: tls.certificate.clone(),
        key: tls.key.clone(),
        client_authority: tls.client_authority.clone(),
        client_revocations: tls.client_revocations.clone(),
    });
    if tls.as_ref().is_some_and(|tls| tls.client_revocations.is_some() && tls.client_authority.is_none()) {
        problems
            .add(format!("{key}.tls.client_revocations: without client_authority nobody's certificate is asked for"));
    }
    Listen { address: address(key, listener, problems), connections: listener.connections.max(1), tls }
}

/// The address; loopback, unless it has TLS or the file accepts otherwise in plain words.
fn address(key: &str, listener: &Listener<'_>, problems: &mut Problems) -> SocketAddr {
    let Ok(address) = listener.address.parse::<SocketAddr>() else {
        problems.add(format!("{key}.address: {:?} is no address; write one such as 127.0.0.1:2575", listener.address));
        return SocketAddr::from(([127, 0, 0, 1], 0));
    };
    match listener.tls_ends_elsewhere {
        Some(_) if listener.tls.is_some() => {
            problems.add(format!("{key}.tls_ends_elsewhere: TLS ends here, by {key}.tls: leave one of them out"));
        }
        Some(ACCEPTED) => {}
        Some(_) => problems.add(format!("{key}.tls_ends_elsewhere: write exactly {ACCEPTED:?}, or leave it out")),
        None if address.ip().is_loopback() || listener.tls.is_some() => {}
        None => problems.add(format!(
            "{key}.address: {address} can be reached from other machines and this listener has no TLS; \
             listen on 127.0.0.1, or give it TLS in {key}.tls, or put TLS before it and write \
             {key}.tls_ends_elsewhere = {ACCEPTED:?}"
        )),
    }
    address
}
