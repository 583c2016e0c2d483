//! What is shown when there is no answer: in words, with the next step, and never anything that looks like "none".

use crate::App;
use crate::frame::{Frame, shown};
use crate::provider::NoSignIn;
use crate::session::Session;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use tonic::{Code, Status};
use words::{Language, Phrase};

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The form was sent before, or is too old.
    FormUsed,
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
    ring: Option<String>,
    text: String,
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
        let (status, text) = match self {
            Self::FormUsed => (StatusCode::GONE, Phrase::PageFormUsed),
            Self::Refused => (StatusCode::FORBIDDEN, Phrase::PageRefused),
            Self::Misunderstood => (StatusCode::BAD_GATEWAY, Phrase::PageMisunderstood),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, Phrase::PageBusy),
            Self::Away => (StatusCode::SERVICE_UNAVAILABLE, Phrase::PageAway),
            Self::SignInEnded => (StatusCode::UNAUTHORIZED, Phrase::PageSignInEnded),
        };
        let frame = Frame::new(app, session, Phrase::PageNoAnswer);
        let text = frame.say(text);
        // These are no reason to ring anybody: one asks again, or signs in again.
        let again = matches!(self, Self::FormUsed | Self::SignInEnded);
        let telephone = app.page.telephone.as_deref().filter(|_| !again);
        let ring = telephone.map(|number| frame.say(Phrase::PageRing { number }));
        shown(status, &FailurePage { frame, ring, text })
    }
}
