//! How a message came from its source: by itself, or through an intermediary that passed it on or changed it.
//!
//! Da Vinci's Provenance of a notification, "intermediary". The originating source then differs from the sender. An
//! intermediary that translates can be wrong in ways that the source is not.

use crate::Code;
use crate::wire::{numbered, wire};

numbered! {
    /// What an intermediary did.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Relay {
        /// Passed it on as it was: provenance participant type `transmitter`.
        Transmitted = 1,
        /// Changed it, or made it anew from another format: `assembler`.
        Translated = 2,
    }
}

/// An intermediary, and what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relayed {
    /// What it did.
    pub how: Relay,
    /// The organisation's identifier, if the message gives it.
    pub by: Option<Code>,
}

// === on the wire ===

wire!(Relayed { how, by });
#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::proto;

    #[test]
    fn comes_back_from_its_bytes_and_what_is_not_known_is_not_guessed() {
        for how in Relay::ALL {
            let relayed = Relayed { how: *how, by: Code::try_new("1.2.246.10.1").ok() };
            assert_eq!(Relayed::from_wire(relayed.to_wire()).ok(), Some(relayed));
        }
        assert!(Relayed::from_wire(proto::Relayed { how: 3, by: String::new() }).is_err());
        assert!(Relayed::from_wire(proto::Relayed { how: 0, by: String::new() }).is_err());
    }
}
