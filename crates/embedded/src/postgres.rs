//! One running server: started, adopted, stopped.
//!
//! `pg_ctl` does the work: it starts the server in a session of its own, so that a terminal's Ctrl-C does not reach it,
//! and with its log as standard output, so that it holds nothing of ours. Settings are given at every start, not written
//! to a file: a newer program's settings hold at its first start. At most one program owns a directory; the server may
//! outlive it, and the next owner takes over what still runs.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::{
    Binaries, Error,
    account::Account,
    directory::{Directory, Server},
    script, service,
};

/// Durable, quiet about content, and modest. No JIT: where a unit forbids memory that is written and run
/// (`MemoryDenyWriteExecute`), each statement that it is tried on fails. Checkpoints far apart write fewer whole pages; what has to
/// be replayed after a crash is bounded by `max_wal_size`. The socket's directory and the memory are added.
const SETTINGS: &str = "-c listen_addresses= -c port=5432 -c unix_socket_permissions=0700 \
    -c fsync=on -c full_page_writes=on -c synchronous_commit=on -c jit=off \
    -c max_connections=100 -c max_wal_size=2GB -c checkpoint_timeout=15min -c timezone=UTC -c log_timezone=UTC \
    -c log_destination=stderr -c logging_collector=off -c log_statement=none -c log_min_duration_statement=-1 \
    -c log_error_verbosity=terse -c log_min_error_statement=panic \
    -c log_parameter_max_length=0 -c log_parameter_max_length_on_error=0";

/// How long a server may recover from a crash before it accepts connections, in seconds.
const START_SECONDS: u64 = 120;

/// How long the children of a killed server may need to notice that it is gone.
const ORPHANS: Duration = Duration::from_secs(15);

/// A private PostgreSQL that accepts connections. When this program owns it, it stops when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    data_dir: PathBuf,
    socket_dir: PathBuf,
    pid: u32,
    owner: Option<Owner>,
}

#[derive(Debug)]
struct Owner {
    pg_ctl: PathBuf,
    account: Account,
    _lock: File,
}

impl Postgres {
    /// Runs a server on `data_dir` and owns it: makes the cluster when the directory is new or empty, adopts the server
    /// that a killed program left, else starts one. Waits until it accepts connections; after a crash it first recovers.
    pub fn start(data_dir: &Path) -> Result<Self, Error> {
        let directory = Directory::create(data_dir)?;
        let lock = directory.lock()?;
        let binaries = binaries(&directory)?;
        directory.account().reach(binaries.directory())?;
        if directory.version().is_none() {
            make_cluster(&directory, &binaries)?;
        }
        let server = match wait(&directory)? {
            Some(server) => server,
            None => start(&directory, &binaries)?,
        };
        service::make(&server.socket_dir)?;
        let owner = Owner { pg_ctl: binaries.tool("pg_ctl"), account: directory.account(), _lock: lock };
        Ok(Self::of(&directory, server, Some(owner)))
    }

    /// Joins the server that runs on `data_dir` without owning it: it goes on when this is dropped.
    pub fn adopt(data_dir: &Path) -> Result<Option<Self>, Error> {
        if !data_dir.exists() {
            return Ok(None);
        }
        let directory = Directory::open(data_dir)?;
        let Some(server) = wait(&directory)? else { return Ok(None) };
        // A program of an earlier version may have started it.
        service::make(&server.socket_dir)?;
        Ok(Some(Self::of(&directory, server, None)))
    }

    fn of(directory: &Directory, server: Server, owner: Option<Owner>) -> Self {
        Self { data_dir: directory.path().to_owned(), socket_dir: server.socket_dir, pid: server.pid, owner }
    }

    /// The directory of the unix socket. The port is 5432, the service's account is [`crate::SERVICE`], and there is no password.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The data directory, absolute.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The process of the server.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Where to connect as the superuser, as sqlx and libpq read it: for tests and tools.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@localhost/{database}?host={}", self.socket_dir.display())
    }

    /// Runs an SQL script as the superuser in `database` (`postgres` always exists), in one transaction unless it begins its own. How many
    /// rows the last statement gave, took or changed.
    pub fn execute(&self, database: &str, sql: &str) -> Result<u64, Error> {
        script::execute(&self.socket_dir, database, sql)
    }

    /// Stops the server when this program owns it: sessions are ended, what is committed is on disk. Waits.
    pub fn stop(mut self) -> Result<(), Error> {
        self.shut_down()
    }

    fn shut_down(&mut self) -> Result<(), Error> {
        let Some(owner) = self.owner.take() else { return Ok(()) };
        let Some(_) = Directory::open(&self.data_dir)?.server()? else {
            return Ok(());
        };
        let stop = |mode, timeout| {
            let mut command = owner.account.command(&owner.pg_ctl, &self.data_dir);
            run(command.args(["stop", "--pgdata=cluster", "--silent", "--wait", mode, timeout]))
        };
        stop("--mode=fast", "--timeout=60").or_else(|_| stop("--mode=immediate", "--timeout=20"))?;
        // Empty now; it matters only when it lies in the temporary directory, and the next start makes it again.
        let _ = fs::remove_dir(&self.socket_dir);
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // `drop` cannot report an error; `stop` does. A server that still runs is adopted next time.
        let _ = self.shut_down();
    }
}

