//! The product as its users meet it: the binary itself, its sockets, and what it leaves behind.

use crate::wait;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A running `rinnakkain run`, or one of its parts. Dropped, it is killed like any process whose owner is gone.
#[derive(Debug)]
pub struct Product {
    child: Child,
    /// Where it listens.
    pub ports: Ports,
    data: PathBuf,
}

/// The ports it was given; 0 where a part does not listen.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub struct Ports {
    /// HL7 v2 over MLLP.
    #[serde(deserialize_with = "port")]
    pub mllp: u16,
    /// `POST /events`.
    #[serde(deserialize_with = "port")]
    pub http: u16,
    /// The answers.
    #[serde(deserialize_with = "port")]
    pub grpc: u16,
    /// The duty page.
    #[serde(deserialize_with = "port")]
    pub page: u16,
    /// Whether it lives and is ready.
    #[serde(deserialize_with = "port")]
    pub health: u16,
}

fn port<'de, D: serde::Deserializer<'de>>(from: D) -> Result<u16, D::Error> {
    <Option<u16> as serde::Deserialize>::deserialize(from).map(Option::unwrap_or_default)
}

/// It stores what it has received (25 s), and its PostgreSQL stops (60 s, then 20 s).
const STOPPING: Duration = Duration::from_mins(2);

/// A directory for one run, removed with the value. Another account must be able to pass through it: PostgreSQL does not
/// run as root.
pub fn scratch() -> io::Result<tempfile::TempDir> {
    let directory = tempfile::Builder::new().prefix("rinnakkain-").tempdir()?;
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o711))?;
    Ok(directory)
}

impl Product {
    /// Starts `binary` with `config` on `data` and waits until it listens. What it logs goes to `data/log.txt`.
    pub fn start(binary: &Path, config: &Path, data: &Path) -> io::Result<Self> {
        Self::start_part(binary, "run", config, data)
    }

    /// The same with one part: `ingest`, `project` or `serve`.
    pub fn start_part(binary: &Path, part: &str, config: &Path, data: &Path) -> io::Result<Self> {
        Self::start_at(binary, part, (config, data), None)
    }

    /// The same, with a clock that begins at this instant (RFC 3339); `None`: the machine's. A binary with debug assertions only.
    pub fn start_at(
        binary: &Path,
        part: &str,
        (config, data): (&Path, &Path),
        begins_at: Option<&str>,
    ) -> io::Result<Self> {
        let ports_file = data.join("ports.json");
        match fs::remove_file(&ports_file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let log = File::options().create(true).append(true).open(log_file(data))?;
        let mut child = Command::new(binary)
            .arg(part)
            .arg("--config")
            .arg(config)
            .arg("--data")
            .arg(data)
            .envs(begins_at.map(|at| ("TEST_CLOCK_BEGINS_AT", at)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let patience = Instant::now() + Duration::from_mins(1);
        loop {
            if let Some(ports) = fs::read(&ports_file).ok().and_then(|text| serde_json::from_slice(&text).ok()) {
                return Ok(Self { child, ports, data: data.to_owned() });
            }
            if let Some(status) = child.try_wait()? {
                return Err(io::Error::other(format!("it stopped at once ({status}):\n{}", last_lines(data))));
            }
            if Instant::now() > patience {
                let _ = child.kill();
                let _ = child.wait();
                return Err(io::Error::other(format!("it does not listen after a minute:\n{}", last_lines(data))));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop (SIGTERM) and waits until it has.
    pub fn stop(mut self) -> io::Result<ExitStatus> {
        signal(self.child.id(), "TERM")?;
        wait::ended(&mut self.child, STOPPING)
    }

    /// `kill -9`, at any moment.
    pub fn kill(mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    /// Whether it runs: a part that has ended by itself does not.
    #[must_use]
    pub fn is_running(&self) -> bool {
        is_running(self.pid())
    }

    /// The end of what it has logged.
    #[must_use]
    pub fn last_lines(&self) -> String {
        last_lines(&self.data)
    }

    /// All that it has logged on this data directory.
    pub fn log(&self) -> io::Result<String> {
        fs::read_to_string(log_file(&self.data))
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            // Stopped as a service is, so that its private PostgreSQL goes with it; killed if it will not.
            let _ = signal(self.child.id(), "TERM");
            let _ = wait::ended(&mut self.child, Duration::from_secs(30));
        }
    }
}

/// Sends a signal by name.
pub fn signal(pid: u32, name: &str) -> io::Result<()> {
    let status = Command::new("kill").arg(format!("-{name}")).arg(pid.to_string()).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("kill -{name} {pid}: {status}"))) }
}

/// Pauses a process and its children, such as PostgreSQL and its backends, and gives their ids. The parent first, so
/// that it starts no child that would go on.
pub fn freeze(parent: u32) -> io::Result<Vec<u32>> {
    signal(parent, "STOP")?;
    let family = family(parent);
    signal_all(&family, "STOP")?;
    Ok(family)
}

/// Lets those that were frozen go on.
pub fn thaw(frozen: &[u32]) -> io::Result<()> {
    signal_all(frozen, "CONT")
}

/// One that has ended meanwhile is what is wanted.
fn signal_all(pids: &[u32], name: &str) -> io::Result<()> {
    pids.iter()
        .try_for_each(|pid| signal(*pid, name).or_else(|error| if is_running(*pid) { Err(error) } else { Ok(()) }))
}

/// A process that has ended may stay in the process table until its parent asks for it. It does not run.
#[must_use]
pub fn is_running(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// A process and its children, such as PostgreSQL and its backends.
pub(crate) fn family(parent: u32) -> Vec<u32> {
    processes().into_iter().filter(|(pid, of)| *pid == parent || *of == parent).map(|(pid, _)| pid).collect()
}

/// A process, its children, theirs and so on.
#[must_use]
pub fn descendants(ancestor: u32) -> Vec<u32> {
    let (processes, mut found) = (processes(), vec![ancestor]);
    let mut at = 0;
    while let Some(&parent) = found.get(at) {
        found.extend(processes.iter().filter(|(pid, of)| *of == parent && *pid != ancestor).map(|(pid, _)| *pid));
        at += 1;
    }
    found
}

/// Every process, with its parent.
fn processes() -> Vec<(u32, u32)> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let with_parent = |pid: u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        Some((pid, stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?))
    };
    entries.filter_map(|entry| with_parent(entry.file_name().to_str()?.parse().ok()?)).collect()
}

fn log_file(data: &Path) -> PathBuf {
    data.join("log.txt")
}

fn last_lines(data: &Path) -> String {
    let log = fs::read_to_string(log_file(data)).unwrap_or_default();
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
