//! `cargo demo`: the product itself, with nothing set up, on a made-up county's day.
//!
//! Starts `rinnakkain run` on a private PostgreSQL, or with `--transport kafka` a broker, a PostgreSQL and the roles as
//! processes; sends the messages of some hundreds of clients and of one client's story over real sockets, asks over gRPC
//! with `rinnakkain ask`, prints the answers, and checks them: a wrong answer makes it fail. With `--clients` it measures
//! as well.

mod figures;
mod others;
mod page;
mod recovery;
pub(crate) mod stage;
mod story;

use crate::binary;
use crate::clock::now;
use crate::deployment::{Deployment, ROLES, Transport};
use crate::interrupt::Interrupt;
use anyhow::bail;
use figures::Figures;
use stage::{Stage, TOKENS};
use std::path::{Path, PathBuf};
use std::time::Instant;
use testkit::county;
use testkit::kafka::Size;
use testkit::product::scratch;
use testkit::wire::Mllp;

/// Play a made-up county's day on the product itself.
#[derive(clap::Args)]
pub(crate) struct Demo {
    /// What stands between ingest and projection
    #[arg(long, value_enum, default_value = "direct")]
    transport: Transport,
    /// How many Kafka brokers: 1, or 3 of which one may be missing
    #[arg(long, value_name = "N", value_parser = size)]
    brokers: Option<Size>,
    /// Stop after the story instead of staying up
    #[arg(long)]
    once: bool,
    /// Print the answers as JSON, one object a line
    #[arg(long)]
    json: bool,
    /// Measure with so many other clients; 300 of them, unmeasured, if left out
    #[arg(long, value_name = "N")]
    clients: Option<u32>,
    /// The product as it is shipped: its build takes minutes, its figures count
    #[arg(long)]
    release: bool,
}

/// Other clients in the story's county.
const OTHERS: u32 = 300;

impl Demo {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        if self.brokers.is_some() && self.transport == Transport::Direct {
            bail!("--brokers is for --transport kafka");
        }
        let interrupt = Interrupt::watch()?;
        let begun = Instant::now();
        let profile =
            if self.release { "release: the first time some 10 minutes" } else { "dev: the first time some 5 minutes" };
        self.line(&format!("Compiling the product, rinnakkain ({profile}, later some seconds) …"))?;
        let binary = binary::built(self.release)?;
        self.line(&format!("… compiled in {} s.", begun.elapsed().as_secs()))?;
        let directory = scratch()?;
        let played = self.play(binary, directory.path(), &interrupt);
        // The product stops on the same Ctrl-C, so an error that follows from it does not count.
        if played.is_err() {
            interrupt.check()?;
        }
        played
    }

    fn play(&self, binary: PathBuf, directory: &Path, interrupt: &Interrupt) -> anyhow::Result<()> {
        for (name, token) in TOKENS {
            std::fs::write(directory.join(name), token)?;
        }
        let mut deployment = match self.transport {
            Transport::Direct => {
                let page = county::page(&directory.join("duty.token"));
                Deployment::direct_with(binary, directory, &county::config_with(&page))?
            }
            Transport::Kafka => {
                Deployment::over_kafka(binary, directory, self.brokers.unwrap_or(Size::One), &ROLES, interrupt)?
            }
        };
        self.line(started(&deployment))?;
        let count = self.clients.unwrap_or(OTHERS);
        let sent = others::play(&deployment, count, interrupt)?;
        self.line(&format!("{count} other clients have come and gone through the hospital and social care.\n"))?;
        if self.clients.is_some() {
            let profile = if self.release { "release" } else { "dev" };
            self.line(&Figures::measure(profile, sent, &mut deployment, interrupt)?.to_string())?;
        }
        let stage = Stage { deployment: &deployment, interrupt, json: self.json };
        let mut connection = Mllp::connect(deployment.ports().mllp)?;
        for step in story::steps(now())? {
            stage.play(&mut connection, &step)?;
        }
        stage.explain()?;
        if deployment.ports().page != 0 {
            page::prepare(&stage, &mut connection)?;
        }
        if !self.once {
            let on_page = match deployment.ports().page {
                0 => String::new(),
                port => page::invitation(port),
            };
            stage.invite(&on_page)?;
            page::keep_reporting(&stage)?;
        }
        drop(connection);
        deployment.stop()
    }

    fn line(&self, text: &str) -> anyhow::Result<()> {
        stage::line(self.json, text)
    }
}

fn started(deployment: &Deployment) -> &'static str {
    match deployment.brokers.as_ref().map(testkit::kafka::Cluster::size) {
        None => "Rinnakkain runs on a private PostgreSQL. Everybody in it is made up.",
        Some(Size::One) => {
            "Rinnakkain runs as ingest, two projectors and a server of answers, on one Kafka broker and a PostgreSQL of its \
             own. Everybody in it is made up."
        }
        Some(Size::Three) => {
            "Rinnakkain runs as ingest, two projectors and a server of answers, on three Kafka brokers and a PostgreSQL of \
             its own. Everybody in it is made up."
        }
    }
}

fn size(text: &str) -> Result<Size, String> {
    match text {
        "1" => Ok(Size::One),
        "3" => Ok(Size::Three),
        _ => Err("1 or 3".to_owned()),
    }
}
