//! The product as a county runs it, for tests: the binary, its real PostgreSQL, its sockets.

pub mod collector;
mod question;

pub use question::*;

use serde_json::Value;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use store::{Database, Store};
use testkit::cluster;
use testkit::county::{self, SOCIAL_TOKEN};
use testkit::kafka::{self, Cluster};
use testkit::product::{Product, scratch};
use testkit::wait;
use testkit::wire::{EVENT, Mllp, Response, acknowledgement_code, post};
use tonic::transport::Channel;

/// The binary under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_rinnakkain");

/// What stands between ingest and projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Direct,
    Kafka,
}

/// A county's deployment: started, killed, started again on the same data.
pub struct County {
    transport: Transport,
    topic: String,
    /// For looking behind its back.
    store: Option<Store>,
    product: Option<Product>,
    /// Goes after the product.
    broker: Option<Arc<Cluster>>,
    directory: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    /// Where its clock begins; `None`: the machine's.
    begins_at: Option<String>,
}

impl County {
    pub fn start() -> Self {
        Self::start_with(&county::config())
    }

    pub fn start_with(config: &str) -> Self {
        Self::start_on(Transport::Direct, config)
    }

    /// On an empty database and with keys, as after a first start: without the time that a first start takes.
    pub fn start_on(transport: Transport, config: &str) -> Self {
        Self::new(transport, config).set_up(config)
    }

    /// The same directly, with a clock that begins at this instant (RFC 3339).
    pub fn start_at(begins_at: &str, config: &str) -> Self {
        let mut county = Self::new(Transport::Direct, config);
        county.begins_at = Some(begins_at.to_owned());
        county.set_up(config)
    }

    fn set_up(self, config: &str) -> Self {
        let mut county = self;
        if !config.contains("[database]") {
            cluster::lay(&county.data().join("postgres")).unwrap();
            let made = Command::new(BINARY).arg("new-keys").arg(county.data().join("keys.toml")).output().unwrap();
            assert!(made.status.success(), "{made:?}");
        }
        county.start_again();
        county
    }

    /// With nothing set up.
    pub fn start_from_nothing(config: &str) -> Self {
        let mut county = Self::new(Transport::Direct, config);
        county.start_again();
        county
    }

    fn new(transport: Transport, config: &str) -> Self {
        static TOPICS: AtomicU32 = AtomicU32::new(0);
        let directory = scratch().unwrap();
        let data = directory.path().join("data");
        std::fs::create_dir(&data).unwrap();
        std::fs::set_permissions(&data, std::os::unix::fs::PermissionsExt::from_mode(0o711)).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let broker = (transport == Transport::Kafka).then(|| kafka::shared().unwrap());
        let topic = format!("care-events-{}", TOPICS.fetch_add(1, Ordering::Relaxed));
        let county = Self { transport, topic, broker, store: None, product: None, directory, runtime, begins_at: None };
        county.configure(config);
        county
    }

    /// After a kill, or with another configuration: on the same data.
    pub fn start_again(&mut self) {
        assert!(self.product.is_none(), "it still runs");
        let (config, data) = (self.config(), self.data());
        let started = Product::start_at(Path::new(BINARY), "run", (&config, &data), self.begins_at.as_deref());
        self.product = Some(started.unwrap());
        if self.transport == Transport::Kafka {
            let postgres = embedded::Postgres::adopt(&self.data().join("postgres")).unwrap().unwrap();
            let socket =
                Database::Socket { dir: postgres.socket_dir().to_owned(), account: embedded::SERVICE.to_owned() };
            self.store = Some(self.wait(Store::connect(&socket, 1)).unwrap());
        }
    }

    pub fn configure(&self, config: &str) {
        let config = match &self.broker {
            None => config.to_owned(),
            Some(broker) => over_kafka(config, &broker.bootstrap(), &self.topic),
        };
        std::fs::write(self.config(), config).unwrap();
    }

    /// The same data, from the next start on without Kafka.
    pub fn without_kafka(&mut self, config: &str) {
        (self.transport, self.broker, self.store) = (Transport::Direct, None, None);
        self.configure(config);
    }

    /// Waits until everything that was acknowledged before is in the view.
    pub fn settle(&self) {
        if let Some(store) = &self.store {
            self.runtime.block_on(settle(store));
        }
    }

    pub fn config(&self) -> PathBuf {
        self.directory.path().join("rinnakkain.toml")
    }

    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    pub fn product(&self) -> &Product {
        self.product.as_ref().expect("it runs")
    }

    pub fn kill(&mut self) {
        self.store = None;
        self.product.take().expect("it runs").kill().unwrap();
    }

    pub fn stop(&mut self) {
        self.store = None;
        let status = self.product.take().expect("it runs").stop().unwrap();
        assert!(status.success(), "it stopped with {status}");
    }

