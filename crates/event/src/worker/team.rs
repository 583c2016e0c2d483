//! A whole team.

use crate::Token;
use crate::wire::wire;

/// FHIR `CareTeam`, `Encounter.participant`: the whole of who works with the client by this resource. Whoever it had before
/// and has no more has left, when this happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareTeamStated {
    /// Keyed token of the resource.
    pub team: Token,
    /// Every assignment that it has, sorted and distinct.
    pub assignments: Vec<Token>,
}

// === on the wire ===

wire!(CareTeamStated { team, assignments });
