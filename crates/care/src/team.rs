//! A whole team, as a resource states it: whoever it had before and has no more has left.

use crate::mark::Mark;
use crate::view::Origin;
use event::Token;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Who works with the client by one resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareTeam {
    /// The event that stated it last.
    pub origin: Origin,
    /// Where that stands.
    pub mark: Mark,
    /// Every assignment that it has.
    pub members: BTreeSet<Token>,
    /// Assignments that it had and has no more, and since when they are over.
    pub left: BTreeMap<Token, event::Instant>,
}

impl CareTeam {
    /// Stated again, in the order of the fold: what was stated before and is not now is over.
    pub(crate) fn restate(&mut self, origin: Origin, mark: Mark, members: BTreeSet<Token>) {
        if self.mark.stands_after(&mark) {
            // An older statement that sorts later: it had these, and the newer has them no more.
            let gone = members.into_iter().filter(|it| !self.members.contains(it));
            let since = self.origin.happened_at;
            gone.for_each(|it| {
                self.left.entry(it).or_insert(since);
            });
            return;
        }
        let gone = self.members.iter().filter(|it| !members.contains(*it)).copied();
        self.left.extend(gone.map(|it| (it, origin.happened_at)));
        self.left.retain(|it, _| !members.contains(it));
        (self.origin, self.mark, self.members) = (origin, mark, members);
    }
}
