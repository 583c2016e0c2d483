//! A matter of social care: case, assessment, clientship; and what else is under way with the client.

use super::{Open, Reader};
use crate::rejection::Fault;
use event::{
    AssessmentFinished, AssessmentStarted, Body, CaseClosed, CaseOpened, ClientshipClosed, ClientshipOpened,
    ContactCancelled, ContactRecorded, CooperationRequested, DutyContactClosed, DutyContactRecorded,
    HealthSocialWorkClosed, HealthSocialWorkOpened, Token, UrgentNeedAssessed,
};

impl Reader<'_> {
    pub(in crate::social) fn case_opened(&self) -> Result<Open, Fault> {
        let (case, ground) = (self.case()?, self.data.code("ground"));
        Ok(Body::from(CaseOpened { case, ground }).into())
    }

    pub(in crate::social) fn case_closed(&self) -> Result<Open, Fault> {
        let (case, ground) = (self.case()?, self.data.code("ground"));
        Ok(Body::from(CaseClosed { case, ground }).into())
    }

    pub(in crate::social) fn urgent_need_assessed(&self) -> Result<Open, Fault> {
        let (case, result) = (self.case()?, self.data.code("result"));
        Ok(Body::from(UrgentNeedAssessed { case, result }).into())
    }

    pub(in crate::social) fn assessment_started(&self) -> Result<Open, Fault> {
        let assessment = self.key("assessment", "data.assessment")?;
        let case = self.optional_key("case", "data.case")?;
        Ok(Body::from(AssessmentStarted { assessment, case }).into())
    }

    pub(in crate::social) fn assessment_finished(&self) -> Result<Open, Fault> {
        let assessment = self.key("assessment", "data.assessment")?;
        let own_worker_needed = self.data.boolean("own_worker_needed", "data.own_worker_needed")?;
        let clientship = self.data.boolean("clientship", "data.clientship")?;
        Ok(Body::from(AssessmentFinished { assessment, own_worker_needed, clientship }).into())
    }

    pub(in crate::social) fn clientship_opened(&self) -> Result<Open, Fault> {
        let clientship = self.key("clientship", "data.clientship")?;
        let service_task = self.data.code("service_task");
        let own_worker_not_named = self.data.code("own_worker_not_named");
        Ok(Body::from(ClientshipOpened { clientship, service_task, own_worker_not_named }).into())
    }

    pub(in crate::social) fn clientship_closed(&self) -> Result<Open, Fault> {
        let (clientship, ground) = (self.key("clientship", "data.clientship")?, self.data.code("ground"));
        Ok(Body::from(ClientshipClosed { clientship, ground }).into())
    }

    pub(in crate::social) fn health_social_work_opened(&self) -> Result<Open, Fault> {
        let work = self.key("work", "data.work")?;
        let channel = self.data.code("channel");
        let worker = self.worker()?;
        let until = self.lasts("until", "data.until")?;
        Ok(Open::Sealing(Box::new(move |sealer| {
            let worker = worker.map(|worker| sealer.seal(&worker));
            Body::from(HealthSocialWorkOpened { work, channel, worker, until })
        })))
    }

    pub(in crate::social) fn health_social_work_closed(&self) -> Result<Open, Fault> {
        let (work, outcome) = (self.key("work", "data.work")?, self.data.code("outcome"));
        Ok(Body::from(HealthSocialWorkClosed { work, outcome }).into())
    }

    pub(in crate::social) fn duty_contact_recorded(&self) -> Result<Open, Fault> {
        let (contact, handed_over_to) = (self.contact()?, self.data.code("handed_over_to"));
        Ok(Body::from(DutyContactRecorded { contact, handed_over_to }).into())
    }

    pub(in crate::social) fn duty_contact_closed(&self) -> Result<Open, Fault> {
        let (contact, handed_over_to) = (self.contact()?, self.data.code("handed_over_to"));
        Ok(Body::from(DutyContactClosed { contact, handed_over_to }).into())
    }

    pub(in crate::social) fn contact_recorded(&self) -> Result<Open, Fault> {
        let (contact, channel, unit) = (self.contact()?, self.data.code("channel"), self.data.code("unit"));
        Ok(Body::from(ContactRecorded { contact, channel, unit }).into())
    }

    pub(in crate::social) fn contact_cancelled(&self) -> Result<Open, Fault> {
        let (contact, reason) = (self.contact()?, self.data.code("reason"));
        Ok(Body::from(ContactCancelled { contact, reason }).into())
    }

    pub(in crate::social) fn cooperation_requested(&self) -> Result<Open, Fault> {
        let (request, asked_of) = (self.key("request", "data.request")?, self.data.code("asked_of"));
        let required_by = self.lasts("required_by", "data.required_by")?;
        Ok(Body::from(CooperationRequested { request, asked_of, required_by }).into())
    }

    fn case(&self) -> Result<Token, Fault> {
        self.key("case", "data.case")
    }

    fn contact(&self) -> Result<Token, Fault> {
        self.key("contact", "data.contact")
    }
}
