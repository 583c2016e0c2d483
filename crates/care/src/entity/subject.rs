//! Which client a stay, a referral or a team belongs to, by the stream of that thing itself.
//!
//! A FHIR resource may be put again with another subject: then it belongs to that subject, and the first one was the
//! wrong person (hl7.org/fhir/R4/http.html#update). The first client's stream gets no event of it. So the subject stands
//! in a stream of its own, is derived into rows ([`crate::Rows::subjects`]), and is looked up by key when an answer is
//! made.
//!
//! An HL7 v2 message about a visit may name no client. It belongs to the client who has that visit, but it is not in
//! that client's stream. If it ends or cancels the stay, it is *not known* whether the client is still there; otherwise
//! it is not known where the client is.

use crate::fact::mark::Mark;
use event::{SubjectStated, Token};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Its subject, as last reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedSubject {
    /// Where it stands.
    pub mark: Mark,
    /// The record that it belongs to.
    pub record: Token,
    /// That record is kept by the stay's own number: the message names no client.
    pub of_nobody: bool,
    /// The message ends it, cancels it, or makes it a visit that is no presence; or a stay of somebody else has its key
    /// among other identifiers. If it does not belong to the client whose view is read, it is not known whether that
    /// client is still there.
    pub ends: bool,
}

impl StatedSubject {
    pub(crate) fn of(mark: Mark, stated: &SubjectStated) -> Self {
        let (record, of_nobody) = (stated.subject.key, stated.subject.is_kept_by_visit());
        Self { mark, record, of_nobody, ends: stated.ends }
    }

    /// The other subject, if the thing belongs to somebody else than these records. The newest of its streams decides,
    /// if none of its streams has one of these records as subject and nothing (`present`) has been reported of these
    /// records since. A stay has two streams where two resources use the same number and name no authority: then each
    /// record has its own stay.
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
