//! What an event leaves behind: where it comes from, where it stands among others, and the shapes that values are kept in.

pub(crate) mod mark;
mod origin;
pub(crate) mod period;
pub(crate) mod revocable;
pub(crate) mod span;

pub use origin::Origin;
pub(crate) use origin::Reported;
