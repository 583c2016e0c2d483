//! One broker: its directory, its process.
//!
//! In the directory are `server.properties`, `data` (what Kafka keeps), `log.txt` (what the broker writes) and `tmp`.

use std::{
    ffi::OsStr,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use super::{Binaries, Error, layout::Size, metadata, ports::Ports, settings};
use crate::java::Process;

/// A broker, running or killed.
#[derive(Debug)]
pub(super) struct Broker {
    pub(super) node: usize,
    pub(super) ports: Ports,
    pub(super) directory: PathBuf,
    pub(super) process: Option<Process>,
}

impl Broker {
    /// A broker on a directory of its own, which is made.
    pub(super) fn create(node: usize, ports: Ports, directory: PathBuf, properties: &str) -> Result<Self, Error> {
        let tmp = directory.join("tmp");
        fs::create_dir_all(&tmp).map_err(Error::io("create", &tmp))?;
        let file = directory.join("server.properties");
        fs::write(&file, properties).map_err(Error::io("write", &file))?;
        Ok(Self { node, ports, directory, process: None })
    }

    /// The command that formats the data directory for a cluster with these first controllers.
    pub(super) fn format(&self, binaries: &Binaries, cluster_id: &str, controllers: &str) -> Command {
        let mut command = Command::new(binaries.java());
        command.current_dir(&self.directory).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command.args(settings::JAVA).arg("-cp").arg(binaries.class_path());
        command.args(["kafka.tools.StorageTool", "format", "--cluster-id", cluster_id]);
        command.args(["--initial-controllers", controllers, "--config", "server.properties"]);
        command
    }

    /// Starts the broker, and does not wait.
    pub(super) fn start(&mut self, binaries: &Binaries, size: Size) -> Result<(), Error> {
        let class_path = binaries.class_path();
        let arguments = settings::JAVA.into_iter().chain(settings::heap(size)).map(OsStr::new);
        let kafka = ["kafka.Kafka", "server.properties"].map(OsStr::new);
        let arguments = arguments.chain([OsStr::new("-cp"), class_path.as_os_str()]).chain(kafka);
        let process = Process::start(binaries.java(), arguments, &self.directory, &self.log());
        self.process = Some(process.map_err(Error::io("run", binaries.java()))?);
        Ok(())
    }

    /// Whether it answers and knows these brokers to be alive.
    pub(super) fn knows(&self, nodes: &[usize]) -> bool {
        let known = metadata::brokers(self.ports.client.number()).unwrap_or_default();
        nodes.iter().all(|node| known.iter().any(|known| usize::try_from(*known) == Ok(*node)))
    }

    pub(super) fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(Process::pid)
    }

    pub(super) fn log(&self) -> PathBuf {
        self.directory.join("log.txt")
    }

    /// The end of what it wrote.
    pub(super) fn last_lines(&self) -> String {
        let log = fs::read(self.log()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}
