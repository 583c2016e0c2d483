//! What runs while the demo does: one process on a private PostgreSQL, or Kafka, a PostgreSQL and the roles as processes.

use crate::demo::interrupt::Interrupt;
use crate::demo::now;
use anyhow::{Context, bail};
use clap::ValueEnum;
use dev::county;
use dev::kafka::{Cluster, Layout, Size};
use dev::product::{Ports, Product};
use embedded::Postgres;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What stands between ingest and projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Transport {
    /// Nothing: one process does everything
    Direct,
    /// Kafka: an ingest, two projectors and a server of answers, each a process
    Kafka,
}

/// How long nothing may move while something is left to be applied.
const PATIENCE: Duration = Duration::from_mins(2);
/// Between two looks at how far it is: each starts a process, which takes its share of the machine.
const LOOK: Duration = Duration::from_millis(250);
/// The roles and their data directories, in the order in which they start and stop.
const ROLES: [(&str, &str); 4] =
    [("project", "project-1"), ("project", "project-2"), ("ingest", "ingest"), ("serve", "serve")];

/// The running product. Dropped, everything is stopped: the processes, then the database, then the brokers.
pub(crate) struct Deployment {
    pub(crate) transport: Transport,
    pub(crate) binary: PathBuf,
    pub(crate) directory: PathBuf,
    pub(crate) parts: Vec<Part>,
    /// In direct mode it is the product's own, and only looked at.
    pub(crate) postgres: Postgres,
    pub(crate) brokers: Option<Cluster>,
}

/// One process.
pub(crate) struct Part {
    pub(crate) role: &'static str,
    /// Its data directory, by which it is told from another of its role.
    name: &'static str,
    pub(crate) product: Product,
}

/// What `rinnakkain journal status --json` says.
#[derive(serde::Deserialize)]
struct Status {
    left: u64,
    applied_until: Option<jiff::Timestamp>,
}

impl Deployment {
    /// One process.
    pub(crate) fn direct(binary: PathBuf, directory: &Path) -> anyhow::Result<Self> {
        fs::write(config(directory), county::config())?;
        let parts = vec![Part::start(&binary, directory, "run", "data")?];
        let postgres = Postgres::adopt(&directory.join("data/postgres"))?.context("its PostgreSQL does not run")?;
        let directory = directory.to_owned();
        Ok(Self { transport: Transport::Direct, binary, directory, parts, postgres, brokers: None })
    }

    /// Kafka, and a process for each role.
    pub(crate) fn over_kafka(
        binary: PathBuf,
        directory: &Path,
        size: Size,
        interrupt: &Interrupt,
    ) -> anyhow::Result<Self> {
        let brokers = Cluster::start_in(&directory.join("kafka"), size, &Layout::default())?;
        interrupt.check()?;
        let postgres = Postgres::start(&directory.join("postgres"))?;
        let keys = directory.join("keys.toml");
        let made = Command::new(&binary).arg("new-keys").arg(&keys).stdout(Stdio::null()).status()?;
        if !made.success() {
            bail!("rinnakkain new-keys: {made}");
        }
        fs::write(config(directory), county::config_with(&settings(&brokers, &postgres, &keys)))?;
        let mut parts = Vec::new();
        for (role, name) in ROLES {
            interrupt.check()?;
            parts.push(Part::start(&binary, directory, role, name)?);
        }
        let directory = directory.to_owned();
        Ok(Self { transport: Transport::Kafka, binary, directory, parts, postgres, brokers: Some(brokers) })
    }

    /// Where messages go and questions are answered.
    pub(crate) fn ports(&self) -> Ports {
        let none = Ports { mllp: 0, http: 0, grpc: 0 };
        self.parts.iter().map(|part| part.product.ports).fold(none, |all, ports| Ports {
            mllp: all.mllp.max(ports.mllp),
            http: all.http.max(ports.http),
            grpc: all.grpc.max(ports.grpc),
        })
    }

    /// An operator's command on this deployment.
    pub(crate) fn operator(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg("--config").arg(config(&self.directory));
        if self.transport == Transport::Direct {
            command.arg("--data").arg(self.directory.join("data"));
        }
        command
    }

