//! One or three brokers that are one cluster.

use std::{
    fs,
    hash::{BuildHasher, RandomState},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Child,
    sync::{Arc, Mutex, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{
    Binaries, Error,
    broker::Broker,
    layout::{Layout, Size},
    ports::Ports,
    settings,
};
use crate::java::Process;
use crate::product::{is_running, signal};
use crate::proxy::Link;

/// How long a broker may take on a machine that does other things too.
const PATIENCE: Duration = Duration::from_mins(2);

/// A running cluster. Its brokers are numbered from 0, which is their node id as well. Dropped, they are killed.
///
/// Its functions wait, for seconds: call them where blocking is allowed.
#[derive(Debug)]
pub struct Cluster {
    size: Size,
    binaries: Binaries,
    // Before the directory, so that nobody writes there when it is removed.
    brokers: Vec<Broker>,
    _scratch: Option<TempDir>,
}

impl Cluster {
    /// Starts brokers in a directory of their own, which goes with them, and waits until each knows them all.
    pub fn start(size: Size) -> Result<Self, Error> {
        Self::start_with(size, &[])
    }

    /// The same with further settings of `server.properties`, for every broker.
    pub fn start_with(size: Size, settings: &[(&str, &str)]) -> Result<Self, Error> {
        let layout = Layout { settings, ..Layout::default() };
        let temporary = std::env::temp_dir();
        let scratch = tempfile::Builder::new().prefix("rinnakkain-kafka-").tempdir();
        let scratch = scratch.map_err(Error::io("create a directory in", temporary))?;
        let directory = scratch.path().to_owned();
        Self::start_on(&directory, Some(scratch), size, &layout)
    }

    /// The same in a directory that is new or empty, and stays.
    pub fn start_in(directory: &Path, size: Size, layout: &Layout<'_>) -> Result<Self, Error> {
        fs::create_dir_all(directory).map_err(Error::io("create", directory))?;
        if fs::read_dir(directory).map_err(Error::io("read", directory))?.next().is_some() {
            return Err(Error::NotEmpty(directory.to_owned()));
        }
        Self::start_on(directory, None, size, layout)
    }

    fn start_on(directory: &Path, scratch: Option<TempDir>, size: Size, layout: &Layout<'_>) -> Result<Self, Error> {
        let binaries = Binaries::find()?;
        let brokers = create(directory, size, layout)?;
        format(&brokers, &binaries)?;
        let mut cluster = Self { size, binaries, brokers, _scratch: scratch };
        cluster.restart_all()?;
        Ok(cluster)
    }

    /// Where clients begin: `127.0.0.1:port` of each broker, with commas between.
    #[must_use]
    pub fn bootstrap(&self) -> String {
        let addresses = self.brokers.iter().map(|broker| format!("127.0.0.1:{}", broker.ports.client.number()));
        addresses.collect::<Vec<_>>().join(",")
    }

    /// The same over the link of this name.
    #[must_use]
    pub fn bootstrap_over(&self, name: &str) -> String {
        let addresses = self.links(name).map(|(_, link)| format!("127.0.0.1:{}", link.port()));
        addresses.collect::<Vec<_>>().join(",")
    }

    /// The links of this name, each with its broker; of every name if it is empty.
    pub fn links(&self, name: &str) -> impl Iterator<Item = (usize, &Link)> {
        self.brokers.iter().flat_map(move |broker| {
            let of_name = broker.ports.linked.iter().filter(move |(found, ..)| name.is_empty() || found == name);
            of_name.map(|(_, _, link)| (broker.node, link))
        })
    }

    /// How many brokers there are, running or not.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The process of broker `n`, while it has one.
    #[must_use]
    pub fn pid(&self, n: usize) -> Option<u32> {
        self.brokers.get(n)?.pid()
    }

    /// False if broker `n` was killed, or has ended by itself.
    #[must_use]
    pub fn is_running(&self, n: usize) -> bool {
        self.pid(n).is_some_and(is_running)
    }

    /// Where each broker keeps its partitions: Kafka's `log.dirs`.
    #[must_use]
    pub fn log_dirs(&self) -> Vec<PathBuf> {
        self.brokers.iter().map(|broker| broker.directory.join("data")).collect()
    }

    /// What each broker has written, warnings and errors, since its first start.
    pub fn logs(&self) -> Result<Vec<String>, Error> {
        let read = |broker: &Broker| fs::read_to_string(broker.log()).map_err(Error::io("read", broker.log()));
        self.brokers.iter().map(read).collect()
    }

    /// Kills broker `n` at any moment (SIGKILL). Its data and its port stay.
    pub fn kill(&mut self, n: usize) -> Result<(), Error> {
        let running = self.brokers.get_mut(n).and_then(|broker| broker.process.take());
        running.map(drop).ok_or(Error::NotRunning(n))
    }

    /// Stops broker `n` where it is (SIGSTOP): its connections stay open, and nothing is answered.
    pub fn pause(&mut self, n: usize) -> Result<(), Error> {
        self.signal(n, "STOP")
    }

    /// Lets a paused broker go on (SIGCONT).
    pub fn resume(&mut self, n: usize) -> Result<(), Error> {
        self.signal(n, "CONT")
    }

    /// Starts broker `n` again on its data and its port, killed or not, and waits until it answers as a member of the
    /// cluster. For that a quorum must run: after more brokers were killed, start them together with [`restart_all`].
    ///
    /// [`restart_all`]: Self::restart_all
    pub fn restart(&mut self, n: usize) -> Result<(), Error> {
        let broker = self.brokers.get_mut(n).ok_or(Error::NotRunning(n))?;
        broker.process = None;
        broker.start(&self.binaries, self.size)?;
        wait(&self.brokers[n..=n])
    }

    /// Starts every broker again, and waits until each knows them all.
    pub fn restart_all(&mut self) -> Result<(), Error> {
        self.brokers.iter_mut().for_each(|broker| broker.process = None);
        self.brokers.iter_mut().try_for_each(|broker| broker.start(&self.binaries, self.size))?;
        wait(&self.brokers)
    }

    fn signal(&self, n: usize, name: &str) -> Result<(), Error> {
        let pid = self.pid(n).ok_or(Error::NotRunning(n))?;
        signal(pid, name).map_err(Error::io("signal the process", pid.to_string()))
    }
}

/// One broker for all tests of the process. It ends when the last test releases it. Each test has topics of its own,
/// and a test that kills brokers needs a cluster of its own.
pub fn shared() -> Result<Arc<Cluster>, Error> {
    static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(running) = shared.upgrade() {
        return Ok(running);
    }
    let started = Arc::new(Cluster::start(Size::One)?);
    *shared = Arc::downgrade(&started);
    Ok(started)
}

fn create(directory: &Path, size: Size, layout: &Layout<'_>) -> Result<Vec<Broker>, Error> {
    let ports: Vec<_> = (0..size.brokers()).map(|_| Ports::free(layout)).collect::<Result<_, _>>()?;
    let properties = |(node, own)| settings::properties(node, own, &ports, size, layout.settings);
    let properties: Vec<_> = ports.iter().enumerate().map(properties).collect();
    let create = |(node, (ports, properties)): (usize, (Ports, String))| {
        let broker = Broker::create(node, ports, directory.join(node.to_string()), &properties)?;
        if let Some(elsewhere) = layout.data.get(node) {
            let here = broker.directory.join("data");
            symlink(elsewhere, &here).map_err(Error::io("create", here))?;
        }
        Ok(broker)
    };
    ports.into_iter().zip(properties).enumerate().map(create).collect()
}

/// Formats the data directories, all at the same time.
fn format(brokers: &[Broker], binaries: &Binaries) -> Result<(), Error> {
    let cluster_id = random_id();
    let controller =
        |broker: &Broker| format!("{}@127.0.0.1:{}:{}", broker.node, broker.ports.controller.number(), random_id());
    let controllers = brokers.iter().map(controller).collect::<Vec<_>>().join(",");
    let spawn = |broker: &Broker| broker.format(binaries, &cluster_id, &controllers).spawn();
    let begun: Vec<_> = brokers.iter().map(spawn).collect();
    let finish = |(broker, child): (&Broker, std::io::Result<Child>)| {
        let output = child.and_then(Child::wait_with_output).map_err(Error::io("run", binaries.java()))?;
        if output.status.success() {
            return Ok(());
        }
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(Error::Format { node: broker.node, message })
    };
    // Every tool is waited for, whatever happened to the others.
    let finished: Vec<_> = brokers.iter().zip(begun).map(finish).collect();
    finished.into_iter().collect()
}

/// A fresh id in Kafka's form, 16 bytes in URL-safe base 64: these digits are such text as they stand.
fn random_id() -> String {
    format!("kafka{:016x}A", RandomState::new().hash_one(0))
}

/// Waits until each of `brokers` answers and knows all of them.
fn wait(brokers: &[Broker]) -> Result<(), Error> {
    let nodes: Vec<_> = brokers.iter().map(|broker| broker.node).collect();
    let patience = Instant::now() + PATIENCE;
    brokers.iter().try_for_each(|broker| {
        while !broker.knows(&nodes) {
            let running = broker.process.as_ref().is_some_and(Process::is_running);
            if running && Instant::now() < patience {
                thread::sleep(Duration::from_millis(50));
                continue;
            }
            let reason = if running { "it does not answer after two minutes" } else { "it has ended" };
            return Err(Error::Start { node: broker.node, reason, lines: broker.last_lines() });
        }
        Ok(())
    })
}
