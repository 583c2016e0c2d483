//! `ParallelViewService`: both lanes side by side, and the timeline.

use crate::answered::Answered;
use crate::lane::LaneRenderer;
use crate::outcome::HasOutcome;
use crate::person;
use crate::proto::parallel_view_service_server::ParallelViewService;
use crate::proto::{
    self, GetParallelViewRequest, GetParallelViewResponse, ListTimelineRequest, ListTimelineResponse, lane,
};
use crate::query_service::{QueryScope, QueryService};
use crate::request;
use crate::timeline::timeline;
use crate::value;
use crate::worker::worker;
use care::access::{self, AnswerKind, AnswerOutcome, Data, Query};
use care::answer::{County, Facts, Shown};
use care::{CurrentWorker, ParallelView, Person};
use event::{Keyring, Register, Token};
use store::ClientFacts;
use tonic::{Request, Response, Status};

/// The service.
pub(crate) struct ParallelViews(pub(crate) QueryService);

/// The view as it may be shown, with what is derived from it.
pub(crate) struct View {
    shown: Shown,
    workers: Vec<CurrentWorker>,
    persons: Vec<(Token, Person)>,
    /// The asker's own register.
    own: Register,
}

impl HasOutcome for View {
    fn outcome(&self, decision: &access::Decision) -> AnswerOutcome {
        // Without `..`: a new field does not compile until somebody decides what the log has of it. Loose ends are about what
        // the lanes show.
        let Self { shown, workers: all_workers, persons, own } = self;
        let Shown { lanes, view, wards: _, protected: _, completeness: _, loose_ends: _ } = shown;
        let kinds = lanes.iter().flat_map(|register| {
            let lane = view.as_ref().map(|view| view.lane(*register).kinds()).unwrap_or_default();
            let persons = persons.iter().filter(|_| register == own).map(|_| Data::Person);
            let workers = all_workers.iter().filter(|it| it.item.register == *register).map(|it| it.item.data);
            // A referral belongs to two registers, and is listed in the lanes in which it may be seen.
            let referrals = view.iter().filter(|it| !it.referrals.is_empty()).map(|_| Data::Referrals);
            let referrals = referrals.filter(|it| decision.sees_any(*register, *it));
            let lane = lane.into_iter().filter(|it| *it != Data::Person);
            let all: Vec<_> = lane.chain(persons).chain(workers).chain(referrals).collect();
            all.into_iter().map(|data| (*register, data))
        });
        let outcome = AnswerOutcome::of(AnswerKind::View, kinds);
        if outcome.data.is_empty() { AnswerOutcome::nothing(AnswerKind::Nothing) } else { outcome }
    }
}

#[tonic::async_trait]
impl ParallelViewService for ParallelViews {
    async fn get_parallel_view(
        &self,
        request: Request<GetParallelViewRequest>,
    ) -> Result<Response<GetParallelViewResponse>, Status> {
        let (_, extensions, asked) = request.into_parts();
        let admitted =
            self.0.admit(&extensions, asked.client.as_ref(), asked.access.as_ref(), Query::GetParallelView).await?;
        let as_of = request::as_of(asked.as_of.as_ref(), admitted.at)?;
        let (request, county) = (admitted.request.clone(), admitted.county());
        let render = move |facts: &Facts<'_>, _: &ClientFacts| view(facts, &request, &county);
        let answered = self.0.ask(&admitted, QueryScope::at(as_of), render).await?;
        Ok(Response::new(parallel_view(answered, self.0.keyring())))
    }

    async fn list_timeline(
        &self,
        request: Request<ListTimelineRequest>,
    ) -> Result<Response<ListTimelineResponse>, Status> {
        let (_, extensions, asked) = request.into_parts();
        let admitted =
            self.0.admit(&extensions, asked.client.as_ref(), asked.access.as_ref(), Query::ListTimeline).await?;
        let as_of = request::as_of(asked.as_of.as_ref(), admitted.at)?;
        let page = self.0.page(&admitted, as_of, asked.page_size, &asked.page_token)?;
        let (request, county) = (admitted.request.clone(), admitted.county());
        let scope = QueryScope { as_of, timeline: true };
        let render = move |facts: &Facts<'_>, found: &ClientFacts| {
            facts.timeline(&request, &county, found.timeline.as_deref().unwrap_or_default())
        };
        let answered = self.0.ask(&admitted, scope, render).await?;
        Ok(Response::new(timeline(answered, page)?))
    }
}

/// What may be shown.
pub(crate) fn view(facts: &Facts<'_>, request: &access::Request, county: &County) -> View {
    let shown = facts.parallel_view(request, county);
    let Some(decision) = facts.decide(request, county) else {
        return View { shown, workers: Vec::new(), persons: Vec::new(), own: request.own() };
    };
    let workers = facts.current_workers(&decision, county);
    let persons = shown.view.as_ref().map(|view| person::persons(view, decision.own)).unwrap_or_default();
    View { shown, workers, persons, own: request.own() }
}

pub(crate) fn parallel_view(answered: Answered<View>, keyring: &Keyring) -> GetParallelViewResponse {
    let (standing, at) = (value::standing(&answered), answered.at);
    let View { shown, workers, persons, own: _ } = answered.what;
    let nothing = ParallelView::default();
    let content = |register: Register| {
        if !shown.lanes.contains(&register) {
            return lane::Lane::Withheld(proto::LaneWithheld {});
        }
        let here = workers.iter().filter(|worker| worker.register == register).cloned();
        let workers = here.map(|it| worker(it, keyring)).collect();
        let view = shown.view.as_ref().unwrap_or(&nothing);
        let renderer = LaneRenderer { view, lane: view.lane(register), register, wards: shown.wards, at, keyring };
        lane::Lane::Shown(renderer.content(workers))
    };
    let lane = |register| Some(proto::Lane { lane: Some(content(register)) });
    let mut known = Vec::new();
    for (record, it) in &persons {
        let person = person::person(record, it, keyring);
        if !known.contains(&person) {
            known.push(person);
        }
    }
    GetParallelViewResponse {
        standing: Some(standing),
        completeness: Some(value::completeness(&shown.completeness)),
        persons: known,
        health: lane(Register::Patient),
        social: lane(Register::Social),
        non_disclosure: shown.protected,
        loose_ends: shown.loose_ends.iter().map(value::loose_end).collect(),
    }
}
