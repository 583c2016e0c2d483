//! Steps: a title, the work, the time it took.
//!
//! Titles and times go to standard error, so that what the commands themselves print stays theirs. A step that fails
//! ends the run: the error names the command as one would type it.

use std::{
    fmt::Display,
    io,
    process::{Command, ExitStatus},
    time::Instant,
};

use testkit::root;

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The command could not be started.
    #[error("cannot run `{command}`: {source}")]
    NotRun {
        /// As one would type it.
        command: String,
        /// Why not.
        source: io::Error,
    },
    /// The command ran and failed.
    #[error("`{command}` failed ({status}): what to mend is above")]
    Failed {
        /// As one would type it.
        command: String,
        /// How it ended.
        status: ExitStatus,
    },
}

/// Prints the title, does the work and prints how long it took.
pub(crate) fn step<T, E>(title: impl Display, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    eprintln!("── {title}");
    let begun = Instant::now();
    let done = work();
    let outcome = if done.is_ok() { "done" } else { "failed" };
    eprintln!("   {outcome} in {:.1} s", begun.elapsed().as_secs_f64());
    done
}

/// Runs a command and waits; it writes where we write.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Error::Failed { command: typed(command), status }),
        Err(source) => Err(Error::NotRun { command: typed(command), source }),
    }
}

/// A command of cargo in the workspace's root.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut command = Command::new("cargo");
    command.arg(subcommand).current_dir(root());
    command
}

fn typed(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_as_typed() {
        let error = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert!(error.to_string().starts_with("`sh -c exit 3` failed (exit status: 3)"), "{error}");
        let error = run(&mut Command::new("no-such-command")).unwrap_err();
        assert!(matches!(error, Error::NotRun { command, .. } if command == "no-such-command"));
    }
}
