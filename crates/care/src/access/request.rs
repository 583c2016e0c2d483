//! Who asks, for what: a plain value, made by [`admit`](super::admit).

use super::rule::Rule;
use super::{CallerSide, Decision, Policy, Purpose, Query, Task, decide};
use crate::ParallelView;
use event::{Code, Instant, Register, Token};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A question that may be asked. Nothing has been looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The side of the calling system.
    pub side: CallerSide,
    /// The task of the professional.
    pub task: Task,
    /// Why it is asked.
    pub purpose: Purpose,
    /// What is asked.
    pub query: Query,
    /// The organisation that asks.
    pub requester: Requester,
    pub(super) rule: &'static Rule,
}

/// The organisation that asks (703/2023 57 §: the relationship is verified between the client and the requester).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requester {
    /// The controller of its register; `None`: the county.
    pub controller: Option<String>,
    /// The sources that are its own; empty: those of the county.
    pub sources: BTreeSet<String>,
    /// The service tasks that its users work in; empty: none that needs one.
    pub service_tasks: BTreeSet<Code>,
    /// The professional who asks, as a worker of these sources; empty: not known, or only by what the system says.
    pub workers: BTreeSet<Token>,
}

impl Request {
    /// The same, of this organisation.
    #[must_use]
    pub fn of(self, requester: Requester) -> Self {
        Self { requester, ..self }
    }

    /// May it be answered for this client, and what may be shown? See [`decide`].
    #[must_use]
    pub fn decide(&self, view: Option<&ParallelView>, policy: &Arc<Policy>, at: Instant) -> Option<Decision> {
        decide(view, self, policy, at)
    }

    /// As it is logged: reading only the own register is use, otherwise disclosure (703/2023 10 §). `asked`: the registers
    /// that the answer would show.
    #[must_use]
    pub fn kind(&self, decision: Option<&Decision>, asked: &[Register]) -> &'static str {
        let mut other = asked.iter().filter(|register| **register != self.rule.own);
        let across = |decision: &Decision| other.any(|it| decision.sees_lane(*it));
        if decision.map_or(self.rule.authority, across) { "disclosure" } else { "use" }
    }

    /// The register of the asker: what is read there is used, not disclosed.
    #[must_use]
    pub fn own(&self) -> Register {
        self.rule.own
    }

    /// The row of the table that admits it.
    #[must_use]
    pub fn rule(&self) -> &'static Rule {
        self.rule
    }
}
