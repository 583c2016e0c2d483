//! Whose a stay is: the stream of the stay itself.
//!
//! A FHIR Encounter that is put again with another subject is that one's, whoever had it before: the first was the wrong
//! person. The old subject's stream gets no event of it, so whose it is stands in a stream of the stay's own, is derived
//! into rows ([`crate::Rows::subjects`]) and looked up by the stay's key when an answer is made.

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
}

impl StaySubject {
    /// Is it another's than these records', and nothing told of them since that the client is there?
    #[must_use]
    pub fn is_another(&self, own: &BTreeSet<Token>, present: Option<&Mark>) -> bool {
        !own.contains(&self.record) && !present.is_some_and(|present| present.stands_after(&self.mark))
    }
}
