//! The roles of the service: ingest takes messages in, project applies what the journal holds, serve answers questions.
//!
//! One process does one of them or all. Start: sockets are bound first, so a taken port is reported before anything
//! begins; then keys, database, migrations, the check that the keys are the database's, and the topic. What is away is
//! waited for. Stop (SIGTERM, Ctrl-C): nothing new is accepted, what was received is stored and answered, then the writer
//! ends, the reader leaves its group, and the connections and the private PostgreSQL end.
//!
//! Roles and commands use `config`, `telemetry`, `tls`, `listener`, `database` and `keys`. Those use neither.

mod apply;
mod deferred;
mod directory;
mod health;
mod identity;
pub mod ingest;
pub mod page;
mod prepare;
pub mod project;
mod reload;
mod run;
mod service;
mod signals;
mod sockets;
mod start;
mod sweep;
mod waiting;

pub use run::run;

/// What one process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Takes messages in.
    pub ingest: bool,
    /// Applies what the journal holds.
    pub project: bool,
    /// Answers questions.
    pub serve: bool,
}

impl Roles {
    pub const ALL: Self = Self { ingest: true, project: true, serve: true };
    pub const INGEST: Self = Self { ingest: true, project: false, serve: false };
    pub const PROJECT: Self = Self { ingest: false, project: true, serve: false };
    pub const SERVE: Self = Self { ingest: false, project: false, serve: true };

    /// As the command is called.
    fn name(self) -> &'static str {
        match self {
            Self::INGEST => "ingest",
            Self::PROJECT => "project",
            Self::SERVE => "serve",
            _ => "run",
        }
    }

    /// True if it uses the database: an ingest that writes into the journal does not.
    pub fn stores(self) -> bool {
        self.project || self.serve
    }
}
