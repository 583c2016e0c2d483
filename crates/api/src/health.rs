//! Health (`grpc.health.v1`): the services are serving while the database answers.

use crate::care_team::CareTeam;
use crate::involvement::Involvements;
use crate::parallel_view::ParallelViews;
use crate::proto::care_team_service_server::CareTeamServiceServer;
use crate::proto::involvement_service_server::InvolvementServiceServer;
use crate::proto::parallel_view_service_server::ParallelViewServiceServer;
use crate::proto::receipt_service_server::ReceiptServiceServer;
use crate::receipt::Receipts;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tokio_stream::{Stream, StreamExt};
use tonic::server::NamedService;
use tonic::{Code, Request, Response, Status};
use tonic_health::ServingStatus;
use tonic_health::pb::health_check_response::ServingStatus as WireStatus;
use tonic_health::pb::health_server::Health;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tonic_health::server::{HealthReporter, HealthService};

/// How often the database is asked, and how long its answer may take.
pub(crate) const EVERY: Duration = Duration::from_secs(2);

/// Every service that needs the database. The empty name stands for the whole server.
const SERVICES: [&str; 5] = [
    "",
    <CareTeamServiceServer<CareTeam> as NamedService>::NAME,
    <InvolvementServiceServer<Involvements> as NamedService>::NAME,
    <ParallelViewServiceServer<ParallelViews> as NamedService>::NAME,
    <ReceiptServiceServer<Receipts> as NamedService>::NAME,
];

/// The services that need nothing.
const ALWAYS: [&str; 3] =
    ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"];

/// tonic's health service, except for watching an unknown name. That is not refused, because the name may be served later
/// (grpc/health/v1/health.proto, `Watch`). Here it never is, so the stream reports it once and stays open as long as the
/// whole server's.
pub(crate) struct Watched(pub(crate) HealthService);

#[tonic::async_trait]
impl Health for Watched {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn check(&self, asked: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        self.0.check(asked).await
    }

    async fn watch(&self, asked: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        match self.0.watch(asked).await {
            Ok(statuses) => Ok(statuses.map(|it| Box::pin(it) as Self::WatchStream)),
            Err(refused) if refused.code() == Code::NotFound => {
                let unknown = HealthCheckResponse { status: WireStatus::ServiceUnknown as i32 };
                let whole = self.0.watch(Request::new(HealthCheckRequest::default())).await?.into_inner();
                Ok(Response::new(Box::pin(tokio_stream::once(Ok(unknown)).chain(whole.filter(|_| false)))))
            }
            Err(refused) => Err(refused),
        }
    }
}

/// Before the first check the services are not serving.
pub(crate) async fn begin(reporter: &HealthReporter) {
    for service in ALWAYS {
        reporter.set_service_status(service, ServingStatus::Serving).await;
    }
    set(reporter, false).await;
}

/// The server stops. The watch streams end, because the server waits for open calls.
pub(crate) async fn end(mut reporter: HealthReporter) {
    set(&reporter, false).await;
    for service in SERVICES.into_iter().chain(ALWAYS) {
        reporter.clear_service_status(service).await;
    }
}

/// Reports for ever whether the database is `ready`. An answer that takes too long counts as none.
pub(crate) async fn watch<F>(reporter: HealthReporter, every: Duration, ready: impl Fn() -> F)
where
    F: Future<Output = bool>,
{
    let mut serving = None;
    loop {
        let now = timeout(every, ready()).await.unwrap_or(false);
        // Watchers get changes only.
        if serving != Some(now) {
            if now {
                tracing::info!("questions can be answered: the database answers");
            } else {
                tracing::warn!("questions cannot be answered now: the database does not answer");
            }
            set(&reporter, now).await;
            serving = Some(now);
        }
        sleep(every).await;
    }
}

async fn set(reporter: &HealthReporter, serving: bool) {
    let status = if serving { ServingStatus::Serving } else { ServingStatus::NotServing };
    for service in SERVICES {
        reporter.set_service_status(service, status).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU8, Ordering};

    const AWAY: u8 = 0;
    const ANSWERS: u8 = 1;
    const HANGS: u8 = 2;

    async fn statuses(service: &HealthService) -> Vec<WireStatus> {
        let mut statuses = Vec::new();
        for name in SERVICES {
            let asked = Request::new(HealthCheckRequest { service: name.to_owned() });
            statuses.push(service.check(asked).await.unwrap().into_inner().status());
        }
        statuses
    }

    /// Whether all of them reach this status.
    async fn comes_to(service: &HealthService, status: WireStatus) -> bool {
        for _ in 0..400 {
            if statuses(service).await == [status; SERVICES.len()] {
                return true;
            }
            sleep(Duration::from_millis(5)).await;
        }
        false
    }

    #[tokio::test]
    async fn the_services_are_serving_while_the_database_answers() {
        let database = Arc::new(AtomicU8::new(ANSWERS));
        let reporter = HealthReporter::new();
        let service = HealthService::from_health_reporter(reporter.clone());
        begin(&reporter).await;
        assert_eq!(statuses(&service).await, [WireStatus::NotServing; SERVICES.len()], "before the first check");
        let asked = Arc::clone(&database);
        let ready = move || {
            let state = asked.load(Ordering::Relaxed);
            async move { if state == HANGS { std::future::pending().await } else { state == ANSWERS } }
        };
        let watch = watch(reporter, Duration::from_millis(5), ready);
        let check = async {
            for (state, status) in [
                (ANSWERS, WireStatus::Serving),
                (AWAY, WireStatus::NotServing),
                (ANSWERS, WireStatus::Serving),
                (HANGS, WireStatus::NotServing),
                (ANSWERS, WireStatus::Serving),
            ] {
                database.store(state, Ordering::Relaxed);
                assert!(comes_to(&service, status).await, "{state} is not reported as {status:?}");
            }
        };
        tokio::select! { () = watch => {}, () = check => {} }
    }

    /// grpc/doc/health-checking.md: every served name is known, another is not.
    #[tokio::test]
    async fn a_name_that_nobody_has_is_not_known() {
        let reporter = HealthReporter::new();
        let service = Watched(HealthService::from_health_reporter(reporter.clone()));
        begin(&reporter).await;
        let asked = |name: &str| Request::new(HealthCheckRequest { service: name.to_owned() });
        for name in ALWAYS {
            assert_eq!(service.check(asked(name)).await.unwrap().into_inner().status(), WireStatus::Serving, "{name}");
        }
        assert_eq!(service.check(asked("no.such.Service")).await.unwrap_err().code(), Code::NotFound);
        let mut unknown = service.watch(asked("no.such.Service")).await.unwrap().into_inner();
        assert_eq!(unknown.next().await.unwrap().unwrap().status(), WireStatus::ServiceUnknown);
        assert!(timeout(Duration::from_millis(50), unknown.next()).await.is_err(), "it stays open");
        let mut whole = service.watch(asked("")).await.unwrap().into_inner();
        assert_eq!(whole.next().await.unwrap().unwrap().status(), WireStatus::NotServing);
        set(&reporter, true).await;
        assert_eq!(whole.next().await.unwrap().unwrap().status(), WireStatus::Serving);
        end(reporter).await;
        assert_eq!(whole.next().await.unwrap().unwrap().status(), WireStatus::NotServing);
        assert!(whole.next().await.is_none() && unknown.next().await.is_none(), "nobody holds up a server that stops");
    }
}
