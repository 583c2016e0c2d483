//! Access tokens of the county's identity provider (OAuth 2.0, JWT by RFC 9068): which system calls, and which professional.
//!
//! Everything here is a function of the token, the provider's keys, the clock and the connection's certificate. The binary
//! fetches the keys ([`KeyFeed`]); nothing that a token names is ever fetched.

mod access_token;
mod keys;
mod person;
mod provider;
mod signature;
mod strict;

pub use keys::{Keys, KeysError};
pub use person::{ClaimNames, claim_words};
pub use provider::{IdentityProvider, KeyFeed};

pub(crate) use access_token::{AccessToken, TokenRefused};
pub(crate) use person::Person;

#[cfg(test)]
pub(crate) mod vectors;
