//! Who may hold how much: connections, places and lines of the log, counted per peer and per caller.
//!
//! Whatever the service has few of can be taken by one who never gives it back. So each thing is counted by who holds it
//! ([`Shares`], [`ConnectionSlots`]), a connection that does nothing gives way to a new one, and refusals are counted rather than logged
//! one by one ([`Refusals`]). Nobody is distinguished by their own statement: a [`Peer`] is an address or a certificate that
//! the handshake verified, a caller is one whose token is known.
//!
//! This crate knows no sockets, protocols or settings. To bound another thing, give it [`Shares`] of its own.

mod allowance;
mod connection;
mod known_by;
mod pace;
mod peer;
mod refusals;
mod shares;
mod slots;

pub use allowance::Allowance;
pub use connection::{Connection, Serving};
pub use known_by::KnownBy;
pub use pace::Pace;
pub use peer::Peer;
pub use refusals::Refusals;
pub use shares::{Share, Shares};
pub use slots::{ConnectionSlot, ConnectionSlots, Taken};
