//! The access log's parts, one for each month. They are made ahead, and dropped whole once they are old enough. No row
//! is ever deleted.

use crate::Store;
use crate::error::Fault;
use crate::named::Named;
use event::Instant;

/// Parts that are there ahead of time, so that a service which stands still for a while finds its month.
const AHEAD: i32 = 3;

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogParts {
    /// Parts made for months to come.
    pub made: u64,
    /// Parts dropped.
    pub dropped: u64,
}

impl Store {
    /// Makes the access log's parts for the months to come, and drops those that end before `before`, but never a part
    /// that the law still requires (migration 0019). A part that is in use is left to the next call, so nobody waits.
    pub async fn keep_access_log(&self, before: Instant) -> Result<LogParts, Fault> {
        let made = sqlx::query_scalar!("SELECT access_log_ahead($1) AS \"made!\"", AHEAD);
        let made = or_later(made.fetch_one(self.pool()).named("access_log.ahead").await)?;
        let dropped = sqlx::query_scalar!("SELECT access_log_forget(instant($1)) AS \"dropped!\"", before.as_micros());
        let dropped = or_later(dropped.fetch_one(self.pool()).named("access_log.forget").await)?;
        let number = |it: i32| u64::try_from(it).unwrap_or_default();
        Ok(LogParts { made: number(made), dropped: number(dropped) })
    }
}

fn or_later(done: Result<i32, Fault>) -> Result<i32, Fault> {
    match done {
        Err(Fault::Conflict { .. }) => Ok(0),
        done => done,
    }
}
