//! The step between this site and the identity provider's.

use crate::App;
use crate::frame::{Frame, shown};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use words::{Language, Phrase};

/// A page that leads on by itself.
///
/// After sign-in: a browser that is redirected from another site does not send a `Strict` cookie that it has just got, but it
/// does when a page of this site leads on. After sign-out: a redirect of a form to another site is what the headers forbid.
#[derive(Template)]
#[template(path = "onward.html")]
pub(crate) struct Onward {
    frame: Frame,
    onward: String,
}

impl Onward {
    pub(crate) fn page(app: &App, language: Language, title: Phrase<'_>, onward: String) -> Response {
        shown(StatusCode::OK, &Self { frame: Frame::anonymous(app, language, title), onward })
    }
}
