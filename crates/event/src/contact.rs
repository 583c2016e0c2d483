//! Contacts and requests: the urgent need, the duty contact's end, a contact for the statistics, a wish to work together.
//!
//! The fact, its time and its place; no text (law 7).

use crate::wire::{self, NotKnown, proto};
use crate::{Code, Instant, Token};

/// The duty social service is done with a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyContactClosed {
    /// Which contact.
    pub contact: Token,
    /// To whom the matter was handed over.
    pub handed_over_to: Option<Code>,
}

/// The urgent need for help was assessed at once (1301/2014 36 § 1 mom.).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrgentNeedAssessed {
    /// Of which case.
    pub case: Token,
    /// Urgent, not urgent: a code.
    pub result: Option<Code>,
}

/// Somebody was in contact with the client: a count for the reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRecorded {
    /// Which contact.
    pub contact: Token,
    /// Phone, visit, booking: a code.
    pub channel: Option<Code>,
    /// At which unit.
    pub unit: Option<Code>,
}

/// A contact that was agreed on did not take place: cancelled, or not kept. It is no contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactCancelled {
    /// Which contact.
    pub contact: Token,
    /// Why, a code.
    pub reason: Option<Code>,
}

/// Yhteistyöpyyntö: one service asks another to work together around the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CooperationRequested {
    /// Which request.
    pub request: Token,
    /// Of whom: a unit or a service task.
    pub asked_of: Option<Code>,
    /// When an answer is needed, if the source says.
    pub required_by: Option<Instant>,
}

// === between the types and the wire ===

impl DutyContactClosed {
    pub(crate) fn to_wire(&self) -> proto::DutyContactClosed {
        proto::DutyContactClosed {
            contact: wire::token_out(self.contact),
            handed_over_to: wire::code_out(self.handed_over_to.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::DutyContactClosed) -> Result<Self, NotKnown> {
        Ok(Self { contact: wire::token_in(&wire.contact)?, handed_over_to: wire::code_in(&wire.handed_over_to)? })
    }
}

impl UrgentNeedAssessed {
    pub(crate) fn to_wire(&self) -> proto::UrgentNeedAssessed {
        proto::UrgentNeedAssessed { case_key: wire::token_out(self.case), result: wire::code_out(self.result.as_ref()) }
    }

    pub(crate) fn from_wire(wire: &proto::UrgentNeedAssessed) -> Result<Self, NotKnown> {
        Ok(Self { case: wire::token_in(&wire.case_key)?, result: wire::code_in(&wire.result)? })
    }
}

impl ContactRecorded {
    pub(crate) fn to_wire(&self) -> proto::ContactRecorded {
        proto::ContactRecorded {
            contact: wire::token_out(self.contact),
            channel: wire::code_out(self.channel.as_ref()),
            unit: wire::code_out(self.unit.as_ref()),
        }
    }

    pub(crate) fn from_wire(wire: &proto::ContactRecorded) -> Result<Self, NotKnown> {
        Ok(Self {
            contact: wire::token_in(&wire.contact)?,
            channel: wire::code_in(&wire.channel)?,
            unit: wire::code_in(&wire.unit)?,
        })
    }
}

impl ContactCancelled {
    pub(crate) fn to_wire(&self) -> proto::ContactCancelled {
        proto::ContactCancelled { contact: wire::token_out(self.contact), reason: wire::code_out(self.reason.as_ref()) }
    }

    pub(crate) fn from_wire(wire: &proto::ContactCancelled) -> Result<Self, NotKnown> {
        Ok(Self { contact: wire::token_in(&wire.contact)?, reason: wire::code_in(&wire.reason)? })
    }
}

impl CooperationRequested {
    pub(crate) fn to_wire(&self) -> proto::CooperationRequested {
        proto::CooperationRequested {
            request: wire::token_out(self.request),
            asked_of: wire::code_out(self.asked_of.as_ref()),
            required_by: self.required_by.map(Instant::as_micros),
        }
    }

    pub(crate) fn from_wire(wire: &proto::CooperationRequested) -> Result<Self, NotKnown> {
        Ok(Self {
            request: wire::token_in(&wire.request)?,
            asked_of: wire::code_in(&wire.asked_of)?,
            required_by: wire.required_by.map(wire::instant_in).transpose()?,
        })
    }
}
