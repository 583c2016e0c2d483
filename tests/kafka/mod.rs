//! With Kafka between ingest and projection, in parts as a county would run them: three brokers, two ingests, two
//! projectors, one server; and beside them an oracle, a projector on a database of its own that nothing ever happens to.
//!
//! - `away`: no broker answers;
//! - `faults`: each part killed or stopped under load; what was acknowledged is in the view once, and the view is the
//!   oracle's, byte for byte;
//! - `laws`: random histories through the journal;
//! - `moved`: over to no journal while the old one may hold something;
//! - `positions`: a database restored under a living reader;
//! - `watermarks`: a partition that stands still;
//! - `refusals`: a topic that is not safe, other keys.

mod away;
mod faults;
mod laws;
mod load;
mod moved;
pub mod parts;
mod positions;
mod refusals;
mod watermarks;
