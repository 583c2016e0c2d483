//! A listener's connections: at most so many, and when all places are taken, who gives way.

use crate::{Connection, Peer};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Who has sent nothing of use for so long gives way to anybody.
const SILENT: Duration = Duration::from_secs(10);

/// A listener's places. A peer may hold as many as it likes, until another wants one: then it keeps its share.
#[derive(Clone, Debug)]
pub struct ConnectionSlots(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    all: usize,
    share: usize,
    epoch: Instant,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    connections: BTreeMap<u64, Connection>,
    by: BTreeMap<Peer, usize>,
}

/// A connection's place, from its accept until the value is gone.
#[derive(Debug)]
pub struct ConnectionSlot {
    of: Arc<Inner>,
    id: u64,
    connection: Connection,
}

/// A place for a new connection.
#[derive(Debug)]
pub struct Taken {
    /// The place.
    pub place: ConnectionSlot,
    /// Whose connection was closed for it.
    pub gave_way: Option<Peer>,
}

impl ConnectionSlots {
    /// So many, of which a peer's share is `share`.
    #[must_use]
    pub fn new(all: usize, share: usize) -> Self {
        Self(Arc::new(Inner { all: all.max(1), share, epoch: Instant::now(), open: Mutex::default() }))
    }

    /// A place for a new connection of this peer. If all are taken, an idle connection is closed for it: first one that
    /// never sent anything of use, then one of a peer that holds more than its share, then the one that has been idle
    /// for longest. So silent strangers take places of each other, however many addresses they have. A peer that has
    /// its share, or more, gets only a place of its own, or of a stranger that has long been silent. `None`: nobody
    /// gives way.
    #[must_use]
    pub fn take(&self, peer: Peer) -> Option<Taken> {
        let mut open = self.0.open();
        let mut gave_way = None;
        if open.connections.len() >= self.0.all {
            let id = open.gives_way(peer, self.0.share)?;
            let closed = open.remove(id)?;
            closed.close();
            gave_way = Some(closed.peer());
        }
        let (id, connection) = (open.next, Connection::new(peer, self.0.epoch));
        open.next += 1;
        open.connections.insert(id, connection.clone());
        *open.by.entry(peer).or_default() += 1;
        drop(open);
        Some(Taken { place: ConnectionSlot { of: Arc::clone(&self.0), id, connection }, gave_way })
    }

    /// Closes every connection that has not been served for so long. How many are left.
    pub fn close_idle(&self, long: Duration) -> usize {
        let open = self.0.open();
        let idle = open.connections.values().filter(|connection| connection.has_rested(long));
        idle.for_each(Connection::close);
        open.connections.len()
    }

    /// Closes every connection. How many there were.
    pub fn close_all(&self) -> usize {
        let open = self.0.open();
        open.connections.values().for_each(Connection::close);
        open.connections.len()
    }
}

impl ConnectionSlot {
    /// The connection.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The handshake has verified who is at the other end. `names`: those of its certificate.
    pub fn is_of(&self, peer: Peer, names: Vec<String>) {
        let mut open = self.of.open();
        if let Some(connection) = open.remove(self.id) {
            connection.set_peer(peer, names);
            connection.known();
            open.connections.insert(self.id, connection);
            *open.by.entry(peer).or_default() += 1;
        }
    }
}

impl Inner {
    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Which connection gives way to a new one of `peer`.
    fn gives_way(&self, peer: Peer, share: usize) -> Option<u64> {
        let own_only = self.by.get(&peer).is_some_and(|held| *held >= share);
        // They are few: together they hold no more than all places.
        let greedy: Vec<Peer> = self.by.iter().filter(|(_, held)| **held > share).map(|(peer, _)| *peer).collect();
        let rank = |(id, connection): (&u64, &Connection)| {
            let (of, serving, known) = (connection.peer(), connection.is_serving(), connection.is_known());
            let greedy = greedy.contains(&of);
            let silent = || !known && connection.has_rested(SILENT);
            let may = (!own_only || of == peer || silent()) && (greedy || !serving);
            may.then(|| (serving, known, !greedy, connection.since(), *id))
        };
        self.connections.iter().filter_map(rank).min().map(|(.., id)| id)
    }

