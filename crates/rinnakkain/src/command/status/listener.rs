//! Who listens on this machine, by what the operating system knows: a knock would leave a failed handshake in the service's log.

use crate::command::check::Finding;
use crate::config::Config;
use std::ffi::OsString;
use std::fs::DirEntry;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// On this machine a listener answers at once.
const PATIENCE: Duration = Duration::from_secs(2);

/// Each listener of the configuration. In three roles some of them are on other machines.
pub async fn listeners(config: &Config) -> Vec<Finding> {
    const LISTENER: &str = "listener";
    let all = [
        ("mllp", *config.mllp.listen.at.address),
        ("http", *config.http.at.address),
        ("grpc", *config.grpc.at.address),
    ];
    let (mut open, mut findings) = (Vec::new(), Vec::new());
    let table = |name| std::fs::read_to_string(name).ok();
    let table = [table("/proc/net/tcp"), table("/proc/net/tcp6")].into_iter().flatten().reduce(|a, b| a + &b);
    let sockets: Vec<Socket> = table.iter().flat_map(|table| listening(table)).collect();
    // Port 0 is one that the system chose at the start: it is not known here.
    for (name, address) in all.into_iter().filter(|(_, address)| address.port() != 0) {
        let socket = sockets.iter().find(|it| serves(it.address, address));
        let another = socket.and_then(|socket| owner(&socket.inode)).filter(|it| !is_this_program(it));
        if let Some(Owner { pid, program }) = another {
            let program = program.to_string_lossy();
            let text = format!("another program, {program} (process {pid}), listens on {name} {address}");
            let advice = "stop it, or choose another port in the configuration";
            findings.push(Finding::failure(LISTENER, text, advice));
        } else if socket.is_some() || table.is_none() && answers(address).await {
            open.push(format!("{name} {address}"));
        } else {
            let advice = "is its role running here? systemctl status 'rinnakkain@*'; journalctl -u 'rinnakkain@*'";
            findings.push(Finding::failure(LISTENER, format!("nobody listens on {name} {address}"), advice));
        }
    }
    if !open.is_empty() {
        findings.insert(0, Finding::ok(LISTENER, open.join(", ")));
    }
    findings
}

async fn answers(address: SocketAddr) -> bool {
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, address.port()));
    let reached = if address.ip().is_unspecified() { here } else { address };
    matches!(timeout(PATIENCE, TcpStream::connect(reached)).await, Ok(Ok(_)))
}

/// Is a socket that listens on `it` one for connections to `address`?
fn serves(it: SocketAddr, address: SocketAddr) -> bool {
    let of_all = it.ip().is_unspecified() || address.ip().is_unspecified();
    it.port() == address.port() && (of_all || it.ip().to_canonical() == address.ip().to_canonical())
}

/// A socket that listens.
struct Socket {
    address: SocketAddr,
    inode: String,
}

/// Those of `/proc/net/tcp` and `tcp6` (proc_net_tcp(5)): an address is written as 32-bit words, each in the machine's order.
fn listening(table: &str) -> impl Iterator<Item = Socket> {
    const LISTEN: &str = "0A";
    let words = |hex: &str| -> Option<Vec<u8>> {
        let words = hex.as_bytes().chunks(8).map(|word| u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok());
        Some(words.collect::<Option<Vec<_>>>()?.into_iter().flat_map(u32::to_ne_bytes).collect())
    };
    let address = move |written: &str| -> Option<SocketAddr> {
        let (ip, port) = written.split_once(':')?;
        let ip = words(ip)?;
        let v4 = <[u8; 4]>::try_from(ip.as_slice()).map(IpAddr::from);
        let ip = v4.or_else(|_| <[u8; 16]>::try_from(ip.as_slice()).map(IpAddr::from)).ok()?;
        Some(SocketAddr::from((ip, u16::from_str_radix(port, 16).ok()?)))
    };
    table.lines().filter_map(move |line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, local, _, state, ..] = fields[..] else { return None };
        let inode = fields.get(9).copied().unwrap_or_default().to_owned();
        (state == LISTEN).then(|| Some(Socket { address: address(local)?, inode })).flatten()
    })
}

/// A process, and the file of its program.
struct Owner {
    pid: String,
    program: OsString,
}

/// Who has the socket open. `None`: nobody whom this account may look at (proc_pid_fd(5)).
fn owner(inode: &str) -> Option<Owner> {
    let socket = format!("socket:[{inode}]");
    let links = |process: &Path| std::fs::read_dir(process.join("fd")).into_iter().flatten().flatten();
    let is_process = |entry: &DirEntry| entry.file_name().to_string_lossy().bytes().all(|it| it.is_ascii_digit());
    let process = std::fs::read_dir("/proc").ok()?.flatten().filter(is_process).find(|process| {
        let mut open = links(&process.path()).filter_map(|it| std::fs::read_link(it.path()).ok());
        open.any(|it| it.as_os_str() == socket.as_str())
    })?;
    let program = std::fs::read_link(process.path().join("exe")).ok()?.file_name()?.to_owned();
    Some(Owner { pid: process.file_name().to_string_lossy().into_owned(), program })
}

/// By the name of the file: the service may run from another directory, or from a file that has been replaced since.
fn is_this_program(owner: &Owner) -> bool {
    let own = std::env::current_exe().ok().and_then(|it| it.file_name().map(OsString::from));
    let name = |it: &OsString| it.to_string_lossy().trim_end_matches(" (deleted)").to_owned();
    own.is_none_or(|own| name(&own) == name(&owner.program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_listens_is_read_without_knocking() {
        let here = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = here.local_addr().unwrap();
        let connected = std::net::TcpStream::connect(address).unwrap();
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let is_open = |address| listening(&table).any(|it| serves(it.address, address));
        assert!(is_open(address) && is_open(SocketAddr::from(([0, 0, 0, 0], address.port()))));
        assert!(!is_open(connected.local_addr().unwrap()), "it is connected, and does not listen");
        let socket = listening(&table).find(|it| it.address == address).unwrap();
        let owner = owner(&socket.inode).unwrap();
        assert_eq!(owner.pid, std::process::id().to_string());
        assert!(is_this_program(&owner) && !is_this_program(&Owner { program: "nginx".into(), ..owner }));
        let sixth = "  1: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 0";
        assert!(
            listening(sixth).any(|it| serves(it.address, "10.0.0.1:8080".parse().unwrap())),
            "of every address, old ones too"
        );
        let one = SocketAddr::from(([127, 0, 0, 1], 80));
        assert!(!serves(one, "10.0.0.1:80".parse().unwrap()));
    }
}
