//! Standard output: tables for people, JSON for programs.

use crate::table::{self, Layout, printable};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whoever read the output has closed the pipe: `… | head`.
static CLOSED: AtomicBool = AtomicBool::new(false);

/// True once nobody reads the output any more: a list may stop, but a command that changes something finishes its work.
pub fn is_closed() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

/// One line. If the reader of the pipe has closed it, nobody misses the line, and that is no error.
pub fn line(text: &str) -> io::Result<()> {
    print(&format!("{text}\n"))
}

/// Text as it is: see [`line()`].
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            CLOSED.store(true, Ordering::Relaxed);
            Ok(())
        }
        result => result,
    }
}

/// One line on standard error, for people, beside the output that programs read.
pub fn error(text: &str) -> io::Result<()> {
    writeln!(io::stderr().lock(), "{}", printable(text))
}

/// A value as one line of JSON.
pub fn json(value: &impl Serialize) -> anyhow::Result<()> {
    Ok(line(&serde_json::to_string(value)?)?)
}

/// A number of things: `1 entry`, `2 entries`.
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    format!("{number} {}", if number == N::from(1) { one } else { many })
}

/// Names with their values, a line each.
pub fn fields<'n>(fields: impl Iterator<Item = (&'n str, String)>) -> io::Result<()> {
    let fields: Vec<_> = fields.collect();
    let width = fields.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    fields.iter().try_for_each(|(name, value)| line(&format!("{name:width$}  {}", printable(value))))
}

/// A bar on standard error for what takes long: `{done}/{total} what`. Where that is no terminal, nothing.
pub fn bar(total: u64, what: &str) -> anyhow::Result<ProgressBar> {
    let style = format!("{{bar:40}} {{pos}}/{{len}} {what}  {{per_sec}}  {{eta}} left");
    Ok(ProgressBar::new(total).with_style(ProgressStyle::with_template(&style)?))
}

/// How wide the terminal is; `None`: the output goes elsewhere.
pub fn width() -> Option<usize> {
    let terminal = console::Term::stdout();
    terminal.is_term().then(|| terminal.size_checked()).flatten().map(|(_, columns)| usize::from(columns))
}

/// A table: a heading, then rows.
pub fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> io::Result<()> {
    line(table::table(&heading, rows, Layout { indent: "", empty_columns: true, width: width() }).trim_end())
}
