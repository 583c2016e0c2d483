//! Which client a stay, a referral or a team belongs to.
//!
//! A FHIR resource may be put again with another subject: then it belongs to that subject, and the first client's stream
//! gets no event of it. So its subject stands in a stream of its own, and `care` puts the two together
//! (`entity::subject`).

use crate::wire::wire;
use crate::{FactKind, StreamId, Token};

/// Which client a stay, a referral or a team belongs to. In the stream of that thing itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectStated {
    /// What kind of thing it is.
    pub kind: FactKind,
    /// Its key.
    pub key: Token,
    /// The record that it belongs to. If that record is keyed by a visit number ([`StreamId::is_kept_by_visit`]), the
    /// message names no client. If it is the stream of another referral, this referral continued, and ended, under that
    /// referral's key.
    pub subject: StreamId,
    /// The message ends it, cancels it, or makes it a visit that is no presence. Or the subject has a stay with this
    /// key among its other identifiers: then a stay of somebody else under this key may be another stay.
    pub ends: bool,
}

wire!(SubjectStated { kind, key, subject, ends });