    /// Waits until everything that was acknowledged before is in the view. `told` hears how many records are left.
    pub(crate) fn settle(&self, interrupt: &Interrupt, told: impl Fn(u64)) -> anyhow::Result<()> {
        if self.transport == Transport::Direct {
            return Ok(());
        }
        // What is left is never 0 for long: the ingest tells every partition five times a second how far it has come.
        // So what counts is that everything received until now is applied.
        let moment = now();
        let (mut seen, mut moved) = (None, Instant::now());
        while moved.elapsed() < PATIENCE {
            interrupt.check()?;
            self.check()?;
            if let Some(status) = self.status()? {
                if status.applied_until.is_some_and(|until| until >= moment) {
                    return Ok(());
                }
                told(status.left);
                if seen.replace((status.left, status.applied_until)) != seen {
                    moved = Instant::now();
                }
            }
            sleep(LOOK);
        }
        let logs: Vec<_> =
            self.parts.iter().map(|part| format!("{}:\n{}", part.name, part.product.last_lines())).collect();
        bail!("what was acknowledged is not applied, and nothing moves for two minutes\n{}", logs.join("\n"))
    }

    /// `None`: it cannot be said now, as while a broker is away.
    fn status(&self) -> anyhow::Result<Option<Status>> {
        let output = self.operator().args(["journal", "status", "--json"]).stdin(Stdio::null()).output()?;
        Ok(output.status.success().then(|| serde_json::from_slice(&output.stdout)).transpose()?)
    }

    /// An error if a part has ended.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        match self.parts.iter().find(|part| !part.product.is_running()) {
            Some(part) => bail!("{} has ended:\n{}", part.name, part.product.last_lines()),
            None => Ok(()),
        }
    }

    /// Kills the process of this name in the middle of whatever it does; a supervisor starts it again at once.
    pub(crate) fn kill(&mut self, name: &str) -> anyhow::Result<()> {
        let at = self.parts.iter().position(|part| part.name == name).with_context(|| format!("there is no {name}"))?;
        let Part { role, name, product } = self.parts.remove(at);
        product.kill()?;
        self.parts.insert(at, Part::start(&self.binary, &self.directory, role, name)?);
        Ok(())
    }

    /// Stops everything in order.
    pub(crate) fn stop(self) -> anyhow::Result<()> {
        // A part that has ended is told of as such.
        for part in self.parts {
            let lines = part.product.last_lines();
            let status = part.product.stop()?;
            if !status.success() {
                bail!("{} stopped with {status}:\n{lines}", part.name);
            }
        }
        self.postgres.stop()?;
        drop(self.brokers);
        Ok(())
    }
}

impl Part {
    fn start(binary: &Path, directory: &Path, role: &'static str, name: &'static str) -> anyhow::Result<Self> {
        let data = directory.join(name);
        fs::create_dir_all(&data)?;
        fs::set_permissions(&data, fs::Permissions::from_mode(0o711))?;
        let product = Product::start_part(binary, role, &config(directory), &data);
        Ok(Self { role, name, product: product.with_context(|| format!("rinnakkain {role}"))? })
    }
}

/// The configuration that all parts share.
pub(crate) fn config(directory: &Path) -> PathBuf {
    directory.join("rinnakkain.toml")
}

fn settings(brokers: &Cluster, postgres: &Postgres, keys: &Path) -> String {
    let (bootstrap, url) = (brokers.bootstrap(), postgres.url("postgres"));
    let mut settings = format!(
        r#"transport = "kafka"
[log]
filter = "info,rinnakkain::project=debug"
[database]
url = {url:?}
[keys]
file = "{}"
[kafka]
brokers = {bootstrap:?}
watermarks = "200ms"
"#,
        keys.display()
    );
    if brokers.size() == Size::One {
        let _ = write!(
            settings,
            "replication = 1\nmin_insync_replicas = 1\nunsafe_because = \"a demonstration: all that can be lost is made up\"\n"
        );
    }
    settings
}
