//! A whole team.

use crate::Token;
use crate::wire::wire;

/// FHIR `CareTeam`, `Encounter.participant`: everybody who works with the client, as this resource states it. A member
/// of the earlier statement who is not in this one has left, at the time when this happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareTeamStated {
    /// Keyed token of the resource.
    pub team: Token,
    /// Every assignment that it has, sorted and distinct.
    pub assignments: Vec<Token>,
}

// === on the wire ===

wire!(CareTeamStated { team, assignments });
