//! Standard output: tables for people, JSON for programs.

use crate::table::{self, Layout, printable};
use serde::Serialize;
use std::io::{self, Write};

/// One line.
pub fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

/// One line on standard error, for people, beside the output that programs read.
pub fn error(text: &str) -> io::Result<()> {
    writeln!(io::stderr().lock(), "{}", printable(text))
}

/// A value as one line of JSON.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    Ok(line(&serde_json::to_string(value)?)?)
}

/// Names with their values, a line each.
pub fn fields<'n>(fields: impl Iterator<Item = (&'n str, String)>) -> io::Result<()> {
    let fields: Vec<_> = fields.collect();
    let width = fields.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    fields.iter().try_for_each(|(name, value)| line(&format!("{name:width$}  {}", printable(value))))
}

/// A table: a heading, then rows.
pub fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> io::Result<()> {
    line(table::table(&heading, rows, Layout { indent: "", empty_columns: true }).trim_end())
}
