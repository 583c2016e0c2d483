//! `dev`: the commands of those who try or change Rinnakkain, one file each.
//!
//! To add a command: a file with `pub(crate) fn run`, a variant here, and an alias in `.cargo/config.toml`.

mod bar;
mod binary;
mod clock;
mod demo;
mod deny;
mod deployment;
#[cfg(feature = "faults")]
mod faults;
mod interrupt;
#[cfg(feature = "measure")]
mod measure;
mod prepare;
mod process;
mod queries;
mod released;
mod senders;
mod spread;
mod verify;

use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
#[command(about = "For those who try or change Rinnakkain")]
enum Command {
    /// Play a made-up county's day on the product itself
    Demo(demo::Demo),
    /// The product's figures, beside the machine's own ceilings
    #[cfg(feature = "measure")]
    Measure(measure::Measure),
    /// Break whatever can break under load, and check that nothing is lost
    #[cfg(feature = "faults")]
    Faults(faults::Faults),
    /// Everything a change must pass, cheapest first
    Verify,
    /// Refresh crates/store/.sqlx after a query or a migration changed
    Prepare,
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Demo(demo) => demo.run(),
        #[cfg(feature = "measure")]
        Command::Measure(measure) => measure.run(),
        #[cfg(feature = "faults")]
        Command::Faults(faults) => faults.run(),
        Command::Verify => verify::run(),
        Command::Prepare => prepare::run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
