//! What runs for those who try or measure: one process on a private PostgreSQL, or Kafka, a PostgreSQL and the roles as
//! processes.

use crate::clock::now;
use crate::interrupt::Interrupt;
use anyhow::{Context, bail};
use clap::ValueEnum;
use embedded::Postgres;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};
use testkit::county;
use testkit::kafka::{Cluster, Layout, Size};
use testkit::product::{Ports, Product};
use testkit::wait;

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
/// The pause between two checks of the lag: each starts a process, which takes its share of the machine.
const RECHECK_INTERVAL: Duration = Duration::from_millis(250);
/// The roles and their data directories, in the order in which they start and stop.
pub(crate) const ROLES: [(&str, &str); 4] =
    [("project", "project-1"), ("project", "project-2"), ("ingest", "ingest"), ("serve", "serve")];

/// The running product. Dropped, everything is stopped: the processes, then the database, then the brokers.
pub(crate) struct Deployment {
    pub(crate) transport: Transport,
    pub(crate) binary: PathBuf,
    pub(crate) directory: PathBuf,
    pub(crate) parts: Vec<Part>,
    /// In direct mode it is the product's own, and is only read.
    pub(crate) postgres: Postgres,
    pub(crate) brokers: Option<Cluster>,
}

/// One process.
pub(crate) struct Part {
    pub(crate) role: &'static str,
    /// Its data directory, which distinguishes it from another of its role.
    pub(crate) name: &'static str,
    pub(crate) product: Product,
}

/// The output of `rinnakkain journal status --json`.
#[derive(serde::Deserialize)]
pub(crate) struct Status {
    /// Records that are not applied.
    pub(crate) left: u64,
    applied_until: Option<jiff::Timestamp>,
}

impl Deployment {
    /// One process.
    pub(crate) fn direct(binary: PathBuf, directory: &Path) -> anyhow::Result<Self> {
        Self::direct_with(binary, directory, &county::config())
    }

    /// The same with another configuration.
    pub(crate) fn direct_with(binary: PathBuf, directory: &Path, settings: &str) -> anyhow::Result<Self> {
        fs::write(config(directory), settings)?;
        let parts = vec![Part::start(&binary, directory, "run", "data")?];
        let postgres = Postgres::adopt(&directory.join("data/postgres"))?.context("its PostgreSQL does not run")?;
        let directory = directory.to_owned();
        Ok(Self { transport: Transport::Direct, binary, directory, parts, postgres, brokers: None })
    }

    /// Kafka, and a process for each of these roles.
    pub(crate) fn over_kafka(
        binary: PathBuf,
        directory: &Path,
        size: Size,
        roles: &[(&'static str, &'static str)],
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
        let directory = directory.to_owned();
        let mut deployment = Self {
            transport: Transport::Kafka,
            binary,
            directory,
            parts: Vec::new(),
            postgres,
            brokers: Some(brokers),
        };
        for (role, name) in roles {
            interrupt.check()?;
            deployment.start(&[(role, name)])?;
        }
        Ok(deployment)
    }

