//! A referral asked by social care, and what becomes of one.

use super::{Open, Reader};
use crate::rejection::{Fault, Place, RejectionCode};
use event::{
    Body, ReferralAccepted, ReferralCancelled, ReferralCompleted, ReferralEvent, ReferralFailed, ReferralKind,
    ReferralOnHold, ReferralRejected, ReferralRequested, ReferralStarted,
};

impl Reader<'_> {
    pub(in crate::social) fn referral_requested(&self) -> Result<Open, Fault> {
        let requested = ReferralRequested {
            referral: self.referral()?,
            course: None,
            kind: referral_kind(&self.data.required_text("kind", "data.kind", 50)?)?,
            priority: self.data.code("priority"),
            expires_at: None,
            required_by: self.lasts("required_by", "data.required_by")?,
            source_channel: self.data.code("source_channel"),
        };
        Ok(Body::Referral(ReferralEvent::ReferralRequested(requested)).into())
    }

    pub(in crate::social) fn referral_accepted(&self) -> Result<Open, Fault> {
        let referral = self.referral()?;
        let worker = self.worker()?;
        let expected_by = self.lasts("expected_by", "data.expected_by")?;
        Ok(Open::Sealing(Box::new(move |sealer| {
            let worker = worker.map(|worker| sealer.seal(&worker));
            Body::from(ReferralAccepted { referral, course: None, worker, expected_by })
        })))
    }

    pub(in crate::social) fn referral_rejected(&self) -> Result<Open, Fault> {
        let (referral, course, reason) = (self.referral()?, None, self.data.code("reason"));
        Ok(Body::from(ReferralRejected { referral, course, reason }).into())
    }

    pub(in crate::social) fn referral_started(&self) -> Result<Open, Fault> {
        Ok(Body::from(ReferralStarted { referral: self.referral()?, course: None }).into())
    }

    pub(in crate::social) fn referral_on_hold(&self) -> Result<Open, Fault> {
        let (referral, course, reason) = (self.referral()?, None, self.data.code("reason"));
        Ok(Body::from(ReferralOnHold { referral, course, reason }).into())
    }

    pub(in crate::social) fn referral_completed(&self) -> Result<Open, Fault> {
        let (referral, course, outcome) = (self.referral()?, None, self.data.code("outcome"));
        Ok(Body::from(ReferralCompleted { referral, course, outcome }).into())
    }

    pub(in crate::social) fn referral_cancelled(&self) -> Result<Open, Fault> {
        let (referral, course, reason) = (self.referral()?, None, self.data.code("reason"));
        Ok(Body::from(ReferralCancelled { referral, course, reason }).into())
    }

    pub(in crate::social) fn referral_failed(&self) -> Result<Open, Fault> {
        let (referral, course, reason) = (self.referral()?, None, self.data.code("reason"));
        Ok(Body::from(ReferralFailed { referral, course, reason }).into())
    }
}

fn referral_kind(code: &str) -> Result<ReferralKind, Fault> {
    match code {
        "referral" => Ok(ReferralKind::Referral),
        "contact" => Ok(ReferralKind::Contact),
        "notice" => Ok(ReferralKind::Notice),
        _ => Err(Fault::new(
            RejectionCode::TableValueNotFound,
            Place::Member("data.kind"),
            "neither referral, contact nor notice",
        )),
    }
}
