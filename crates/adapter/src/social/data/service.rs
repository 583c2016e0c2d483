//! Decisions, services and plans.

use super::{Kind, Reader};
use crate::rejection::{Fault, Place};
use event::{Body, DecisionMade, PlanAgreed, PlanRevised, ServiceEnded, ServiceStartAgreed, ServiceStarted};

impl Reader<'_> {
    pub(super) fn service(&self, kind: Kind) -> Result<Body, Fault> {
        let data = self.data;
        let service = || self.key("service", "data.service");
        let decision = || self.optional_key("decision", "data.decision");
        let plan = || self.key("plan", "data.plan");
        let review_by = || self.lasts("review_by", "data.review_by");
        let service_task = data.code("service_task");
        Ok(match kind {
            Kind::DecisionMade => Body::DecisionMade(DecisionMade {
                decision: self.key("decision", "data.decision")?,
                case: self.optional_key("case", "data.case")?,
                service_task,
                outcome: data.code("outcome"),
            }),
            Kind::ServiceStartAgreed => Body::ServiceStartAgreed(ServiceStartAgreed {
                service: service()?,
                decision: decision()?,
                service_task,
                starts_at: self
                    .begins("starts_at", "data.starts_at")?
                    .ok_or(Fault::missing(Place::Member("data.starts_at")))?,
            }),
            Kind::ServiceStarted => Body::ServiceStarted(ServiceStarted {
                service: service()?,
                decision: decision()?,
                service_task,
                started_at: self.begins("started_at", "data.started_at")?.unwrap_or(self.happened_at),
            }),
            Kind::ServiceEnded => Body::ServiceEnded(ServiceEnded {
                service: service()?,
                ended_at: self.ended("ended_at", "data.ended_at")?.unwrap_or(self.happened_at),
                reason: data.code("reason"),
            }),
            Kind::PlanRevised => {
                Body::PlanRevised(PlanRevised { plan: plan()?, kind: data.code("kind"), review_by: review_by()? })
            }
            _ => Body::PlanAgreed(PlanAgreed { plan: plan()?, kind: data.code("kind"), review_by: review_by()? }),
        })
    }
}
