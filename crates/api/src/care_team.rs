//! `CareTeamService`: who works with the client now, and who the own worker is.

use crate::answered::Answered;
use crate::page::Page;
use crate::proto::care_team_service_server::CareTeamService;
use crate::proto::get_own_worker_response::OwnWorker as Answer;
use crate::proto::{
    GetOwnWorkerRequest, GetOwnWorkerResponse, ListCurrentWorkersRequest, ListCurrentWorkersResponse, NotNamedWhy,
    OwnWorkerNamed, OwnWorkerNotNamed,
};
use crate::query_service::{QueryScope, QueryService};
use crate::request;
use crate::status::Error;
use crate::value;
use crate::worker::worker;
use care::access::Query;
use care::answer::{Facts, Flagged, Workers};
use care::{CurrentWorker, NotNamed, OwnWorker};
use event::Keyring;
use store::ClientFacts;
use tonic::{Request, Response, Status};

/// The service.
pub(crate) struct CareTeam(pub(crate) QueryService);

#[tonic::async_trait]
impl CareTeamService for CareTeam {
    async fn list_current_workers(
        &self,
        request: Request<ListCurrentWorkersRequest>,
    ) -> Result<Response<ListCurrentWorkersResponse>, Status> {
        let (_, extensions, asked) = request.into_parts();
        let query = Query::ListCurrentWorkers;
        let admitted = self.0.admit(&extensions, asked.client.as_ref(), asked.access.as_ref(), query).await?;
        let as_of = request::as_of(asked.as_of.as_ref(), admitted.at)?;
        let page = self.0.page(&admitted, as_of, asked.page_size, &asked.page_token)?;
        let (request, county) = (admitted.request.clone(), admitted.county());
        let render = move |facts: &Facts<'_>, _: &ClientFacts| facts.workers(&request, &county);
        let answered = self.0.ask(&admitted, QueryScope::at(as_of), render).await?;
        Ok(Response::new(workers(answered, page, self.0.keyring())?))
    }

    async fn get_own_worker(
        &self,
        request: Request<GetOwnWorkerRequest>,
    ) -> Result<Response<GetOwnWorkerResponse>, Status> {
        let (_, extensions, asked) = request.into_parts();
        let admitted =
            self.0.admit(&extensions, asked.client.as_ref(), asked.access.as_ref(), Query::GetOwnWorker).await?;
        let as_of = request::as_of(asked.as_of.as_ref(), admitted.at)?;
        let (request, county) = (admitted.request.clone(), admitted.county());
        let render = move |facts: &Facts<'_>, _: &ClientFacts| facts.own_worker(&request, &county);
        let answered = self.0.ask(&admitted, QueryScope::at(as_of), render).await?;
        Ok(Response::new(own_worker(answered, self.0.keyring())))
    }
}

pub(crate) fn workers(
    answered: Answered<Workers>,
    page: Page<'_>,
    keyring: &Keyring,
) -> Result<ListCurrentWorkersResponse, Error> {
    let standing = value::standing(&answered);
    let Workers { workers, completeness, other_side_withheld, protected } = answered.what;
    let (workers, next_page_token) = page.cut(workers)?;
    Ok(ListCurrentWorkersResponse {
        standing: Some(standing),
        workers: workers.into_iter().map(|it| worker(it, keyring)).collect(),
        completeness: Some(value::completeness(&completeness)),
        other_side_withheld,
        next_page_token,
        non_disclosure: protected,
    })
}

pub(crate) fn own_worker(answered: Answered<Flagged<OwnWorker>>, keyring: &Keyring) -> GetOwnWorkerResponse {
    let standing = value::standing(&answered);
    let Flagged { what, protected } = answered.what;
    let rendered = |workers: Vec<CurrentWorker>| workers.into_iter().map(|it| worker(it, keyring)).collect();
    let answer = match what {
        OwnWorker::Named(workers) => Answer::Named(OwnWorkerNamed { workers: rendered(workers) }),
        OwnWorker::NotNamed { clientship, why, reason, instead } => Answer::NotNamed(OwnWorkerNotNamed {
            clientship,
            reason: value::code(reason.as_ref()),
            why: not_named(why).into(),
            instead: rendered(instead),
        }),
        OwnWorker::NotKnown(completeness) => Answer::NotKnown(value::not_known(&completeness)),
    };
    GetOwnWorkerResponse { standing: Some(standing), own_worker: Some(answer), non_disclosure: protected }
}

fn not_named(why: Option<NotNamed>) -> NotNamedWhy {
    match why {
        None => NotNamedWhy::Unspecified,
        Some(NotNamed::ResponsibleWorker) => NotNamedWhy::ResponsibleWorker,
        Some(NotNamed::ChildsSocialWorker) => NotNamedWhy::ChildsSocialWorker,
        Some(NotNamed::Unnecessary) => NotNamedWhy::Unnecessary,
        Some(NotNamed::NotKnown) => NotNamedWhy::NotKnown,
    }
}
