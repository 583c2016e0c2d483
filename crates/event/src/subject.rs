//! Whose a stay, a referral or a team is.
//!
//! A FHIR resource that is put again with another subject is that one's, and the first client's stream gets no event of it.
//! So whose it is stands in a stream of its own, and `care::subject` puts the two together.

use crate::wire::{self, NotKnown, proto};
use crate::{FactKind, Record, Token};

/// Whose a stay, a referral or a team is. In the stream of that thing itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectStated {
    /// What kind of thing it is.
    pub kind: FactKind,
    /// Its key.
    pub key: Token,
    /// The record whose it is. One that is kept by a visit number ([`Record::is_kept_by_visit`]): the message names no client.
    pub subject: Record,
    /// The message ends it, cancels it, or makes a visit of it that is no presence.
    pub ends: bool,
}

impl SubjectStated {
    pub(crate) fn to_wire(&self) -> proto::SubjectStated {
        proto::SubjectStated {
            kind: self.kind as i32,
            key: wire::token_out(self.key),
            subject: Some(wire::record_out(&self.subject)),
            ends: self.ends,
        }
    }

    pub(crate) fn from_wire(wire: proto::SubjectStated) -> Result<Self, NotKnown> {
        Ok(Self {
            kind: wire::member(FactKind::ALL, wire.kind)?,
            key: wire::token_in(&wire.key)?,
            subject: wire::record_in(wire.subject)?,
            ends: wire.ends,
        })
    }
}
