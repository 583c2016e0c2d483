//! What is shown when there is no answer: in words, with the next step, and never anything that looks like "none".

use crate::App;
use crate::contact::Number;
use crate::forms::{Subject, Used};
use crate::frame::{Frame, shown};
use crate::provider::NoSignIn;
use crate::session::Session;
use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tonic::{Code, Status};
use words::{Language, Phrase};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The form was sent before, or is too old.
    FormUsed,
    /// What was sent is none of this page's forms.
    Malformed,
    /// Another site has sent it.
    OfAnotherSite,
    /// The API does not answer this person's question on this basis.
    Refused,
    /// The API understands the question otherwise than this page.
    Misunderstood,
    /// The API is busy.
    Busy,
    /// The API, or what it needs, is away.
    Away,
    /// The identity provider has ended this person's session.
    SignInEnded,
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    frame: Frame,
    /// Whom to ring.
    ring: Option<Number>,
    text: String,
    again: Option<Again>,
}

/// What can be sent again, because nobody knows whether it was done: a second time it is the same.
struct Again {
    action: &'static str,
    form: String,
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        match status.code() {
            Code::PermissionDenied | Code::Unauthenticated => Self::Refused,
            Code::InvalidArgument | Code::OutOfRange | Code::Unimplemented => Self::Misunderstood,
            Code::ResourceExhausted => Self::Busy,
            Code::Ok
            | Code::Cancelled
            | Code::Unknown
            | Code::DeadlineExceeded
            | Code::NotFound
            | Code::AlreadyExists
            | Code::FailedPrecondition
            | Code::Aborted
            | Code::Internal
            | Code::Unavailable
            | Code::DataLoss => Self::Away,
        }
    }
}

impl From<Used> for Failure {
    fn from(_: Used) -> Self {
        Self::FormUsed
    }
}

/// Of a handler: [`show`] knows who asked.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, Extension(self)).into_response()
    }
}

/// Shows the page of a failure that a handler has given back.
pub(crate) async fn show(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    request: Request,
    next: Next,
) -> Response {
    let response = next.run(request).await;
    match response.extensions().get::<Failure>() {
        Some(failure) => failure.page(&app, &session),
        None => response,
    }
}

impl From<NoSignIn> for Failure {
    fn from(why: NoSignIn) -> Self {
        match why {
            NoSignIn::Away => Self::Away,
            NoSignIn::Refused => Self::SignInEnded,
        }
    }
}

impl Failure {
    /// The page that shows it. `session`: who asked.
    pub(crate) fn page(self, app: &App, session: &Session) -> Response {
        self.shown(app, Frame::new(app, session, Phrase::PageNoAnswer), None)
    }

    /// The same after a call that writes: where it may have been done, `action` takes it again. What is written stays here, under
    /// the form's number, so that what is sent again cannot be another.
    pub(crate) fn page_again(self, app: &App, session: &Session, action: &'static str, subject: Subject) -> Response {
        let unknown = matches!(self, Self::Away | Self::Busy);
        let form = || app.forms.give(&session.id, Some(subject), app.now());
        self.shown(app, Frame::new(app, session, Phrase::PageNoAnswer), unknown.then(|| Again { action, form: form() }))
    }

    /// The same where nobody is known to have signed in.
    pub(crate) fn page_of_nobody(self, app: &App, language: Language) -> Response {
        self.shown(app, Frame::anonymous(app, language, Phrase::PageNoAnswer), None)
    }

    fn shown(self, app: &App, frame: Frame, again: Option<Again>) -> Response {
        let (status, text) = match self {
            Self::FormUsed => (StatusCode::GONE, Phrase::PageFormUsed),
            Self::Malformed => (StatusCode::BAD_REQUEST, Phrase::PageFormMalformed),
            Self::OfAnotherSite => (StatusCode::FORBIDDEN, Phrase::PageFormOfAnotherSite),
            Self::Refused => (StatusCode::FORBIDDEN, Phrase::PageRefused),
            Self::Misunderstood => (StatusCode::BAD_GATEWAY, Phrase::PageMisunderstood),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, Phrase::PageBusy),
            Self::Away => (StatusCode::SERVICE_UNAVAILABLE, Phrase::PageAway),
            Self::SignInEnded => (StatusCode::UNAUTHORIZED, Phrase::PageSignInEnded),
        };
        let text = frame.say(text);
        // These are no reason to ring anybody: one asks again, or signs in again.
        let by_oneself = matches!(self, Self::FormUsed | Self::Malformed | Self::OfAnotherSite | Self::SignInEnded);
        let telephone = app.page.telephone.as_deref().filter(|_| !by_oneself);
        let ring = telephone.map(Number::of);
        shown(status, &FailurePage { frame, ring, text, again })
    }
}
