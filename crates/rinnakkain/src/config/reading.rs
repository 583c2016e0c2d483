//! From what is written to [`File`]: everything in it that cannot be read is reported at once.
//!
//! A deserializer stops at the first thing that is wrong. So that is noted, what is usual stands in for it, and the rest
//! is read again, until nothing more is wrong. The structs themselves tell which keys there are.

use super::de::{PART, Reading, Wrong};
use super::environment::Environment;
use super::file::File;
use super::problems::Problems;
use super::secret;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use std::cell::RefCell;
use toml::{Table, Value};

/// The layers, the lowest first: what is usual, the file, the environment.
pub fn layers(file: Table, environment: &Environment) -> Table {
    let mut table = usual();
    if let Some(collector) = &environment.collector {
        set(&mut table, "telemetry", "otlp", collector);
    }
    merge(&mut table, file);
    environment.values().for_each(|variable| merge(&mut table, variable));
    table
}

pub fn usual() -> Table {
    toml::from_str(include_str!("usual.toml")).unwrap_or_default()
}

/// Sets a key of a table.
pub fn set(table: &mut Table, name: &str, key: &str, value: &str) {
    merge(table, Table::from_iter([(name.to_owned(), Table::from_iter([(key.to_owned(), value.into())]).into())]));
}

/// Puts `over` over `under`, table by table.
fn merge(under: &mut Table, over: Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => merge(under, over),
            (_, value) => drop(under.insert(key, value)),
        }
    }
}

/// Reads what the layers give; see [`read_as`].
pub fn read(table: Table, environment: &Environment, problems: &mut Problems) -> Option<(File, Table)> {
    read_as(table, &stand_ins(), |path| environment.raw(path), problems)
}

/// What stands in for what cannot be read.
pub fn stand_ins() -> Value {
    let mut stand_ins = usual();
    merge(&mut stand_ins, toml::from_str(include_str!("stand_in.toml")).unwrap_or_default());
    Value::Table(stand_ins)
}

/// Reads `table`; what is wrong with it goes into `problems`. With what was read goes what may be shown of it. `None`: no
/// more of it can be read. `raw`: what stands at a path, if it was written as a text, whatever it looks like.
pub fn read_as<'t, T: DeserializeOwned>(
    table: Table,
    stand_ins: &Value,
    raw: impl Fn(&[String]) -> Option<&'t str>,
    problems: &mut Problems,
) -> Option<(T, Table)> {
    let mut whole = Value::Table(table);
    loop {
        let secrets = RefCell::default();
        let error = match serde_path_to_error::deserialize(Reading::new(&whole, &secrets)) {
            Ok(read) => return Some((read, secret::without(&secrets.into_inner(), whole.as_table()?))),
            Err(error) => error,
        };
        drop(secrets);
        let (mut path, wrong) = (keys(error.path()), error.into_inner());
        let found = find(&mut whole, &path)?;
        match (&wrong, raw(&path)) {
            // What looks like a number may be wanted as a text.
            (Wrong::Type { wanted, .. }, Some(raw)) if wanted == "a text" && !found.is_str() => {
                *found = Value::from(raw);
                continue;
            }
            (Wrong::Missing(key), _) => path.push((*key).to_owned()),
            (Wrong::Key { key, .. }, _) => path.push(key.clone()),
            (Wrong::Word(..) | Wrong::Type { .. } | Wrong::Value(_), _) => {}
        }
        let again = problems.unread(&path, wrong.to_string());
        let stand_in = if again { None } else { stand_in(stand_ins, &path) };
        replace(&mut whole, stand_in, &path)?;
    }
}

fn keys(path: &Path) -> Vec<String> {
    let key = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()).filter(|key| !key.starts_with(PART)),
        Segment::Enum { .. } | Segment::Unknown => None,
    };
    path.iter().filter_map(key).collect()
}

fn find<'v>(whole: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    path.iter().try_fold(whole, |value, key| match value {
        Value::Array(list) => list.get_mut(key.parse::<usize>().ok()?),
        value => value.get_mut(key),
    })
}

/// What is usual at `path`, whichever table of a list it is in.
fn stand_in<'v>(stand_ins: &'v Value, path: &[String]) -> Option<&'v Value> {
    let mut names = path.iter().filter(|key| key.parse::<usize>().is_err());
    names.try_fold(stand_ins, |value, key| value.get(key))
}

/// Puts `new` at `path`, or nothing; a list is one setting, and goes whole. `None`: there was nothing either.
fn replace(whole: &mut Value, new: Option<&Value>, path: &[String]) -> Option<()> {
    let end = path.iter().rposition(|key| key.parse::<usize>().is_err())?;
    let table = find(whole, &path[..end])?.as_table_mut()?;
    match new {
        Some(new) => drop(table.insert(path[end].clone(), new.clone())),
        None => drop(table.remove(&path[end])?),
    }
    Some(())
}
