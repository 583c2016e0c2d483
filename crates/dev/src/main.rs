//! `dev`: the commands of those who try or change Rinnakkain, one file each.
//!
//! To add a command: a file with `pub(crate) fn run`, a variant here, and an alias in `.cargo/config.toml`.

mod bar;
mod binary;
mod clock;
mod demo;
mod deployment;
mod faults;
mod interop;
mod interrupt;
mod measure;
mod prepare;
mod process;
mod queries;
mod released;
mod senders;
mod spread;
mod step;
mod trial;
mod verify;

use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
#[command(about = "For those who try or change Rinnakkain")]
enum Command {
    /// Play a made-up county's day on the product itself
    Demo(demo::Demo),
    /// The product's figures, beside the machine's own ceilings
    Measure(measure::Measure),
    /// Break whatever can break under load, and check that nothing is lost
    Faults(faults::Faults),
    /// Clients and validators that nobody here wrote, on the running product
    Interop(interop::Interop),
    /// Everything a change must pass, cheapest first
    Verify(verify::Verify),
    /// Refresh crates/store/.sqlx after a query or a migration changed
    Prepare,
}

fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Demo(demo) => demo.run(),
        Command::Measure(measure) => measure.run(),
        Command::Faults(faults) => faults.run(),
        Command::Interop(interop) => interop.run(),
        Command::Verify(verify) => verify.run(),
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
