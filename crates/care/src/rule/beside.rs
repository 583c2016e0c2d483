//! What the duty service sees beside the hospital's involvement: whether the client has died, and what social care has
//! promised.
//!
//! Only what a source has reported. An assessment that nobody reported may have been made all the same.

use crate::access::Decision;
use crate::entity::service::ServiceStatus;
use crate::thing::{Data, Thing};
use crate::view::ParallelView;
use event::{Code, Instant, Register};
use std::collections::BTreeSet;

/// It, as far as the asker may see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// The client has died.
    pub deceased: bool,
    /// What social care has promised, the earliest first.
    pub promises: Vec<Promise>,
    /// The client has a turvakielto: the flag goes with the data (661/2009 37 §).
    pub protected: bool,
    /// Of which kinds of data it is.
    pub data: BTreeSet<(Register, Data)>,
}

/// What social care has promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// What.
    pub kind: PromiseKind,
    /// When it was assessed, or is to begin.
    pub at: Instant,
    /// It was to be done by now, and nobody has reported that it was.
    pub passed: bool,
    /// Of an assessment, its result: urgent, not urgent.
    pub result: Option<Code>,
}

/// The kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PromiseKind {
    /// The urgent need of a case that is open was assessed (1301/2014 36 § 1 mom.).
    UrgentNeed,
    /// A service is due to begin (1301/2014 45 §), and no report says that it has begun.
    ServiceStart,
}

impl Beside {
    /// As far as `decision` allows.
    #[must_use]
    pub fn of(view: &ParallelView, decision: &Decision, at: Instant) -> Self {
        let belongs = decision.belongs();
        let mut beside = Self::default();
        for lane in view.lanes() {
            for person in lane.persons.values().filter(|it| it.is_deceased() == Some(true)) {
                if let Some(item) = person.item().filter(|it| decision.sees(it)) {
                    beside.deceased = true;
                    beside.data.insert((item.register, Data::Person));
                }
            }
            for (key, case) in lane.cases.iter().filter(|(_, it)| it.spans.at(at).is_some()) {
                let assessed = case.urgent_need.at.filter(|assessed| *assessed <= at);
                let item = case.item(Some(*key), belongs);
                if let Some(assessed) = assessed.filter(|_| decision.sees(&item)) {
                    let result = case.urgent_need.result.clone();
                    beside.promises.push(Promise {
                        kind: PromiseKind::UrgentNeed,
                        at: assessed,
                        passed: false,
                        result,
                    });
                    beside.data.insert((item.register, item.data));
                }
            }
            for (key, service) in lane.services.iter().filter(|(_, it)| it.status(at) == ServiceStatus::Agreed) {
                let item = service.item(Some(*key), belongs);
                if let Some(starts) = service.agreed_at.filter(|_| decision.sees(&item)) {
                    let (kind, passed) = (PromiseKind::ServiceStart, starts < at);
                    beside.promises.push(Promise { kind, at: starts, passed, result: None });
                    beside.data.insert((item.register, item.data));
                }
            }
        }
        beside.promises.sort_by_key(|it| (it.kind, it.at));
        beside.protected = view.is_protected_at(at) && !beside.data.is_empty();
        beside
    }
}
