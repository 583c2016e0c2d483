//! Questions that read history: about the past, or with a timeline. One of them may read a client's whole history, so only a
//! few are answered at a time and a few more wait. Further ones are refused. Questions about the present do not wait for them.

use crate::error::DoorError;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Answered at a time. Each holds a connection, and most of a processor.
pub(super) const AT_ONCE: usize = 2;
/// Answered or waiting.
pub(super) const ROOM: usize = 32;

/// The places for questions that read history.
#[derive(Clone)]
pub(super) struct HistoryPermits {
    room: Arc<Semaphore>,
    turn: Arc<Semaphore>,
}

/// One place, until it is dropped.
pub(super) struct HistoryPermit {
    _turn: OwnedSemaphorePermit,
    _room: OwnedSemaphorePermit,
}

impl HistoryPermits {
    pub(super) fn new() -> Self {
        Self { room: Arc::new(Semaphore::new(ROOM)), turn: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Waits for its turn, or is refused at once if too many wait.
    pub(super) async fn take(&self) -> Result<HistoryPermit, DoorError> {
        let room = Arc::clone(&self.room).try_acquire_owned().map_err(|_| DoorError::Full)?;
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
        let mut taken = Vec::new();
        for _ in 0..AT_ONCE {
            taken.push(places.take().await.unwrap());
        }
        let mut waiting: Vec<_> = (AT_ONCE..ROOM).map(|_| Box::pin(places.take())).collect();
        for it in &mut waiting {
            assert!(waits(it), "it had its turn before it came");
        }
        assert!(matches!(places.take().await, Err(DoorError::Full)));
        // A caller who leaves makes room.
        waiting.pop();
        let mut last = Box::pin(places.take());
        assert!(waits(&mut last));
        drop(taken);
        for it in waiting {
            drop(it.await.unwrap());
        }
        drop(last.await.unwrap());
    }
}
