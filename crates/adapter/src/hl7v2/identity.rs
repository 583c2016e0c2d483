//! ADT about identities: A18, A24, A30, A34, A36, A37, A39, A40, A45, A47 (HL7 v2 chapter 3).
//!
//! - A40, and before it A18, A30, A34, A36 and A39 (kept for backward compatibility, chapter 3.3): pairs of PID and
//!   MRG; PID-3 survives, MRG-1 is the same person. Accounts and visits that are merged with them are ignored here.
//! - A24 and A37: two PIDs that are one person, or are not. EVN-5 gives who decided, EVN-4 the reason.
//! - A47: MRG-1 was written where PID-3 should have been. A different patient number belongs to the same person. A
//!   different identity code replaces the old one among the presented identifiers. Only its end (CX.8) shows that the
//!   old code was the person's too (661/2009 12 §): without it the code may be mistyped, and another person's.
//! - A45: the visit of MRG-5 (else PV1-19) belongs to PID-3 and not to MRG-1. The content of PV1 then applies to it
//!   there.

use super::message::{Message, Segment};
use super::numbers::{self, Ends};
use super::visit::{self, Visit};
use super::{key, person};
use crate::event_builder::EventBuilder;
use crate::identifiers::Identifiers;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use crate::{Decides, SourceProfile};
use event::{
    Body, Code, HETU_SYSTEM, IdentitiesMerged, IdentitiesUnmerged, Keyring, NationalIdChanged, PersonUpdated,
    Presented, RecordsLinked, StayReassigned, StreamId, Token,
};

/// The most pairs in one message: a batch of events is bounded.
const MAX_PAIRS: usize = 100;

/// The change that the message makes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IdentityChange {
    /// A24.
    Link,
    /// A37.
    Unlink,
    /// A18, A30, A34, A36, A39, A40.
    Merge,
    /// A45.
    MoveVisit,
    /// A47.
    ChangeIdentifiers,
}

/// One message about identities.
pub(super) struct Identity<'a, 'm> {
    pub(super) source: &'a SourceProfile,
    pub(super) keyring: &'a Keyring,
    pub(super) message: &'a Message<'m>,
}

/// One party of a merge: its record, the identifiers it presents, and the numbers themselves.
struct MergeParty {
    record: StreamId,
    presented: Vec<Presented>,
    identifiers: Identifiers,
}

