//! One side of the parallel view, rendered.

use crate::proto;
use crate::referral;
use crate::service;
use crate::value::{code, provenance, role, timestamp};
use care::{
    Assigned, Assignment, Case, Clientship, End, HealthSocialWork, OnList, Origin, ParallelView, Referral, Span, Spans,
    Stay, StayStatus,
};
use event::{Code, Instant, Keyring, Register, StayClass};

/// What a lane is rendered from.
pub(crate) struct LaneRenderer<'a> {
    /// The view, without what may not be seen.
    pub(crate) view: &'a ParallelView,
    /// The lane itself.
    pub(crate) lane: &'a care::Lane,
    /// The lane's register.
    pub(crate) register: Register,
    /// Ward names may be shown.
    pub(crate) wards: bool,
    /// The instant that the answer holds for.
    pub(crate) at: Instant,
    /// Opens what is sealed.
    pub(crate) keyring: &'a Keyring,
}

impl LaneRenderer<'_> {
    /// The lane, with those who work with the client now.
    pub(crate) fn content(&self, workers: Vec<proto::Worker>) -> proto::LaneContent {
        // A stay that continues under another key, or belongs to another client, is not shown here.
        let shown = |it: &Stay| !it.superseded;
        let mut stays: Vec<_> = self.lane.all_stays(self.view.limits).into_iter().filter(shown).collect();
        stays.sort_by_key(|stay| std::cmp::Reverse(stay.since()));
        let unplaced = self.lane.unplaced.len();
        proto::LaneContent {
            stays: stays.iter().map(|it| self.stay(it)).collect(),
            referrals: in_order(
                self.view.referrals.values().filter(|it| self.asked_here(it)),
                referral::origin,
                |it| referral::referral(it, self.at, self.keyring),
            ),
            cases: self.cases(),
            assessments: in_order(
                self.lane.assessments.values(),
                |it| Some(&it.origin),
                |it| proto::Assessment {
                    started_at: it.started_at.map(timestamp),
                    finished_at: it.finished_at.map(timestamp),
                    own_worker_needed: it.own_worker_needed,
                    clientship: it.clientship,
                    provenance: Some(provenance(&it.origin)),
                },
            ),
            clientships: in_order(self.lane.clientships.values(), |it| Some(&it.origin), |it| self.clientship(it)),
            workers,
            ended_assignments: in_order(self.lane.assignments.values(), |it| Some(&it.origin), |it| self.ended(it))
                .into_iter()
                .flatten()
                .collect(),
            health_social_work: in_order(
                self.lane.health_social_work.values(),
                |it| Some(&it.origin),
                |it| self.social_work(it),
            ),
            duty_contacts: in_order(
                self.lane.duty_contacts.values(),
                |it| Some(&it.origin),
                |it| proto::DutyContact {
                    handed_over_to: code(it.handed_over_to.as_ref()),
                    provenance: Some(provenance(&it.origin)),
                    recorded_at: it.recorded_at.map(timestamp),
                    closed_at: it.closed_at.map(timestamp),
                },
            ),
            unplaced_facts: u32::try_from(unplaced).unwrap_or(u32::MAX),
            decisions: in_order(self.lane.decisions.values(), |it| Some(&it.origin), service::decision),
            services: in_order(self.lane.services.values(), |it| Some(&it.origin), |it| service::service(it, self.at)),
            plans: in_order(self.lane.plans.values(), |it| Some(&it.origin), service::plan),
            cooperation_requests: in_order(
                self.lane.cooperations.values(),
                |it| Some(&it.origin),
                service::cooperation,
            ),
            contacts: service::count(self.lane.contacts.values(), self.at),
        }
    }

    /// A referral is shown in the lane of the register in which it was asked for.
    fn asked_here(&self, referral: &Referral) -> bool {
        referral::origin(referral).is_some_and(|origin| origin.register == self.register)
    }

    fn cases(&self) -> Vec<proto::CareCase> {
        let mut here: Vec<_> = self.lane.cases.values().collect();
        let opened = |it: &Case| it.spans.shown(self.at).map(|span| span.from);
        here.sort_by_key(|it| opened(it));
        let case = |it: &Case| proto::CareCase {
            ground: code(it.spans.shown(self.at).and_then(|span| span.what.as_ref())),
            opened_at: opened(it).map(timestamp),
            closed_at: end_of(&it.spans, self.at).map(|end| timestamp(end.at)),
            closing_ground: code(end_of(&it.spans, self.at).and_then(|end| end.why.as_ref())),
            provenance: Some(provenance(&it.origin)),
            urgent_need: it.urgent_need.as_ref().map(|need| proto::UrgentNeed {
                result: code(need.result.as_ref()),
                assessed_at: Some(timestamp(need.assessed_at)),
            }),
        };
        here.into_iter().map(case).collect()
    }

    fn stay(&self, stay: &Stay) -> proto::Stay {
        let class = match stay.class {
            None | Some(StayClass::Unknown) => proto::StayClass::Unspecified,
            Some(StayClass::Emergency) => proto::StayClass::Emergency,
            Some(StayClass::Inpatient) => proto::StayClass::Inpatient,
            Some(StayClass::Outpatient) => proto::StayClass::Outpatient,
        };
        let status = match stay.status(self.at) {
            StayStatus::Planned => proto::StayStatus::Planned,
            StayStatus::InProgress => proto::StayStatus::InProgress,
            StayStatus::OnLeave => proto::StayStatus::OnLeave,
            StayStatus::Ended => proto::StayStatus::Ended,
            StayStatus::Cancelled => proto::StayStatus::Cancelled,
            StayStatus::Unknown => proto::StayStatus::Unknown,
        };
        let ward = stay.ward.as_ref().filter(|_| self.wards);
        let planned = &stay.planned_discharge;
        let leave = stay.leave.in_force().filter(|_| stay.status(self.at) == StayStatus::OnLeave);
        proto::Stay {
            class: class.into(),
            status: status.into(),
            since: Some(timestamp(stay.since())),
            ended_at: stay.discharge.in_force().map(|discharge| timestamp(discharge.ended_at)),
            planned_discharge: planned.in_force().map(|at| proto::PlannedDischarge {
                planned_at: at.map(timestamp),
                since: planned.since().map(timestamp),
            }),
            ward: ward.map(|ward| ward.code().to_owned()).unwrap_or_default(),
            inferred: stay.inferred,
            provenance: Some(provenance(&stay.origin)),
            missing_from_list_at: match stay.on_list {
                OnList::AsReported => None,
                OnList::Gone(as_of) | OnList::NotOnWard(as_of) => Some(timestamp(as_of)),
            },
            leave: leave.map(|it| proto::Leave {
                since: it.since.map(timestamp),
                expected_return_at: it.expected_return_at.map(timestamp),
            }),
        }
    }

    fn clientship(&self, clientship: &Clientship) -> proto::Clientship {
        let span = clientship.spans.shown(self.at);
        let closed = end_of(&clientship.spans, self.at);
        proto::Clientship {
            open: clientship.open_at(self.at).is_some(),
            opened_at: self.since(&clientship.spans).map(timestamp),
            closed_at: closed.map(|it| timestamp(it.at)),
            service_task: code(span.and_then(|it| it.what.service_task.as_ref())),
            own_worker_not_named: code(span.and_then(|it| it.what.own_worker_not_named.as_ref()).map(|(code, _)| code)),
            ground: code(closed.and_then(|it| it.why.as_ref())),
            provenance: Some(provenance(&clientship.origin)),
        }
    }

    fn social_work(&self, work: &HealthSocialWork) -> proto::HealthSocialWork {
        let span = work.spans.shown(self.at);
        let closed = end_of(&work.spans, self.at);
        proto::HealthSocialWork {
            open: work.open_at(self.at).is_some(),
            opened_at: self.since(&work.spans).map(timestamp),
            until: span.and_then(Span::term).map(timestamp),
            closed_at: closed.map(|it| timestamp(it.at)),
            channel: code(span.and_then(|it| it.what.channel.as_ref())),
            outcome: code(closed.and_then(|it| it.why.as_ref())),
            provenance: Some(provenance(&work.origin)),
        }
    }

    fn since<T>(&self, spans: &Spans<T>) -> Option<Instant> {
        spans.since(self.at).or_else(|| spans.shown(self.at).map(|span| span.from))
    }

    /// The ended periods of one assignment.
    fn ended(&self, assignment: &Assignment) -> Vec<proto::EndedAssignment> {
        let row = |span: Option<&Span<Assigned>>, ended_at, reason: Option<&Code>| proto::EndedAssignment {
            role: span.map(|it| role(it.what.role)).unwrap_or_default(),
            from: span.map(|it| timestamp(it.from)),
            ended_at: Some(timestamp(ended_at)),
            reason: code(reason),
            provenance: Some(provenance(&assignment.origin)),
        };
        let over = |span: &Span<Assigned>| {
            let (ended_at, reason) = self.end_of(assignment, span)?;
            Some(row(Some(span), ended_at, reason.as_ref()))
        };
        let only_end = assignment.spans.only_end().filter(|end| end.at <= self.at);
        let only_end = only_end.map(|end| row(None, end.at, end.why.as_ref()));
        assignment.spans.all().iter().filter_map(over).chain(only_end).collect()
    }

    /// Ended by its own end, by its term, by its source's list, or with its clientship (1301/2014 42 §).
    fn end_of(&self, assignment: &Assignment, span: &Span<Assigned>) -> Option<(Instant, Option<Code>)> {
        let over = |end: &Instant| *end <= self.at;
        if let Some(until) = span.until().filter(over) {
            let end = span.end().filter(|end| end.at == until);
            return Some((until, end.and_then(|end| end.why.clone())));
        }
        if let OnList::Gone(as_of) = assignment.on_list {
            return Some((as_of, None));
        }
        let clientship = self.lane.clientships.get(&span.what.clientship?)?;
        if clientship.bears_at(self.at) {
            return None;
        }
        let closed = clientship.spans.all().iter().filter_map(Span::until).filter(over).max();
        let only_end = clientship.spans.only_end().map(|end| end.at);
        closed.or(only_end).map(|closed| (closed, None))
    }
}

/// In the order in which they happened.
fn in_order<'e, E: 'e, P>(
    entities: impl Iterator<Item = &'e E>,
    origin: impl Fn(&E) -> Option<&Origin>,
    render: impl Fn(&E) -> P,
) -> Vec<P> {
    let mut here: Vec<_> = entities.collect();
    here.sort_by_key(|it| origin(it).map(|origin| origin.happened_at));
    here.into_iter().map(render).collect()
}

/// The end of the period that is shown, or the only end that is known.
fn end_of<T>(spans: &Spans<T>, at: Instant) -> Option<&End> {
    spans.shown(at).and_then(Span::end).or(spans.only_end())
}
