//! From what is written to [`File`]: everything in it that cannot be read is reported at once.
//!
//! A deserializer stops at the first thing that is wrong. So that is noted and taken away, the usual value stands in for
//! it, and the rest is read again, until nothing more is wrong. The structs themselves tell which keys there are.

use super::de::{Reading, Secrets, Wrong};
use super::environment::Environment;
use super::file::File;
use super::problems::Problems;
use super::secret;
use serde_path_to_error::{Path, Segment};
use toml::{Table, Value};

/// How alike two names are, of which one may be meant by the other.
const ALIKE: f64 = 0.75;

/// What is usual: the lowest layer.
pub fn usual(environment: &Environment) -> Table {
    let mut usual: Table = toml::from_str(include_str!("usual.toml")).unwrap_or_default();
    merge(&mut usual, environment.usual());
    usual
}

/// Puts `over` over `under`, table by table.
pub fn merge(under: &mut Table, over: Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => merge(under, over),
            (_, value) => drop(under.insert(key, value)),
        }
    }
}

/// Sets what stands at `path`.
pub fn set(table: &mut Table, path: &[impl AsRef<str>], new: Value) {
    let Some((key, rest)) = path.split_first() else { return };
    let entry = table.entry(key.as_ref()).or_insert_with(|| Value::Table(Table::new()));
    if rest.is_empty() {
        *entry = new;
        return;
    }
    if !entry.is_table() {
        *entry = Value::Table(Table::new());
    }
    if let Value::Table(inner) = entry {
        set(inner, rest, new);
    }
}

/// Reads `table`; what is wrong with it goes into `problems`. With what was read goes what may be shown of it. `None`: no
/// more of it can be read.
pub fn read(
    mut table: Table,
    usual: &Table,
    environment: &Environment,
    problems: &mut Problems<'_>,
) -> Option<(File, Table)> {
    loop {
        let whole = Value::Table(table);
        let secrets = Secrets::default();
        let read = serde_path_to_error::deserialize::<_, File>(Reading { value: &whole, secrets: &secrets });
        let error = match read {
            Ok(file) => return Some((file, secret::without(&secrets.into_inner(), whole.as_table()?))),
            Err(error) => error,
        };
        drop(secrets);
        let (mut path, wrong) = (keys(error.path()), error.into_inner());
        let Value::Table(taken) = whole else { return None };
        table = taken;
        // What looks like a number in the environment may be wanted as a text.
        if let (Wrong::Kind { found: "a number" | "true or false", wanted }, Some(raw)) =
            (&wrong, environment.raw(&path))
            && wanted == "a text"
        {
            *find(&mut table, &path)? = Value::from(raw);
            continue;
        }
        let hint = match &wrong {
            Wrong::Key { known } => Some(hint(path.last()?, known, environment.variable(&path).is_some())),
            Wrong::Word { written, known } => Some(hint(written, known, false)),
            Wrong::Missing { key } => {
                path.push((*key).to_owned());
                None
            }
            Wrong::Kind { .. } | Wrong::Value(_) => None,
        };
        let problem = hint.map_or_else(|| wrong.to_string(), |hint| format!("{wrong}; {hint}"));
        problems.unread(&path, &problem);
        if matches!(wrong, Wrong::Missing { .. }) {
            // Without the key the whole table cannot be read.
            path.pop();
        }
        restore(&mut table, usual, &path)?;
    }
}

fn keys(path: &Path) -> Vec<String> {
    let key = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    };
    path.iter().filter_map(key).collect()
}

/// What may be meant, else what there is.
fn hint(written: &str, known: &[&str], in_the_environment: bool) -> String {
    let as_written = |name: &str| if in_the_environment { name.to_ascii_uppercase() } else { name.to_owned() };
    let alike = known.iter().map(|name| (strsim::jaro_winkler(&written.to_ascii_lowercase(), name), name));
    match alike.max_by(|one, other| one.0.total_cmp(&other.0)) {
        Some((alike, name)) if alike >= ALIKE => format!("did you mean {}?", as_written(name)),
        _ => format!("there are {}", known.iter().map(|name| as_written(name)).collect::<Vec<_>>().join(", ")),
    }
}

fn find<'t>(table: &'t mut Table, path: &[String]) -> Option<&'t mut Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get_mut(first)?, |value, key| match value {
        Value::Table(table) => table.get_mut(key),
        Value::Array(list) => list.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Puts back what is usual at `path`, or nothing; a list is one setting, and goes whole.
fn restore(table: &mut Table, usual: &Table, path: &[String]) -> Option<()> {
    let end = path.iter().rposition(|key| key.parse::<usize>().is_err())?;
    let (key, before) = (path.get(end)?, path.get(..end)?);
    let table = if before.is_empty() { table } else { find(table, before)?.as_table_mut()? };
    let usual = before.iter().try_fold(usual, |usual, key| usual.get(key)?.as_table()).and_then(|it| it.get(key));
    match usual {
        // What is usual can be read: taking it away would change nothing.
        Some(usual) if table.get(key) != Some(usual) => drop(table.insert(key.clone(), usual.clone())),
        _ => drop(table.remove(key)?),
    }
    Some(())
}
