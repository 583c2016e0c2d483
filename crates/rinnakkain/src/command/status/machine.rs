//! What is on this machine: who listens, and how much of the disk is free.

use crate::command::check::Finding;
use crate::config::Config;
use std::net::{Ipv4Addr, SocketAddr};
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
    let all = [("mllp", config.mllp.listen.address), ("http", config.http.address), ("grpc", config.grpc.address)];
    let (mut open, mut findings) = (Vec::new(), Vec::new());
    // Port 0 is one that the system chose at the start: it is not known here.
    for (name, address) in all.into_iter().filter(|(_, address)| address.port() != 0) {
        let reached = if address.ip().is_unspecified() {
            SocketAddr::from((Ipv4Addr::LOCALHOST, address.port()))
        } else {
            address
        };
        if matches!(timeout(PATIENCE, TcpStream::connect(reached)).await, Ok(Ok(_))) {
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
    fn what_df_prints_is_read() {
        let text = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 104857600 90000000 10485760 91% /var\n";
        assert_eq!(free(text), Some((9, 10)));
        assert_eq!(free(""), None);
    }
}
