//! Splits a request's body into events, each with its own bytes: a digest is of the event's bytes, not of the
//! request's.

use super::MAX_DEPTH;
use crate::json::{limit_depth, malformed, without_mark};
use crate::rejection::{MessagePlace, Rejection, RejectionReason};
use serde_json::value::RawValue;

/// The most events in one batch.
pub const MAX_BATCH: usize = 1_000;

/// Splits a body: `application/cloudevents+json` is one event, `application/cloudevents-batch+json` (`batch`) an array
/// of at most [`MAX_BATCH`]. The listener limits the size of the body, [`crate::translate`] that of each event.
pub fn split(body: &[u8], batch: bool) -> Result<Vec<Box<RawValue>>, Rejection> {
    let body = without_mark(body);
    limit_depth(body, MAX_DEPTH + usize::from(batch)).map_err(nobody)?;
    if !batch {
        return serde_json::from_slice(body).map(|event| vec![event]).map_err(|_| nobody(malformed()));
    }
    let events: Vec<Box<RawValue>> = serde_json::from_slice(body).map_err(|_| nobody(malformed()))?;
    if events.len() > MAX_BATCH {
        return Err(nobody(RejectionReason::too_large(MessagePlace::Message, "more than 1,000 events in one batch")));
    }
    Ok(events)
}

fn nobody(fault: RejectionReason) -> Rejection {
    fault.naming(Vec::new())
}
