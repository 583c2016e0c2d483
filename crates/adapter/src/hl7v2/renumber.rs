//! A stay that continues under another number, and two stays in one message (HL7 v2 chapter 3).
//!
//! - A06 and A07 may change the number with the class (3.3.6): the site closes one visit and opens another. The prior
//!   number ends with the event. MRG-5 gives it (MRG-3 for an account); where MRG has none, PV1-50 and PV1-5 give it,
//!   if their number differs from the visit's own. If nothing ties the two numbers, the new one is a stay of its own,
//!   and the earlier one waits for its end.
//! - A06 or A07 back to a number that an earlier one gave up cancels that end, however soon.
//! - A42 and A50 (A41 and A49 of accounts) give a stay another number, without its status: the prior number becomes
//!   another key of it ([`event::StayCorrected::also`]), and events under either number count for both. A prior number
//!   of another record is cancelled there, and the content of PV1 applies to the new one.
//! - A17: two patients change places. It has two PIDs, each with its PV1.

use super::message::{Message, Segment};
use super::numbers::{self, Ends};
use super::person;
use super::stay::{self, Stay};
use super::visit::{self, Visit};
use crate::event_builder::EventBuilder;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use crate::{SourceProfile, StayKey};
use event::{
    Body, ClassChanged, DischargeCancelled, Instant, Keyring, Presented, StayCancelled, StayClass, StayCorrected,
    StayEnded, StreamId, Token, WardChanged,
};

/// The most patients in one message: a batch of events is bounded.
const MAX_PATIENTS: usize = 100;

impl Stay<'_, '_> {
    /// A06, A07. The trigger gives the class, and PV1-2 whether it is an emergency visit. An A07 with an unknown code
    /// may be one.
    pub(super) fn class_changed(
        &self,
        stay: Option<Token>,
        by_trigger: StayClass,
        happened_at: Instant,
    ) -> Result<Vec<Body>, RejectionReason> {
        let class = match self.visit.class_or(by_trigger, self.source) {
            Some(StayClass::Emergency) => Some(StayClass::Emergency),
            Some(StayClass::Unknown) if by_trigger == StayClass::Outpatient => Some(StayClass::Unknown),
            Some(StayClass::Inpatient | StayClass::Outpatient | StayClass::Unknown) | None => Some(by_trigger),
        };
        let mrg = self.message.segment("MRG").and_then(|mrg| visit::prior(mrg, self.source));
        let ended = |prior| Body::from(StayEnded { stay: Some(prior), ended_at: happened_at, disposition: None });
        if let Some(prior) = self.other(mrg.clone()) {
            let again = Body::from(DischargeCancelled { stay, class: None });
            return Ok(vec![ended(prior), self.start(stay, class, happened_at)?, again]);
        }
        let stay = stay.or_else(|| mrg.as_ref().map(|number| number.token(self.keyring, "stay")));
        let beside = match mrg {
            Some(_) => [None, None],
            None => [self.visit.alternate(self.source), self.visit.preadmit(self.source)],
        };
        let changed = Body::from(ClassChanged { stay, class, ward: self.visit.ward(self.source)? });
        let ended = beside.into_iter().filter_map(|number| self.other(number)).map(ended);
        Ok(ended.chain([changed]).collect())
    }
}

/// One message about several stays or numbers.
pub(super) struct Renumber<'a, 'm> {
    pub(super) source: &'a SourceProfile,
    pub(super) keyring: &'a Keyring,
    pub(super) message: &'a Message<'m>,
}

/// A PID with the segments that follow it, up to the next.
struct Patient<'m> {
    pid: Segment<'m>,
    mrg: Option<Segment<'m>>,
    pv1: Option<Segment<'m>>,
}

