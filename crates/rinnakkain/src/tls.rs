//! TLS 1.3 (RFC 8446), and no older: the listeners' side, and that of `send` and `ask`.
//!
//! [`Acceptor`] is made once per listener and makes a [`Stream`] of each connection, whether it speaks TLS or not: MLLP,
//! HTTP and gRPC know no difference. What it serves with are [`Files`], looked at again while it runs: a certificate is
//! renewed without a restart. Where a client authority is configured, nobody is heard without a certificate of it.

mod acceptor;
pub mod certificate;
mod client;
mod files;
mod refused;
pub mod revocation;
mod stream;

pub use acceptor::Acceptor;
pub use certificate::Peer;
pub use client::{Client, Connection, refusal};
pub use files::Files;
pub use stream::Stream;
