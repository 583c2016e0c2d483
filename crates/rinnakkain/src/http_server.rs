//! HTTP/1.1 connections with limits: how many, how long a header may take and be, and an orderly end.

use crate::telemetry::metrics;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// The longest time in which a request's header must arrive; also how long an idle connection is kept.
const HEADER: Duration = Duration::from_secs(15);
/// The longest header, in bytes and in fields.
const MAX_BUFFER: usize = 64 << 10;
const MAX_HEADERS: usize = 64;

/// Serves until `stop`; then finishes the requests that have begun.
pub async fn serve(listener: TcpListener, connections: usize, router: Router, stop: CancellationToken) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER).max_buf_size(MAX_BUFFER).max_headers(MAX_HEADERS);
    let places = Arc::new(Semaphore::new(connections));
    let graceful = GracefulShutdown::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tracing::warn!("an HTTP connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let service = TowerToHyperService::new(router.clone());
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            let _open = metrics::Connection::open("http");
            // What a caller's connection ends with is the caller's matter.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}
