//! The intermediary that relayed or translated a message, by the Provenance of its MessageHeader (Da Vinci,
//! "intermediary").
//!
//! The originating source then differs from the sender; each event of the message records the intermediary.

use crate::fhir::event::context::Context;
use crate::fhir::resource::{Agent, Resource};
use crate::rejection::MessagePlace;
use event::{Code, Relay, Relayed};

/// The intermediary of the message; `None`: its source sent it.
pub(in crate::fhir) fn read(context: Context<'_>) -> Option<Relayed> {
    let bundle = context.bundle;
    bundle.entries.first().filter(|entry| entry.kind == "MessageHeader")?;
    context.provenances_of(0).find_map(|(at, it)| {
        let (how, agent) = it.agent.iter().flatten().find_map(|agent| Some((how(agent)?, agent)))?;
        Some(Relayed { how, by: by(context, at, agent) })
    })
}

/// US Core's and HL7's provenance-participant-type: a transmitter passes a message on, an assembler changes it.
pub(in crate::fhir) fn how(agent: &Agent) -> Option<Relay> {
    agent.kind.as_ref().and_then(|kind| {
        kind.codes().find_map(|code| match code {
            "transmitter" => Some(Relay::Transmitted),
            "assembler" => Some(Relay::Translated),
            _ => None,
        })
    })
}

/// The organization's identifier; its id, if it has none.
fn by(context: Context<'_>, at: usize, agent: &Agent) -> Option<Code> {
    let who = agent.who.as_ref()?;
    let found = context.bundle.resolve(at, who, MessagePlace::Entry(at, "resource.agent.who")).ok().flatten();
    let list = match found.map(|target| target.resource) {
        Some(Resource::Organization(it)) => it.identifier.as_deref().unwrap_or_default(),
        _ => &[],
    };
    let chosen = context.chosen(list.iter().chain(&who.identifier)).and_then(|it| it.value());
    chosen.into_iter().chain(who.logical_id()).find_map(|value| Code::try_new(value).ok())
}
