//! With Kafka between ingest and projection, in parts as a county would run them.
//!
//! - `away`: no broker answers;
//! - `laws`: random histories through the journal;
//! - `moved`: over to no journal while the old one may hold something;
//! - `positions`: a database restored under a living reader;
//! - `schema`: a database that takes nothing;
//! - `watermarks`: a partition that stands still;
//! - `refusals`: a topic that is not safe, other keys.

mod away;
mod laws;
mod moved;
mod positions;
mod refusals;
mod schema;
mod watermarks;
