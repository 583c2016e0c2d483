//! A whole list, from the lines of an extract: how a source is connected on its first day, and healed on any other.
//!
//! The lines become one CloudEvent (`CurrentStaysStated`, `WorkersStated`), which is stored completely or not at all. If
//! there are more lines than one event holds, each event has all the keys and its share of the lines, so each of them states
//! the whole list. What is not on a list has ended. So an empty file is refused unless `--count 0` is given, and so is a file
//! of another length than `--count`, or one with a key twice.
//!
//! The same file gives the same events (rule R1): nothing in them depends on the time of sending.

use super::csv;
use ::csv::StringRecord;
use adapter::social::{MAX_KEYS, MAX_LINES};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use event::{HETU_SYSTEM, Register};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What the lines are a list of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListKind {
    /// Every stay in progress
    Stays,
    /// Every assignment of a worker in force
    Workers,
}

#[derive(Clone, Copy, ValueEnum)]
enum Of {
    Patient,
    Social,
}

/// A list instead of events.
#[derive(Args)]
pub struct List {
    /// The files' lines are one whole list: what is not on it has ended. A .csv with a heading, else JSON lines, each
    /// like a line of the list's JSON Schema
    #[arg(
        long = "list",
        value_name = "WHAT",
        required = false,
        requires_all = ["as_of", "register"],
        long_help = COLUMNS
    )]
    pub kind: ListKind,
    /// When the list was true (RFC 3339)
    #[arg(long, value_name = "TIME", required = false)]
    as_of: jiff::Timestamp,
    /// The register it belongs to
    #[arg(long, required = false)]
    register: Of,
    /// The CloudEvents source, if the service expects one
    #[arg(long, value_name = "URI")]
    event_source: Option<String>,
    /// Of these wards only
    #[arg(long = "ward", value_name = "CODE")]
    wards: Vec<String>,
    /// Of these roles only
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// How many lines there must be; 0: an empty list is meant
    #[arg(long, value_name = "LINES")]
    count: Option<usize>,
}

const COLUMNS: &str = "\
The file's lines are one whole list: what is not on it has ended.

A .csv has a heading; the order of its columns is free. Whose line it is:
  identity_code      the henkilötunnus
  client:SYSTEM      a number of that identifier system; several are allowed
Of a stay: stay, stay_system, class, ward, started_at
Of an assignment: assignment, role, worker_id, worker_name, worker_phone, worker_email, worker_hours, worker_unit,
  clientship, profession, public_service_post (true, false), from, until
Any other file is JSON lines, each like a line of the list's JSON Schema (GET /schemas).
Times are RFC 3339, with their offset.";

/// A column, and the place of its value in a line.
const STAYS: &[(&str, &str)] = &[
    ("stay", "/stay/value"),
    ("stay_system", "/stay/system"),
    ("class", "/class"),
    ("ward", "/ward"),
    ("started_at", "/started_at"),
];
const WORKERS: &[(&str, &str)] = &[
    ("assignment", "/assignment"),
    ("role", "/role"),
    ("worker_id", "/worker/id"),
    ("worker_name", "/worker/name"),
    ("worker_phone", "/worker/phone"),
    ("worker_email", "/worker/email"),
    ("worker_hours", "/worker/hours"),
    ("worker_unit", "/worker/unit"),
    ("clientship", "/clientship"),
    ("profession", "/profession"),
    ("public_service_post", "/public_service_post"),
    ("from", "/from"),
    ("until", "/until"),
];

impl ListKind {
    fn event(self) -> &'static str {
        match self {
            Self::Stays => "CurrentStaysStated",
            Self::Workers => "WorkersStated",
        }
    }

    fn columns(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Stays => STAYS,
            Self::Workers => WORKERS,
        }
    }

    /// A line's key as the list's `keys` have it.
    fn key(self, line: &Value) -> Option<&Value> {
        match self {
            Self::Stays => line.get("stay"),
            Self::Workers => line.get("assignment"),
        }
    }
}

