//! What is on this machine: who listens, and how much of the disk is free.

use crate::command::check::Finding;
use crate::config::Config;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

/// On this machine a listener answers at once.
const PATIENCE: Duration = Duration::from_secs(2);
/// Less is a failure; less than twice as much is worth knowing.
const FREE_PERCENT: u8 = 10;

/// Each listener of the configuration. In three roles some of them are on other machines.
pub async fn listeners(config: &Config) -> Vec<Finding> {
    const LISTENER: &str = "listener";
    let all = [
        ("mllp", *config.mllp.listen.at.address),
        ("http", *config.http.at.address),
        ("grpc", *config.grpc.at.address),
    ];
    let (mut open, mut findings) = (Vec::new(), Vec::new());
    // The operating system knows who listens: a knock would leave a failed handshake in the service's log.
    let table = |name| std::fs::read_to_string(name).ok();
    let table = [table("/proc/net/tcp"), table("/proc/net/tcp6")].into_iter().flatten().reduce(|a, b| a + &b);
    // Port 0 is one that the system chose at the start: it is not known here.
    for (name, address) in all.into_iter().filter(|(_, address)| address.port() != 0) {
        let is_open = match &table {
            Some(table) => listening(table).any(|it| serves(it, address)),
            None => answers(address).await,
        };
        if is_open {
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

/// The addresses that are listened on, of `/proc/net/tcp` and `tcp6` (proc_net_tcp(5)): an address is written as 32-bit words, each
/// in the machine's order.
fn listening(table: &str) -> impl Iterator<Item = SocketAddr> {
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
        let mut fields = line.split_whitespace().skip(1);
        let (local, _, state) = (fields.next()?, fields.next()?, fields.next()?);
        (state == LISTEN).then(|| address(local)).flatten()
    })
}

/// Of the data directory; the database's own where that is private.
pub async fn disk(data: &Path) -> Finding {
    const DISK: &str = "disk";
    let output = timeout(PATIENCE, Command::new("df").arg("-Pk").arg("--").arg(data).output()).await;
    let text = output.ok().and_then(Result::ok).map(|it| String::from_utf8_lossy(&it.stdout).into_owned());
    let shown = data.display();
    let Some((free, gibibytes)) = text.as_deref().and_then(free) else {
        return Finding::warning(
            DISK,
            format!("{shown}: `df` does not say what is free"),
            "look with your own monitoring",
        );
    };
    let text = format!("{shown}: {free} % are free, {gibibytes} GiB");
    let advice = "free space, or make it larger; never delete in PostgreSQL's or Kafka's directories";
    match free {
        0..FREE_PERCENT => Finding::failure(DISK, text, advice),
        FREE_PERCENT..20 => Finding::warning(DISK, text, advice),
        _ => Finding::ok(DISK, text),
    }
}

/// The percentage that is free, and GiB, of what `df -P` prints (POSIX).
fn free(text: &str) -> Option<(u8, u64)> {
    let fields: Vec<&str> = text.lines().nth(1)?.split_whitespace().collect();
    let available: u64 = fields.get(3)?.parse().ok()?;
    let used: u8 = fields.get(4)?.strip_suffix('%')?.parse().ok()?;
    Some((100_u8.checked_sub(used)?, available / (1 << 20)))
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
        let is_open = |address| listening(&table).any(|it| serves(it, address));
        assert!(is_open(address) && is_open(SocketAddr::from(([0, 0, 0, 0], address.port()))));
        assert!(!is_open(connected.local_addr().unwrap()), "it is connected, and does not listen");
        let sixth = "  1: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 0";
        assert!(
            listening(sixth).any(|it| serves(it, "10.0.0.1:8080".parse().unwrap())),
            "of every address, old ones too"
        );
        let one = SocketAddr::from(([127, 0, 0, 1], 80));
        assert!(!serves(one, "10.0.0.1:80".parse().unwrap()));
    }

    #[test]
    fn what_df_prints_is_read() {
        let text = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 104857600 90000000 10485760 91% /var\n";
        assert_eq!(free(text), Some((9, 10)));
        assert_eq!(free(""), None);
    }
}
