//! `cargo measure`: the product's figures on real parts, each beside the machine's own ceiling, measured in the same run.
//!
//! The roles run as processes, on a real Kafka broker and a real PostgreSQL that syncs to disk. Everything shares the
//! machine, the senders and readers too, so ratios count and rates are only good beside their ceiling. To add a figure:
//! a file here, its word in [`What`], its call in [`Measure::figures`].

mod bed;
mod ceiling;
mod environment;
mod messages;
mod meter;
mod projection;
mod report;
mod scale;
mod sql;

use crate::clock::now;
use crate::interrupt::Interrupt;
use crate::{binary, deployment};
use bed::Bed;
use clap::ValueEnum;
use dev::product::scratch;
use messages::Load;
use meter::Peaks;
use report::{Figure, Target};
use scale::Scale;
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The product's figures, beside the machine's own ceilings.
#[derive(clap::Args)]
pub(crate) struct Measure {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// A tenth of everything, and no county of a million
    #[arg(long)]
    quick: bool,
    /// Only these figures
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FIGURE,…")]
    only: Vec<What>,
}

/// A figure, or those that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    Projection,
}

impl Measure {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let interrupt = Interrupt::watch()?;
        let binary = binary::built(true)?;
        let scale = if self.quick { scale::QUICK } else { scale::FULL };
        let mut run = Run { measure: &self, scale, binary, interrupt: &interrupt, peaks: Peaks::default() };
        let measured = run.figures();
        // The product stops on the same Ctrl-C: what fails for that is no failure of its own.
        if measured.is_err() {
            interrupt.check()?;
        }
        measured
    }
}

/// One run.
struct Run<'a> {
    measure: &'a Measure,
    scale: Scale,
    binary: PathBuf,
    interrupt: &'a Interrupt,
    peaks: Peaks,
}

impl Run<'_> {
    fn wants(&self, what: What) -> bool {
        self.measure.only.is_empty() || self.measure.only.contains(&what)
    }

    fn figures(&mut self) -> anyhow::Result<()> {
        let directory = scratch()?;
        self.say(&environment::machine())?;
        self.over_kafka(&directory.path().join("kafka"))
    }

    fn over_kafka(&mut self, directory: &Path) -> anyhow::Result<()> {
        let mut bed = self.bed(directory)?;
        self.say(&environment::database(&bed.sql)?)?;
        bed.deployment.start(&[("ingest", "ingest")])?;
        let load = Load { clients: self.scale.clients, events: self.scale.events, late: false, begin: begin() };
        bed.send("preloading", load.events, load.dealt(ceiling::CONNECTIONS))?;
        bed.stop_role("ingest")?;
        let projected = projection::figure(&mut bed, "projection".to_owned(), Target::OfCeiling(0.45))?;
        if self.wants(What::Projection) {
            self.tell(&projected)?;
        }
        bed.stop()?;
        Ok(())
    }

    fn bed(&self, directory: &Path) -> anyhow::Result<Bed<'_>> {
        deployment::directory(directory)?;
        Bed::over_kafka(self.binary.clone(), directory, self.interrupt)
    }

    fn tell(&self, figure: &Figure) -> anyhow::Result<()> {
        let text = if self.measure.json { format!("{}\n", figure.json()) } else { figure.text() };
        Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
    }

    /// What the figures were measured on.
    fn say(&self, facts: &serde_json::Map<String, Value>) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if self.measure.json {
            writeln!(out, "{}", Value::Object(facts.clone()))?;
        } else {
            facts.iter().try_for_each(|(what, value)| writeln!(out, "{what:<12} {}", value.as_str().unwrap_or("")))?;
        }
        Ok(())
    }
}

/// Every message is of the past, whatever round it is of.
fn begin() -> jiff::Timestamp {
    now().checked_sub(jiff::ToSpan::hours(30 * 24)).unwrap_or_default()
}
