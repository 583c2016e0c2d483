//! What an event leaves behind: its origin, its place among others, and the shapes in which values are kept.

pub(crate) mod limits;
pub(crate) mod mark;
pub(crate) mod once;
mod origin;
pub(crate) mod period;
pub(crate) mod revocable;
pub(crate) mod sight;
pub(crate) mod span;

pub use origin::Origin;
pub(crate) use origin::Reported;
