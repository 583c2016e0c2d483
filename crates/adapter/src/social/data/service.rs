//! Decisions, services and plans.

use super::{Open, Reader};
use crate::rejection::{Fault, Place};
use event::{Body, DecisionMade, PlanAgreed, PlanRevised, ServiceEnded, ServiceStartAgreed, ServiceStarted, Token};

impl Reader<'_> {
    pub(in crate::social) fn decision_made(&self) -> Result<Open, Fault> {
        let decision = self.key("decision", "data.decision")?;
        let case = self.optional_key("case", "data.case")?;
        let (service_task, outcome) = (self.data.code("service_task"), self.data.code("outcome"));
        Ok(Body::from(DecisionMade { decision, case, service_task, outcome }).into())
    }

    pub(in crate::social) fn service_start_agreed(&self) -> Result<Open, Fault> {
        let missing = Fault::missing(Place::Member("data.starts_at"));
        let (service, decision) = self.service()?;
        let (service_task, starts_at) = (self.data.code("service_task"), self.begins("starts_at", "data.starts_at")?);
        let starts_at = starts_at.ok_or(missing)?;
        Ok(Body::from(ServiceStartAgreed { service, decision, service_task, starts_at }).into())
    }

    pub(in crate::social) fn service_started(&self) -> Result<Open, Fault> {
        let (service, decision) = self.service()?;
        let service_task = self.data.code("service_task");
        let started_at = self.begins("started_at", "data.started_at")?.unwrap_or(self.happened_at);
        Ok(Body::from(ServiceStarted { service, decision, service_task, started_at }).into())
    }

    pub(in crate::social) fn service_ended(&self) -> Result<Open, Fault> {
        let (service, reason) = (self.key("service", "data.service")?, self.data.code("reason"));
        let ended_at = self.ended("ended_at", "data.ended_at")?.unwrap_or(self.happened_at);
        Ok(Body::from(ServiceEnded { service, ended_at, reason }).into())
    }

    pub(in crate::social) fn plan_agreed(&self) -> Result<Open, Fault> {
        let (plan, kind) = (self.key("plan", "data.plan")?, self.data.code("kind"));
        let review_by = self.lasts("review_by", "data.review_by")?;
        Ok(Body::from(PlanAgreed { plan, kind, review_by }).into())
    }

    pub(in crate::social) fn plan_revised(&self) -> Result<Open, Fault> {
        let (plan, kind) = (self.key("plan", "data.plan")?, self.data.code("kind"));
        let review_by = self.lasts("review_by", "data.review_by")?;
        Ok(Body::from(PlanRevised { plan, kind, review_by }).into())
    }

    fn service(&self) -> Result<(Token, Option<Token>), Fault> {
        Ok((self.key("service", "data.service")?, self.optional_key("decision", "data.decision")?))
    }
}
