//! Asiakkuus.

use crate::wire::wire;
use crate::{Code, Token};

/// Asiakkuus begins (1301/2014 34 §, 703/2023 38 §).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientshipOpened {
    /// Which clientship.
    pub clientship: Token,
    /// Palvelutehtävä.
    pub service_task: Option<Code>,
    /// Why no own worker is named (1301/2014 42 § 1 mom.), if the source reports it.
    pub own_worker_not_named: Option<Code>,
}

/// Asiakkuus ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientshipClosed {
    /// Which clientship.
    pub clientship: Token,
    /// Ground of the end (703/2023 38 § 2 mom. 5 k.).
    pub ground: Option<Code>,
}

// === on the wire ===

wire!(ClientshipOpened { clientship, service_task, own_worker_not_named });
wire!(ClientshipClosed { clientship, ground });
