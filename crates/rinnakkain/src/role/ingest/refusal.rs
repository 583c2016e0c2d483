//! Why a message is refused for another reason than its content.

use adapter::{AcknowledgementCode, Outcome, Place, Rejection, RejectionCode};
use event::Token;

/// Whom a message names that is refused for another reason than its content.
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

/// The database took a message's event into the quarantine.
pub fn of_the_database() -> Rejection {
    Rejection {
        code: RejectionCode::DataTypeError,
        place: Place::Message,
        text: "the database refuses a value of this message",
        named: Vec::new(),
        acknowledgement: AcknowledgementCode::Error,
    }
}

/// A body of which only the beginning was read.
pub fn too_long() -> Rejection {
    Rejection {
        code: RejectionCode::TooLarge,
        place: Place::Message,
        text: "the body is longer than 2 MiB",
        named: Vec::new(),
        acknowledgement: AcknowledgementCode::Error,
    }
}
