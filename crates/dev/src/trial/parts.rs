//! Everything that runs: the product in parts, each a process with a directory of its own; a database and brokers, each
//! reached over a link; and the oracle, which has no links and whose processes no fault touches.

use super::load::Port;
use super::volume::Volume;
use anyhow::{Context, bail};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};
use testkit::county;
use testkit::kafka::{Cluster, Layout, Size};
use testkit::product::{Product, freeze, signal};
use testkit::proxy::{Link, Proxies, To};
use testkit::server::Server;
use testkit::wait;
use uuid::Uuid;

/// All of it. What is dropped first is stopped first.
pub(super) struct Parts {
    pub(super) ingests: Vec<Part>,
    pub(super) projectors: Vec<Part>,
    pub(super) server: Part,
    /// Comes and goes in a rebalance storm.
    pub(super) passer_by: Part,
    oracle: Part,
    pub(super) postgres: Server,
    oracles: Server,
    pub(super) cluster: Cluster,
    /// Of PostgreSQL, and of each broker; or why there are none.
    pub(super) volumes: Result<(Volume, Vec<Volume>), String>,
    /// Times PostgreSQL or a broker ended by itself.
    ended: u64,
    _proxies: Proxies,
}

/// One process, and how it is started again.
pub(super) struct Part {
    role: &'static str,
    pub(super) name: &'static str,
    binary: PathBuf,
    directory: PathBuf,
    product: Option<Product>,
    /// Where it listens over MLLP, or answers over gRPC.
    pub(super) port: Port,
    /// Where it listens over HTTP.
    pub(super) http: Port,
    /// Between it and PostgreSQL.
    pub(super) to_postgres: Option<Link>,
    /// Times it ended by itself.
    pub(super) ended: u64,
}

/// How long a part may take to start, however often it has to be started.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two starts of a part that does not stay.
const PAUSE: Duration = Duration::from_millis(500);

impl Part {
    pub(super) fn start(&mut self) -> anyhow::Result<()> {
        let config = self.directory.join("rinnakkain.toml");
        let begun = Instant::now();
        loop {
            match Product::start_part(&self.binary, self.role, &config, &self.directory) {
                Ok(product) => {
                    self.port.store(product.ports.mllp.max(product.ports.grpc), Ordering::Relaxed);
                    self.http.store(product.ports.http, Ordering::Relaxed);
                    self.product = Some(product);
                    return Ok(());
                }
                // What it needs may be away: a supervisor starts it again.
                Err(_) if begun.elapsed() < PATIENCE => sleep(PAUSE),
                Err(error) => return Err(error).context(self.name),
            }
        }
    }

    pub(super) fn kill(&mut self) -> anyhow::Result<()> {
        self.port.store(0, Ordering::Relaxed);
        self.http.store(0, Ordering::Relaxed);
        self.product.take().map_or(Ok(()), |product| product.kill().context(self.name))
    }

    fn stop(&mut self) -> anyhow::Result<()> {
        let Some(product) = self.product.take() else { return Ok(()) };
        let lines = product.last_lines();
        let status = product.stop()?;
        if !status.success() {
            bail!("{} stopped with {status}:\n{lines}", self.name);
        }
        Ok(())
    }

    pub(super) fn signal(&self, name: &str) -> anyhow::Result<()> {
        let product = self.product.as_ref().with_context(|| format!("{} does not run", self.name))?;
        Ok(signal(product.pid(), name)?)
    }

    /// Starts it again if it has ended by itself.
    fn supervise(&mut self) -> anyhow::Result<()> {
        if self.product.as_ref().is_none_or(Product::is_running) {
            return Ok(());
        }
        self.ended += 1;
        self.kill()?;
        self.start()
    }

    fn last_lines(&self) -> String {
        let log = fs::read_to_string(self.directory.join("log.txt")).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }
}

/// It runs in a storm only.
const PASSER_BY: &str = "project-c";
/// Names of processes, and of their links to Kafka as a listener's name may be.
const NAMES: [(&str, &str); 6] = [
    ("ingest-a", "INGESTA"),
    ("ingest-b", "INGESTB"),
    ("project-a", "PROJECTA"),
    ("project-b", "PROJECTB"),
    (PASSER_BY, "PROJECTC"),
    ("serve", ""),
];

/// The link of this process to Kafka.
pub(super) fn link_of(name: &str) -> &'static str {
    NAMES.iter().find(|(of, _)| *of == name).map_or("", |(_, link)| *link)
}

