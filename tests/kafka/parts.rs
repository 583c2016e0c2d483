//! The parts, each its own process with its own directory; a database and brokers that are not theirs.

use crate::support::{BINARY, free_port, over_kafka, settle};
use dev::kafka::{Cluster, Size};
use dev::product::{Product, scratch, signal};
use embedded::Postgres;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use store::{Database, Store};

/// Everything but the load.
pub struct Parts {
    pub ingests: Vec<Part>,
    pub projectors: Vec<Part>,
    pub server: Part,
    oracle: Part,
    pub postgres: Server,
    oracles: Server,
    pub cluster: Cluster,
    runtime: tokio::runtime::Runtime,
    _directory: tempfile::TempDir,
}

/// One process, and how it is started again.
pub struct Part {
    role: &'static str,
    directory: PathBuf,
    product: Option<Product>,
    /// Where an ingest listens: always the same.
    pub mllp: u16,
}

/// A database server.
pub struct Server {
    directory: PathBuf,
    pub postgres: Option<Postgres>,
    pub store: Option<Store>,
}

impl Part {
    fn new(role: &'static str, name: &str, base: &Path, config: &str, url: &str, keys: &Path) -> Self {
        let directory = base.join(name);
        std::fs::create_dir(&directory).unwrap();
        let mllp = free_port();
        let config = config.replacen("127.0.0.1:0", &format!("127.0.0.1:{mllp}"), 1);
        let more = format!(
            "\n[database]\nurl = {url:?}\n[keys]\nfile = {:?}\n[ingest]\nname = {name:?}\nhold = \"8s\"\n",
            keys.display().to_string()
        );
        std::fs::write(directory.join("rinnakkain.toml"), config + &more).unwrap();
        let mut part = Self { role, directory, product: None, mllp };
        part.start();
        part
    }

    pub fn start(&mut self) {
        assert!(self.product.is_none(), "it still runs");
        let config = self.directory.join("rinnakkain.toml");
        let started = Product::start_part(Path::new(BINARY), self.role, &config, &self.directory);
        self.product = Some(started.unwrap());
    }

    pub fn kill(&mut self) {
        self.product.take().expect("it runs").kill().unwrap();
    }

    pub fn stop(&mut self) {
        let status = self.product.take().expect("it runs").stop().unwrap();
        assert!(status.success(), "{} stopped with {status}", self.role);
    }

    pub fn signal(&self, name: &str) {
        signal(self.product.as_ref().expect("it runs").pid(), name).unwrap();
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.join("log.txt")).unwrap()
    }
}

impl Server {
    pub fn start(directory: PathBuf) -> Self {
        Self { postgres: Some(Postgres::start(&directory).unwrap()), directory, store: None }
    }

    pub fn url(&self) -> String {
        self.postgres.as_ref().unwrap().url("postgres")
    }

    /// Starts it again after a kill.
    pub fn start_again(&mut self) {
        // Lets go of the directory first.
        self.postgres = None;
        self.postgres = Some(Postgres::start(&self.directory).unwrap_or_else(|error| {
            let log = std::fs::read_to_string(self.directory.join("server.log")).unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            panic!("{error}\n{}", lines[lines.len().saturating_sub(12)..].join("\n"));
        }));
    }

    pub fn pid(&self) -> u32 {
        self.postgres.as_ref().unwrap().pid()
    }

    /// What a query says; its one value is told as an error, for PostgreSQL's tools here read no rows.
    pub fn tell(&self, query: &str) -> String {
        let sql = format!("DO $$ BEGIN RAISE EXCEPTION 'told: %', ({query}); END $$");
        match self.postgres.as_ref().unwrap().execute("postgres", &sql) {
            Err(embedded::Error::Sql { message, .. }) if message.starts_with("told: ") => message[6..].to_owned(),
            other => panic!("{query}: {other:?}"),
        }
    }

    /// Every record of which something is told, the view it is in, and every event, in one word. A record that only a
    /// superseded copy of an event named is there or not by the order of arrival, and says nothing.
    pub fn digest(&self) -> String {
        let views = "SELECT md5(string_agg(encode(r.key, 'hex') || md5(v.snapshot), ',' ORDER BY r.key))
                     FROM record r JOIN view v ON v.client = r.client
                     WHERE EXISTS (SELECT FROM history h WHERE h.record = r.id)";
        let events =
            "SELECT md5(string_agg(h.id || received_at::text || md5(payload), ',' ORDER BY h.id)) FROM history h";
        format!("{} {}", self.tell(views), self.tell(events))
    }
}

impl Parts {
    pub fn start() -> Self {
        let directory = scratch().unwrap();
        let base = directory.path();
        let cluster = Cluster::start(Size::Three).unwrap();
        let keys = base.join("keys.toml");
        let made = Command::new(BINARY).arg("new-keys").arg(&keys).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        let postgres = Server::start(base.join("county"));
        let oracles = Server::start(base.join("oracle"));
        let safe = over_kafka(&dev::county::config(), &cluster.bootstrap(), "care-events")
            .replace("partitions = 3", "partitions = 6")
            .replace("replication = 1", "replication = 3")
            .replace("min_insync_replicas = 1", "min_insync_replicas = 2")
            .replace("unsafe_because = \"a test loses nothing but its own\"\n", "");
        let apart = safe.replace("group = \"care-events\"", "group = \"oracle\"");
        let part = |role, name: &str| Part::new(role, name, base, &safe, &postgres.url(), &keys);
        let ingests = ["ingest-a", "ingest-b"].map(|name| part("ingest", name)).into();
        let projectors = ["project-a", "project-b"].map(|name| part("project", name)).into();
        let server = part("serve", "serve");
        let oracle = Part::new("project", "project-oracle", base, &apart, &oracles.url(), &keys);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut parts =
            Self { ingests, projectors, server, oracle, postgres, oracles, cluster, runtime, _directory: directory };
        for server in [&mut parts.postgres, &mut parts.oracles] {
            let url = server.postgres.as_ref().unwrap().url("postgres");
            server.store = Some(parts.runtime.block_on(Store::connect(&Database::Url(url), 2)).unwrap());
        }
        // Both projectors have partitions: else there is nothing to take over from one that is killed.
        for projector in &parts.projectors {
            let has_some = |log: String| log.lines().any(|line| line.contains("reader's") && !line.contains("count=0"));
            let begun = Instant::now();
            while !has_some(projector.log()) {
                assert!(begun.elapsed() < Duration::from_mins(1), "a projector got no partitions");
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        parts
    }

    /// Waits until everything that was received is applied, here and by the oracle.
    pub fn settle(&self) {
        for server in [&self.postgres, &self.oracles] {
            self.runtime.block_on(settle(server.store.as_ref().unwrap()));
        }
    }

    /// The view is the oracle's, byte for byte. What was on its way unacknowledged may still come, to one and the other.
    pub fn compare(&self, after: &str) {
        for _ in 0..100 {
            if self.postgres.digest() == self.oracles.digest() {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("after {after}: not the oracle's view");
    }

    /// An operator's command; its standard output.
    pub fn operator(&self, arguments: &[&str]) -> String {
        let directory = &self.server.directory;
        let output = Command::new(BINARY)
            .args(arguments)
            .arg("--config")
            .arg(directory.join("rinnakkain.toml"))
            .arg("--data")
            .arg(directory)
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for part in self.ingests.iter().chain(&self.projectors).chain([&self.server, &self.oracle]) {
                let log = part.log();
                let lines: Vec<_> = log.lines().collect();
                eprintln!("--- {}\n{}", part.directory.display(), lines[lines.len().saturating_sub(15)..].join("\n"));
            }
        }
    }
}
