//! Standard output: tables for people, JSON for programs.

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

/// A table: a heading, then rows, in columns as wide as their widest cell. Control characters are not printed: data from
/// the network must not steer the terminal.
pub fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> io::Result<()> {
    let rows: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|cell| printable(cell))).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([heading[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let write = |cells: [&str; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        line(padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    write(heading)?;
    rows.iter().try_for_each(|row| write(row.each_ref().map(String::as_str)))
}

fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