impl<'m> Renumber<'_, 'm> {
    /// A42, A50; A41, A49.
    pub(super) fn events(&self, builder: &mut EventBuilder<'_>) -> Result<(), RejectionReason> {
        person::pid(self.message)?;
        for Patient { pid, mrg, pv1 } in self.patients()? {
            let mrg = mrg.ok_or(out_of_sequence("MRG", "a PID without its MRG"))?;
            let prior = visit::prior(mrg, self.source);
            let prior =
                prior.ok_or(RejectionReason::missing(MessagePlace::Field("MRG", visit::prior_field(self.source))))?;
            let visit = pv1.map(|pv1| Visit::of(self.message, (Some(pid), pv1, None), self.source));
            let now = match &visit {
                Some(visit) => visit.key().cloned(),
                None => visit::account(pid, self.source),
            };
            let now = now.ok_or(RejectionReason::missing(self.own_number()))?;
            if now == prior {
                continue;
            }
            let (record, presented) = self.client(pid, visit.as_ref(), builder)?;
            let former = numbers::of_mrg(self.source, mrg, Ends::Never)?;
            let former = former.record(self.source, self.keyring).unwrap_or_else(|| record.clone());
            let stay = Some(now.token(self.keyring, "stay"));
            let prior = prior.token(self.keyring, "stay");
            let (written, is_own) = (builder.recorded_at, former == record);
            if !is_own {
                let cancelled = StayCancelled { stay: Some(prior) };
                builder.add(&former, &[], |_| Body::from(cancelled));
            }
            let reported = match visit {
                Some(visit) if is_own => visit.renumbered((stay, prior), self.source, written)?,
                Some(visit) => visit.as_it_stands(stay, self.source, written)?,
                None => Vec::new(),
            };
            // The status is unknown, and so it is under the new number.
            let also = if is_own { vec![prior] } else { Vec::new() };
            let unknown = StayCorrected { stay, class: None, ward: None, started_at: None, also };
            let unknown = reported.is_empty().then_some(Body::from(unknown));
            for body in reported.into_iter().chain(unknown) {
                builder.add(&record, &presented, |_| body);
            }
        }
        Ok(())
    }

    /// A17.
    pub(super) fn swap(&self, builder: &mut EventBuilder<'_>) -> Result<(), RejectionReason> {
        person::pid(self.message)?;
        let patients = self.patients()?;
        if patients.len() != 2 {
            return Err(out_of_sequence("PID", "not the two PIDs that the message is about"));
        }
        for Patient { pid, pv1, .. } in patients {
            let pv1 = pv1.ok_or(out_of_sequence("PV1", "a PID without its PV1"))?;
            let visit = Visit::of(self.message, (Some(pid), pv1, None), self.source);
            let (record, presented) = self.client(pid, Some(&visit), builder)?;
            let (from, to) = (visit.prior_ward(self.source)?, visit.ward(self.source)?);
            let changed = WardChanged { stay: visit.stay(self.keyring), from, to, class: None };
            builder.add(&record, &presented, |_| Body::from(changed));
            stay::add_of_nobody((self.source, self.keyring), &visit, &record, false, builder);
        }
        Ok(())
    }

    fn client(
        &self,
        pid: Segment<'m>,
        visit: Option<&Visit<'m>>,
        builder: &EventBuilder<'_>,
    ) -> Result<(StreamId, Vec<Presented>), RejectionReason> {
        let identifiers = numbers::of_pid(self.source, pid, Ends::at(self.source, builder.recorded_at))?;
        let record = person::record(self.source, self.keyring, &identifiers, visit)?;
        Ok((record, identifiers.presented(self.source, self.keyring)))
    }

    /// The place of the stay's own number.
    fn own_number(&self) -> MessagePlace {
        match self.source.stay_key {
            StayKey::Visit => MessagePlace::Field("PV1", 19),
            StayKey::Account => MessagePlace::Field("PID", 18),
        }
    }

    fn patients(&self) -> Result<Vec<Patient<'m>>, RejectionReason> {
        let mut patients: Vec<Patient<'m>> = Vec::new();
        for segment in self.message.segments() {
            if segment.is("PID") {
                patients.push(Patient { pid: *segment, mrg: None, pv1: None });
            } else if let Some(patient) = patients.last_mut() {
                let place = match segment {
                    mrg if mrg.is("MRG") => &mut patient.mrg,
                    pv1 if pv1.is("PV1") => &mut patient.pv1,
                    _ => continue,
                };
                place.get_or_insert(*segment);
            }
        }
        if patients.len() > MAX_PATIENTS {
            return Err(RejectionReason::too_large(
                MessagePlace::Segment("PID"),
                "more than 100 patients in one message",
            ));
        }
        Ok(patients)
    }
}

fn out_of_sequence(segment: &'static str, text: &'static str) -> RejectionReason {
    RejectionReason::new(RejectionCode::SegmentSequenceError, MessagePlace::Segment(segment), text)
}
