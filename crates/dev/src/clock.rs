//! The clock, read here only.

use jiff::Timestamp;

#[expect(clippy::disallowed_methods, reason = "what is played or measured happens today")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
