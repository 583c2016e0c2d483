//! A form as it was filled in.

use crate::failure::Failure;
use axum::extract::{Form, FromRequest, Request};
use serde::de::DeserializeOwned;

/// What is none of this page's forms, or longer than any, has a page of its own that says so.
pub(crate) struct Filled<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Filled<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        match Form::from_request(request, state).await {
            Ok(Form(filled)) => Ok(Self(filled)),
            Err(_) => Err(Failure::Malformed),
        }
    }
}
