//! Questions that read history: about the past, or with a timeline. One of them may read a client's whole history, so only a
//! few are answered at a time and a few more wait, counted by the registered system that asks. Further ones are refused. Questions
//! about the present do not wait for them.

use crate::error::DoorError;
use quota::{Share, Shares};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Answered at a time. Each holds a connection, and most of a processor.
pub(super) const AT_ONCE: usize = 2;
/// Answered or waiting, of all systems …
pub(super) const ROOM: usize = 32;
/// … and a system's share: the last quarter of the room is for those that have less.
pub(super) const SHARE: usize = 8;

/// The places for questions that read history.
#[derive(Clone)]
pub(super) struct HistoryPermits {
    room: Shares<String>,
    turn: Arc<Semaphore>,
}

/// One place, until it is dropped.
pub(super) struct HistoryPermit {
    _turn: OwnedSemaphorePermit,
    _room: Share<String>,
}

impl HistoryPermits {
    pub(super) fn new() -> Self {
        Self { room: Shares::new(ROOM, SHARE), turn: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Waits for its turn, or is refused at once if too many wait.
    pub(super) async fn take(&self, system: &String) -> Result<HistoryPermit, DoorError> {
        let room = self.room.try_take(system).ok_or(DoorError::Full)?;
        // Nobody closes the semaphore.
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| DoorError::Full)?;
        Ok(HistoryPermit { _turn: turn, _room: room })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::Pin;
    use std::task::{Context, Poll, Waker};

    fn waits(place: &mut Pin<Box<impl Future<Output = Result<HistoryPermit, DoorError>>>>) -> bool {
        matches!(place.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending)
    }

    #[tokio::test]
    async fn those_who_find_no_room_are_refused_and_the_others_have_their_turn() {
        let places = HistoryPermits::new();
        let (busy, other) = ("busy".to_owned(), "other".to_owned());
        let mut taken = Vec::new();
        for _ in 0..AT_ONCE {
            taken.push(places.take(&busy).await.unwrap());
        }
        let mut waiting: Vec<_> = (AT_ONCE..ROOM - SHARE).map(|_| Box::pin(places.take(&busy))).collect();
        for it in &mut waiting {
            assert!(waits(it), "it had its turn before it came");
        }
        assert!(matches!(places.take(&busy).await, Err(DoorError::Full)));
        let mut others: Vec<_> = (0..SHARE).map(|_| Box::pin(places.take(&other))).collect();
        for it in &mut others {
            assert!(waits(it), "one busy system leaves room to another");
        }
        assert!(matches!(places.take(&other).await, Err(DoorError::Full)));
        // A caller who leaves makes room.
        others.pop();
        let mut last = Box::pin(places.take(&other));
        assert!(waits(&mut last));
        drop(taken);
        for it in waiting.into_iter().chain(others) {
            drop(it.await.unwrap());
        }
        drop(last.await.unwrap());
    }
}