impl List {
    /// The events of one file.
    pub fn events(&self, bytes: &[u8], is_csv: bool) -> anyhow::Result<Vec<Value>> {
        let text = std::str::from_utf8(bytes).ok().context("it is not UTF-8")?;
        let lines = if is_csv { of_csv(self.kind, text)? } else { of_json_lines(text)? };
        let keys = self.keys(&lines)?;
        match self.count {
            Some(count) if count != lines.len() => bail!("it has {} lines and not {count}: it was cut", lines.len()),
            None if lines.is_empty() => {
                bail!("it is empty, and an empty list ends everything: --count 0 if it is meant")
            }
            _ => {}
        }
        let digest = hex::encode(&Sha256::digest(bytes)[..8]);
        let shares: Vec<&[Value]> = if lines.is_empty() { vec![&[]] } else { lines.chunks(MAX_LINES).collect() };
        let event = |(n, share): (usize, &&[Value])| {
            let register = match self.register {
                Of::Patient => Register::Patient,
                Of::Social => Register::Social,
            };
            let mut data = json!({
                "register": register, "as_of": self.as_of, "count": lines.len(), "wards": self.wards, "lines": share,
            });
            if self.kind == ListKind::Workers {
                data["roles"] = json!(self.roles);
            }
            if shares.len() > 1 {
                data["keys"] = json!(keys);
            }
            let name = self.kind.event();
            json!({
                "specversion": "1.0",
                "id": format!("{name}-{}-{digest}-{}", self.as_of, n + 1),
                "source": self.event_source.as_deref().unwrap_or("urn:rinnakkain:send"),
                "type": format!("rinnakkain.social.v1.{name}"),
                "dataschema": format!("urn:rinnakkain:social:v1:{name}"),
                "datacontenttype": "application/json",
                // The time of the list: sent again, it is the same event.
                "time": self.as_of,
                "data": data,
            })
        };
        Ok(shares.iter().enumerate().map(event).collect())
    }

    fn keys<'l>(&self, lines: &'l [Value]) -> anyhow::Result<Vec<&'l Value>> {
        if lines.len() > MAX_KEYS {
            bail!(
                "it has {} lines; a list has at most {MAX_KEYS}: state it ward by ward, or role by role",
                lines.len()
            );
        }
        let (mut known, mut keys) = (BTreeSet::new(), Vec::with_capacity(lines.len()));
        for (n, line) in lines.iter().enumerate() {
            let key = self.kind.key(line).with_context(|| format!("line {} has no key", n + 1))?;
            if !known.insert(key.to_string()) {
                bail!("line {} has the key of an earlier line", n + 1);
            }
            keys.push(key);
        }
        Ok(keys)
    }
}

fn of_json_lines(text: &str) -> anyhow::Result<Vec<Value>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    // The parser's own error may quote the line.
    let read = |(n, line)| serde_json::from_str(line).map_err(|_| anyhow::anyhow!("line {} is no JSON", n + 1));
    lines.map(read).collect()
}

fn of_csv(kind: ListKind, text: &str) -> anyhow::Result<Vec<Value>> {
    let mut rows = csv::rows(text)?.into_iter();
    let Some(heading) = rows.next() else { return Ok(Vec::new()) };
    let column = |(n, name): (usize, &str)| {
        let name = name.trim();
        let system = if name == "identity_code" { Some(HETU_SYSTEM) } else { name.strip_prefix("client:") };
        let known = || kind.columns().iter().find(|(column, _)| *column == name);
        match system {
            Some(system) => Ok(Column::Client(system.trim().to_owned())),
            // A file without a heading has personal data here.
            None => known()
                .map(|(_, place)| Column::Field(place))
                .with_context(|| format!("column {} has no heading that is known", n + 1)),
        }
    };
    let columns = heading.iter().enumerate().map(column).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(rows.map(|row| line(&columns, &row)).collect())
}

/// What a column holds.
enum Column {
    /// A number of the client, of this system.
    Client(String),
    /// A field of the line, by its place.
    Field(&'static str),
}

/// An empty field is left out.
fn line(columns: &[Column], row: &StringRecord) -> Value {
    let (mut line, mut identifiers) = (Map::new(), Vec::new());
    for (column, text) in columns.iter().zip(row).map(|(column, text)| (column, text.trim())) {
        match column {
            _ if text.is_empty() => {}
            Column::Client(system) => identifiers.push(json!({ "system": system, "value": text })),
            Column::Field(place) => {
                let value = match text {
                    "true" | "false" if *place == "/public_service_post" => json!(text == "true"),
                    _ => json!(text),
                };
                let (outer, inner) = place[1..].split_once('/').map_or((&place[1..], None), |(a, b)| (a, Some(b)));
                match inner {
                    None => line.insert(outer.to_owned(), value),
                    Some(inner) => line
                        .entry(outer)
                        .or_insert_with(|| json!({}))
                        .as_object_mut()
                        .and_then(|it| it.insert(inner.to_owned(), value)),
                };
            }
        }
    }
    line.insert("client".to_owned(), json!({ "identifiers": identifiers }));
    Value::Object(line)
}

#[cfg(test)]
mod tests;
