//! A process that ends with its owner, however the owner ends.
//!
//! A killed process cannot clean up, so somebody else must watch it: `sh` starts the program and then reads from a pipe
//! whose other end only the owner holds. When the owner closes it or ends, the read ends and `sh` kills the program.
//! Both are in a process group of their own, so that a terminal's Ctrl-C, which ends the owner, does not take the
//! watcher before its work is done.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, BufRead, BufReader},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::product::is_running;
use crate::wait;

/// Standard error is the log, of the program too.
const WATCH: &str = r#""$@" </dev/null >&2 & echo $!; read -r end; kill -9 $!; wait $!"#;

/// How long a killed program may need until the kernel has taken back what it had.
const ENDING: Duration = Duration::from_mins(1);

/// A running program; dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Process {
    sh: Child,
    pid: u32,
}

impl Process {
    /// Starts a program in `directory`; what it writes is appended to `log`.
    pub(crate) fn start<W: AsRef<OsStr>>(
        program: &Path,
        arguments: impl IntoIterator<Item = W>,
        directory: &Path,
        log: &Path,
    ) -> io::Result<Self> {
        let log = File::options().create(true).append(true).open(log)?;
        let mut sh = Command::new("sh");
        sh.args(["-c", WATCH, "sh"]).arg(program).args(arguments).current_dir(directory);
        let mut sh = sh.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log).spawn()?;
        let mut line = String::new();
        let read = sh.stdout.take().map(|stdout| BufReader::new(stdout).read_line(&mut line)).transpose();
        let pid = read.and_then(|_| line.trim().parse().map_err(io::Error::other));
        match pid {
            Ok(pid) => Ok(Self { sh, pid }),
            Err(error) => {
                end(&mut sh);
                Err(error)
            }
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    pub(crate) fn is_running(&self) -> bool {
        is_running(self.pid)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.sh);
    }
}

/// Lets go of the pipe and waits until the watcher has done its work.
fn end(sh: &mut Child) {
    drop(sh.stdin.take());
    let _ = wait::ended(sh, ENDING);
}
