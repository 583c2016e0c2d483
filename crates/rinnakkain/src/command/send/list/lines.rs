//! The lines of a list's file: CSV with a heading, or JSON lines. Errors name a line and quote nothing of it.

use super::ListKind;
use crate::command::send::csv;
use ::csv::StringRecord;
use anyhow::{Context, bail};
use event::HETU_SYSTEM;
use serde_json::{Map, Value, json};

/// A line of the file.
pub struct Line {
    /// Its line in the file, from 1.
    pub number: u64,
    pub value: Value,
}

/// What `--help` tells of them.
pub const COLUMNS: &str = "\
The file's lines are one whole list: what is not on it has ended.

A .csv has a heading; the order of its columns is free. Whose line it is, at least one of them:
  identity_code      the henkilötunnus
  client:SYSTEM      a number of that identifier system; several are allowed
Of a stay:
  required           stay
  also               stay_system, class (emergency, inpatient, outpatient), ward, started_at
Of an assignment:
  required           assignment, role, worker_id, worker_name, from
  also               worker_phone, worker_email, worker_hours, worker_unit, clientship, profession,
                     public_service_post (true, false), until
Any other file is JSON lines, each like a line of the list's JSON Schema (GET /schemas).
Times are RFC 3339, with their offset.

A wrong line is reported by its number and the reason, and nothing is sent. With --partial the others are sent: what a wrong line
names is neither begun nor changed nor ended. The wrong lines are sent as events of their own, which are refused and kept:
\"none\" about their clients (about everybody, if a line names no client) is not known, until the list is sent again without
mistakes and `rinnakkain quarantine close` ends it. --dry-run only looks.";

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
    fn columns(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Stays => STAYS,
            Self::Workers => WORKERS,
        }
    }

    /// The columns that every file must have, beside one that names the client.
    fn required(self) -> &'static [&'static str] {
        match self {
            Self::Stays => &["stay"],
            Self::Workers => &["assignment", "role", "worker_id", "worker_name", "from"],
        }
    }
}

pub fn of_json_lines(text: &str) -> anyhow::Result<Vec<Line>> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    // The parser's own error may quote the line.
    let read = |(number, line)| {
        let value = serde_json::from_str(line).map_err(|_| anyhow::anyhow!("line {number} is no JSON"))?;
        Ok(Line { number, value })
    };
    lines.map(read).collect()
}

pub fn of_csv(kind: ListKind, text: &str) -> anyhow::Result<Vec<Line>> {
    let mut rows = csv::rows(text)?.into_iter();
    let Some(heading) = rows.next() else { return Ok(Vec::new()) };
    let column = |(n, name): (usize, &str)| {
        let name = name.trim();
        let system = if name == "identity_code" { Some(HETU_SYSTEM) } else { name.strip_prefix("client:") };
        let known = || kind.columns().iter().find(|(column, _)| *column == name);
        match system {
            Some(system) => Ok(Column::Client(system.trim().to_owned())),
            // A file without a heading has personal data here.
            None => known().map(|(_, place)| Column::Field(place)).with_context(|| {
                let names = kind.columns().iter().map(|(column, _)| *column).collect::<Vec<_>>().join(", ");
                format!("column {} has no heading that is known: identity_code, client:SYSTEM, {names}", n + 1)
            }),
        }
    };
    let columns = heading.iter().enumerate().map(column).collect::<anyhow::Result<Vec<_>>>()?;
    let has = |wanted: &str| heading.iter().any(|name| name.trim() == wanted);
    let missing: Vec<_> = kind.required().iter().copied().filter(|wanted| !has(wanted)).collect();
    if !missing.is_empty() {
        bail!("the heading lacks {}: --help names the columns", missing.join(", "));
    }
    if !columns.iter().any(|column| matches!(column, Column::Client(_))) {
        bail!("the heading lacks identity_code and client:SYSTEM: one of them shows whose line it is");
    }
    let line = |row: StringRecord| {
        let number = row.position().map_or(0, ::csv::Position::line);
        Line { number, value: line(&columns, &row) }
    };
    Ok(rows.map(line).collect())
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
