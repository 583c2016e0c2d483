//! A whole team, as a resource states it: a member of the earlier statement who is not in this one has left.

use super::entity;
use crate::fact::Origin;
use crate::fact::mark::Mark;
use event::{Instant, Token};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Everybody who works with the client, by one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareTeam {
    /// The event that stated it last.
    pub origin: Origin,
    /// Where that stands.
    pub mark: Mark,
    /// Every assignment of its members.
    pub members: BTreeSet<Token>,
}

entity!(CareTeam { mark, members });

/// What a statement changes of assignments.
pub(crate) struct Restated {
    /// Assignments that the team no longer has.
    pub left: Vec<Token>,
    /// Assignments that it has.
    pub members: Vec<Token>,
    /// Where the statement stands, and since when it holds.
    pub mark: Mark,
    pub since: Instant,
}

impl CareTeam {
    /// Stated again, in the order of the fold: an assignment that is no longer stated is over.
    pub(crate) fn restate(&mut self, origin: Origin, mark: Mark, members: BTreeSet<Token>) -> Restated {
        if self.mark.stands_after(&mark) {
            // An older statement that sorts later: the newer one no longer has these.
            let left = members.difference(&self.members).copied().collect();
            return Restated { left, members: Vec::new(), mark: self.mark, since: self.origin.happened_at };
        }
        let left = self.members.difference(&members).copied().collect();
        let restated = Restated { left, members: members.iter().copied().collect(), mark, since: origin.happened_at };
        (self.origin, self.mark, self.members) = (origin, mark, members);
        restated
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::cases::{given, key};

    #[test]
    fn what_a_statement_changes_of_a_team() {
        let members = |all: &[&str]| all.iter().map(|it| key(it)).collect::<BTreeSet<_>>();
        let left = |statements: Vec<(i64, BTreeSet<Token>)>| {
            let state: (Option<CareTeam>, Vec<Token>) = (None, Vec::new());
            let (team, left) = given(statements).fold(state, |(team, left), reported, members| {
                let (origin, mark, members) = (reported.origin.clone(), reported.mark, members.clone());
                match team {
                    Some(team) => left.extend(team.restate(origin, mark, members).left),
                    None => *team = Some(CareTeam { origin, mark, members }),
                }
            });
            (team.map(|it| it.members), left)
        };
        let (two, one) = (members(&["a", "b"]), members(&["a"]));
        assert_eq!(left(vec![(1, two.clone()), (3, two.clone())]), (Some(two.clone()), vec![]));
        assert_eq!(left(vec![(1, two.clone()), (3, one.clone())]), (Some(one.clone()), vec![key("b")]));
        assert_eq!(left(vec![(3, one.clone()), (1, two)]), (Some(one), vec![key("b")]));
    }
}
