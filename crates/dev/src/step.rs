//! Steps: a title, the work, the time it took.
//!
//! Titles and times go to standard error, so that what the commands themselves print stays theirs. A step that fails
//! ends the run: the error names the command as one would type it. No command runs for ever: one that has not ended in
//! time is ended with all its children.

use std::{
    fmt::Display,
    io,
    process::{Child, Command, ExitStatus},
    time::{Duration, Instant},
};

use testkit::product::{descendants, is_running, signal};
use testkit::root;
use testkit::wait::ends_within;

/// The longest command needs about 20 minutes on two cores at rest, and has needed 45 on a busy machine.
const LONGEST: Duration = Duration::from_mins(75);
/// How long an ended command may take to clean up.
const CLEANING: Duration = Duration::from_secs(20);

/// What cargo sets for the programs that it runs.
const OF_PACKAGES: [&str; 3] = ["CARGO_MANIFEST_", "CARGO_PKG_", "OUT_DIR"];

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
    /// The command hung and was ended.
    #[error("`{command}` did not end in {} s and was ended: what it waited for is above", limit.as_secs())]
    Hung {
        /// As one would type it.
        command: String,
        /// How long it was given.
        limit: Duration,
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

/// Prints why a step does not do its work here.
pub(crate) fn skipped(why: impl Display) {
    eprintln!("   skipped: {why}");
}

/// Runs a command and waits; it writes where we write.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    run_within(LONGEST, command)
}

/// The same, for so long at most.
pub(crate) fn run_within(limit: Duration, command: &mut Command) -> Result<(), Error> {
    let not_run = |command: &Command, source| Error::NotRun { command: typed(command), source };
    let mut child = command.spawn().map_err(|source| not_run(command, source))?;
    match ends_within(&mut child, limit).map_err(|source| not_run(command, source))? {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(Error::Failed { command: typed(command), status }),
        None => {
            end(&mut child);
            Err(Error::Hung { command: typed(command), limit })
        }
    }
}

/// Asks a command and all its children to end, then kills those that do not. It waits for the children too: a killed process
/// is there until somebody has taken note of its end.
fn end(child: &mut Child) {
    let all = descendants(child.id());
    for name in ["TERM", "KILL"] {
        for pid in all.iter().filter(|pid| is_running(**pid)) {
            // One that has ended meanwhile is what is wanted.
            let _ = signal(*pid, name);
        }
        let patience = Instant::now() + CLEANING;
        let _ = ends_within(child, CLEANING);
        while all.iter().any(|pid| is_running(*pid)) && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// A command of cargo in the workspace's root.
///
/// Without the variables that the cargo that started us has set. ring's build script depends on the package's
/// variables: it would run again for each other value of them, and all that depends on ring would be compiled again.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut command = Command::new("cargo");
    command.arg(subcommand).current_dir(root());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| OF_PACKAGES.iter().any(|prefix| name.starts_with(prefix))) {
            command.env_remove(name);
        }
    }
    command
}

fn typed(command: &Command) -> String {
    let parts = std::iter::once(command.get_program()).chain(command.get_args());
    parts.map(|part| part.to_string_lossy()).collect::<Vec<_>>().join(" ")
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

    #[test]
    fn a_command_that_hangs_is_ended_with_its_children() {
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("child");
        let mut hanging = Command::new("sh");
        hanging.args(["-c", "sleep 600 & echo $! > \"$0\"; wait"]).arg(&file);
        let error = run_within(Duration::from_secs(4), &mut hanging).unwrap_err();
        assert!(matches!(error, Error::Hung { .. }), "{error}");
        let child = std::fs::read_to_string(file).unwrap().trim().parse().unwrap();
        assert!(!is_running(child));
    }
}
