//! What an earlier reading of a message told and a later one does not.
//!
//! An event is never deleted; of two readings of it the higher version wins whole (rule R1). So that a mended adapter, or
//! a mended configuration, can say *nothing* where there was something, nothing is an event too.

use crate::wire::wire;

/// The message tells nothing here. It presents nobody and means nothing in any state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranslationWithdrawn;

wire!(TranslationWithdrawn {});
