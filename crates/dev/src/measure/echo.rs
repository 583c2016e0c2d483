//! Bare tonic: the same services, with the same two answers from memory for every caller. What the wire and the
//! framework cost, with no decision, no database and no log.

use super::proto::care_team_service_server::{CareTeamService, CareTeamServiceServer};
use super::proto::parallel_view_service_server::{ParallelViewService, ParallelViewServiceServer};
use super::proto::{
    GetOwnWorkerRequest, GetOwnWorkerResponse, GetParallelViewRequest, GetParallelViewResponse,
    ListCurrentWorkersRequest, ListCurrentWorkersResponse, ListTimelineRequest, ListTimelineResponse,
};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

/// It runs until this is dropped.
pub(crate) struct Echo {
    _runtime: Runtime,
    pub(crate) port: u16,
}

/// The two answers.
#[derive(Clone)]
pub(crate) struct Answers {
    pub(crate) workers: ListCurrentWorkersResponse,
    pub(crate) view: GetParallelViewResponse,
}

impl Echo {
    pub(crate) fn start(answers: Answers) -> anyhow::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let port = listener.local_addr()?.port();
        runtime.spawn(
            Server::builder()
                .add_service(CareTeamServiceServer::new(answers.clone()))
                .add_service(ParallelViewServiceServer::new(answers))
                .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true))),
        );
        Ok(Self { _runtime: runtime, port })
    }
}

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl CareTeamService for Answers {
    async fn list_current_workers(&self, _: Request<ListCurrentWorkersRequest>) -> Answer<ListCurrentWorkersResponse> {
        Ok(Response::new(self.workers.clone()))
    }

    async fn get_own_worker(&self, _: Request<GetOwnWorkerRequest>) -> Answer<GetOwnWorkerResponse> {
        Err(Status::unimplemented("nobody asks"))
    }
}

#[tonic::async_trait]
impl ParallelViewService for Answers {
    async fn get_parallel_view(&self, _: Request<GetParallelViewRequest>) -> Answer<GetParallelViewResponse> {
        Ok(Response::new(self.view.clone()))
    }

    async fn list_timeline(&self, _: Request<ListTimelineRequest>) -> Answer<ListTimelineResponse> {
        Err(Status::unimplemented("nobody asks"))
    }
}
