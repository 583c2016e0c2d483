//! What the services know of a connection, and its listener decides by.

use crate::{KnownBy, Peer};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// A connection that was refused this often since it was last of use is closed …
const REFUSALS: u32 = 64;
/// … unless it was of use so recently: it may be a proxy's, and its other callers are not to be cut off.
const OF_USE: Duration = Duration::from_mins(1);

/// An open connection. Cheap to clone; it keeps no place.
#[derive(Clone, Debug)]
pub struct Connection(Arc<State>);

#[derive(Debug)]
struct State {
    address: Peer,
    /// Who is at the other end instead, once a handshake has verified it.
    certificate: OnceLock<Peer>,
    /// The names of its client's certificate.
    names: OnceLock<Vec<String>>,
    /// When its listener began.
    epoch: Instant,
    /// Idle since then, in microseconds after that.
    since: AtomicU64,
    /// Requests that are whole and not answered.
    serving: AtomicU32,
    spoke: AtomicBool,
    /// When a registered caller or source last spoke, in microseconds after that; zero: never.
    known: AtomicU64,
    refusals: AtomicU32,
    closed: CancellationToken,
}

/// A request is being served: as long as this lives, the connection does not give way.
#[derive(Debug)]
pub struct Serving(Connection);

impl Connection {
    pub(crate) fn new(peer: Peer, epoch: Instant) -> Self {
        let connection = Self(Arc::new(State {
            address: peer,
            certificate: OnceLock::new(),
            names: OnceLock::new(),
            epoch,
            since: AtomicU64::new(0),
            serving: AtomicU32::new(0),
            spoke: AtomicBool::new(false),
            known: AtomicU64::new(0),
            refusals: AtomicU32::new(0),
            closed: CancellationToken::new(),
        }));
        connection.rests();
        connection
    }

    /// Who is at its other end.
    #[must_use]
    pub fn peer(&self) -> Peer {
        *self.0.certificate.get().unwrap_or(&self.0.address)
    }

    /// `names`: of the certificate, if it has one.
    pub(crate) fn set_peer(&self, peer: Peer, names: Vec<String>) {
        // A handshake verifies once.
        let _ = self.0.names.set(names);
        let _ = self.0.certificate.set(peer);
    }

    /// True if its client has proved to hold this certificate.
    #[must_use]
    pub fn has(&self, certificate: &KnownBy) -> bool {
        let names = self.0.names.get().map(Vec::as_slice).unwrap_or_default();
        match self.peer() {
            Peer::Certificate(sha256) => certificate.is(names, &sha256),
            Peer::Address(_) => false,
        }
    }

    /// A request has begun, of whomever.
    pub fn spoke(&self) {
        self.0.spoke.store(true, Ordering::Relaxed);
    }

    /// Whether a request has ever begun.
    #[must_use]
    pub fn has_spoken(&self) -> bool {
        self.0.spoke.load(Ordering::Relaxed)
    }

    /// A registered caller or source speaks on it.
    pub fn known(&self) {
        self.spoke();
        self.0.known.store(self.now().max(1), Ordering::Relaxed);
        self.0.refusals.store(0, Ordering::Relaxed);
    }

    pub(crate) fn is_known(&self) -> bool {
        self.0.known.load(Ordering::Relaxed) > 0
    }

    /// Nobody who is registered: a request was refused for that.
    pub fn refused(&self) {
        self.spoke();
        self.0.refusals.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether it is to be read no further.
    #[must_use]
    pub fn is_tried_out(&self) -> bool {
        if self.0.refusals.load(Ordering::Relaxed) < REFUSALS {
            return false;
        }
        let known = Duration::from_micros(self.0.known.load(Ordering::Relaxed));
        known.is_zero() || Duration::from_micros(self.now()).saturating_sub(known) > OF_USE
    }

    /// A request is whole and its answer is on the way.
    #[must_use]
    pub fn serve(&self) -> Serving {
        self.0.serving.fetch_add(1, Ordering::Relaxed);
        Serving(self.clone())
    }

    pub(crate) fn is_serving(&self) -> bool {
        self.0.serving.load(Ordering::Relaxed) > 0
    }

    pub(crate) fn since(&self) -> u64 {
        self.0.since.load(Ordering::Relaxed)
    }

    fn rests(&self) {
        self.0.since.store(self.now(), Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.epoch.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    #[cfg(test)]
    pub(crate) fn begun_at_the_epoch(&self) {
        self.0.since.store(0, Ordering::Relaxed);
    }

    /// Whether none of its requests has been served for so long.
    pub(crate) fn has_rested(&self, long: Duration) -> bool {
        let rested = self.now().saturating_sub(self.since());
        !self.is_serving() && Duration::from_micros(rested) >= long
    }

    /// Closes it, whatever it does.
    pub fn close(&self) {
        self.0.closed.cancel();
    }

    /// Waits until it is closed from here.
    pub fn closed(&self) -> WaitForCancellationFutureOwned {
        self.0.closed.clone().cancelled_owned()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.rests();
        self.0.0.serving.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn what_is_refused_too_often_is_read_no_further_unless_somebody_known_speaks_on_it_too() {
        let epoch = Instant::now().checked_sub(2 * OF_USE).unwrap();
        let connection = Connection::new(Peer::at(Ipv4Addr::LOCALHOST.into()), epoch);
        let is_refused = || (0..REFUSALS).for_each(|_| connection.refused());
        connection.known();
        is_refused();
        assert!(!connection.is_tried_out(), "the answers of somebody known may be on their way");
        connection.0.known.store(1, Ordering::Relaxed);
        assert!(connection.is_tried_out(), "it was of use two minutes ago");
        connection.known();
        assert!(!connection.is_tried_out());
        connection.0.known.store(0, Ordering::Relaxed);
        is_refused();
        assert!(connection.is_tried_out(), "it was never of use");
    }
}
