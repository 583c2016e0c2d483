//! MLLP: 16 connections, one message in flight on each, stored before `AA`.

use super::bed::{Bed, Sent};
use super::ceiling::{self, Of};
use super::report::{Figure, Target};
use crate::spread::{Spread, rate};
use serde_json::{Value, json};
use std::time::Duration;

/// What sending so much over more connections came to.
pub(crate) fn of_more(name: String, sent: Sent, costs: Vec<(&'static str, Value)>) -> Figure {
    let Sent { messages, took, answers } = sent;
    let mut notes =
        vec![("messages", json!(messages)), ("from a message to its AA", json!(Spread::of(answers).to_string()))];
    notes.extend(costs);
    let value = rate(messages, took);
    Figure { name, value, unit: "messages/s", ceiling: None, target: Target::Stated, notes, failed: None }
}

/// The outcome of sending so many messages; beside it, one row in one commit over as many connections, of the same
/// events.
pub(crate) fn figure(
    bed: &Bed<'_>,
    name: &str,
    sent: Sent,
    costs: Vec<(&'static str, Value)>,
    lasting: Duration,
) -> anyhow::Result<Figure> {
    let commits = ceiling::one_by_one(&bed.sql, Of::WithMessages, lasting)?;
    let Sent { messages, took, answers } = sent;
    let mut notes = vec![
        ("messages", json!(messages)),
        ("from a message to its AA", json!(Spread::of(answers).to_string())),
        ("its commit", json!(commits.waited.to_string())),
    ];
    notes.extend(costs);
    Ok(Figure {
        name: name.to_owned(),
        value: rate(messages, took),
        unit: "messages/s",
        ceiling: Some(("one row (event and message), one commit, 16 connections", commits.rate)),
        target: Target::OfCeiling(1.5),
        notes,
        failed: None,
    })
}
