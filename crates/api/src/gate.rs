//! Before the services: nothing is held for a call until it is known who calls, and no caller holds the places of others.
//!
//! A call takes its place with its first HEADERS, and its body may never come. So the token is checked first, then a
//! place is taken that is counted by caller, and then the body must soon be whole. Health and reflection need no token:
//! health holds nothing, and reflection has places of its own, counted by peer.

use crate::authenticate::{Asking, Refused};
use crate::caller::side_name;
use crate::query_service::QueryService;
use crate::settings::Settings;
use crate::status::Error;
use care::access::Query;
use http_body_util::{BodyExt, Full, Limited};
use quota::{Connection, Peer, Refusals, Share, Shares};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use store::{Access, Identified};
use tokio::time::timeout;
use tonic::Status;
use tonic::body::Body;
use tonic::codegen::http::{Extensions, HeaderMap, Request, Response};
use tonic::metadata::MetadataMap;
use tower::{Layer, Service};

/// The longest question.
pub(crate) const QUESTION_BYTES: usize = 64 * 1024;
/// In gRPC a message follows five bytes with its length.
const PREFIX: usize = 5;
/// What needs no token asks for less.
const ANYBODYS_BYTES: usize = 1024;
/// A question is one small message: if it has not come by then, it will not come.
const BODY: Duration = Duration::from_secs(5);
/// Questions under way, of all callers, and a caller's share. More are refused at once, so that nobody waits for an answer
/// that comes too late.
const QUESTIONS: (usize, usize) = (512, 128);
/// Reflection's streams, of all peers, and a peer's share.
const REFLECTIONS: (usize, usize) = (64, 16);

/// What holds for every call.
pub(crate) struct Gate {
    service: QueryService,
    questions: Shares<Holder>,
    reflections: Shares<Peer>,
    unregistered: Refusals<(Peer, &'static str)>,
}

/// Who holds a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    Caller(String),
    Source(String),
}

/// Which service a path is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// A registered caller's question.
    Question,
    /// A source's question about its own messages.
    Receipt,
    /// Anybody's.
    Reflection,
    /// Anybody's, or nothing that there is.
    Other,
}

impl Asked {
    fn of(path: &str) -> Self {
        match path {
            path if path.starts_with("/rinnakkain.care.v1.ReceiptService/") => Self::Receipt,
            path if path.starts_with("/rinnakkain.care.v1.") => Self::Question,
            path if path.starts_with("/grpc.reflection.") => Self::Reflection,
            _ => Self::Other,
        }
    }
}

/// What is held for a call.
enum Held {
    Nothing,
    Question(#[expect(dead_code, reason = "it is given back when it is dropped")] Share<Holder>),
    /// Until its stream ends.
    Reflection(Share<Peer>),
}

impl Gate {
    pub(crate) fn new(service: QueryService) -> Self {
        let (questions, reflections) =
            (Shares::new(QUESTIONS.0, QUESTIONS.1), Shares::new(REFLECTIONS.0, REFLECTIONS.1));
        Self { service, questions, reflections, unregistered: Refusals::default() }
    }

    /// Who calls; who asks a question is then in `extensions`. It reads only the headers.
    async fn admit(
        &self,
        asked: Asked,
        (path, headers): (&str, HeaderMap),
        extensions: &mut Extensions,
        connection: &Connection,
    ) -> Result<Held, Error> {
        let metadata = MetadataMap::from_headers(headers);
        let settings = self.service.settings();
        let holder = match asked {
            Asked::Question => {
                let asking = settings.callers.authenticate(&metadata, connection, self.service.now()).await;
                asking.map(|asking| {
                    let holder = Holder::Caller(asking.caller.name.clone());
                    extensions.insert::<Asking>(asking);
                    // One configuration answers it, from who calls to what is shown.
                    extensions.insert::<Arc<Settings>>(Arc::clone(&settings));
                    holder
                })
            }
            Asked::Receipt => {
                let source = settings.senders.authenticate(&metadata);
                source.map(|source| Holder::Source(source.name.clone())).map_err(Refused::from)
            }
            Asked::Reflection => {
                connection.spoke();
                return self.reflections.try_take(&connection.peer()).map(Held::Reflection).ok_or(Error::Busy);
            }
            Asked::Other => {
                connection.spoke();
                return Ok(Held::Nothing);
            }
        };
        let holder = match holder {
            Ok(holder) => holder,
            Err(refused) => return Err(self.refuse(refused, path, connection).await),
        };
        connection.known();
        self.questions.try_take(&holder).map(Held::Question).ok_or(Error::Busy)
    }

