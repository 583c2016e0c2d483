//! A request that is answered before its body was read: its connection ends, and the answer announces that (RFC 9112 9.6).
//!
//! A small rest is read, so that the refusal of a small request costs no connection. A larger rest, and what arrives while the
//! answer is on its way, is dropped by [`crate::listener::lingering`].

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::timeout;

/// At most so much is read, and in this time.
const LITTLE: usize = 64 << 10;
const SOON: Duration = Duration::from_secs(1);

/// Answers, and ends the connection if the body was not read.
pub(super) async fn close(request: Request, next: Next) -> Response {
    let left = Left::default();
    // Reading would ask a client that waits for `100 Continue` (RFC 9110 10.1.1) to send the body: it is only answered.
    let asks = request.headers().contains_key(header::EXPECT);
    let request = request.map(|body| Body::new(Watched { body, left: left.clone() }));
    let mut response = next.run(request).await;
    let body = left.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(body) = body
        && (asks || !timeout(SOON, read_off(body)).await.unwrap_or(false))
    {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// True if the body has ended.
async fn read_off(mut body: Body) -> bool {
    let mut read = 0;
    while let Some(frame) = body.frame().await {
        read += frame.ok().and_then(|frame| frame.into_data().ok()).map_or(LITTLE, |data| data.len());
        if read >= LITTLE {
            return false;
        }
    }
    true
}

/// The part of the body that the handler did not read.
#[derive(Clone, Default)]
struct Left(Arc<Mutex<Option<Body>>>);

/// A body that is handed back if it was not read to its end.
struct Watched {
    body: Body,
    left: Left,
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.body.is_end_stream() {
            let body = std::mem::take(&mut self.body);
            *self.left.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        }
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(None)) {
            // It was read to its end, also where its length was not known.
            self.body = Body::empty();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
