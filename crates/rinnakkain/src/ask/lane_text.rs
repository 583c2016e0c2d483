//! One side of the view in words: a table for each kind of thing, in the order in which a reader asks.

use super::text::{Text, is_complete};
use api::proto::{self, lane};
use words::Phrase;

impl Text {
    /// `complete`: what is not there is known not to be.
    pub(super) fn lane(&self, lane: Option<&proto::Lane>, complete: bool) -> String {
        let content = match lane.and_then(|it| it.lane.as_ref()) {
            Some(lane::Lane::Shown(content)) => content,
            Some(lane::Lane::Withheld(proto::LaneWithheld {})) | None => return self.line(Phrase::Withheld),
        };
        let mut out = [
            self.stays(&content.stays),
            self.referrals(&content.referrals),
            self.cases(&content.cases),
            self.assessments(&content.assessments),
            self.clientships(&content.clientships),
            self.health_social_work(&content.health_social_work),
            self.ended_assignments(&content.ended_assignments),
            self.duty_contacts(&content.duty_contacts),
            self.decisions(&content.decisions),
            self.services(&content.services),
            self.plans(&content.plans),
            self.cooperation_requests(&content.cooperation_requests),
        ]
        .concat();
        if let Some(it) = &content.contacts {
            let contacts = Phrase::Contacts { count: it.count.into(), last: &self.time(it.last_at) };
            out.extend([format!(" {}\n", self.say(contacts))]);
        }
        if !content.workers.is_empty() {
            out.extend([format!(" {}\n{}", self.say(Phrase::SectionWorkers), self.worker_table(&content.workers))]);
        }
        if content.unplaced_facts > 0 {
            out.extend([format!(" {}\n", self.say(Phrase::Unplaced { count: content.unplaced_facts.into() }))]);
        }
        if out.is_empty() {
            out = self.line(if complete { Phrase::None } else { Phrase::NothingReported });
        }
        out
    }

    /// A heading and a table; nothing where there are no rows.
    pub(super) fn section<T>(
        &self,
        heading: Phrase<'_>,
        columns: &[Phrase<'_>],
        items: &[T],
        row: impl Fn(&T) -> Vec<String>,
    ) -> String {
        if items.is_empty() {
            return String::new();
        }
        let rows: Vec<_> = items.iter().map(row).collect();
        format!(" {}\n{}", self.say(heading), self.table(columns, &rows))
    }

    pub(super) fn loose_ends(&self, loose_ends: &[proto::LooseEnd]) -> String {
        let columns = [Phrase::ColumnKind, Phrase::ColumnSince, Phrase::ColumnNotes, Phrase::ColumnSource];
        self.section(Phrase::SectionLooseEnds, &columns, loose_ends, |it| {
            let known = is_complete(it.completeness.as_ref());
            let note = if known { String::new() } else { self.say(Phrase::MayBeDone) };
            let kind = self.language.value(it.kind().as_str_name());
            vec![kind, self.time(it.from), note, source(it.provenance.as_ref())]
        })
    }

    fn stays(&self, stays: &[proto::Stay]) -> String {
        let columns = [
            Phrase::ColumnKind,
            Phrase::ColumnStatus,
            Phrase::ColumnSince,
            Phrase::ColumnEndedAt,
            Phrase::ColumnPlannedDischarge,
            Phrase::ColumnWard,
            Phrase::ColumnNotes,
            Phrase::ColumnSource,
        ];
        self.section(Phrase::SectionStays, &columns, stays, |it| {
            let planned = match &it.planned_discharge {
                Some(planned) if planned.planned_at.is_none() => self.say(Phrase::DischargePlannedNoTime),
                Some(planned) => self.time(planned.planned_at),
                None => String::new(),
            };
            vec![
                self.language.value(it.class().as_str_name()),
                self.language.value(it.status().as_str_name()),
                self.time(it.since),
                self.time(it.ended_at),
                planned,
                it.ward.clone(),
                self.notes(it),
                source(it.provenance.as_ref()),
            ]
        })
    }

    fn notes(&self, stay: &proto::Stay) -> String {
        let mut notes = Vec::new();
        if stay.inferred {
            notes.push(self.say(Phrase::Inferred));
        }
        let back = self.time(stay.leave.and_then(|it| it.expected_return_at));
        if !back.is_empty() {
            notes.push(self.say(Phrase::Back { time: &back }));
        }
        let missing = self.time(stay.missing_from_list_at);
        if !missing.is_empty() {
            notes.push(self.say(Phrase::MissingFromList { time: &missing }));
        }
        notes.join(", ")
    }

    fn health_social_work(&self, work: &[proto::HealthSocialWork]) -> String {
        let columns = [
            Phrase::ColumnStatus,
            Phrase::ColumnSince,
            Phrase::ColumnUntil,
            Phrase::ColumnEndedAt,
            Phrase::ColumnOutcome,
            Phrase::ColumnSource,
        ];
        self.section(Phrase::SectionHealthSocialWork, &columns, work, |it| {
            vec![
                self.open(it.open),
                self.time(it.opened_at),
                self.time(it.until),
                self.time(it.closed_at),
                self.language.code(&it.outcome),
                source(it.provenance.as_ref()),
            ]
        })
    }

    fn ended_assignments(&self, assignments: &[proto::EndedAssignment]) -> String {
        let columns = [
            Phrase::ColumnRole,
            Phrase::ColumnSince,
            Phrase::ColumnEndedAt,
            Phrase::ColumnReason,
            Phrase::ColumnSource,
        ];
        self.section(Phrase::SectionEndedAssignments, &columns, assignments, |it| {
            vec![
                self.language.value(it.role().as_str_name()),
                self.time(it.from),
                self.time(it.ended_at),
                self.language.code(&it.reason),
                source(it.provenance.as_ref()),
            ]
        })
    }

    fn duty_contacts(&self, contacts: &[proto::DutyContact]) -> String {
        let columns = [
            Phrase::ColumnSince,
            Phrase::ColumnRequiredBy,
            Phrase::ColumnEndedAt,
            Phrase::ColumnHandedOverTo,
            Phrase::ColumnSource,
        ];
        self.section(Phrase::SectionDutyContacts, &columns, contacts, |it| {
            vec![
                self.time(it.recorded_at),
                self.time(it.required_by),
                self.time(it.closed_at),
                self.language.code(&it.handed_over_to),
                source(it.provenance.as_ref()),
            ]
        })
    }

    pub(super) fn open(&self, open: bool) -> String {
        self.say(if open { Phrase::Open } else { Phrase::Closed })
    }
}

/// The source of the last report of it.
pub(super) fn source(provenance: Option<&proto::Provenance>) -> String {
    provenance.map(|it| it.source.clone()).unwrap_or_default()
}
