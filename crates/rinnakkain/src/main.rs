//! The service and the operator's commands.
//!
//! This crate wires: it reads the configuration, the clock and the sockets, and hands values to the crates that know
//! what they mean. It knows no rule of the domain, no SQL and no source format.
//!
//! A role ([`role`]) runs until it is asked to stop; a command ([`command`]) ends by itself. Both use what stands beside
//! them here; what stands there uses neither. To add a command, see [`command`].

mod ask;
mod channel;
mod clock;
mod command;
mod config;
mod database;
mod fetch;
mod keys;
mod listener;
mod output;
mod personal;
mod role;
mod table;
mod telemetry;
mod tls;

use clap::{Args, CommandFactory, Parser};
use command::Command;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
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
      show the configuration, try everything that it names, and advise on each failure
  rinnakkain send hl7v2 admission.hl7
      send messages and see each answer
  rinnakkain translate admission.hl7
      which events and which answer a message would yield; nothing is stored
  rinnakkain feed admission.hl7
      what a feed contains, what of it is not configured, and the lines to write
  rinnakkain ask involvement --help
      how to ask about a client
  rinnakkain quarantine list
      refused messages, and why
  rinnakkain retranslate --source NAME --since 2026-11-20T00:00:00Z
      translate kept messages again, after an adapter or a configuration was corrected
  rinnakkain sources
      messages received from each source, by outcome
  rinnakkain review list
      records for which a person must decide whether they are the same client
  rinnakkain pki dev DIR
      make certificates to try TLS with
  rinnakkain rebuild --verify
      fold every client's history again and compare the result with what is stored

Any setting of the file can be given in the environment: [mllp] address is RINNAKKAIN_MLLP__ADDRESS.

Exit status:
   0  done; the service: stopped in order (SIGTERM, Ctrl-C): everything received is stored and answered
   1  failed: standard error shows why. What was not answered is still its sender's
   2  wrong arguments
  64  wrong configuration: standard error lists every mistake, and nothing was started";

/// One parallel view of a client, of whom hospitals and social services each know half.
#[derive(Parser)]
#[command(name = "rinnakkain", version, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    place: Location,
    #[command(subcommand)]
    command: Command,
}

/// Where the settings and the data are.
#[derive(Args)]
struct Location {
    /// The configuration; without it, ./rinnakkain.toml if there is one
    #[arg(long, global = true, value_name = "FILE", env = "RINNAKKAIN_CONFIG")]
    config: Option<PathBuf>,
    /// The data directory: keys, and the private PostgreSQL if no database is configured
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Cli {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let Location { config, data } = self.place;
        self.command.run(|| config::Config::load(config.as_deref(), data.as_deref()), Cli::command).await
    }
}

/// A dump of this memory, or of the private PostgreSQL's, would hold names and keys. One byte is too little for a file, and where
/// dumps go to a program instead, Linux takes a limit of one byte as none at all; a limit of zero it does not (core(5)).
fn leave_no_core_dump() -> std::io::Result<()> {
    let one = Some(getrlimit(Resource::Core).maximum.unwrap_or(1).min(1));
    Ok(setrlimit(Resource::Core, Rlimit { current: one, maximum: one })?)
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = leave_no_core_dump() {
        let _ = writeln!(std::io::stderr().lock(), "rinnakkain: core dumps cannot be turned off: {error}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(cli.run()));
    result.unwrap_or_else(|error| {
        // If standard error is closed, nobody reads the error.
        let _ = writeln!(std::io::stderr().lock(), "rinnakkain: {error:#}");
        if error.is::<config::Invalid>() { ExitCode::from(64) } else { ExitCode::FAILURE }
    })
}
