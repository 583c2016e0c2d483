//! Whose a stay is: the stream of the stay itself.
//!
//! A FHIR Encounter that is put again with another subject is that one's, whoever had it before: the first was the wrong
//! person. The old subject's stream gets no event of it, so whose it is stands in a stream of the stay's own, is derived
//! into rows ([`crate::Rows::subjects`]) and looked up by the stay's key when an answer is made.
//!
//! A message that ends or takes back a stay and names nobody says so of whoever has that stay: its stream is not theirs, and
//! whether they are still there is *not known*.

use crate::mark::Mark;
use event::Token;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whose a stay is, as last reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaySubject {
    /// Where it stands.
    pub mark: Mark,
    /// The record whose stay it is.
    pub record: Token,
    /// That record is kept by the stay's own number: who the client is the message did not say.
    pub of_nobody: bool,
}

impl StaySubject {
    /// Whose the stay is instead: another's than these records' by the newest of its streams, none of which has it as
    /// theirs, and nothing told of them since that the client is there. A stay has two streams where two resources number
    /// theirs alike and name no authority: of those each has its own.
    #[must_use]
    pub fn another<'a>(streams: &'a [Self], own: &BTreeSet<Token>, present: Option<&Mark>) -> Option<&'a Self> {
        if streams.iter().any(|it| own.contains(&it.record)) {
            return None;
        }
        let newest = streams.iter().reduce(|a, b| if a.mark.stands_after(&b.mark) { a } else { b })?;
        (!present.is_some_and(|present| present.stands_after(&newest.mark))).then_some(newest)
    }
}