fn binaries(directory: &Directory) -> Result<Binaries, Error> {
    let Some(major) = directory.version() else {
        return Binaries::find();
    };
    Binaries::find_major(major)?.ok_or_else(|| Error::Version { directory: directory.path().to_owned(), major })
}

fn make_cluster(directory: &Directory, binaries: &Binaries) -> Result<(), Error> {
    let (new, cluster) = (directory.new_cluster(), directory.cluster());
    if new.exists() {
        fs::remove_dir_all(&new).map_err(Error::io("remove", &new))?;
    }
    let mut command = directory.account().command(&binaries.tool("initdb"), directory.path());
    command.args(["--pgdata=cluster.new", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]);
    command.args(["--data-checksums", "--auth-local=trust", "--auth-host=reject", "--no-instructions"]);
    run(&mut command)?;
    fs::rename(&new, &cluster).map_err(Error::io("create", &cluster))
}

/// The server that runs, once it accepts connections; none when none runs, or when it is gone before that.
fn wait(directory: &Directory) -> Result<Option<Server>, Error> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(START_SECONDS) {
        match directory.server()? {
            Some(server) if !server.ready => thread::sleep(Duration::from_millis(50)),
            found => return Ok(found),
        }
    }
    Err(not_started(directory, format!("it accepts no connections after {START_SECONDS} s")))
}

fn start(directory: &Directory, binaries: &Binaries) -> Result<Server, Error> {
    let begun = Instant::now();
    let after_a_crash = directory.cluster().join("postmaster.pid").exists();
    let socket_dir = directory.create_socket_dir()?;
    loop {
        let mut command = directory.account().command(&binaries.tool("pg_ctl"), directory.path());
        command.args(["start", "--pgdata=cluster", "--log=server.log", "--silent", "--wait"]);
        command.arg(format!("--timeout={START_SECONDS}"));
        let (memory, socket_dir) = (shared_buffers(), socket_dir.display());
        command
            .arg(format!("--options={SETTINGS} -c shared_buffers={memory}MB -c unix_socket_directories={socket_dir}"));
        match run(&mut command) {
            Ok(()) => break,
            Err(Error::Failed { .. }) if after_a_crash && begun.elapsed() < ORPHANS => {
                thread::sleep(Duration::from_millis(200));
            }
            Err(Error::Failed { message, .. }) => return Err(not_started(directory, message.replace('\n', " "))),
            Err(other) => return Err(other),
        }
    }
    let started = directory.server()?.filter(|server| server.ready);
    started.ok_or_else(|| not_started(directory, "it is gone again".to_owned()))
}

/// In MB: a sixteenth of this machine's memory, which the service and whatever else runs here share, but no less than
/// PostgreSQL's own 128 and no more than 1,024. It is taken as it is used.
fn shared_buffers() -> u64 {
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix("kB"));
    let total: u64 = total.and_then(|total| total.trim().parse().ok()).unwrap_or_default();
    (total / 1024 / 16).clamp(128, 1024)
}

fn not_started(directory: &Directory, reason: String) -> Error {
    Error::Start { reason, log: directory.log() }
}

fn run(command: &mut Command) -> Result<(), Error> {
    let output = command.output().map_err(Error::io("run", command.get_program()))?;
    if output.status.success() {
        return Ok(());
    }
    let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::Failed { command: command.get_program().display().to_string(), status: output.status, message })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_left_behind_is_adopted_and_then_stopped() {
        let data_dir = tempfile::tempdir().unwrap();
        let mut killed = Postgres::start(data_dir.path()).unwrap();
        let pid = killed.pid();
        // As after kill -9 of the program: the lock is released, and the server runs on.
        drop(killed.owner.take());
        drop(killed);

        let next = Postgres::start(data_dir.path()).unwrap();
        assert_eq!(next.pid(), pid);
        next.stop().unwrap();
        assert!(
            !Path::new(&format!("/proc/{pid}/cmdline")).exists() || Postgres::adopt(data_dir.path()).unwrap().is_none()
        );
    }
}
