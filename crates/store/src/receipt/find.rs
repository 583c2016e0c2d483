//! The status of a message, for its sender.

use super::{IGNORED, STORED};
use crate::Store;
use crate::codec::instant;
use crate::error::Fault;
use crate::named::Named;
use event::{Instant, Token};

/// The status of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageStatus {
    /// When its first copy was received.
    pub received_at: Instant,
    /// Its outcome.
    pub outcome: Outcome,
    /// How many further copies were received.
    pub duplicates: u64,
}

/// The outcome of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It gave so many events.
    Stored(u64),
    /// It was understood and gave no event.
    Ignored,
    /// It was not accepted.
    Rejected {
        /// The reason, as a code.
        code: String,
        /// Where in the message.
        place: String,
        /// The reason, as a static text.
        text: String,
    },
}

/// The messages of `source` with this id, as the first or the second of a message's ids, in the order of receipt. Several, if the source used an id for other bytes again.
pub async fn find(store: &Store, source: &str, message: &Token) -> Result<Vec<MessageStatus>, Fault> {
    let query = sqlx::query!(
        "SELECT micros(m.received_at) AS \"received_at!\", m.outcome, cardinality(m.events) AS \"events!\",
                coalesce(q.code, m.code) AS code, coalesce(q.place, m.place) AS place, coalesce(q.text, m.text) AS text,
                (SELECT count(*) FROM receipt_copy c WHERE c.message = m.id) AS \"duplicates!\"
         FROM receipt m LEFT JOIN LATERAL (
             SELECT code, place, text FROM quarantine
             WHERE id = ANY(m.events) AND code IN ('refused-by-database', 'not-applied') AND state <> 'redriven' LIMIT 1
         ) q ON true
         WHERE (m.token = $1 OR m.header = $1) AND m.source = $2 ORDER BY m.received_at, m.id LIMIT 100",
        message.as_bytes().as_slice(),
        source
    );
    let mut found = Vec::new();
    for row in query.fetch_all(store.pool()).named("receipt.find").await? {
        let outcome = match (row.code, row.place, row.text, row.outcome) {
            (Some(code), Some(place), Some(text), _) => Outcome::Rejected { code, place, text },
            (.., STORED) => Outcome::Stored(u64::try_from(row.events).unwrap_or_default()),
            (.., IGNORED) => Outcome::Ignored,
            _ => return Err(Fault::Stored("receipt")),
        };
        let duplicates = u64::try_from(row.duplicates).unwrap_or_default();
        found.push(MessageStatus { received_at: instant(row.received_at)?, outcome, duplicates });
    }
    Ok(found)
}
