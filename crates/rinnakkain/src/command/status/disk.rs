//! How much of this machine's disk is free.

use crate::command::check::Finding;
use std::path::Path;
use std::time::Duration;
use tokio::process::Command;
use tokio::time::timeout;

/// On this machine it answers at once.
const PATIENCE: Duration = Duration::from_secs(2);
/// Less is a failure; less than twice as much is worth knowing.
const FREE_PERCENT: u8 = 10;

/// Of the data directory; the database's own where that is private.
pub async fn free_space(data: &Path) -> Finding {
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