    /// The service's log gives the reason, one line a minute for each peer and reason. If the token's owner is known,
    /// the access log has the refusal too: a token with another party's certificate is stolen.
    async fn refuse(&self, refused: Refused, path: &str, connection: &Connection) -> Error {
        connection.refused();
        let (peer, reason) = (connection.peer(), refused.reason());
        let Refused { error, why, caller, person } = refused;
        self.service.refused(caller.as_ref().map(|caller| caller.name.as_str()));
        if let Some(count) = self.unregistered.note((peer, reason)) {
            let caller = caller.as_ref().map(|caller| caller.name.as_str());
            let why = why.map_or_else(|| error.to_string(), |why| why.to_string());
            tracing::warn!(listener = "grpc", %peer, caller, reason, why, count, "calls are refused");
        }
        let Some(caller) = caller else { return error };
        let query = Query::ALL.iter().map(|query| query.name()).find(|name| path.ends_with(&format!("/{name}")));
        let identified = person.as_ref().map(|it| Identified { name: it.name.clone(), unit: it.unit.clone() });
        let access = Access {
            system: caller.name.clone(),
            side: side_name(caller.side).to_owned(),
            user: person.map(|it| it.id).unwrap_or_default(),
            identified,
            task: String::new(),
            purpose: String::new(),
            case_reference: None,
            query: query.unwrap_or("none"),
            declaration: None,
        };
        // Without its row nothing is answered, not even why.
        self.service.log_refusal(&access, None, Some(peer), reason).await.err().unwrap_or(error)
    }
}

/// The body, whole, of at most so many bytes.
async fn whole(body: Body, limit: usize) -> Result<Body, Status> {
    let read = timeout(BODY, Limited::new(body, limit + PREFIX).collect()).await;
    let read = read.map_err(|_| Status::deadline_exceeded("the question did not come in time"))?;
    // It is too long, or its caller has ended it.
    let read = read.map_err(|_| {
        Status::resource_exhausted("a question is one message of at most 64 KiB, without a token of 1 KiB")
    })?;
    Ok(Body::new(Full::new(read.to_bytes()).map_err(|never: Infallible| match never {})))
}

/// Before every service.
#[derive(Clone)]
pub(crate) struct GateLayer(pub(crate) Arc<Gate>);

/// A service behind the gate.
#[derive(Clone)]
pub(crate) struct Gated<S> {
    inner: S,
    gate: Arc<Gate>,
}

impl<S> Layer<S> for GateLayer {
    type Service = Gated<S>;

    fn layer(&self, inner: S) -> Gated<S> {
        Gated { inner, gate: Arc::clone(&self.0) }
    }
}

impl<S> Service<Request<Body>> for Gated<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let other = self.inner.clone();
        let (gate, mut inner) = (Arc::clone(&self.gate), std::mem::replace(&mut self.inner, other));
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let Some(connection) = parts.extensions.get::<Connection>().cloned() else {
                return Ok(Status::from(Error::Fault).into_http());
            };
            let asked = Asked::of(parts.uri.path());
            let of = (parts.uri.path(), parts.headers.clone());
            let admitted = gate.admit(asked, of, &mut parts.extensions, &connection);
            let held = match admitted.await {
                Ok(held) => held,
                Err(refused) => return Ok(Status::from(refused).into_http()),
            };
            if let Held::Reflection(share) = held {
                let answer = inner.call(Request::from_parts(parts, body)).await?;
                // The stream keeps the place.
                return Ok(answer.map(|stream| {
                    Body::new(stream.map_frame(move |frame| {
                        let _ = &share;
                        frame
                    }))
                }));
            }
            let limit = if asked == Asked::Other { ANYBODYS_BYTES } else { QUESTION_BYTES };
            let body = match whole(body, limit).await {
                Ok(body) => body,
                Err(refused) => return Ok(refused.into_http()),
            };
            let _serving = connection.serve();
            inner.call(Request::from_parts(parts, body)).await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Asked;

    #[test]
    fn every_service_that_needs_a_token_is_asked_for_one() {
        for (path, asked) in [
            ("/rinnakkain.care.v1.InvolvementService/CheckInvolvement", Asked::Question),
            ("/rinnakkain.care.v1.ParallelViewService/ListTimeline", Asked::Question),
            ("/rinnakkain.care.v1.ReceiptService/GetReceipt", Asked::Receipt),
            ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Asked::Reflection),
            ("/grpc.health.v1.Health/Check", Asked::Other),
            ("/", Asked::Other),
        ] {
            assert_eq!(Asked::of(path), asked, "{path}");
        }
    }
}
