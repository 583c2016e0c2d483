//! Of what kinds a lane has something.

use super::lane::Lane;
use crate::thing::{Belongs, Data};
use std::collections::BTreeSet;

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
}
