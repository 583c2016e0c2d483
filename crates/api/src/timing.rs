//! How long each call takes and how it ends, for traces and metrics. Nothing about the question or the answer.

use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tonic::{Code, Status, codegen::http};
use tower::{Layer, Service};
use tracing::{Instrument, Span};

/// Receives what metrics need.
#[derive(Clone, Copy, Debug)]
pub struct Observer {
    /// A calling system (`None`: not registered) was answered (true), or refused before any look-up (false).
    pub decided: fn(Option<&str>, bool),
    /// A calling system's question was refused because it asked about too many persons of whom nothing may be shown.
    pub limited: fn(&str),
    /// A call of an rpc, `package.Service/Method`, begins: its span. The caller's `traceparent` (W3C Trace Context), if it
    /// sent one.
    pub begun: fn(&'static str, Option<&str>) -> Span,
    /// A call has ended.
    pub called: fn(&Timing),
}

/// A call that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// `package.Service/Method`; `other` for any other path.
    pub method: &'static str,
    /// The gRPC status code's name.
    pub status: &'static str,
    /// How long it took.
    pub took: Duration,
}

/// All rpcs of this API. A path that a caller makes up must not become a label of a metric.
const METHODS: [&str; 11] = [
    "rinnakkain.care.v1.CareTeamService/ListCurrentWorkers",
    "rinnakkain.care.v1.CareTeamService/GetOwnWorker",
    "rinnakkain.care.v1.ConsentService/RecordConsent",
    "rinnakkain.care.v1.ConsentService/WithdrawConsent",
    "rinnakkain.care.v1.DutyContactService/CloseDutyContact",
    "rinnakkain.care.v1.DutyContactService/ListDutyContacts",
    "rinnakkain.care.v1.DutyContactService/OpenDutyContact",
    "rinnakkain.care.v1.InvolvementService/CheckInvolvement",
    "rinnakkain.care.v1.ParallelViewService/GetParallelView",
    "rinnakkain.care.v1.ParallelViewService/ListTimeline",
    "rinnakkain.care.v1.ReceiptService/GetReceipt",
];

const OTHER: &str = "other";

fn method(path: &str) -> &'static str {
    let path = path.strip_prefix('/').unwrap_or(path);
    METHODS.into_iter().find(|method| *method == path).unwrap_or(OTHER)
}

fn status(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// Around every service.
#[derive(Clone, Copy)]
pub(crate) struct TimingLayer(pub(crate) Observer);

/// A service whose calls are timed.
#[derive(Clone)]
pub(crate) struct Timed<S> {
    inner: S,
    observer: Observer,
}

impl<S> Layer<S> for TimingLayer {
    type Service = Timed<S>;

    fn layer(&self, inner: S) -> Timed<S> {
        Timed { inner, observer: self.0 }
    }
}

impl<S, Asked, Answered> Service<http::Request<Asked>> for Timed<S>
where
    S: Service<http::Request<Asked>, Response = http::Response<Answered>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = std::pin::Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Asked>) -> Self::Future {
        let (method, observer, begun) = (method(request.uri().path()), self.observer, Instant::now());
        let parent = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
        let span = if method == OTHER { Span::none() } else { (observer.begun)(method, parent) };
        // What the service begins at once, before it is polled, belongs to the call too.
        let answering = span.in_scope(|| self.inner.call(request));
        Box::pin(async move {
            let answered = answering.instrument(span.clone()).await;
            // Without a status in the headers the call is OK: its single message is complete before the first byte goes out.
            let code = match &answered {
                Ok(response) => Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code()),
                Err(_) => Code::Unavailable,
            };
            span.record("rpc.response.status_code", status(code));
            (observer.called)(&Timing { method, status: status(code), took: begun.elapsed() });
            answered
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;

    #[test]
    fn every_rpc_has_a_name_and_nothing_else_has() {
        let bytes = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin")).as_slice();
        let files = prost_types::FileDescriptorSet::decode(bytes).unwrap().file;
        let mut count = 0;
        for file in files.iter().filter(|file| file.package() == "rinnakkain.care.v1") {
            for service in &file.service {
                for rpc in &service.method {
                    let path = format!("/{}.{}/{}", file.package(), service.name(), rpc.name());
                    assert_eq!(format!("/{}", method(&path)), path);
                    count += 1;
                }
            }
        }
        assert_eq!(count, METHODS.len());
        assert_eq!(method("/rinnakkain.care.v1.CareTeamService/010100A000A"), "other");
    }
}
