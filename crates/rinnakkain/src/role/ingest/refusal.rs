//! Rejections for other reasons than the content.

use super::identify;
use adapter::{AcknowledgementCode, MessagePlace, Outcome, Rejection, RejectionCode};
use event::Token;

/// Where a message names its sender.
const SENDER: MessagePlace = MessagePlace::Field("MSH", 3);

/// The clients named by a message that is refused for another reason than its content.
pub fn named(outcome: Outcome) -> Vec<Token> {
    match outcome {
        Outcome::Rejected(rejection) => rejection.named,
        Outcome::Ignored => Vec::new(),
        Outcome::Events(events) => adapter::named(&events),
    }
}

/// The database rejected an event of the message, which is in the quarantine.
pub fn of_the_database() -> Rejection {
    Rejection {
        code: RejectionCode::DataTypeError,
        place: MessagePlace::Message,
        text: "the database refuses a value of this message",
        named: Vec::new(),
        acknowledgement: AcknowledgementCode::Error,
    }
}

/// A body over the limit.
pub fn too_long() -> Rejection {
    Rejection {
        code: RejectionCode::TooLarge,
        place: MessagePlace::Message,
        text: "the body is longer than 2 MiB",
        named: Vec::new(),
        acknowledgement: AcknowledgementCode::Error,
    }
}

/// A body whose form is not taken, before anything of it is read.
pub fn of_its_form(text: &'static str) -> Rejection {
    Rejection {
        code: RejectionCode::UnsupportedMessageType,
        place: MessagePlace::Message,
        text,
        named: Vec::new(),
        acknowledgement: AcknowledgementCode::Error,
    }
}

/// The message names a source that has a certificate, and came over a connection with another.
pub fn anothers_certificate(outcome: Outcome) -> Rejection {
    Rejection {
        code: RejectionCode::UnknownKeyIdentifier,
        place: SENDER,
        text: "the certificate of this connection is not that of this sending application and facility",
        named: named(outcome),
        acknowledgement: AcknowledgementCode::Error,
    }
}

/// Whether a message was refused because of who sent it, by the code and the place of its refusal.
pub fn is_of_its_sender(code: &str, place: &str) -> bool {
    code == RejectionCode::UnknownKeyIdentifier.as_str() && place == SENDER.to_string()
}

/// No configured source sent this. A message that cannot be read at all keeps its own rejection.
pub fn unknown_sender(message: &[u8], outcome: Outcome) -> Rejection {
    match outcome {
        Outcome::Rejected(rejection) if !identify::has_header(message) => rejection,
        outcome => Rejection {
            code: RejectionCode::UnknownKeyIdentifier,
            place: SENDER,
            text: "no source is configured for this sending application and facility",
            named: named(outcome),
            acknowledgement: AcknowledgementCode::Error,
        },
    }
}
