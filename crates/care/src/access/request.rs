//! Who asks, for what: a plain value, made by [`admit`].

use super::declared::{Declarable, Declared};
use super::rule::{RULES, Rule};
use super::{CallerSide, Decision, Purpose, Query, Task};
use event::{Code, Register, Token};
use std::collections::BTreeSet;

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
    /// What the professional has declared; only [`Request::declaring`] sets it.
    pub(super) declared: Option<Declared>,
    rule: &'static Rule,
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

    /// The same, with what the professional declares. `may`: what the calling system's users may declare.
    pub fn declaring(self, it: Declared, may: &BTreeSet<Declarable>) -> Result<Self, CallerRefused> {
        if !may.contains(&it.basis) || !it.is_of(self.side, self.task, self.query) {
            return Err(CallerRefused::Declaration);
        }
        Ok(Self { declared: Some(it), ..self })
    }

    /// What the professional has declared.
    #[must_use]
    pub fn declared(&self) -> Option<Declared> {
        self.declared
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

/// Refused because of the caller: answered before any look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CallerRefused {
    /// The system is not registered for the task.
    #[error("the calling system is not registered for this task")]
    Task,
    /// No rule allows this query for this side and task.
    #[error("no rule allows this query for this side and task")]
    Query,
    /// The purpose does not match the task.
    #[error("the purpose does not match the task")]
    Purpose,
    /// The system or the task may not declare this, or not with this question.
    #[error("this basis may not be declared by the calling system, for this task, or with this question")]
    Declaration,
}

/// May this caller ask this at all? It needs no client's data.
pub fn admit(
    side: CallerSide,
    tasks: &[Task],
    task: Task,
    purpose: Purpose,
    query: Query,
) -> Result<Request, CallerRefused> {
    if !tasks.contains(&task) {
        return Err(CallerRefused::Task);
    }
    let mut rules = RULES.iter().filter(|rule| (rule.side, rule.task) == (side, task) && rule.queries.contains(&query));
    let rule = rules.next().ok_or(CallerRefused::Query)?;
    if !rule.purposes.contains(&purpose) {
        return Err(CallerRefused::Purpose);
    }
    Ok(Request { side, task, purpose, query, requester: Requester::default(), declared: None, rule })
}