    fn remove(&mut self, id: u64) -> Option<Connection> {
        let connection = self.connections.remove(&id)?;
        let peer = connection.peer();
        let left = self.by.get_mut(&peer).map(|held| {
            *held -= 1;
            *held
        });
        if left == Some(0) {
            self.by.remove(&peer);
        }
        Some(connection)
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.of.open().remove(self.id);
        // Who waits for its end need not wait any longer.
        self.connection.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn peer(n: u8) -> Peer {
        Peer::at(Ipv4Addr::new(10, 0, 0, n).into())
    }

    fn is_closed(place: &ConnectionSlot) -> bool {
        let mut closed = Box::pin(place.connection().closed());
        closed.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_ready()
    }

    /// Which of them are closed.
    fn closed(places: &[ConnectionSlot]) -> Vec<usize> {
        (0..places.len()).filter(|n| is_closed(&places[*n])).collect()
    }

    #[test]
    fn those_that_have_done_nothing_for_longest_give_way_and_who_is_known_last() {
        let places = ConnectionSlots::new(4, 4);
        let held: Vec<ConnectionSlot> = (1..5).map(|n| places.take(peer(n)).unwrap().place).collect();
        held[0].connection().known();
        let serving = held[1].connection().serve();
        let new: Vec<ConnectionSlot> = (5..7).map(|n| places.take(peer(n)).unwrap().place).collect();
        assert_eq!(closed(&held), [2, 3]);
        for place in &new {
            place.connection().known();
        }
        let third = places.take(peer(7)).unwrap().place;
        assert_eq!(closed(&held), [0, 2, 3], "all are known: the oldest");
        drop(serving);
        let _fourth = places.take(peer(8)).unwrap().place;
        assert!(closed(&new).is_empty() && is_closed(&third), "who has not authenticated goes before who has");
    }

    #[test]
    fn a_peer_that_holds_more_than_its_share_gives_way_first_even_if_it_is_served() {
        let places = ConnectionSlots::new(8, 2);
        let modest = [places.take(peer(1)).unwrap().place, places.take(peer(1)).unwrap().place];
        let greedy: Vec<ConnectionSlot> = (0..6).map(|_| places.take(peer(2)).unwrap().place).collect();
        for place in &greedy {
            place.connection().known();
        }
        let serving: Vec<_> = greedy[..5].iter().chain(&modest).map(|place| place.connection().serve()).collect();
        let third = places.take(peer(3)).unwrap().place;
        assert_eq!((closed(&modest), closed(&greedy)), (vec![], vec![5]), "the one that does nothing");
        let _served = third.connection().serve();
        let _fourth = places.take(peer(3)).unwrap().place;
        assert_eq!((closed(&modest), closed(&greedy).len()), (vec![], 2), "nobody does nothing");
        drop(serving);
    }

    #[test]
    fn strangers_take_places_of_strangers_and_none_of_who_is_known() {
        let places = ConnectionSlots::new(8, 2);
        let known: Vec<ConnectionSlot> = (0..5).map(|_| places.take(peer(1)).unwrap().place).collect();
        for place in &known {
            place.connection().known();
        }
        let strangers: Vec<ConnectionSlot> = (2..30).map(|n| places.take(peer(n)).unwrap().place).collect();
        assert_eq!((closed(&known), closed(&strangers)), (vec![], (0..25).collect()), "known, and more than its share");
        let another = places.take(peer(1)).unwrap().place;
        assert_eq!(closed(&known).len(), 1, "who has more than its share takes a place of its own");
        drop(another);
    }

    #[test]
    fn a_stranger_that_was_silent_for_long_gives_way_to_anybody() {
        let mut places = ConnectionSlots::new(4, 2);
        Arc::get_mut(&mut places.0).unwrap().epoch = Instant::now().checked_sub(2 * SILENT).unwrap();
        let known = [places.take(peer(1)).unwrap().place, places.take(peer(1)).unwrap().place];
        for place in &known {
            place.connection().known();
        }
        let strangers = [places.take(peer(2)).unwrap().place, places.take(peer(3)).unwrap().place];
        strangers[1].connection().begun_at_the_epoch();
        let third = places.take(peer(1)).unwrap().place;
        assert_eq!((closed(&known), closed(&strangers)), (vec![], vec![1]));
        drop(third);
    }

    #[test]
    fn a_connection_that_is_not_served_is_closed_when_the_service_stops_and_at_last_each() {
        let places = ConnectionSlots::new(4, 4);
        let held: Vec<ConnectionSlot> = (0..3).map(|_| places.take(peer(1)).unwrap().place).collect();
        let serving = held[1].connection().serve();
        assert_eq!((places.close_idle(Duration::from_mins(1)), closed(&held)), (3, vec![]), "just now");
        assert_eq!((places.close_idle(Duration::ZERO), closed(&held)), (3, vec![0, 2]));
        assert_eq!((places.close_all(), closed(&held)), (3, vec![0, 1, 2]));
        drop((serving, held));
        assert_eq!(places.close_all(), 0);
    }

    #[test]
    fn one_that_has_its_share_takes_no_place_of_others() {
        let places = ConnectionSlots::new(4, 2);
        let held: Vec<ConnectionSlot> = [1, 1, 2, 2].into_iter().map(|n| places.take(peer(n)).unwrap().place).collect();
        let flood: Vec<ConnectionSlot> = (0..50).map(|_| places.take(peer(1)).unwrap().place).collect();
        assert_eq!((closed(&held), closed(&flood).len()), (vec![0, 1], 48));
    }

    #[test]
    fn a_certificate_is_another_peer_than_its_address() {
        let places = ConnectionSlots::new(2, 1);
        let first = places.take(peer(1)).unwrap().place;
        first.is_of(Peer::Certificate([1; 32]), Vec::new());
        let second = places.take(peer(1)).unwrap().place;
        let third = places.take(peer(1)).unwrap().place;
        assert_eq!((is_closed(&first), is_closed(&second)), (false, true));
        drop((first, second, third));
        let open = places.0.open();
        assert!(open.by.is_empty() && open.connections.is_empty());
    }
}