impl<'m> Identity<'_, 'm> {
    /// Adds the message's events.
    pub(super) fn events(&self, act: IdentityChange, builder: &mut EventBuilder<'_>) -> Result<(), RejectionReason> {
        match act {
            IdentityChange::Link | IdentityChange::Unlink => self.two_patients(act, builder),
            IdentityChange::Merge => {
                for (pid, mrg) in self.pairs()? {
                    self.merge(pid, mrg, builder)?;
                }
                Ok(())
            }
            IdentityChange::MoveVisit => self.move_visits(builder),
            IdentityChange::ChangeIdentifiers => {
                for (pid, mrg) in self.pairs()? {
                    self.change(pid, mrg, builder)?;
                }
                Ok(())
            }
        }
    }

    fn two_patients(&self, act: IdentityChange, builder: &mut EventBuilder<'_>) -> Result<(), RejectionReason> {
        let pids: Vec<_> = self.message.segments().iter().filter(|segment| segment.is("PID")).collect();
        let [one, other] = pids[..] else {
            return Err(out_of_sequence("PID", "not the two PIDs that the message is about"));
        };
        let ends = Ends::at(self.source, builder.recorded_at);
        let (one, other) = (self.surviving(*one, ends)?, self.surviving(*other, ends)?);
        if one.record == other.record {
            return Err(RejectionReason::new(
                RejectionCode::DuplicateKeyIdentifier,
                MessagePlace::Field("PID", 3),
                "both PIDs are of one record",
            ));
        }
        let authority = self.source.authority(Decides::Merges);
        let (decider, reason) = (self.decider(), self.reason());
        present(&other, builder);
        builder.add(&one.record, &one.presented, |_| match act {
            IdentityChange::Unlink => {
                Body::from(IdentitiesUnmerged { separated: other.record.clone(), authority, decider, reason })
            }
            IdentityChange::Link => {
                Body::from(RecordsLinked { other: other.record.clone(), authority, decider, reason })
            }
            IdentityChange::Merge | IdentityChange::MoveVisit | IdentityChange::ChangeIdentifiers => {
                Body::from(IdentitiesMerged { subsumed: other.record.clone(), authority, decider, reason })
            }
        });
        self.ended(&one, builder);
        self.ended(&other, builder);
        Ok(())
    }

    fn merge(&self, pid: Segment<'m>, mrg: Segment<'m>, builder: &mut EventBuilder<'_>) -> Result<(), RejectionReason> {
        let ends = Ends::at(self.source, builder.recorded_at);
        let (survives, prior) = (self.surviving(pid, ends)?, self.prior(mrg, ends)?);
        // A merge of a record with itself means nothing.
        if prior.record != survives.record {
            // The identifiers in MRG-1 belong to the other record, so that the client is found by them too.
            present(&prior, builder);
            self.merged(&survives, prior.record, builder);
        }
        self.ended(&survives, builder);
        Ok(())
    }

    fn merged(&self, survives: &MergeParty, subsumed: StreamId, builder: &mut EventBuilder<'_>) {
        let authority = self.source.authority(Decides::Merges);
        let (decider, reason) = (self.decider(), self.reason());
        let body = IdentitiesMerged { subsumed, authority, decider, reason };
        builder.add(&survives.record, &survives.presented, |_| Body::from(body));
    }

    fn change(
        &self,
        pid: Segment<'m>,
        mrg: Segment<'m>,
        builder: &mut EventBuilder<'_>,
    ) -> Result<(), RejectionReason> {
        let now = self.surviving(pid, Ends::at(self.source, builder.recorded_at))?;
        // The message is about the end of these numbers, so an end today or later counts as well.
        let before = self.prior(mrg, Ends::Given)?;
        let new = now.identifiers.codes(self.source, self.keyring);
        let ended = before.identifiers.has_ended_codes();
        let old = before.identifiers.all_codes(self.source, self.keyring);
        let old: Vec<Token> = old.difference(&new).copied().collect();
        let by_code_only = before.record.system == HETU_SYSTEM && before.record != now.record;
        if by_code_only && !ended {
            let text = "an identity code is the record's only key, and its end (CX.8) is not given: it may be another person's";
            return Err(RejectionReason::new(RejectionCode::UnknownKeyIdentifier, MessagePlace::Field("MRG", 1), text));
        }
        let changed = Body::from(NationalIdChanged {
            new: new.into_iter().collect(),
            old: old.clone(),
            authority: self.source.authority(Decides::IdentityCodes),
            decider: self.decider(),
            reason: None,
        });
        if ended && !old.is_empty() {
            builder.add(&now.record, &now.presented, |_| changed);
        } else if !now.presented.is_empty() {
            present(&now, builder);
        }
        self.ended(&now, builder);
        if before.record != now.record {
            self.merged(&now, before.record, builder);
        }
        Ok(())
    }

    fn move_visits(&self, builder: &mut EventBuilder<'_>) -> Result<(), RejectionReason> {
        let ends = Ends::at(self.source, builder.recorded_at);
        let to = self.surviving(person::pid(self.message)?, ends)?;
        let mut visits: Vec<(Segment<'m>, Option<Segment<'m>>)> = Vec::new();
        for segment in self.message.segments() {
            if segment.is("MRG") {
                visits.push((*segment, None));
            } else if segment.is("PV1") {
                let mrg = visits.last_mut().filter(|(_, pv1)| pv1.is_none());
                mrg.ok_or(out_of_sequence("PV1", "a PV1 without its MRG"))?.1 = Some(*segment);
            }
        }
        if visits.is_empty() {
            return Err(out_of_sequence("MRG", "the message has no MRG"));
        }
        if visits.len() > MAX_PAIRS {
            return Err(RejectionReason::too_large(
                MessagePlace::Segment("MRG"),
                "more than 100 visits in one message",
            ));
        }
        for (mrg, pv1) in visits {
            let from = self.prior(mrg, ends)?;
            let pid = self.message.segment("PID");
            let visit = pv1.map(|pv1| Visit::of(self.message, (pid, pv1, None), self.source));
            let now = visit.as_ref().and_then(|visit| visit.stay(self.keyring));
            let before = visit::prior(mrg, self.source).map(|number| number.token(self.keyring, "stay"));
            let missing = RejectionReason::missing(MessagePlace::Field("MRG", visit::prior_field(self.source)));
            let stay = before.or(now).ok_or(missing)?;
            if from.record == to.record {
                let text = "the visit already belongs to this patient";
                return Err(RejectionReason::new(
                    RejectionCode::DuplicateKeyIdentifier,
                    MessagePlace::Field("MRG", 1),
                    text,
                ));
            }
            let moved = StayReassigned { stay: Some(stay), to: to.record.clone() };
            builder.add(&from.record, &from.presented, |_| Body::from(moved));
            if let Some(visit) = visit {
                for body in visit.as_it_stands(now.or(before), self.source, builder.recorded_at)? {
                    builder.add(&to.record, &to.presented, |_| body);
                }
            }
        }
        Ok(())
    }

    /// Each PID with its own MRG.
    fn pairs(&self) -> Result<Vec<(Segment<'m>, Segment<'m>)>, RejectionReason> {
        let mut pairs: Vec<(Segment<'m>, Option<Segment<'m>>)> = Vec::new();
        for segment in self.message.segments() {
            if segment.is("PID") {
                pairs.push((*segment, None));
            } else if segment.is("MRG") {
                let pid = pairs.last_mut().filter(|(_, mrg)| mrg.is_none());
                pid.ok_or(out_of_sequence("MRG", "an MRG without its PID"))?.1 = Some(*segment);
            }
        }
        person::pid(self.message)?;
        if pairs.len() > MAX_PAIRS {
            return Err(RejectionReason::too_large(
                MessagePlace::Segment("PID"),
                "more than 100 merges in one message",
            ));
        }
        let whole = |(pid, mrg): (Segment<'m>, Option<Segment<'m>>)| {
            Ok((pid, mrg.ok_or(out_of_sequence("MRG", "a PID without its MRG"))?))
        };
        pairs.into_iter().map(whole).collect()
    }

    fn surviving(&self, pid: Segment<'m>, ends: Ends) -> Result<MergeParty, RejectionReason> {
        let missing = "no identifier that can key a record";
        self.side(numbers::of_pid(self.source, pid, ends)?, MessagePlace::Field("PID", 3), missing)
    }

    fn prior(&self, mrg: Segment<'m>, ends: Ends) -> Result<MergeParty, RejectionReason> {
        let identifiers = numbers::of_mrg(self.source, mrg, ends)?;
        self.side(identifiers, MessagePlace::Field("MRG", 1), "a required field is missing")
    }

    fn side(
        &self,
        identifiers: Identifiers,
        place: MessagePlace,
        missing: &'static str,
    ) -> Result<MergeParty, RejectionReason> {
        let missing = RejectionReason::new(RejectionCode::RequiredFieldMissing, place, missing);
        let record = identifiers.record(self.source, self.keyring).ok_or(missing)?;
        let presented = identifiers.presented(self.source, self.keyring);
        Ok(MergeParty { record, presented, identifiers })
    }

    /// Adds what the party's numbers report about themselves.
    fn ended(&self, side: &MergeParty, builder: &mut EventBuilder<'_>) {
        let of = (&side.record, side.presented.as_slice());
        numbers::add_ended_of(self.source, self.keyring, &side.identifiers, of, builder);
    }

    /// EVN-5.
    fn decider(&self) -> Option<Token> {
        let operator = self.message.segment("EVN")?.field(5);
        Some(key::xcn(self.source, operator)?.token(self.keyring, "worker"))
    }

    /// EVN-4, HL7 table 0062; left out if it is not a valid code.
    fn reason(&self) -> Option<Code> {
        self.message.segment("EVN")?.field(4).component(1).text().and_then(|code| Code::try_new(&code).ok())
    }
}

/// A party's identifiers belong to its own record, whatever is decided about the pair.
fn present(side: &MergeParty, builder: &mut EventBuilder<'_>) {
    if !side.presented.is_empty() {
        builder.add(&side.record, &side.presented, |_| Body::from(PersonUpdated::default()));
    }
}

fn out_of_sequence(segment: &'static str, text: &'static str) -> RejectionReason {
    RejectionReason::new(RejectionCode::SegmentSequenceError, MessagePlace::Segment(segment), text)
}
