//! Where a listener listens: on the machine itself, or with TLS, or behind a proxy that ends TLS before it.

use super::checked::{self, ACCEPTED};
use super::problems::Problems;
use crate::tls;
use serde::Deserialize;
use std::net::SocketAddr;
use std::time::Duration;

/// How a listener is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    #[serde(deserialize_with = "checked::address")]
    pub address: SocketAddr,
    #[serde(default, deserialize_with = "checked::accepted")]
    tls_ends_elsewhere: bool,
    /// At most so many at a time.
    pub connections: usize,
    /// What a peer keeps of them when others want them.
    pub connections_per_peer: usize,
    /// `None`: without TLS.
    pub tls: Option<tls::Files>,
}

impl Listen {
    /// Of a listener that people's browsers reach: a few connections each.
    pub fn of_browsers(address: SocketAddr, tls_ends_elsewhere: bool, tls: Option<tls::Files>) -> Self {
        Self { address, tls_ends_elsewhere, connections: 512, connections_per_peer: 64, tls }
    }

    /// True if only this machine reaches it.
    pub fn is_of_this_machine(&self) -> bool {
        self.address.ip().is_loopback() && !self.tls_ends_elsewhere
    }
}

/// The MLLP listener.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "MllpTable")]
pub struct Mllp {
    pub listen: Listen,
    /// The longest silence on a connection.
    pub idle: Duration,
    /// The longest time from a message's first byte to its last.
    pub frame: Duration,
}

/// Serde reads no table into two structs and knows every key of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MllpTable {
    #[serde(deserialize_with = "checked::address")]
    address: SocketAddr,
    #[serde(default, deserialize_with = "checked::accepted")]
    tls_ends_elsewhere: bool,
    #[serde(deserialize_with = "checked::duration")]
    idle: Duration,
    #[serde(deserialize_with = "checked::duration")]
    frame: Duration,
    connections: usize,
    connections_per_peer: usize,
    tls: Option<tls::Files>,
}

impl From<MllpTable> for Mllp {
    fn from(table: MllpTable) -> Self {
        let MllpTable { address, tls_ends_elsewhere, idle, frame, connections, connections_per_peer, tls } = table;
        Self { listen: Listen { address, tls_ends_elsewhere, connections, connections_per_peer, tls }, idle, frame }
    }
}

/// Where probes ask, if anywhere.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Health {
    #[serde(deserialize_with = "checked::address")]
    address: Option<SocketAddr>,
    #[serde(deserialize_with = "checked::accepted")]
    tls_ends_elsewhere: bool,
}

impl Health {
    /// Probes at a time.
    const PROBES: usize = 16;

    pub fn listen(self) -> Option<Listen> {
        let Self { address, tls_ends_elsewhere } = self;
        let (connections, connections_per_peer) = (Self::PROBES, Self::PROBES / 2);
        Some(Listen { address: address?, tls_ends_elsewhere, connections, connections_per_peer, tls: None })
    }
}

impl Listen {
    /// On loopback, unless it has TLS or the file accepts otherwise in plain words. `table`: where it stands.
    pub fn check(&self, table: &str, problems: &mut Problems) {
        if self.tls.as_ref().is_some_and(|tls| tls.client_revocations.is_some() && tls.client_authority.is_none()) {
            let problem = "without client_authority nobody's certificate is asked for";
            problems.add([table, "tls", "client_revocations"], problem);
        }
        let (address, tls) = (self.address, self.tls.is_some());
        if tls && self.tls_ends_elsewhere {
            let problem = format!("TLS ends here, by {table}.tls: leave one of them out");
            problems.add([table, "tls_ends_elsewhere"], problem);
        }
        if !tls && !self.tls_ends_elsewhere && !address.ip().is_loopback() {
            let problem = format!(
                "{address} can be reached from other machines and this listener has no TLS; listen on 127.0.0.1, or give \
                 it TLS in {table}.tls, or put TLS before it and write {table}.tls_ends_elsewhere = {ACCEPTED:?}"
            );
            problems.add([table, "address"], problem);
        }
    }
}
