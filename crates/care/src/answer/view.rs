//! `GetParallelView`.

use super::{EVERYTHING, Facts, Shown};
use crate::access::Request;
use crate::rule::county::County;
use crate::rule::source::Completeness;
use event::Register;

impl Facts<'_> {
    /// `GetParallelView`.
    #[must_use]
    pub fn parallel_view(&self, request: &Request, county: &County) -> Shown {
        let Some(decision) = self.decide(request, county) else {
            let (completeness, loose_ends) = (Completeness::withheld(), Vec::new());
            return Shown { view: None, lanes: Vec::new(), wards: false, protected: false, completeness, loose_ends };
        };
        let lanes: Vec<_> = Register::ALL.iter().copied().filter(|it| decision.sees_lane(*it)).collect();
        let view = self.view.map(|view| {
            let mut seen = view.clone().only(&decision, county.notices_answered);
            seen.hide_places(|register| decision.sight(register));
            seen
        });
        let whole = |register: &Register| self.sees_whole(&decision, *register);
        let both = Register::ALL.iter().all(whole);
        let loose_ends = view.iter().filter(|_| both).flat_map(|view| view.loose_ends(self.at));
        let loose_ends = loose_ends.map(|it| {
            let completeness = self.completeness(&decision, it.kind.covered_by());
            (it, completeness)
        });
        let completeness = self.completeness(&decision, EVERYTHING);
        Shown {
            loose_ends: loose_ends.collect(),
            wards: decision.sees_wards(),
            // The flag goes with the data: alone it would tell that there are some.
            protected: decision.protected && view.as_ref().is_some_and(|view| !view.is_empty()),
            view,
            // A lane that is shown in part is marked as not whole, and a lane that is not shown as withheld.
            completeness: if lanes.iter().all(whole) { completeness } else { completeness.and_withheld() },
            lanes,
        }
    }
}
