//! Of what kinds a lane has something, and which sources reported it.

use super::lane::Lane;
use crate::entity::Entity;
use crate::thing::{Belongs, Data};
use event::Token;
use std::collections::{BTreeMap, BTreeSet};

impl Lane {
    /// The kinds of data that it has, for the access log.
    #[must_use]
    pub fn kinds(&self) -> BTreeSet<Data> {
        // Of which kind a thing is does not depend on what it belongs to.
        let belongs = Belongs::default();
        let persons = self.persons.values().map(|_| Data::Person);
        let unplaced = self.unplaced.iter().map(|it| it.item().data);
        self.items(&belongs).map(|it| it.data).chain(unplaced).chain(persons).collect()
    }

    /// The sources that reported what can show a client relationship.
    pub(crate) fn sources(&self) -> BTreeSet<&str> {
        let mut all: BTreeSet<&str> = self.unplaced.iter().map(|it| it.origin().source.as_str()).collect();
        all.extend(of(&self.stays));
        all.extend(of(&self.health_social_work));
        all.extend(of(&self.clientships));
        all.extend(of(&self.assignments));
        all.extend(of(&self.services));
        all.extend(of(&self.cases));
        all.extend(of(&self.assessments));
        all
    }
}

fn of<E: Entity>(all: &BTreeMap<Token, E>) -> impl Iterator<Item = &str> {
    all.values().map(|it| it.origin().source.as_str())
}
