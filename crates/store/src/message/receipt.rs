//! What a sender is told of its own message.

use super::{IGNORED, STORED};
use crate::Store;
use crate::error::Fault;
use crate::order::instant;
use event::{Instant, Token};

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// When its first copy was received.
    pub received_at: Instant,
    /// What became of it.
    pub outcome: Outcome,
    /// How often it was received once more.
    pub duplicates: u64,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It gave so many events.
    Stored(u64),
    /// Understood, and nothing of it is kept.
    Ignored,
    /// Not taken.
    Rejected {
        /// Why, as a code.
        code: String,
        /// Where in the message.
        place: String,
        /// Why, in static words.
        text: String,
    },
}

/// The messages of `source` with this id, the first received first: several, where an id was used for other bytes again.
pub async fn find(store: &Store, source: &str, message: &Token) -> Result<Vec<Found>, Fault> {
    let query = sqlx::query!(
        "SELECT micros(m.received_at) AS \"received_at!\", m.outcome, cardinality(m.events) AS \"events!\",
                coalesce(q.code, m.code) AS code, coalesce(q.place, m.place) AS place, coalesce(q.text, m.text) AS text,
                (SELECT count(*) FROM message_copy c WHERE c.message = m.id) AS \"duplicates!\"
         FROM message m LEFT JOIN LATERAL (
             SELECT code, place, text FROM quarantine
             WHERE id = ANY(m.events) AND code IN ('refused-by-database', 'not-applied') AND state <> 'redriven' LIMIT 1
         ) q ON true
         WHERE m.token = $1 AND m.source = $2 ORDER BY m.received_at, m.id LIMIT 100",
        message.as_bytes().as_slice(),
        source
    );
    let mut found = Vec::new();
    for row in query.fetch_all(store.pool()).await? {
        let outcome = match (row.code, row.place, row.text, row.outcome) {
            (Some(code), Some(place), Some(text), _) => Outcome::Rejected { code, place, text },
            (.., STORED) => Outcome::Stored(u64::try_from(row.events).unwrap_or_default()),
            (.., IGNORED) => Outcome::Ignored,
            _ => return Err(Fault::Stored("receipt")),
        };
        let duplicates = u64::try_from(row.duplicates).unwrap_or_default();
        found.push(Found { received_at: instant(row.received_at)?, outcome, duplicates });
    }
    Ok(found)
}