    /// Starts these roles side by side, each on its own data directory.
    pub(crate) fn start(&mut self, roles: &[(&'static str, &'static str)]) -> anyhow::Result<()> {
        let (binary, directory) = (&self.binary, &self.directory);
        let started: Vec<_> = thread::scope(|scope| {
            let start = |(role, name)| scope.spawn(move || Part::start(binary, directory, role, name));
            let starting: Vec<_> = roles.iter().copied().map(start).collect();
            starting.into_iter().map(|part| part.join().unwrap_or_else(|_| bail!("a start panicked"))).collect()
        });
        // The processes that run are kept, so that they are stopped even if another failed to start.
        let mut failed = None;
        for part in started {
            match part {
                Ok(part) => self.parts.push(part),
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// Where messages go and questions are answered.
    pub(crate) fn ports(&self) -> Ports {
        let none = Ports { mllp: 0, http: 0, grpc: 0, page: 0, health: 0 };
        self.parts.iter().map(|part| part.product.ports).fold(none, |all, ports| Ports {
            mllp: all.mllp.max(ports.mllp),
            http: all.http.max(ports.http),
            grpc: all.grpc.max(ports.grpc),
            health: all.health.max(ports.health),
            page: all.page.max(ports.page),
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

    /// Waits until everything that was acknowledged before is in the view. `progress` gets the number of records left.
    pub(crate) fn settle(&self, interrupt: &Interrupt, progress: impl Fn(u64)) -> anyhow::Result<()> {
        if self.transport == Transport::Direct {
            return Ok(());
        }
        // The lag is never 0 for long: the ingest writes a watermark to every partition five times a second.
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
                progress(status.left);
                if seen.replace((status.left, status.applied_until)) != seen {
                    moved = Instant::now();
                }
            }
            sleep(RECHECK_INTERVAL);
        }
        let logs: Vec<_> =
            self.parts.iter().map(|part| format!("{}:\n{}", part.name, part.product.last_lines())).collect();
        bail!("what was acknowledged is not applied, and nothing moves for two minutes\n{}", logs.join("\n"))
    }

    /// How far projection is behind ingest. `None`: not known now, for example while a broker is unreachable.
    pub(crate) fn status(&self) -> anyhow::Result<Option<Status>> {
        let output = wait::output(self.operator().args(["journal", "status", "--json"]))?;
        Ok(output.status.success().then(|| serde_json::from_slice(&output.stdout)).transpose()?)
    }

    /// An error if a part has ended.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        match self.parts.iter().find(|part| !part.product.is_running()) {
            Some(part) => bail!("{} has ended:\n{}", part.name, part.product.last_lines()),
            None => Ok(()),
        }
    }

    /// Kills the process of this name in the middle of its work; a supervisor starts it again at once.
    pub(crate) fn kill(&mut self, name: &str) -> anyhow::Result<()> {
        let at = self.parts.iter().position(|part| part.name == name).with_context(|| format!("there is no {name}"))?;
        let Part { role, name, product } = self.parts.remove(at);
        product.kill()?;
        self.parts.insert(at, Part::start(&self.binary, &self.directory, role, name)?);
        Ok(())
    }

    /// Stops the parts of a role in order.
    pub(crate) fn stop_role(&mut self, role: &str) -> anyhow::Result<()> {
        let (stopping, staying) = std::mem::take(&mut self.parts).into_iter().partition(|part| part.role == role);
        self.parts = staying;
        let stopping: Vec<Part> = stopping;
        stopping.into_iter().try_for_each(Part::stop)
    }

    /// Stops everything in order.
    pub(crate) fn stop(self) -> anyhow::Result<()> {
        self.parts.into_iter().try_for_each(Part::stop)?;
        self.postgres.stop()?;
        drop(self.brokers);
        Ok(())
    }
}

impl Part {
    fn start(binary: &Path, directory: &Path, role: &'static str, name: &'static str) -> anyhow::Result<Self> {
        let data = directory.join(name);
        self::directory(&data)?;
        let product = Product::start_part(binary, role, &config(directory), &data);
        Ok(Self { role, name, product: product.with_context(|| format!("rinnakkain {role}"))? })
    }

    /// A process that has ended is reported as such.
    fn stop(self) -> anyhow::Result<()> {
        let Self { name, product, .. } = self;
        let lines = product.last_lines();
        let status = product.stop()?;
        if !status.success() {
            bail!("{name} stopped with {status}:\n{lines}");
        }
        Ok(())
    }
}

/// Makes a directory that another account can pass through: PostgreSQL does not run as root.
pub(crate) fn directory(path: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(path)?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o711))?)
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
filter = "info,rinnakkain::role::project=debug,rinnakkain::role::apply=debug"
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
