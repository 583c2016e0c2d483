//! Whose a stay, a referral or a team is.
//!
//! A FHIR resource that is put again with another subject is that one's, and the first client's stream gets no event of it.
//! So whose it is stands in a stream of its own, and `care::subject` puts the two together.

use crate::wire::wire;
use crate::{FactKind, Record, Token};

/// Whose a stay, a referral or a team is. In the stream of that thing itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectStated {
    /// What kind of thing it is.
    pub kind: FactKind,
    /// Its key.
    pub key: Token,
    /// The record whose it is. One that is kept by a visit number ([`Record::is_kept_by_visit`]): the message names no client.
    /// The stream of another referral: it went on, and ended, under that one's key.
    pub subject: Record,
    /// The message ends it, cancels it, or makes a visit of it that is no presence; or it is a stay of the subject's that has
    /// this key among other names: then one of this key that is somebody else's may be another stay.
    pub ends: bool,
}

wire!(SubjectStated { kind, key, subject, ends });
