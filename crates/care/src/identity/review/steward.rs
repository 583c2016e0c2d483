//! What a steward decides, as events like any other.

use crate::entity::list::StatedRow;
use crate::identity::link::{Former, LinkDecision};
use crate::made_here::{self, Recorded};
use event::{
    Authority, Body, Code, Event, IdentitiesMerged, IdentitiesUnmerged, Instant, Keyring, ListConfirmed,
    NationalIdChanged, OrderKey, ReceivedEvent, Register, StreamId, Token, TranslationWithdrawn,
};
use std::collections::BTreeMap;

/// The source of a steward's decisions.
pub const STEWARD: &str = "identity-steward";

/// Later than what it answers, whatever the clock shows.
fn later(now: Instant, known: OrderKey) -> Instant {
    now.max(known.time.plus_micros(1)).max(known.received.plus_micros(1))
}

/// A steward's decision on two records.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// They are one person; `false`: they are two.
    pub together: bool,
    /// Who decided: kept as a keyed token.
    pub by: String,
    /// Why.
    pub reason: Code,
    /// The register that the decision is entered in (law 6).
    pub register: Register,
}

/// The steward's decision on `a` and `b` as an event, received `now`; `None`: a steward has already decided so.
///
/// Its id is a function of the decision and of the decision that it replaces. So a decision made twice is one event,
/// and one that is made, undone and made again is three. It is later than what it replaces, whatever the clock shows.
#[must_use]
pub fn decided(
    keyring: &Keyring,
    (a, b): (&StreamId, &StreamId),
    stands: Option<&LinkDecision>,
    verdict: &Verdict,
    now: Instant,
) -> Option<ReceivedEvent> {
    let (low, high) = if a.key < b.key { (a, b) } else { (b, a) };
    let stands = stands.filter(|decision| decision.authority == Authority::Steward);
    if stands.is_some_and(|decision| decision.together == verdict.together) {
        return None;
    }
    let at = stands.map_or(now, |decision| later(now, decision.key));
    let replaces = stands.map(|decision| decision.key.id.to_string()).unwrap_or_default();
    let verdict_is = if verdict.together { "together" } else { "apart" };
    let message_id =
        format!("{} {} {verdict_is} {replaces}", hex::encode(low.key.as_bytes()), hex::encode(high.key.as_bytes()));
    let (authority, decider) = (Authority::Steward, Some(keyring.token("steward", STEWARD, &verdict.by)));
    let (other, reason) = (high.clone(), Some(verdict.reason.clone()));
    let body = if verdict.together {
        Body::from(IdentitiesMerged { subsumed: other, authority, decider, reason })
    } else {
        Body::from(IdentitiesUnmerged { separated: other, authority, decider, reason })
    };
    Some(of_steward(keyring, &message_id, low, verdict.register, at, body))
}

/// A steward's decision taken back, as if it had never been made: what the sources report counts again. `None`: this is
/// no decision of a steward on two records or a code, or it was taken back before.
///
/// An event is never deleted: of two versions of it the higher counts (rule R1).
#[must_use]
pub fn undone(decision: &ReceivedEvent) -> Option<ReceivedEvent> {
    let is_decision = decision.event.source == STEWARD && matches!(decision.event.body, Body::Identity(_));
    is_decision.then(|| {
        let adapter_version = decision.event.adapter_version + 1;
        let body = Body::from(TranslationWithdrawn);
        let event = Event { adapter_version, presented: Vec::new(), body, ..decision.event.clone() };
        ReceivedEvent { received_at: decision.received_at, event }
    })
}

/// A decision that is made again after it was taken back: `stored` is what is there under its id.
#[must_use]
pub fn made_again(mut decided: ReceivedEvent, stored: Option<&ReceivedEvent>) -> ReceivedEvent {
    if let Some(stored) = stored.filter(|it| matches!(it.event.body, Body::Translation(_))) {
        decided.event.adapter_version = stored.event.adapter_version + 1;
    }
    decided
}

/// A steward's decision on a proposed change of identity code.
#[derive(Clone, Debug)]
pub struct CodeVerdict {
    /// The codes proposed as former are former; `false`: none of the codes is.
    pub changed: bool,
    /// Who decided: kept as a keyed token.
    pub by: String,
    /// Why.
    pub reason: Code,
    /// The register that the decision is entered in (law 6).
    pub register: Register,
}

/// A steward's answer to a proposed change of identity code as an event, received `now`. `None`: nothing is proposed.
///
/// Its id is a function of the decision and of the proposal that it answers, so a decision made twice is one event.
#[must_use]
pub fn code_decided(
    keyring: &Keyring,
    record: &StreamId,
    proposed: &BTreeMap<Token, Former>,
    verdict: &CodeVerdict,
    now: Instant,
) -> Option<ReceivedEvent> {
    let newest = proposed.values().map(|it| it.key).max()?;
    let (former, current): (Vec<_>, Vec<_>) = proposed.iter().partition(|(_, it)| it.former);
    let tokens = |of: Vec<(&Token, &Former)>| of.into_iter().map(|(token, _)| *token).collect::<Vec<_>>();
    let (mut old, mut new) = (tokens(former), tokens(current));
    if !verdict.changed {
        new.append(&mut old);
        new.sort_unstable();
    }
    let verdict_is = if verdict.changed { "changed" } else { "not changed" };
    let message_id = format!("{} {verdict_is} {}", hex::encode(record.key.as_bytes()), newest.id);
    let (decider, reason) = (keyring.token("steward", STEWARD, &verdict.by), verdict.reason.clone());
    let at = later(now, newest);
    let (authority, decider, reason) = (Authority::Steward, Some(decider), Some(reason));
    let body = Body::from(NationalIdChanged { old, new, authority, decider, reason });
    Some(of_steward(keyring, &message_id, record, verdict.register, at, body))
}

/// An operator confirms a list that ends much, received `now`: see [`crate::list`].
#[must_use]
pub fn list_confirmed(
    keyring: &Keyring,
    list: &StatedRow,
    by: &str,
    reason: Code,
    now: Instant,
) -> Option<ReceivedEvent> {
    let pending = list.pending.as_ref()?;
    let message_id = format!("{} confirmed", pending.list);
    let record = keyring.record(&list.source, "source", &list.source);
    let decider = Some(keyring.token("steward", STEWARD, by));
    let body = Body::from(ListConfirmed { list: pending.list, decider, reason: Some(reason) });
    let at = now.max(pending.received.plus_micros(1));
    Some(of_steward(keyring, &message_id, &record, pending.register, at, body))
}

fn of_steward(
    keyring: &Keyring,
    message_id: &str,
    record: &StreamId,
    register: Register,
    at: Instant,
    body: Body,
) -> ReceivedEvent {
    made_here::event(keyring, message_id, &Recorded { source: STEWARD, record, presented: &[], register, at }, |_| body)
}
