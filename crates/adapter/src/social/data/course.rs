//! A referral asked by social care, and what becomes of one.

use super::{Kind, Reader};
use crate::rejection::{Fault, Place, RejectionCode};
use event::{
    Body, ReferralCancelled, ReferralCompleted, ReferralFailed, ReferralKind, ReferralOnHold, ReferralRejected,
    ReferralRequested, ReferralStarted,
};

impl Reader<'_> {
    pub(super) fn course(&self, kind: Kind) -> Result<Body, Fault> {
        let referral = self.referral()?;
        let reason = || self.data.code("reason");
        Ok(match kind {
            Kind::ReferralStarted => Body::ReferralStarted(ReferralStarted { referral, course: None }),
            Kind::ReferralOnHold => Body::ReferralOnHold(ReferralOnHold { referral, course: None, reason: reason() }),
            Kind::ReferralCompleted => Body::ReferralCompleted(ReferralCompleted {
                referral,
                course: None,
                outcome: self.data.code("outcome"),
            }),
            Kind::ReferralCancelled => {
                Body::ReferralCancelled(ReferralCancelled { referral, course: None, reason: reason() })
            }
            Kind::ReferralFailed => Body::ReferralFailed(ReferralFailed { referral, course: None, reason: reason() }),
            Kind::ReferralRejected => {
                Body::ReferralRejected(ReferralRejected { referral, course: None, reason: reason() })
            }
            _ => Body::ReferralRequested(ReferralRequested {
                referral,
                course: None,
                kind: referral_kind(&self.data.required_text("kind", "data.kind", 50)?)?,
                priority: self.data.code("priority"),
                expires_at: None,
                required_by: self.lasts("required_by", "data.required_by")?,
                source_channel: self.data.code("source_channel"),
            }),
        })
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
