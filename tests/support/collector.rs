//! A collector that takes OTLP over gRPC and keeps all of it.

use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{ExportMetricsServiceRequest, ExportMetricsServiceResponse};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{TraceService, TraceServiceServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{Metric, metric, number_data_point};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tokio::runtime::Runtime;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

/// Dropped, it is gone.
pub struct Collector {
    port: u16,
    kept: Arc<Kept>,
    _runtime: Runtime,
}

#[derive(Default)]
struct Kept {
    traces: Mutex<Vec<ExportTraceServiceRequest>>,
    metrics: Mutex<Vec<ExportMetricsServiceRequest>>,
}

struct Service(Arc<Kept>);

#[tonic::async_trait]
impl TraceService for Service {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.0.traces.lock().unwrap().push(request.into_inner());
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Service {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        self.0.metrics.lock().unwrap().push(request.into_inner());
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

impl Collector {
    pub fn start() -> Self {
        Self::start_on(0)
    }

    pub fn start_on(port: u16) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", port))).unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept = Arc::new(Kept::default());
        let serving = Server::builder()
            .add_service(TraceServiceServer::new(Service(Arc::clone(&kept))))
            .add_service(MetricsServiceServer::new(Service(Arc::clone(&kept))))
            .serve_with_incoming(TcpIncoming::from(listener));
        runtime.spawn(serving);
        Self { port, kept, _runtime: runtime }
    }

    /// The lines of a configuration that sends everything here, often.
    pub fn config(&self) -> String {
        sends_to(self.port)
    }

    /// Everything that came, as it came.
    pub fn everything(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.kept.traces.lock().unwrap().iter().for_each(|it| bytes.extend(it.encode_to_vec()));
        self.kept.metrics.lock().unwrap().iter().for_each(|it| bytes.extend(it.encode_to_vec()));
        bytes
    }

    pub fn spans(&self) -> Vec<Span> {
        let kept = self.kept.traces.lock().unwrap();
        let scopes = kept.iter().flat_map(|it| &it.resource_spans).flat_map(|it| &it.scope_spans);
        scopes.flat_map(|it| it.spans.iter().cloned()).collect()
    }

    fn metrics(&self) -> Vec<Metric> {
        let kept = self.kept.metrics.lock().unwrap();
        let scopes = kept.iter().flat_map(|it| &it.resource_metrics).flat_map(|it| &it.scope_metrics);
        scopes.flat_map(|it| it.metrics.iter().cloned()).collect()
    }

    /// The names of all metrics that came.
    pub fn metric_names(&self) -> BTreeSet<String> {
        self.metrics().into_iter().map(|it| it.name).collect()
    }

    /// The latest value of a metric with exactly these attributes; of a histogram how many values it has.
    pub fn value(&self, name: &str, wanted: &[(&str, &str)]) -> Option<f64> {
        let number = |value: Option<number_data_point::Value>| match value? {
            number_data_point::Value::AsDouble(value) => Some(value),
            #[expect(clippy::cast_precision_loss, reason = "small counts")]
            number_data_point::Value::AsInt(value) => Some(value as f64),
        };
        let metrics = self.metrics();
        metrics.iter().rev().filter(|it| it.name == name).find_map(|it| match it.data.as_ref()? {
            metric::Data::Gauge(it) => number(it.data_points.iter().find(|it| are(&it.attributes, wanted))?.value),
            metric::Data::Sum(it) => number(it.data_points.iter().find(|it| are(&it.attributes, wanted))?.value),
            metric::Data::Histogram(it) => {
                let point = it.data_points.iter().find(|it| are(&it.attributes, wanted))?;
                Some(f64::from(u32::try_from(point.count).unwrap()))
            }
            _ => None,
        })
    }
}

pub fn sends_to(port: u16) -> String {
    format!("[telemetry]\notlp = \"http://127.0.0.1:{port}\"\nsampled = 1.0\nevery = \"100ms\"\n")
}

/// The text of an attribute.
pub fn attribute<'a>(attributes: &'a [KeyValue], name: &str) -> Option<&'a str> {
    let value = attributes.iter().find(|it| it.key == name)?.value.as_ref()?;
    match value.value.as_ref()? {
        any_value::Value::StringValue(text) => Some(text),
        _ => None,
    }
}

fn are(attributes: &[KeyValue], wanted: &[(&str, &str)]) -> bool {
    attributes.len() == wanted.len() && wanted.iter().all(|(name, value)| attribute(attributes, name) == Some(value))
}
