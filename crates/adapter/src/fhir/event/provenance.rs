//! When a fact was written, by the Provenance of the resource that reports it.
//!
//! A new bundle, with a new time, may hold facts that were written long before: an admission that is sent again after
//! its cancellation. So a message is ordered by the Provenance of its MessageHeader: `recorded`, else `occurred`. A
//! resource that reports its state is ordered by the newest of its Provenances and its own `meta.lastUpdated`, because
//! the Provenance of its creation may travel with every version. `Bundle.timestamp` counts only if neither is given. A
//! Provenance of an intermediary gives the time of passing the message on, which orders nothing.

use crate::fhir::event::context::Context;
use crate::fhir::event::relay;
use crate::fhir::event::time::When;
use crate::fhir::resource::element::Meta;
use crate::fhir::resource::{Provenance, Resource};
use crate::rejection::{MessagePlace, RejectionReason};

impl<'a> Context<'a> {
    /// The Provenances of entry `at`, and where they are.
    pub(in crate::fhir) fn provenances_of(self, at: usize) -> impl Iterator<Item = (usize, &'a Provenance)> {
        let bundle = self.bundle;
        let all = bundle.provenances.get(&at).into_iter().flatten();
        all.filter_map(|from| match &bundle.entries[*from].resource {
            Ok(Resource::Provenance(it)) => Some((*from, &**it)),
            _ => None,
        })
    }

    /// When the resource of entry `at` was written, by itself.
    pub(in crate::fhir) fn recorded(self, at: usize, meta: Option<&Meta>) -> Result<Option<When>, RejectionReason> {
        let mut newest = self.last_updated(meta, at)?;
        for (from, provenance) in self.provenances_of(at).filter(|(_, it)| !is_of_intermediary(it)) {
            let written = self.written(from, provenance)?;
            newest = newest.into_iter().chain(written).max_by_key(|when| when.at);
        }
        Ok(newest)
    }

    /// When the activity of a Provenance, in entry `from`, was recorded; else when it took place.
    pub(in crate::fhir) fn written(
        self,
        from: usize,
        provenance: &Provenance,
    ) -> Result<Option<When>, RejectionReason> {
        let recorded = self.when(provenance.recorded.as_deref(), MessagePlace::Entry(from, "resource.recorded"))?;
        recorded.map_or_else(|| self.occurred(from, provenance), |when| Ok(Some(when)))
    }

    /// When the activity of a Provenance, in entry `from`, took place.
    pub(in crate::fhir) fn occurred(
        self,
        from: usize,
        provenance: &Provenance,
    ) -> Result<Option<When>, RejectionReason> {
        let period = provenance.occurred_period.as_ref();
        let written = provenance.occurred.as_deref().or_else(|| period?.end.as_deref().or(period?.start.as_deref()));
        self.when(written, MessagePlace::Entry(from, "resource.occurred"))
    }
}

pub(super) fn is_of_intermediary(provenance: &Provenance) -> bool {
    provenance.agent.iter().flatten().any(|agent| relay::how(agent).is_some())
}
