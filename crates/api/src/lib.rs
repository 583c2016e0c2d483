//! Answers: the gRPC services, and who is asking.
//!
//! A question passes three gates. *Who calls*: a registered system with a token ([`Callers`]); *may it ask this at all*
//! (`care::access::admit`), said plainly before anything is looked up; *may it be answered of this client*, decided
//! inside [`store::Door`], where a no reads the same as of somebody nobody knows. What comes out is a
//! [`store::Granted`] answer, and nothing else is rendered here. Names are opened from their seal at this last step.
//!
//! A sender that asks what became of its own messages ([`Senders`]) asks nothing of a client, and passes no door.
//!
//! This crate knows no SQL, no source format and no configuration file; the clock is a value that the binary gives.
//!
//! # Adding an rpc
//! 1. Its messages and its line in `proto/rinnakkain/care/v1`.
//! 2. Its variant in `care::access::Query` and in the rules that allow it; what it says in `care::answer`.
//! 3. A short handler here: [`status`](self) maps its errors, `value` renders what answers share.

mod caller;
mod care_team;
mod desk;
mod health;
mod involvement;
mod lane;
mod page;
mod parallel_view;
mod person;
mod receipt;
mod referral;
mod request;
mod serve;
mod service;
mod status;
mod timeline;
mod timing;
mod value;

#[cfg(test)]
mod same_words;
#[cfg(test)]
mod sample;

pub use caller::{Caller, Callers, CallersError, Sender, Senders, bearer};
pub use desk::Services;
pub use prost_types::Timestamp;
pub use serve::{DESCRIPTORS, ServeError, serve};
pub use timing::{Timing, Told};

/// The generated messages, servers and clients of `rinnakkain.care.v1`.
#[expect(
    missing_docs,
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::large_enum_variant,
    reason = "generated; documented in proto/rinnakkain/care/v1"
)]
pub mod proto {
    include!(concat!(env!("OUT_DIR"), "/rinnakkain.care.v1.rs"));
}
