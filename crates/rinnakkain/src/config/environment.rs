//! What the environment sets: `RINNAKKAIN_MLLP__ADDRESS` is `[mllp] address`.
//!
//! A double underscore goes one table deeper. Of `[kafka.client]` and `[kafka.client_files]` the rest of the name is one
//! key, with dots: `RINNAKKAIN_KAFKA__CLIENT__SASL__USERNAME` is `"sasl.username"`. A list of tables is set as a whole:
//! `RINNAKKAIN_NOT_CONNECTED='[{name = "x", covers = ["stays"]}]'`.

use figment::value::{Dict, Value};
use std::collections::BTreeMap;

const PREFIX: &str = "RINNAKKAIN_";
/// Variables of the same prefix that are no part of the configuration: where PostgreSQL is fetched from, and `ask`'s.
const NOT_OURS: [&str; 3] = ["MAVEN_REPOSITORY", "SERVER", "TOKEN_FILE"];
/// Where whoever deploys collectors usually says where they are; the file and our own variable win.
const COLLECTOR: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
/// Tables whose keys have dots in them.
const DOTTED: [[&str; 2]; 2] = [["kafka", "client"], ["kafka", "client_files"]];

/// The variables that are ours: where each sets something, and what it says.
#[derive(Default)]
pub struct Environment {
    ours: BTreeMap<Vec<String>, (String, String)>,
    collector: Option<String>,
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

    /// What holds where neither the file nor our own variables say anything.
    pub fn usual(&self) -> Value {
        let mut values = Value::from(Dict::new());
        if let Some(collector) = &self.collector {
            insert(&mut values, &["telemetry".to_owned(), "otlp".to_owned()], Value::from(collector.as_str()));
        }
        values
    }

    /// What they set, as if it was written in a file.
    pub fn values(&self) -> Value {
        let mut values = Value::from(Dict::new());
        for (path, (_, raw)) in &self.ours {
            insert(&mut values, path, parse(raw));
        }
        values
    }

    /// True if `path`, or what it is in, is set here.
    pub fn sets(&self, path: &[String]) -> bool {
        self.setting(path).is_some()
    }

    /// What the variable for just this key says, as it stands there.
    pub fn raw(&self, path: &[String]) -> Option<&str> {
        self.ours.get(path).map(|(_, raw)| raw.as_str())
    }

    /// How whoever wrote `path` finds it again: by the variable's name, else by the file's tables.
    pub fn place(&self, path: &[String], value: &Value) -> String {
        match self.setting(path) {
            Some((whole, name)) if whole => name.to_owned(),
            Some((_, name)) => format!("{name}: {}", in_the_file(path, value)),
            None => in_the_file(path, value),
        }
    }

    /// The variable that sets `path`, and whether that is all that it sets.
    fn setting(&self, path: &[String]) -> Option<(bool, &str)> {
        let ends = (1..=path.len()).rev();
        ends.into_iter().find_map(|end| self.ours.get(&path[..end]).map(|(name, _)| (end == path.len(), name.as_str())))
    }
}

/// A number, true or false, a list or a table as TOML writes it; whatever else it is, it is a text.
fn parse(raw: &str) -> Value {
    let text = || Value::from(raw);
    if raw.trim_start().starts_with(['[', '{', '"', '\'']) {
        let parsed = toml::from_str::<Dict>(&format!("value = {raw}")).ok();
        return parsed.filter(|it| it.len() == 1).and_then(|mut it| it.remove("value")).unwrap_or_else(text);
    }
    let bool = raw.parse().map(|it: bool| Value::from(it)).ok();
    let float = || raw.parse().ok().filter(|it: &f64| it.is_finite()).map(Value::from);
    bool.or_else(|| raw.parse().map(|it: i64| Value::from(it)).ok()).or_else(float).unwrap_or_else(text)
}

fn path(key: &str) -> Vec<String> {
    let parts: Vec<String> = key.split("__").map(str::to_ascii_lowercase).collect();
    match parts.as_slice() {
        [one, two, rest @ ..] if DOTTED.contains(&[one.as_str(), two.as_str()]) && !rest.is_empty() => {
            vec![one.clone(), two.clone(), rest.join(".")]
        }
        _ => parts,
    }
}

fn insert(value: &mut Value, path: &[String], new: Value) {
    let Some((first, rest)) = path.split_first() else {
        *value = new;
        return;
    };
    if !matches!(value, Value::Dict(..)) {
        *value = Value::from(Dict::new());
    }
    if let Value::Dict(_, dict) = value {
        insert(dict.entry(first.clone()).or_insert_with(|| Value::from(Dict::new())), rest, new);
    }
}

/// `mllp.address`, or `source kys: silence`: a table in a list is called by its name, else by its number.
fn in_the_file(path: &[String], value: &Value) -> String {
    let mut place = String::new();
    let mut value = Some(value);
    let mut after_number = false;
    for key in path {
        value = value.and_then(|value| match value {
            Value::Dict(_, dict) => dict.get(key),
            Value::Array(_, list) => list.get(key.parse::<usize>().ok()?),
            _ => None,
        });
        let number = key.parse::<usize>().ok();
        let separator = match (place.is_empty(), number, after_number) {
            (true, ..) => "",
            (_, Some(_), _) => " ",
            (_, None, true) => ": ",
            (_, None, false) => ".",
        };
        place.push_str(separator);
        // Of the first list only: a worker in a ward is a person.
        let named = value.and_then(Value::as_dict).and_then(|it| it.get("name").or_else(|| it.get("code")));
        match (number, named.and_then(Value::as_str).filter(|_| !place.contains(':'))) {
            (Some(_), Some(name)) => place.push_str(name),
            (Some(number), None) => place.push_str(&(number + 1).to_string()),
            (None, _) => place.push_str(key),
        }
        after_number = number.is_some();
    }
    place
}
