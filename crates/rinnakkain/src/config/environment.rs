//! What the environment sets: `RINNAKKAIN_MLLP__ADDRESS` is `[mllp] address`.
//!
//! A double underscore goes one table deeper. Of `[kafka.client]` and `[kafka.client_files]` the rest of the name is one
//! key, with dots: `RINNAKKAIN_KAFKA__CLIENT__SASL__USERNAME` is `"sasl.username"`. A list of tables is set as a whole:
//! `RINNAKKAIN_NOT_CONNECTED='[{name = "x", covers = ["stays"]}]'`.

use std::collections::BTreeMap;
use toml::{Table, Value};

const PREFIX: &str = "RINNAKKAIN_";
/// Variables of the same prefix that are no part of the configuration: its file, where PostgreSQL is fetched from, and `ask`'s.
const NOT_OURS: [&str; 5] = ["CONFIG", "LANGUAGE", "MAVEN_REPOSITORY", "SERVER", "TOKEN_FILE"];
/// Where deployments usually state the collector's address; the file and our own variable win.
const COLLECTOR: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// The variables that are ours.
#[derive(Default)]
pub struct Environment {
    /// By the path of what each sets: its name and its value.
    ours: BTreeMap<Vec<String>, (String, String)>,
    pub collector: Option<String>,
}

impl Environment {
    /// The process's own.
    pub fn of_the_process() -> Self {
        let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        Self::of(std::env::vars_os().map(|(name, value)| (lossy(name), lossy(value))))
    }

    /// Those of `variables` that are ours.
    pub fn of(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut environment = Self::default();
        for (name, value) in variables {
            if name == COLLECTOR {
                environment.collector = Some(value);
            } else if let Some(key) = name.strip_prefix(PREFIX).filter(|key| !NOT_OURS.contains(key)) {
                environment.ours.insert(path(key), (name, value));
            }
        }
        environment
    }

    /// What the variables set, each as a file of its own.
    pub fn values(&self) -> impl Iterator<Item = Table> {
        let table = |value, key: &String| Value::Table(Table::from_iter([(key.clone(), value)]));
        let values = self.ours.iter().map(move |(path, (_, raw))| path.iter().rev().fold(parse(raw), table));
        values.filter_map(|it| if let Value::Table(table) = it { Some(table) } else { None })
    }

    /// The raw text of the variable for just this path.
    pub fn raw(&self, path: &[String]) -> Option<&str> {
        self.ours.get(path).map(|(_, raw)| raw.as_str())
    }

    /// The name of the variable that sets `path`, and how many keys of it the variable is for.
    pub fn variable(&self, path: &[String]) -> Option<(&str, usize)> {
        let mut ends = (1..=path.len()).rev();
        ends.find_map(|end| self.ours.get(&path[..end]).map(|(name, _)| (name.as_str(), end)))
    }
}

/// A number, true or false, a list or a table, as TOML writes it; everything else is a text.
pub fn parse(raw: &str) -> Value {
    let number = raw.parse::<i64>().is_ok() || raw.parse().is_ok_and(|it: f64| it.is_finite());
    let as_toml = number || matches!(raw, "true" | "false") || raw.trim_start().starts_with(['[', '{', '"', '\'']);
    let parsed = if as_toml { toml::from_str::<Table>(&format!("value = {raw}")).ok() } else { None };
    let single = parsed.filter(|it| it.len() == 1).and_then(|mut it| it.remove("value"));
    single.unwrap_or_else(|| Value::from(raw))
}

fn path(key: &str) -> Vec<String> {
    let mut path: Vec<String> = key.split("__").map(str::to_ascii_lowercase).collect();
    if path.len() > 2 && path[0] == "kafka" && ["client", "client_files"].contains(&path[1].as_str()) {
        let key = path.split_off(2).join(".");
        path.push(key);
    }
    path
}
