//! The environment of the figures: without it they mean nothing.

use super::sql::Sql;
use serde_json::{Map, Value, json};
use std::fs;
use std::process::Command;
use std::thread::available_parallelism;
use testkit::root;

/// PostgreSQL's settings that a figure hangs on.
const SETTINGS: &str = "SELECT string_agg(name || '=' || current_setting(name), ' ' ORDER BY name) FROM pg_settings
    WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size',
                   'wal_compression', 'wal_level', 'checkpoint_timeout')";

/// Commit, machine, programs. Unknown values are shown as unknown.
pub(crate) fn machine() -> Map<String, Value> {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default().trim().to_owned();
    let dirty = if output_of("git", &["status", "--porcelain"]).is_empty() { "" } else { " with changes" };
    let cpu = read("/proc/cpuinfo");
    let cpu = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let memory = read("/proc/meminfo");
    let memory = memory.lines().next().unwrap_or_default().trim_start_matches("MemTotal:").trim();
    let mut found = Map::new();
    let mut add = |what: &str, value: String| {
        let value = if value.is_empty() { "not known".to_owned() } else { value };
        found.insert(what.to_owned(), json!(value));
    };
    add("commit", output_of("git", &["rev-parse", "--short", "HEAD"]) + dirty);
    add("rustc", output_of("rustc", &["--version"]));
    add("kernel", read("/proc/sys/kernel/osrelease"));
    add("processors", available_parallelism().map(|n| n.to_string()).unwrap_or_default());
    add("processor", cpu.trim_start_matches(['\t', ' ', ':']).to_owned());
    add("memory", memory.to_owned());
    add("load before", read("/proc/loadavg"));
    add("java", testkit::kafka::Binaries::find().map(|it| java(it.java())).unwrap_or_default());
    add("kafka", testkit::kafka::VERSION.to_owned() + ", 1 broker, 3 partitions, acks=all, one copy");
    found
}

/// The database's version and settings.
pub(crate) fn database(sql: &Sql) -> anyhow::Result<Map<String, Value>> {
    let mut found = Map::new();
    found.insert("postgresql".to_owned(), json!(sql.text("SELECT current_setting('server_version')")?));
    found.insert("settings".to_owned(), json!(sql.text(SETTINGS)?));
    Ok(found)
}

fn java(program: &std::path::Path) -> String {
    let output = Command::new(program).arg("-version").output();
    let text = output.map(|it| String::from_utf8_lossy(&it.stderr).into_owned()).unwrap_or_default();
    text.lines().find(|line| line.contains(" version ")).unwrap_or_default().to_owned()
}

fn output_of(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(root()).output();
    output.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned()).unwrap_or_default()
}
