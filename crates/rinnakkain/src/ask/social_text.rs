//! What social care records about a client, in words: cases, assessments, clientships, decisions, services and plans.

use super::lane_text::source;
use super::text::Text;
use api::proto;
use words::Phrase;

impl Text {
    pub(super) fn cases(&self, cases: &[proto::CareCase]) -> String {
        let columns = [
            Phrase::ColumnSince,
            Phrase::ColumnGround,
            Phrase::ColumnUrgentNeed,
            Phrase::ColumnEndedAt,
            Phrase::ColumnClosingGround,
            Phrase::ColumnSource,
        ];
        self.section(Phrase::SectionCases, &columns, cases, |it| {
            vec![
                self.time(it.opened_at),
                self.language.code(&it.ground),
                it.urgent_need.as_ref().map(|need| self.urgent_need(need)).unwrap_or_default(),
                self.time(it.closed_at),
                self.language.code(&it.closing_ground),
                source(it.provenance.as_ref()),
            ]
        })
    }

    /// Whether help is urgent, and since when that is known.
    fn urgent_need(&self, need: &proto::UrgentNeed) -> String {
        format!("{} {}", self.language.code(&need.result), self.time(need.assessed_at)).trim().to_owned()
    }

    pub(super) fn assessments(&self, assessments: &[proto::Assessment]) -> String {
        let columns = [
            Phrase::ColumnStartedAt,
            Phrase::ColumnFinishedAt,
            Phrase::ColumnOwnWorkerNeeded,
            Phrase::ColumnClientshipFollows,
            Phrase::ColumnSource,
        ];
        self.section(Phrase::SectionAssessments, &columns, assessments, |it| {
            vec![
                self.time(it.started_at),
                self.time(it.finished_at),
                self.yes_no(it.own_worker_needed),
                self.yes_no(it.clientship),
                source(it.provenance.as_ref()),
            ]
        })
    }

    pub(super) fn clientships(&self, clientships: &[proto::Clientship]) -> String {
        let columns = [
            Phrase::ColumnStatus,
            Phrase::ColumnServiceTask,
            Phrase::ColumnSince,
            Phrase::ColumnEndedAt,
            Phrase::ColumnClosingGround,
            Phrase::ColumnSource,
        ];
        self.section(Phrase::SectionClientships, &columns, clientships, |it| {
            vec![
                self.open(it.open),
                self.language.code(&it.service_task),
                self.time(it.opened_at),
                self.time(it.closed_at),
                self.language.code(&it.ground),
                source(it.provenance.as_ref()),
            ]
        })
    }

    pub(super) fn decisions(&self, decisions: &[proto::Decision]) -> String {
        let columns = [Phrase::ColumnDecidedAt, Phrase::ColumnServiceTask, Phrase::ColumnOutcome, Phrase::ColumnSource];
        self.section(Phrase::SectionDecisions, &columns, decisions, |it| {
            vec![
                self.time(it.provenance.as_ref().and_then(|it| it.happened_at)),
                self.language.code(&it.service_task),
                self.language.code(&it.outcome),
                source(it.provenance.as_ref()),
            ]
        })
    }

    pub(super) fn services(&self, services: &[proto::Service]) -> String {
        let columns = [
            Phrase::ColumnStatus,
            Phrase::ColumnServiceTask,
            Phrase::ColumnAgreedAt,
            Phrase::ColumnSince,
            Phrase::ColumnEndedAt,
            Phrase::ColumnReason,
            Phrase::ColumnSource,
        ];
        self.section(Phrase::SectionServices, &columns, services, |it| {
            vec![
                self.language.value(it.status().as_str_name()),
                self.language.code(&it.service_task),
                self.time(it.agreed_at),
                self.time(it.started_at),
                self.time(it.ended_at),
                self.language.code(&it.reason),
                source(it.provenance.as_ref()),
            ]
        })
    }

    pub(super) fn plans(&self, plans: &[proto::Plan]) -> String {
        let columns = [
            Phrase::ColumnKind,
            Phrase::ColumnAgreedAt,
            Phrase::ColumnRevisedAt,
            Phrase::ColumnReviewBy,
            Phrase::ColumnSource,
        ];
        self.section(Phrase::SectionPlans, &columns, plans, |it| {
            vec![
                self.language.code(&it.kind),
                self.time(it.agreed_at),
                self.time(it.revised_at),
                self.time(it.review_by),
                source(it.provenance.as_ref()),
            ]
        })
    }

    pub(super) fn cooperation_requests(&self, requests: &[proto::CooperationRequest]) -> String {
        let columns = [
            Phrase::ColumnSince,
            Phrase::ColumnAskedOf,
            Phrase::ColumnRequiredBy,
            Phrase::ColumnAnswer,
            Phrase::ColumnSource,
        ];
        self.section(Phrase::SectionCooperationRequests, &columns, requests, |it| {
            vec![
                self.time(it.provenance.as_ref().and_then(|it| it.happened_at)),
                self.language.code(&it.asked_of),
                self.time(it.required_by),
                format!("{} {}", self.time(it.answered_at), self.language.code(&it.outcome)).trim().to_owned(),
                source(it.provenance.as_ref()),
            ]
        })
    }
}
