//! Contacts and requests: the urgent need, the duty contact's end, a contact for the statistics, a wish to work together.
//!
//! The fact, its time and its place; no text (law 7).

use crate::wire::wire;
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

// === on the wire ===

wire!(DutyContactClosed { contact, handed_over_to });
wire!(UrgentNeedAssessed { result; case = case_key });
wire!(ContactRecorded { contact, channel, unit });
wire!(ContactCancelled { contact, reason });
wire!(CooperationRequested { request, asked_of, required_by });
