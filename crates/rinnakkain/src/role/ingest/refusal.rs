//! Rejections for other reasons than the content.

use adapter::{AcknowledgementCode, Outcome, Place, Rejection, RejectionCode};
use event::Token;

/// The clients that a message names which is refused for another reason than its content.
pub fn named(outcome: Outcome) -> Vec<Token> {
    match outcome {
        Outcome::Rejected(rejection) => rejection.named,
        Outcome::Ignored => Vec::new(),
        Outcome::Events(events) => {
            let presented = events.iter().flat_map(|event| &event.presented);
            let mut tokens: Vec<_> = presented.flat_map(|presented| presented.tokens.iter().copied()).collect();
            tokens.sort_unstable();
            tokens.dedup();
            tokens
        }
    }
}

/// The database rejected an event of the message, which is in the quarantine.
pub fn of_the_database() -> Rejection {
    Rejection {
        code: RejectionCode::DataTypeError,
        place: Place::Message,
        text: "the database refuses a value of this message",
        named: Vec::new(),
        acknowledgement: AcknowledgementCode::Error,
    }
}

/// A body over the limit.
pub fn too_long() -> Rejection {
    Rejection {
        code: RejectionCode::TooLarge,
        place: Place::Message,
        text: "the body is longer than 2 MiB",
        named: Vec::new(),
        acknowledgement: AcknowledgementCode::Error,
    }
}
