//! Whose forms are taken.

use crate::App;
use crate::failure::Failure;
use crate::sign_in::accepted;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;

/// A form that another site sends is refused before it is read. A browser that does not say where a request comes from is
/// held by the form's number alone.
pub(crate) async fn require(State(app): State<App>, request: Request, next: Next) -> Response {
    let from = request.headers().get("sec-fetch-site").and_then(|it| it.to_str().ok());
    if request.method() == Method::POST && from.is_some_and(|it| !matches!(it, "same-origin" | "none")) {
        return Failure::OfAnotherSite.page_of_nobody(&app, accepted(request.headers()));
    }
    next.run(request).await
}
