//! Where a listener listens: on the machine itself, or with TLS, or behind a proxy that ends TLS before it.

use super::checked::{ACCEPTED, Accepted, Address, Time};
use super::problems::Problems;
use crate::tls;
use serde::Deserialize;

/// Where a listener is, and who ends TLS.
#[derive(Clone, Debug, Deserialize)]
pub struct At {
    pub address: Address,
    tls_ends_elsewhere: Option<Accepted>,
    /// `None`: without TLS.
    pub tls: Option<tls::Files>,
}

/// A listener.
#[derive(Clone, Debug, Deserialize)]
pub struct Listen {
    #[serde(rename = "+at")]
    pub at: At,
    /// At most so many at a time.
    pub connections: usize,
    /// What a peer keeps of them when others want them.
    pub connections_per_peer: usize,
}

/// The MLLP listener.
#[derive(Clone, Debug, Deserialize)]
pub struct Mllp {
    #[serde(rename = "+listen")]
    pub listen: Listen,
    /// The longest silence on a connection.
    pub idle: Time,
    /// The longest time from a message's first byte to its last.
    pub frame: Time,
}

/// Where probes ask, if anywhere.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Health {
    address: Option<Address>,
    tls_ends_elsewhere: Option<Accepted>,
}

impl Health {
    pub fn listen(self) -> Option<Listen> {
        let at = At { address: self.address?, tls_ends_elsewhere: self.tls_ends_elsewhere, tls: None };
        // Probes at a time.
        Some(Listen { at, connections: 16, connections_per_peer: 8 })
    }
}

impl At {
    /// True if only this machine reaches it.
    pub fn is_of_this_machine(&self) -> bool {
        self.address.ip().is_loopback() && self.tls_ends_elsewhere.is_none()
    }

    /// On loopback, unless it has TLS or the file accepts otherwise in plain words. `table`: where it stands.
    pub fn check(&self, table: &str, problems: &mut Problems) {
        let revoked = self.tls.as_ref().filter(|it| it.client_revocations.is_some() && it.client_authority.is_none());
        let problem = "without client_authority nobody's certificate is asked for";
        problems.within(&[table, "tls"]).refuse(revoked.is_some(), "client_revocations", problem);
        let mut here = problems.within(&[table]);
        let (tls, elsewhere) = (self.tls.is_some(), self.tls_ends_elsewhere.is_some());
        let problem = format_args!("TLS ends here, by {table}.tls: leave one of them out");
        here.refuse(tls && elsewhere, "tls_ends_elsewhere", problem);
        let problem = format_args!(
            "{} can be reached from other machines and this listener has no TLS; listen on 127.0.0.1, or give it TLS in \
             {table}.tls, or put TLS before it and write {table}.tls_ends_elsewhere = {ACCEPTED:?}",
            *self.address
        );
        here.refuse(!tls && !elsewhere && !self.address.ip().is_loopback(), "address", problem);
    }
}
