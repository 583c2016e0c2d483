//! `rinnakkain send`: sends files as a source would, and prints the answers.

mod answers;
mod csv;
mod list;
mod mllp;
mod web;

use super::input::read;
use crate::tls;
use answers::{Answer, Answers};
use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use web::Body;

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
    /// FHIR R4 bundles over HTTP, messages and transactions; a file holds one
    Fhir {
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

impl Send {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let mut answers = Answers::new(self.json);
        match &self.what {
            What::Hl7v2 { files, to, tls, encoding } => mllp::send(files, to, tls, *encoding, &mut answers).await?,
            What::Social { files, list: Some(list), to, tls, token_file } => {
                // Every list is read before any is sent.
                let lists = lists(files, list, &mut answers)?;
                if !list.dry_run {
                    web::send(lists, to, tls, token_file, &mut answers).await?;
                }
            }
            What::Social { files, list: None, to, tls, token_file } => {
                let bodies = files.iter().map(|file| Ok(Body::events(file.display().to_string(), read(file)?)));
                let bodies = bodies.collect::<anyhow::Result<_>>()?;
                web::send(bodies, to, tls, token_file, &mut answers).await?;
            }
            What::Fhir { files, to, tls, token_file } => {
                let bodies = files.iter().map(|file| Ok(Body::bundle(file.display().to_string(), read(file)?)));
                let bodies = bodies.collect::<anyhow::Result<_>>()?;
                web::send(bodies, to, tls, token_file, &mut answers).await?;
            }
        }
        Ok(if answers.all_accepted() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The lists to send, each with its file. A wrong line is answered like a message that was not accepted.
fn lists(files: &[PathBuf], list: &list::List, answers: &mut Answers) -> anyhow::Result<Vec<Body>> {
    let mut bodies = Vec::new();
    for file in files {
        let (name, bytes) = (file.display().to_string(), read(file)?);
        let is_csv = file.extension().is_some_and(|it| it.eq_ignore_ascii_case("csv"));
        let nothing = || format!("{name}: nothing of it was sent");
        let read = list.read(&bytes, is_csv).with_context(nothing)?;
        for wrong in &read.wrong {
            answers.add(wrong.answer(&name))?;
        }
        for (event, lines) in list.events(&read, &bytes).with_context(nothing)? {
            bodies.push(Body::list(name.clone(), serde_json::to_vec(&event)?, lines));
        }
        if list.dry_run {
            answers.add(read.counted(&name))?;
        }
    }
    Ok(bodies)
}
