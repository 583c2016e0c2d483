//! The store against a real PostgreSQL: law 2 by random histories and a from-scratch oracle, the door, and faults.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "the helpers of tests may panic as tests do")]

mod access_log;
mod county;
mod crash;
mod door;
mod faults;
mod journal;
mod law2;
mod oracle;
mod receipt;
mod registers;
mod released;
mod review;
mod schema;
mod server;
mod statements;
mod unidentified;
mod unnamed;
mod watermark;
