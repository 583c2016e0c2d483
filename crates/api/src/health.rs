//! Health (`grpc.health.v1`): the services are serving while the database answers.

use crate::care_team::CareTeam;
use crate::involvement::Involvements;
use crate::parallel_view::ParallelViews;
use crate::proto::care_team_service_server::CareTeamServiceServer;
use crate::proto::involvement_service_server::InvolvementServiceServer;
use crate::proto::parallel_view_service_server::ParallelViewServiceServer;
use crate::proto::receipt_service_server::ReceiptServiceServer;
use crate::receipt::Receipts;
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tonic::server::NamedService;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

/// How often it is asked, and how long an answer may take.
pub(crate) const EVERY: Duration = Duration::from_secs(2);

/// Every service; the empty name is the whole server's.
const SERVICES: [&str; 5] = [
    "",
    <CareTeamServiceServer<CareTeam> as NamedService>::NAME,
    <InvolvementServiceServer<Involvements> as NamedService>::NAME,
    <ParallelViewServiceServer<ParallelViews> as NamedService>::NAME,
    <ReceiptServiceServer<Receipts> as NamedService>::NAME,
];

/// Until the first look nobody knows: no question is invited.
pub(crate) async fn begin(reporter: &HealthReporter) {
    set(reporter, false).await;
}

/// Tells for ever whether the database is `ready`; too slow is away.
pub(crate) async fn watch<F>(reporter: HealthReporter, every: Duration, ready: impl Fn() -> F)
where
    F: Future<Output = bool>,
{
    let mut told = None;
    loop {
        let now = timeout(every, ready()).await.unwrap_or(false);
        // Whoever watches hears of changes only.
        if told != Some(now) {
            if now {
                tracing::info!("questions can be answered: the database answers");
            } else {
                tracing::warn!("questions cannot be answered now: the database does not answer");
            }
            set(&reporter, now).await;
            told = Some(now);
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
    use tonic::Request;
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_check_response::ServingStatus as Told;
    use tonic_health::pb::health_server::Health;
    use tonic_health::server::HealthService;

    const AWAY: u8 = 0;
    const ANSWERS: u8 = 1;
    const HANGS: u8 = 2;

    async fn told(service: &HealthService) -> Vec<Told> {
        let mut told = Vec::new();
        for name in SERVICES {
            let asked = Request::new(HealthCheckRequest { service: name.to_owned() });
            told.push(service.check(asked).await.unwrap().into_inner().status());
        }
        told
    }

    /// Whether all of them come to say it.
    async fn comes_to(service: &HealthService, status: Told) -> bool {
        for _ in 0..400 {
            if told(service).await == [status; SERVICES.len()] {
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
        assert_eq!(told(&service).await, [Told::NotServing; SERVICES.len()], "nothing is known before the first look");
        let asked = Arc::clone(&database);
        let ready = move || {
            let state = asked.load(Ordering::Relaxed);
            async move { if state == HANGS { std::future::pending().await } else { state == ANSWERS } }
        };
        let watch = watch(reporter, Duration::from_millis(5), ready);
        let check = async {
            for (state, status) in [
                (ANSWERS, Told::Serving),
                (AWAY, Told::NotServing),
                (ANSWERS, Told::Serving),
                (HANGS, Told::NotServing),
                (ANSWERS, Told::Serving),
            ] {
                database.store(state, Ordering::Relaxed);
                assert!(comes_to(&service, status).await, "{state} is not told as {status:?}");
            }
        };
        tokio::select! { () = watch => {}, () = check => {} }
    }
}
