//! A process's memory and processor time, from `/proc` (proc(5)).

use std::fs;
use std::io;

/// What of a process is resident, in MiB.
pub(crate) struct Resident {
    pub(crate) now: u64,
    /// At its peak.
    pub(crate) most: u64,
}

impl Resident {
    pub(crate) fn of(pid: u32) -> io::Result<Self> {
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let mebibytes = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key));
            line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() / 1024
        };
        Ok(Self { now: mebibytes("VmRSS:"), most: mebibytes("VmHWM:") })
    }
}

/// Processor seconds that a process has used, of its own and not of its children.
pub(crate) fn cpu_seconds(pid: u32) -> io::Result<f64> {
    let [user, system, ..] = ticks(pid)?;
    Ok(seconds(user + system))
}

/// … and its children, those that have ended and those that run.
pub(crate) fn cpu_seconds_of_family(pid: u32) -> io::Result<f64> {
    let mut all: f64 = ticks(pid)?.into_iter().map(seconds).sum();
    for entry in fs::read_dir("/proc")? {
        let child = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok());
        // One that has ended meanwhile is counted by its parent next time.
        if let Some(child) = child.filter(|child| parent(*child) == Some(pid))
            && let Ok(own) = cpu_seconds(child)
        {
            all += own;
        }
    }
    Ok(all)
}

/// Seconds of the children that have ended and were waited for.
pub(crate) fn cpu_seconds_of_ended_children() -> io::Result<f64> {
    let [_, _, user, system] = ticks(std::process::id())?;
    Ok(seconds(user + system))
}

/// `utime`, `stime`, `cutime`, `cstime`: fields 14 to 17.
fn ticks(pid: u32) -> io::Result<[u64; 4]> {
    let fields = stat(pid)?;
    let field = |n: usize| fields.get(n - 3).and_then(|field| field.parse().ok()).ok_or(io::ErrorKind::InvalidData);
    Ok([field(14)?, field(15)?, field(16)?, field(17)?])
}

fn parent(pid: u32) -> Option<u32> {
    stat(pid).ok()?.get(1)?.parse().ok()
}

/// The fields from the third on: the second is a name in brackets, which may hold anything.
fn stat(pid: u32) -> io::Result<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, rest) = stat.rsplit_once(") ").ok_or(io::ErrorKind::InvalidData)?;
    Ok(rest.split_whitespace().map(str::to_owned).collect())
}

/// Linux reports in hundredths of a second (`USER_HZ`) on every architecture that we build for.
fn seconds(ticks: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "2^52 hundredths of a second are a million years")]
    let ticks = ticks as f64;
    ticks / 100.0
}
