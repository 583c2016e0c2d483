//! Answers: the gRPC services, and who is asking.
//!
//! A question passes three gates:
//! 1. *Who calls*: a registered system with a token ([`Callers`]), and the professional whom a token of the identity provider
//!    names ([`IdentityProvider`]). Until that is known, nothing is held for the call (`gate`).
//! 2. *May it ask this at all* (`care::access::admit`): a refusal is stated plainly, before any look-up.
//! 3. *May it be answered about this client*: decided inside [`store::Door`]. A refusal reads the same as an unknown person.
//!
//! Only a [`store::Granted`] answer is rendered here, and its names are opened from their seal at this last step.
//!
//! A sender that asks for the status of its own messages ([`Senders`]) asks nothing about a client, and passes no door.
//!
//! This crate knows no SQL, no source format and no configuration file. The binary supplies the clock.
//!
//! # Adding an rpc
//! 1. Its messages and its line in `proto/rinnakkain/care/v1`; of a new file, its name in `build.rs`.
//! 2. Its variant in `care::access::Query` and in the rules that allow it; its answer in `care::answer`.
//! 3. A short handler here: `status` maps its errors, `value` renders what answers share, `outcome` has what the access log holds
//!    of the answer, and tests ask for its path in `timing` and its arm in `withheld`.

mod answered;
mod authenticate;
mod caller;
mod care_team;
mod case;
mod clientship;
mod consent;
mod contact;
mod decided;
mod declares;
mod duty_contact;
mod field;
mod gate;
mod health;
mod involvement;
mod lane;
mod opened_contact;
mod outcome;
mod page;
mod parallel_view;
mod person;
mod query_service;
mod reach;
mod receipt;
mod referral;
mod request;
mod serve;
mod service;
mod settings;
mod status;
mod stay;
mod timeline;
mod timing;
mod token;
mod unknown;
mod value;
mod worker;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod withheld;

pub use authenticate::bearer;
pub use caller::{Caller, CallerKnownBy, Callers, CallersError, Sender, Senders, Users};
pub use prost_types::Timestamp;
pub use serve::{DESCRIPTORS, ServeError, serve};
pub use settings::{Answering, Journal, Services, Settings};
pub use timing::{Observer, Timing};
pub use token::{ClaimNames, IdentityProvider, KeyFeed, Keys, KeysError, claim_words};
pub use unknown::UnknownLimits;

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
