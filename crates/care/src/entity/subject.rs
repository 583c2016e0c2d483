//! Whose a stay, a referral or a team is: the stream of that thing itself.
//!
//! A FHIR resource that is put again with another subject is that one's, whoever had it before: the first was the wrong
//! person (hl7.org/fhir/R4/http.html#update). The first client's stream gets no event of it, so whose it is stands in a
//! stream of its own, is derived into rows ([`crate::Rows::subjects`]) and looked up by its key when an answer is made.
//!
//! An HL7 v2 message of a visit that names nobody is of whoever has that visit, and its stream is not theirs. If it ends or
//! cancels the stay, whether they are still there is *not known*; else where they are.

use crate::fact::mark::Mark;
use event::{SubjectStated, Token};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whose it is, as last reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedSubject {
    /// Where it stands.
    pub mark: Mark,
    /// The record whose it is.
    pub record: Token,
    /// That record is kept by the stay's own number: the message names no client.
    pub of_nobody: bool,
    /// The message ends it, cancels it, or makes a visit of it that is no presence; or somebody else's stay has its key
    /// among other names. If it is not theirs by whom this is read, whether they are still there is not known.
    pub ends: bool,
}

impl StatedSubject {
    pub(crate) fn of(mark: Mark, stated: &SubjectStated) -> Self {
        let (record, of_nobody) = (stated.subject.key, stated.subject.is_kept_by_visit());
        Self { mark, record, of_nobody, ends: stated.ends }
    }

    /// Whose it is instead: another's than these records' by the newest of its streams, none of which has it as theirs, and
    /// nothing reported of them since: `present`. A stay has two streams where two resources number theirs alike and name no
    /// authority: of those each has its own.
    #[must_use]
    pub fn another<'a>(streams: &'a [Self], own: &BTreeSet<Token>, present: Option<&Mark>) -> Option<&'a Self> {
        if streams.iter().any(|it| own.contains(&it.record)) {
            return None;
        }
        let newest = streams.iter().reduce(|a, b| if a.mark.stands_after(&b.mark) { a } else { b })?;
        (!present.is_some_and(|present| present.stands_after(&newest.mark))).then_some(newest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{given, key};

    #[test]
    fn the_newest_stream_that_is_not_theirs_decides_unless_something_was_reported_since() {
        let marks = given([(1, ()), (3, ()), (5, ())]).fold(Vec::new(), |marks, it, ()| marks.push(it.mark));
        let of = |record: &str, at: usize| StatedSubject {
            mark: marks[at],
            record: key(record),
            of_nobody: false,
            ends: false,
        };
        let own = BTreeSet::from([key("own")]);
        for (streams, present, another) in [
            (vec![], None, None),
            (vec![of("own", 1)], Some(0), None),
            (vec![of("other", 1)], None, Some("other")),
            (vec![of("other", 1)], Some(0), Some("other")),
            (vec![of("other", 1)], Some(2), None),
            (vec![of("other", 1), of("own", 0)], None, None),
            (vec![of("other", 0), of("third", 1)], None, Some("third")),
        ] {
            let present = present.map(|at: usize| &marks[at]);
            let found = StatedSubject::another(&streams, &own, present).map(|it| it.record);
            assert_eq!(found, another.map(key), "{streams:?}");
        }
    }
}