    /// Every segment of its topic, as the broker keeps it.
    pub fn journal_files(&self) -> Vec<PathBuf> {
        let directories = self.broker.iter().flat_map(|broker| broker.log_dirs());
        let partitions = directories.flat_map(|it| std::fs::read_dir(it).unwrap().flatten());
        let name = format!("{}-", self.topic);
        let ours = partitions.filter(|entry| entry.file_name().to_string_lossy().starts_with(&name));
        let files = ours.flat_map(|entry| std::fs::read_dir(entry.path()).unwrap().flatten());
        files.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|it| it == "log")).collect()
    }

    /// The process id of its private PostgreSQL.
    pub fn postgres(&self) -> u32 {
        let file = self.data().join("postgres/cluster/postmaster.pid");
        std::fs::read_to_string(file).unwrap().lines().next().unwrap().trim().parse().unwrap()
    }

    // === in ===

    pub fn mllp(&self) -> Mllp {
        Mllp::connect(self.product().ports.mllp).unwrap()
    }

    /// Sends one message on a connection of its own; its acknowledgement code.
    pub fn hl7(&self, message: &str) -> String {
        acknowledgement_code(&self.mllp().send(message).unwrap()).to_owned()
    }

    pub fn social(&self, event: &Value) -> Response {
        post(self.product().ports.http, "/events", SOCIAL_TOKEN, EVENT, &event.to_string()).unwrap()
    }

    /// The social system is there and has nothing to tell.
    pub fn heartbeat(&self) {
        let response = post(self.product().ports.http, "/heartbeat", SOCIAL_TOKEN, "text/plain", "").unwrap();
        assert!(response.status / 100 == 2, "{response:?}");
    }

    // === out ===

    pub fn channel(&self) -> Channel {
        self.settle();
        let address = format!("http://127.0.0.1:{}", self.product().ports.grpc);
        let endpoint = Channel::from_shared(address).unwrap();
        self.wait(endpoint.connect()).unwrap()
    }

    pub fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.wait_for(Duration::from_mins(2), future)
    }

    pub fn wait_for<T>(&self, time: Duration, future: impl Future<Output = T>) -> T {
        let within = async { tokio::time::timeout(time, future).await };
        self.runtime.block_on(within).unwrap_or_else(|_| panic!("it is answered within {time:?}"))
    }

    /// An operator's command on this deployment; its standard output.
    pub fn operator(&self, arguments: &[&str]) -> String {
        let output = wait::output(&mut self.command(arguments)).unwrap();
        let (out, err) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr).into_owned());
        assert!(output.status.success(), "{arguments:?}: {}\n{out}{err}", output.status);
        out
    }

    /// The same, for one that fails; its standard error.
    pub fn operator_fails(&self, arguments: &[&str]) -> String {
        let output = wait::output(&mut self.command(arguments)).unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{arguments:?}: {}{err}", String::from_utf8_lossy(&output.stdout));
        err
    }

    /// The same, whether it succeeds or not; its standard output.
    pub fn operator_says(&self, arguments: &[&str]) -> String {
        String::from_utf8(wait::output(&mut self.command(arguments)).unwrap().stdout).unwrap()
    }

    /// The same, for one that reads a line.
    pub fn operator_with(&self, arguments: &[&str], line: &str) -> String {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{line}").unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.args(arguments).arg("--config").arg(self.config()).arg("--data").arg(self.data());
        command
    }
}

/// The configuration with Kafka between ingest and projection, of one broker, and short waits.
pub fn over_kafka(config: &str, brokers: &str, topic: &str) -> String {
    format!(
        r#"transport = "kafka"
{config}
[kafka]
brokers = "{brokers}"
topic = "{topic}"
group = "{topic}"
partitions = 3
replication = 1
min_insync_replicas = 1
unsafe_because = "a test loses nothing but its own"
watermarks = "100ms"
[kafka.client]
"session.timeout.ms" = "3000"
"heartbeat.interval.ms" = "500"
"#
    )
}

/// What is answered to a GET: its status and its body. `None`: nobody answers.
pub fn get(port: u16, path: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    Some((status, answer.split_once("\r\n\r\n")?.1.to_owned()))
}

/// Waits until `port` reports that it is ready, or, with a reason, that it is not.
#[track_caller]
pub fn comes_to(port: u16, reason: Option<&str>) {
    let patience = Instant::now() + Duration::from_mins(1);
    let mut answered = None;
    while Instant::now() < patience {
        answered = get(port, "/readyz");
        let there = match (&answered, reason) {
            (Some((200, _)), None) => true,
            (Some((503, reason_given)), Some(reason)) => reason_given.contains(reason),
            _ => false,
        };
        if there {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it does not come to {reason:?}, but reports {answered:?}");
}

/// A port that nobody has now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits until everything that any ingest had received before this call is applied.
pub async fn settle(store: &Store) {
    let wanted = event::Instant::from_timestamp(ago(0));
    let patience = Instant::now() + Duration::from_mins(1);
    while Instant::now() < patience {
        // The database may be away for a while.
        if let Ok(Some(until)) = store::watermark::written_until(store).await
            && until >= wanted
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    panic!(
        "what was acknowledged is not in the view after a minute: {:?}",
        store::watermark::written_until(store).await
    );
}

/// The machine's clock, this many seconds ago.
#[expect(clippy::disallowed_methods, reason = "messages of a test are sent as of now")]
pub fn ago(seconds: i64) -> jiff::Timestamp {
    jiff::Timestamp::now() - jiff::SignedDuration::from_secs(seconds)
}
