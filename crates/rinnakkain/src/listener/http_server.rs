//! HTTP/1.1 connections with limits on the time and size of a header, and an orderly end. Each request carries the
//! [`quota::Connection`] that it came over.

mod unread;

use super::lingering::Lingering;
use super::{Listener, Stream};
use axum::Router;
use axum::http::Request;
use axum::middleware::from_fn;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::pin::pin;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// The longest time in which a request's header must arrive; also how long an idle connection is kept.
const HEADER: Duration = Duration::from_secs(15);
/// The longest header, in bytes and in fields.
const MAX_BUFFER: usize = 64 << 10;
const MAX_HEADERS: usize = 64;

/// Serves until `stop`; then finishes the requests that have begun.
pub async fn serve(listener: Listener, router: Router, stop: CancellationToken) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER).max_buf_size(MAX_BUFFER).max_headers(MAX_HEADERS);
    let stopping = stop.clone();
    let router = router.layer(from_fn(unread::close));
    let connection = move |stream: Stream| {
        let (router, over) = (router.clone(), stream.connection().clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            over.spoke();
            request.extensions_mut().insert(over.clone());
            router.clone().oneshot(request)
        });
        let connection = http.serve_connection(TokioIo::new(Lingering::new(stream, &stopping)), service);
        let stopping = stopping.clone();
        async move {
            let mut connection = pin!(connection);
            // An error at the end of a connection is the caller's matter.
            tokio::select! {
                _ = connection.as_mut() => {}
                () = stopping.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
        }
    };
    listener.serve(stop, connection).await;
}