impl Parts {
    /// Starts everything in `base`.
    pub(super) fn start(binary: &Path, base: &Path) -> anyhow::Result<Self> {
        let proxies = Proxies::start()?;
        let volumes = mount(base);
        let (database, data) = match &volumes {
            Ok(_) => (base.join("small/county"), (0..3).map(|n| base.join(format!("small-{n}/data"))).collect()),
            Err(_) => (base.join("county"), Vec::new()),
        };
        data.iter().try_for_each(fs::create_dir)?;
        let links: Vec<&str> = NAMES.iter().map(|(_, link)| *link).filter(|link| !link.is_empty()).collect();
        let layout = Layout { links: Some((&proxies, &links)), data: &data, ..Layout::default() };
        let cluster = Cluster::start_in(&base.join("kafka"), Size::Three, &layout)?;
        let postgres = Server::start(database)?;
        let oracles = Server::start(base.join("oracles"))?;
        let keys = base.join("keys.toml");
        let made = Command::new(binary).arg("new-keys").arg(&keys).stdout(Stdio::null()).status()?;
        if !made.success() {
            bail!("rinnakkain new-keys: {made}");
        }
        let part = |role, name, brokers: &str, group: &str, url: &str, to_postgres| {
            let directory = base.join(name);
            fs::create_dir(&directory)?;
            fs::set_permissions(&directory, fs::Permissions::from_mode(0o711))?;
            fs::write(directory.join("rinnakkain.toml"), config(name, brokers, group, url, &keys))?;
            let [port, http] = [0, 0].map(|none| Port::new(AtomicU16::new(none)));
            let binary = binary.to_owned();
            anyhow::Ok(Part { role, name, binary, directory, product: None, port, http, to_postgres, ended: 0 })
        };
        let linked = |role, name: &'static str| {
            let link = proxies.link(To::Unix(postgres.socket()))?;
            let url = postgres.url_at(&format!("127.0.0.1:{}", link.port()), "");
            let brokers = match link_of(name) {
                "" => cluster.bootstrap(),
                link => cluster.bootstrap_over(link),
            };
            part(role, name, &brokers, "rinnakkain", &url, Some(link))
        };
        let mut parts = Self {
            ingests: vec![linked("ingest", "ingest-a")?, linked("ingest", "ingest-b")?],
            projectors: vec![linked("project", "project-a")?, linked("project", "project-b")?],
            server: linked("serve", "serve")?,
            passer_by: linked("project", PASSER_BY)?,
            oracle: part("project", "oracle", &cluster.bootstrap(), "oracle", &oracles.url(), None)?,
            postgres,
            oracles,
            cluster,
            volumes,
            ended: 0,
            _proxies: proxies,
        };
        parts.all().filter(|part| part.name != PASSER_BY).try_for_each(Part::start)?;
        Ok(parts)
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Part> {
        let parts = self.ingests.iter_mut().chain(&mut self.projectors);
        parts.chain([&mut self.server, &mut self.passer_by, &mut self.oracle])
    }

    /// Starts again what has ended by itself.
    pub(super) fn supervise(&mut self) -> anyhow::Result<()> {
        if !self.postgres.is_running() {
            self.ended += 1;
            self.postgres.start_in_the_end()?;
        }
        for n in 0..self.cluster.size().brokers() {
            if !self.cluster.is_running(n) {
                self.ended += 1;
                self.cluster.restart(n)?;
            }
        }
        self.all().try_for_each(Part::supervise)
    }

    /// How many times something has ended by itself.
    pub(super) fn ended(&mut self) -> u64 {
        self.ended + self.all().map(|part| part.ended).sum::<u64>()
    }

    /// PostgreSQL and all its backends stand still; which.
    pub(super) fn freeze_postgres(&self) -> anyhow::Result<Vec<u32>> {
        Ok(freeze(self.postgres.pid().context("PostgreSQL does not run")?)?)
    }

    /// Whether all these events are in the record. While PostgreSQL does not answer it is not known.
    pub(super) fn has<'a>(&self, events: impl Iterator<Item = &'a Uuid>) -> bool {
        let ids: Vec<_> = events.map(Uuid::to_string).collect();
        let (count, ids) = (ids.len(), ids.join(","));
        let count_of =
            self.postgres.value(&format!("SELECT count(*) FROM history WHERE id = ANY('{{{ids}}}'::uuid[])"));
        count_of.is_ok_and(|count_of| count_of.parse() == Ok(count))
    }

    /// The ids of the events in the record.
    pub(super) fn events(&self) -> Result<Vec<String>, embedded::Error> {
        self.postgres.column("SELECT id FROM history")
    }

    /// Whether the view is the oracle's, byte for byte.
    pub(super) fn is_the_oracles(&self) -> Result<bool, embedded::Error> {
        Ok(self.postgres.digest()? == self.oracles.digest()?)
    }

    /// An operator's command, that must succeed.
    pub(super) fn operator(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let directory = &self.server.directory;
        let mut command = Command::new(&self.server.binary);
        command.args(arguments).arg("--config").arg(directory.join("rinnakkain.toml")).arg("--data").arg(directory);
        let output = wait::output(&mut command)?;
        if !output.status.success() {
            bail!("rinnakkain {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    /// The end of what each has logged.
    pub(super) fn last_lines(&mut self) -> String {
        let mut all: Vec<_> = self.all().map(|part| format!("── {}\n{}", part.name, part.last_lines())).collect();
        all.push(format!("── PostgreSQL\n{}", self.postgres.last_lines()));
        all.join("\n")
    }

    /// Stops everything in order.
    pub(super) fn stop(mut self) -> anyhow::Result<()> {
        self.all().try_for_each(Part::stop)?;
        self.postgres.stop()?;
        Ok(self.oracles.stop()?)
    }
}

fn mount(base: &Path) -> Result<(Volume, Vec<Volume>), String> {
    let of_brokers = (0..3).map(|n| Volume::mount(&base.join(format!("small-{n}"))));
    Ok((Volume::mount(&base.join("small"))?, of_brokers.collect::<Result<_, _>>()?))
}

/// Three copies and two in step, as is safe; and short waits.
fn config(name: &str, brokers: &str, group: &str, url: &str, keys: &Path) -> String {
    format!(
        r#"transport = "kafka"
{county}
[log]
filter = "info,rinnakkain::role::project=debug"
[database]
url = {url:?}
[keys]
file = {keys:?}
[ingest]
name = {name:?}
hold = "8s"
[kafka]
brokers = "{brokers}"
group = "{group}"
partitions = 6
watermarks = "200ms"
[kafka.client]
"session.timeout.ms" = "3000"
"heartbeat.interval.ms" = "500"
"#,
        county = county::config(),
        keys = keys.display().to_string()
    )
}
