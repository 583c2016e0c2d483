//! What the kernel says of a process: memory and processor time, from `/proc` (proc(5)).

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
