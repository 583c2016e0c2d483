//! A private PostgreSQL, started and stopped with the program.
//!
//! For one machine, for trials and for tests: no server to install, no port, no password. The server listens on a unix socket
//! in a directory that only its own account can enter (mode 0700), never on TCP, so a user who can reach the socket could read
//! the files as well. No safety is given up for speed: `fsync`, `full_page_writes` and checksums are on. A server that
//! outlives a killed program is adopted by the next one, never started twice. The service works as [`SERVICE`], which is no
//! superuser.
//!
//! It knows PostgreSQL's own tools (`initdb`, `pg_ctl`, `postgres`) and nothing of Rinnakkain. [`Binaries`] finds the tools,
//! and [`Postgres`] runs a server. A new place to look for tools is one line in `binaries.rs`, a new server setting one line
//! in `postgres.rs`.

#[cfg(not(target_os = "linux"))]
compile_error!("Rinnakkain runs on Linux only: build it on Linux or in a Linux container");

mod account;
mod binaries;
pub mod cache;
mod directory;
mod error;
mod fetch;
mod postgres;
mod script;
mod service;

pub use binaries::Binaries;
pub use error::Error;
pub use postgres::Postgres;
pub use service::SERVICE;
