//! A later translation may yield nothing where an earlier one yielded an event; that, too, is recorded as an event.
//!
//! An event is never deleted; of two translations of it the higher version wins whole (rule R1). So a corrected adapter,
//! or a corrected configuration, withdraws an event by another event.

use crate::wire::wire;

/// The message yields nothing here. It presents nobody, and it means nothing in any state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranslationWithdrawn;

wire!(TranslationWithdrawn {});
