//! The listener: its limits, health, reflection, and how it stops.

use crate::care_team::CareTeam;
use crate::consent::Consents;
use crate::duty_contact::DutyContacts;
use crate::gate::{Gate, GateLayer, QUESTION_BYTES};
use crate::health;
use crate::involvement::Involvements;
use crate::parallel_view::ParallelViews;
use crate::proto::care_team_service_server::CareTeamServiceServer;
use crate::proto::consent_service_server::ConsentServiceServer;
use crate::proto::duty_contact_service_server::DutyContactServiceServer;
use crate::proto::involvement_service_server::InvolvementServiceServer;
use crate::proto::parallel_view_service_server::ParallelViewServiceServer;
use crate::proto::receipt_service_server::ReceiptServiceServer;
use crate::query_service::QueryService;
use crate::receipt::Receipts;
use crate::settings::Services;
use crate::timing::TimingLayer;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio_stream::Stream;
use tonic::transport::Server;
use tonic::transport::server::Connected;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::{HealthReporter, HealthService};
use tonic_reflection::server::Builder;

/// Why the services cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The listener failed.
    #[error("the gRPC listener failed: {0}")]
    Transport(#[from] tonic::transport::Error),
    /// The descriptors built into the program are damaged.
    #[error("the descriptors for reflection cannot be read: the program file is damaged")]
    Descriptors,
}

/// The longest request to reflection: a name.
const REFLECTION_BYTES: usize = 4 * 1024;
/// Calls under way on one connection.
const AT_ONCE_PER_CONNECTION: usize = 64;
/// Streams of one connection that its client has reset and that are not yet cleared away (CVE-2023-44487); more end it.
const RESET_STREAMS: usize = 16;
/// The API's own description, an encoded `FileDescriptorSet`: reflection answers from it, and clients read answers by it.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));

/// Answers on the connections of `incoming` until `stop`; questions under way are answered first. The caller accepts the
/// connections and so decides who can reach this: there is no TLS here.
pub async fn serve<IO>(
    services: Services,
    incoming: impl Stream<Item = io::Result<IO>>,
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError>
where
    IO: AsyncRead + AsyncWrite + Connected<ConnectInfo = quota::Connection> + Unpin + Send + 'static,
{
    let (store, observer) = (services.ready.clone(), services.observer);
    let service = QueryService::new(services);
    let gate = Arc::new(Gate::new(service.clone()));
    let care_team = CareTeamServiceServer::new(CareTeam(service.clone())).max_decoding_message_size(QUESTION_BYTES);
    let consents = ConsentServiceServer::new(Consents(service.clone())).max_decoding_message_size(QUESTION_BYTES);
    let duty_contacts = DutyContacts(service.clone());
    let duty_contacts = DutyContactServiceServer::new(duty_contacts).max_decoding_message_size(QUESTION_BYTES);
    let involvement =
        InvolvementServiceServer::new(Involvements(service.clone())).max_decoding_message_size(QUESTION_BYTES);
    let view = ParallelViewServiceServer::new(ParallelViews(service.clone())).max_decoding_message_size(QUESTION_BYTES);
    let receipts = ReceiptServiceServer::new(Receipts(service)).max_decoding_message_size(QUESTION_BYTES);
    let reporter = HealthReporter::new();
    let health_service = HealthServer::new(health::Watched(HealthService::from_health_reporter(reporter.clone())));
    health::begin(&reporter).await;
    // In a branch of its own: if connections end first, the server does not wait for `stop` any more.
    let (ends, ending) = (reporter.clone(), Notify::new());
    let end = async {
        stop.await;
        health::end(ends).await;
        ending.notify_one();
        std::future::pending::<()>().await;
    };
    // Older tools use the name that reflection had before `v1`.
    let reflection = described().build_v1().map_err(|_| ServeError::Descriptors)?;
    let reflection = reflection.max_decoding_message_size(REFLECTION_BYTES);
    let reflection_alpha = described().build_v1alpha().map_err(|_| ServeError::Descriptors)?;
    let reflection_alpha = reflection_alpha.max_decoding_message_size(REFLECTION_BYTES);
    let answering = Server::builder()
        .timeout(Duration::from_secs(10))
        .concurrency_limit_per_connection(AT_ONCE_PER_CONNECTION)
        .load_shed(true)
        .http2_keepalive_interval(Some(Duration::from_secs(30)))
        .http2_keepalive_timeout(Some(Duration::from_secs(10)))
        .max_concurrent_streams(u32::try_from(AT_ONCE_PER_CONNECTION).ok())
        .http2_max_header_list_size(16 * 1024)
        .http2_max_pending_accept_reset_streams(Some(RESET_STREAMS))
        .http2_max_local_error_reset_streams(Some(RESET_STREAMS))
        .layer(TimingLayer(observer))
        .layer(GateLayer(gate))
        .add_service(health_service)
        .add_service(reflection)
        .add_service(reflection_alpha)
        .add_service(care_team)
        .add_service(consents)
        .add_service(duty_contacts)
        .add_service(involvement)
        .add_service(view)
        .add_service(receipts)
        .serve_with_incoming_shutdown(incoming, ending.notified());
    let watch = health::watch(reporter, health::EVERY, move || {
        let store = store.clone();
        async move { store.is_ready().await }
    });
    tokio::select! {
        served = answering => served?,
        () = watch => {}
        () = end => {}
    }
    Ok(())
}

fn described<'d>() -> Builder<'d> {
    Builder::configure()
        .register_encoded_file_descriptor_set(DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        // What the details of a status are made of.
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
}
