//! `rinnakkain send`: sends files as a source would, and prints the answers.

mod csv;
mod events;
mod list;
mod mllp;

use super::input::read;
use crate::{output, tls};
use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;
use std::process::ExitCode;

/// Sends files as a source would, and prints the answers; exit status 1 if any was not accepted.
#[derive(Args)]
pub struct Send {
    #[command(subcommand)]
    what: What,
    /// For programs: one JSON object per answer
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum What {
    /// HL7 v2 messages over MLLP; a file may hold several, each beginning with MSH
    Hl7v2 {
        /// Files; `-` is standard input
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where: HOST:PORT, or mllps://HOST:PORT over TLS
        #[arg(long, default_value = "127.0.0.1:2575", value_name = "HOST:PORT")]
        to: String,
        #[command(flatten)]
        tls: tls::Client,
        /// Send in this character set; without it, the bytes as they are
        #[arg(long)]
        encoding: Option<Encoding>,
    },
    /// Social care's CloudEvents over HTTP; a file holds one event, an array of them, or (--list) a whole list
    Social {
        /// Files; `-` is standard input
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where: http://HOST:PORT, or https://HOST:PORT
        #[arg(long, default_value = "http://127.0.0.1:8080", value_name = "URL")]
        to: String,
        #[command(flatten)]
        tls: tls::Client,
        /// A file with the source's token
        #[arg(long, value_name = "FILE")]
        token_file: PathBuf,
        #[command(flatten)]
        list: Option<list::List>,
    },
}

/// A character set of HL7 table 0211. MSH-18 is not changed.
#[derive(Clone, Copy, ValueEnum)]
enum Encoding {
    #[value(name = "utf-8")]
    Utf8,
    #[value(name = "iso-8859-1")]
    Latin1,
}

/// The answer to one message or event.
#[derive(Serialize)]
struct Answer {
    file: String,
    /// Its place in the file, from 1.
    number: usize,
    accepted: bool,
    /// `AA`, `AE` …; `stored`, `rejected` …
    outcome: String,
    /// The sender's own id of it.
    id: String,
    code: String,
    place: String,
    text: String,
}

impl Send {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let answers = match &self.what {
            What::Hl7v2 { files, to, tls, encoding } => mllp::send(files, to, tls, *encoding).await?,
            What::Social { files, to, tls, token_file, list } => {
                events::send(bodies(files, list.as_ref())?, to, tls, token_file).await?
            }
        };
        if self.json {
            answers.iter().try_for_each(output::json)?;
        } else {
            print(&answers)?;
        }
        let accepted = answers.iter().all(|answer| answer.accepted);
        Ok(if accepted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The bodies to send, each with its file. A list is read completely before any of it is sent.
fn bodies(files: &[PathBuf], list: Option<&list::List>) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut bodies = Vec::new();
    for file in files {
        let (name, bytes) = (file.display().to_string(), read(file)?);
        let Some(list) = list else {
            bodies.push((name, bytes));
            continue;
        };
        let is_csv = file.extension().is_some_and(|it| it.eq_ignore_ascii_case("csv"));
        let events = list.events(&bytes, is_csv).with_context(|| format!("{name}: nothing of it was sent"))?;
        for event in events {
            bodies.push((name.clone(), serde_json::to_vec(&event)?));
        }
    }
    Ok(bodies)
}

fn print(answers: &[Answer]) -> std::io::Result<()> {
    let row = |it: &Answer| {
        let message = format!("{} {}", it.file, it.number);
        [message, it.outcome.clone(), it.id.clone(), it.code.clone(), it.place.clone(), it.text.clone()]
    };
    let rows: Vec<_> = answers.iter().map(row).collect();
    output::table(["MESSAGE", "ANSWER", "ID", "CODE", "PLACE", "WHY"], &rows)
}
