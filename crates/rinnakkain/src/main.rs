//! The service and the operator's commands.
//!
//! This crate wires: it reads the configuration, the clock and the sockets, and hands values to the crates that know
//! what they mean. It knows no rule of the domain, no SQL and no source format.
//!
//! # Adding a command
//! A file with its arguments and `async fn run`, its variant in [`Command`], its arm in [`Cli::run`].

mod apply;
mod ask;
mod check;
mod clock;
mod config;
mod database;
mod hash_token;
mod health;
mod hex;
mod http_server;
mod ingest;
mod journal_command;
mod keys;
mod lingering;
mod listeners;
mod migrate;
mod new_keys;
mod output;
mod pki;
mod prepare;
mod probe;
mod project;
mod quarantine;
mod rebuild;
mod retranslate;
mod review;
mod run;
mod send;
mod signals;
mod sources;
mod sweep;
mod telemetry;
mod tls;
mod translate;
mod waiting;
mod with_database;

use clap::{Args, Parser, Subcommand};
use run::Roles;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  rinnakkain run --config deploy/rinnakkain.toml --data /var/lib/rinnakkain
      start with a private PostgreSQL; HL7 v2 on 2575, HTTP on 8080, gRPC on 50051
  rinnakkain ingest --config …, rinnakkain project --config …, rinnakkain serve --config …
      the same in three, each as many times as wanted, with Kafka between (transport kafka)
  rinnakkain check --config …
      what is configured, whether it is there and can be relied on, and what to do if not
  rinnakkain send hl7v2 admission.hl7
      send messages and see each answer
  rinnakkain translate admission.hl7
      what a message would give and be told, storing nothing
  rinnakkain ask involvement --help
      how to ask about a client
  rinnakkain quarantine list
      what was refused, and why
  rinnakkain retranslate --source NAME --since 2026-11-20T00:00:00Z
      read kept messages again, after a mend
  rinnakkain sources
      what was received of each source, and what became of it
  rinnakkain review list
      records that a person must say of whether they are one
  rinnakkain pki dev DIR
      certificates to try TLS with, and how to use them
  rinnakkain rebuild --verify
      fold every client's history again and compare with what is stored

Any setting of the file can be given in the environment: [mllp] address is RINNAKKAIN_MLLP__ADDRESS.

Exit status:
   0  done; of the service: it was asked to stop (SIGTERM, Ctrl-C), and has stored and answered what it had received
   1  failed: why is on standard error. What was not answered is still its sender's
   2  wrong arguments
  64  wrong configuration: all that is wrong is on standard error, and nothing was begun";

/// One parallel view of a client that hospitals and social services know half each.
#[derive(Parser)]
#[command(name = "rinnakkain", version, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where the settings and the data are.
#[derive(Args)]
struct Place {
    /// The configuration; without it, ./rinnakkain.toml if there is one
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data directory: keys, and the private PostgreSQL if no database is configured
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Take messages in, keep the view, answer questions
    Run,
    /// Only take messages in, into Kafka
    Ingest,
    /// Only apply what Kafka holds
    Project,
    /// Only answer questions
    Serve,
    /// Show the configuration without its secrets, try what it names, and say what to do about each failure
    Check(check::Check),
    /// Kafka between ingest and projection: how far it is, and gaps in it
    Journal(journal_command::Journal),
    /// Fold every client's history again
    Rebuild(rebuild::Rebuild),
    /// What was refused: list it, look at it, try it again, or close it
    Quarantine(quarantine::Quarantine),
    /// What messages would give and be told, storing nothing
    Translate(translate::Translate),
    /// Read kept messages again, after an adapter or a source's configuration was mended
    Retranslate(retranslate::Retranslate),
    /// What was received of each source, and what became of it
    Sources(sources::Sources),
    /// Whose records are one person, where no number may say it: list, decide
    Review(review::Review),
    /// Send files as a source would, and print the answers
    Send(send::Send),
    /// Ask about a client
    Ask(ask::AskArgs),
    /// Bring a database's schema up to this version
    Migrate(migrate::Migrate),
    /// Run a tool of PostgreSQL's on the database: psql, pg_dump
    WithDatabase(with_database::WithDatabase),
    /// Ask whether a role is alive or ready: for containers
    Probe(probe::Probe),
    /// The SHA-256 of a token from standard input, for the configuration
    HashToken,
    /// Make a key file
    NewKeys(new_keys::NewKeys),
    /// Certificates to try TLS with
    Pki(pki::Pki),
}

impl Cli {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let place = self.place;
        let load = || config::Config::load(place.config.as_deref(), place.data.as_deref());
        match self.command {
            Command::Run => run::run(load()?, Roles::ALL).await,
            Command::Ingest => run::run(load()?, Roles::INGEST).await,
            Command::Project => run::run(load()?, Roles::PROJECT).await,
            Command::Serve => run::run(load()?, Roles::SERVE).await,
            Command::Check(check) => check.run(load).await,
            Command::Journal(journal) => journal.run(load).await,
            Command::Rebuild(rebuild) => rebuild.run(load).await,
            Command::Quarantine(quarantine) => quarantine.run(load).await,
            Command::Translate(translate) => translate.run(load),
            Command::Retranslate(retranslate) => retranslate.run(load).await,
            Command::Sources(sources) => sources.run(load).await,
            Command::Review(review) => review.run(load).await,
            Command::Send(send) => send.run().await,
            Command::Ask(ask) => ask::run(ask).await.map(|()| ExitCode::SUCCESS),
            Command::Migrate(migrate) => migrate.run(load).await,
            Command::WithDatabase(with_database) => with_database.run(load).await,
            Command::Probe(probe) => probe.run().await,
            Command::HashToken => hash_token::run(),
            Command::NewKeys(new_keys) => new_keys.run(),
            Command::Pki(pki) => pki.run(),
        }
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(cli.run()));
    result.unwrap_or_else(|error| {
        // Nobody is left to tell if standard error is closed.
        let _ = writeln!(std::io::stderr().lock(), "rinnakkain: {error:#}");
        if error.is::<config::Invalid>() { ExitCode::from(64) } else { ExitCode::FAILURE }
    })
}
