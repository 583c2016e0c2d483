//! The controller in whose register a resource stands, and the role in which its author wrote it, by the agents of its
//! Provenance (hl7.org/fhir/R4/provenance.html; HL7's provenance-participant-type).
//!
//! The custodian is accountable for the record: the controller (rekisterinpitäjä). It counts by the OID of its
//! organisation, as the county's controllers are configured. The Provenances of the message's header give what the
//! resource's own leave out; among several the one that was written last counts.

use super::context::Context;
use super::provenance::is_of_intermediary;
use crate::fhir::resource::element::{CodeableConcept, Reference};
use crate::fhir::resource::{Agent, Provenance, Resource};
use crate::rejection::MessagePlace;
use crate::scope::canonical;
use event::Code;
use std::cmp::Reverse;

/// Whose register, and in what role.
#[derive(Default)]
pub(in crate::fhir) struct Author {
    /// The controller's OID.
    pub(in crate::fhir) controller: Option<Code>,
    /// The author's role.
    pub(in crate::fhir) role: Option<Code>,
}

impl<'a> Context<'a> {
    /// Of the resource of entry `at`.
    pub(in crate::fhir) fn author(self, at: usize) -> Author {
        let header = (self.bundle.entries.first().is_some_and(|it| it.kind == "MessageHeader")).then_some(0);
        let entries = [Some(at), header.filter(|it| *it != at)];
        let all: Vec<_> = entries.into_iter().flatten().flat_map(|at| self.newest_first(at)).collect();
        let agents = |kind: &'static str| {
            let of_kind =
                move |agent: &&Agent| agent.kind.as_ref().is_some_and(|it| it.codes().any(|code| code == kind));
            all.iter()
                .flat_map(|(from, it)| it.agent.iter().flatten().map(move |it| (*from, it)))
                .filter(move |it| of_kind(&it.1))
        };
        Author {
            controller: agents("custodian").find_map(|(from, agent)| self.oid(from, agent)),
            role: agents("author").find_map(|(_, agent)| agent.role.iter().flatten().find_map(CodeableConcept::code)),
        }
    }

    fn newest_first(self, at: usize) -> Vec<(usize, &'a Provenance)> {
        let mut all: Vec<_> = self.provenances_of(at).filter(|(_, it)| !is_of_intermediary(it)).collect();
        // One whose time cannot be read is refused where the time is needed.
        all.sort_by_key(|(from, it)| Reverse(self.written(*from, it).ok().flatten().map(|when| when.at)));
        all
    }

    /// The OID of the agent's organisation.
    fn oid(self, from: usize, agent: &Agent) -> Option<Code> {
        self.organization_oid(from, agent.who.as_ref()?)
    }

    /// The OID of the organisation that `who`, of the entry `from`, means.
    pub(in crate::fhir) fn organization_oid(self, from: usize, who: &Reference) -> Option<Code> {
        let found = self.bundle.resolve(from, who, MessagePlace::Entry(from, "resource")).ok().flatten();
        let of_organization = match found.map(|target| target.resource) {
            Some(Resource::Organization(it)) => it.identifier.as_deref().unwrap_or_default(),
            _ => &[],
        };
        let values = of_organization.iter().chain(&who.identifier).filter_map(|it| it.value());
        values.map(canonical).find_map(|value| Code::try_new(value.strip_prefix("urn:oid:")?).ok())
    }
}
