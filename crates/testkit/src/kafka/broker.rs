//! One broker: its ports, its directory, its process.
//!
//! In the directory are `server.properties`, `data` (what Kafka keeps), `log.txt` (what the broker writes) and `tmp`.

use std::{
    ffi::OsStr,
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::{Command, Stdio},
};

use tokio::net::TcpSocket;

use super::{Binaries, Error, Layout, Size, metadata, process::Process, settings};
use crate::proxy::{Link, To};

/// A free port of 127.0.0.1, held for the broker as long as this lives.
///
/// It is bound and never listens: a broker, as Java does, may bind the same port again and again, and the kernel gives
/// it to nobody who asks for any port, nor to the near end of a connection; not even while the broker is dead.
#[derive(Debug)]
pub(super) struct Port {
    number: u16,
    _held: TcpSocket,
}

impl Port {
    fn free() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        Ok(Self { number: socket.local_addr()?.port(), _held: socket })
    }

    pub(super) fn number(&self) -> u16 {
        self.number
    }
}

/// Where a broker listens.
#[derive(Debug)]
pub(super) struct Ports {
    pub(super) client: Port,
    pub(super) controller: Port,
    /// A listener for each link, and the link that leads to it.
    pub(super) linked: Vec<(String, Port, Link)>,
}

impl Ports {
    pub(super) fn free(layout: &Layout<'_>) -> Result<Self, Error> {
        let free = || Port::free().map_err(Error::io("find a port on", "127.0.0.1"));
        let mut linked = Vec::new();
        if let Some((proxies, names)) = layout.links {
            for name in names {
                let port = free()?;
                let link = proxies.link(To::Port(port.number())).map_err(Error::io("find a port on", "127.0.0.1"))?;
                linked.push(((*name).to_owned(), port, link));
            }
        }
        Ok(Self { client: free()?, controller: free()?, linked })
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_held_port_is_for_those_who_ask_to_share_it() {
        let port = Port::free().unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.number()));
        let other = TcpSocket::new_v4().unwrap();
        assert_eq!(other.bind(address).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        // As Java does, the standard library shares an address on which nobody listens.
        for _ in 0..2 {
            drop(TcpListener::bind(address).unwrap());
        }
    }
}
