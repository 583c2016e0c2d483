//! TLS 1.3 (RFC 8446), and 1.2 on a listener whose configuration allows it: the listeners' side, and that of `send` and `ask`.
//!
//! A listener serves with [`Files`], which it reads again while it runs: a certificate is renewed without a restart. Where
//! a client authority is configured, a connection needs a certificate of that authority.

pub mod certificate;
mod client;
mod files;
pub mod revocation;
mod unusable;

pub use certificate::PeerCertificate;
pub use client::{Client, Connection, refusal};
#[cfg(test)]
pub use files::Minimum;
pub use files::{Contents, Files};
pub use unusable::Unusable;
