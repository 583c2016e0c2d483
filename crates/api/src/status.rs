//! The one map from errors to gRPC statuses.
//!
//! Each text states what the caller should do next. None mentions a client or repeats the request. `ErrorInfo` carries a
//! reason for programs.

use care::access::CallerRefused;
use std::collections::HashMap;
use std::time::Duration;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// No token, or an unknown one.
    #[error("no registered system has this token: send `authorization: Bearer <token>`")]
    Unauthenticated,
    /// The calling system's users are known by their tokens, and none came.
    #[error("the users of this system are known by their tokens: send the user's access token as `x-rinnakkain-user`")]
    UserMissing,
    /// The user's token is not valid, or is another system's, or there are two.
    #[error("the user's access token is refused: the service's log has the reason")]
    UserRefused,
    /// The calling system is not registered for the user's unit.
    #[error("the calling system is not registered for this user's unit")]
    Unit,
    /// This caller may not ask this at all.
    #[error(transparent)]
    Refused(#[from] CallerRefused),
    /// The question is malformed.
    #[error("{field}: {why}")]
    Invalid {
        /// Where.
        field: &'static str,
        /// What is wrong there.
        why: &'static str,
    },
    /// No message of this sender has this id. The answer is the same for another sender's message.
    #[error(
        "no message of yours with this id is known: it was not received, was received too long ago, or is still in flight"
    )]
    NotReceived,
    /// This caller, or all of them together, ask too much at once.
    #[error("too much is asked at once: ask again in a moment")]
    Busy,
    /// This user, or this system, asked about too many unknown or unrelated persons.
    #[error(
        "too many questions in the last hour were about persons for whom you may get no answer: wait, or use the phone"
    )]
    TooManyUnknown,
    /// The database is unavailable, or too slow.
    #[error("no answer can be given now: use the phone, and ask again in a while")]
    NotNow,
    /// Too many questions that read history wait already.
    #[error(
        "too many questions about the past or with a timeline wait already: ask again in a while; a question about the \
         present is answered"
    )]
    HistoryFull,
    /// The caller can do nothing about it.
    #[error("no answer can be given: use the phone; the error is in the service's log")]
    Fault,
}

/// The domain of every `ErrorInfo`.
const DOMAIN: &str = "rinnakkain";

impl Error {
    /// At `field`.
    pub(crate) fn invalid(field: &'static str, why: &'static str) -> Self {
        Self::Invalid { field, why }
    }

    fn code(self) -> Code {
        match self {
            Self::Unauthenticated | Self::UserMissing | Self::UserRefused => Code::Unauthenticated,
            Self::Unit | Self::Refused(_) => Code::PermissionDenied,
            Self::Invalid { .. } => Code::InvalidArgument,
            Self::NotReceived => Code::NotFound,
            Self::NotNow => Code::Unavailable,
            Self::Busy | Self::HistoryFull | Self::TooManyUnknown => Code::ResourceExhausted,
            Self::Fault => Code::Internal,
        }
    }

    /// For programs, and for the access log.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Unauthenticated => "TOKEN_UNKNOWN",
            Self::UserMissing => "USER_TOKEN_MISSING",
            Self::UserRefused => "USER_TOKEN_REFUSED",
            Self::Unit => "UNIT_NOT_REGISTERED",
            Self::Refused(CallerRefused::Task) => "TASK_NOT_REGISTERED",
            Self::Refused(CallerRefused::Query) => "QUERY_NOT_ALLOWED",
            Self::Refused(CallerRefused::Purpose) => "PURPOSE_NOT_ALLOWED",
            Self::Refused(CallerRefused::Declaration) => "DECLARATION_NOT_ALLOWED",
            Self::Invalid { .. } => "FIELD_INVALID",
            Self::NotReceived => "MESSAGE_NOT_RECEIVED",
            Self::Busy => "TOO_MANY_CALLS",
            Self::TooManyUnknown => "TOO_MANY_UNKNOWN",
            Self::NotNow => "NO_ANSWER_NOW",
            Self::HistoryFull => "HISTORY_FULL",
            Self::Fault => "NO_ANSWER",
        }
    }
}

impl From<store::DoorError> for Error {
    fn from(error: store::DoorError) -> Self {
        if error == store::DoorError::Full {
            // The caller gets the reason; a line for each would fill the log.
            return Self::HistoryFull;
        }
        let transient = error.is_transient();
        tracing::error!(%error, transient, "question not answered");
        if transient { Self::NotNow } else { Self::Fault }
    }
}

impl From<store::Fault> for Error {
    fn from(fault: store::Fault) -> Self {
        store::DoorError::from(fault).into()
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let mut details = ErrorDetails::with_error_info(error.reason(), DOMAIN, HashMap::new());
        match error {
            Error::Invalid { field, why } => {
                details.add_bad_request_violation(field, why);
            }
            Error::NotNow | Error::HistoryFull | Error::Busy => {
                details.set_retry_info(Some(Duration::from_secs(5)));
            }
            _ => {}
        }
        Self::with_error_details(error.code(), error.to_string(), details)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_has_a_code_a_reason_and_a_text() {
        let table = [
            (Error::Unauthenticated, Code::Unauthenticated, "TOKEN_UNKNOWN"),
            (Error::UserMissing, Code::Unauthenticated, "USER_TOKEN_MISSING"),
            (Error::UserRefused, Code::Unauthenticated, "USER_TOKEN_REFUSED"),
            (Error::Unit, Code::PermissionDenied, "UNIT_NOT_REGISTERED"),
            (CallerRefused::Task.into(), Code::PermissionDenied, "TASK_NOT_REGISTERED"),
            (CallerRefused::Query.into(), Code::PermissionDenied, "QUERY_NOT_ALLOWED"),
            (CallerRefused::Purpose.into(), Code::PermissionDenied, "PURPOSE_NOT_ALLOWED"),
            (CallerRefused::Declaration.into(), Code::PermissionDenied, "DECLARATION_NOT_ALLOWED"),
            (Error::invalid("client.value", "is empty"), Code::InvalidArgument, "FIELD_INVALID"),
            (Error::NotReceived, Code::NotFound, "MESSAGE_NOT_RECEIVED"),
            (Error::Busy, Code::ResourceExhausted, "TOO_MANY_CALLS"),
            (Error::TooManyUnknown, Code::ResourceExhausted, "TOO_MANY_UNKNOWN"),
            (Error::NotNow, Code::Unavailable, "NO_ANSWER_NOW"),
            (Error::HistoryFull, Code::ResourceExhausted, "HISTORY_FULL"),
            (Error::Fault, Code::Internal, "NO_ANSWER"),
        ];
        for (error, code, reason) in table {
            let status = Status::from(error);
            assert_eq!(status.code(), code);
            assert_eq!(status.message(), error.to_string());
            let info = status.get_details_error_info().unwrap();
            assert_eq!((info.reason.as_str(), info.domain.as_str()), (reason, DOMAIN));
        }
        let status = Status::from(Error::invalid("client.value", "is empty"));
        assert_eq!(status.get_details_bad_request().unwrap().field_violations[0].field, "client.value");
        assert!(Status::from(Error::NotNow).get_details_retry_info().is_some());
    }
}
