//! `cargo measure`: the product's figures on real parts, each beside the machine's own ceiling, measured in the same run.
//!
//! The roles run as processes, on a real Kafka broker and a real PostgreSQL that syncs to disk. Everything shares the
//! machine, the senders and readers too, so ratios count and rates are only good beside their ceiling. To add a figure: a
//! file here, its word in [`What`], its call in [`run`].

mod asker;
mod bed;
mod ceiling;
mod echo;
mod end_to_end;
mod environment;
mod messages;
mod meter;
mod mllp;
mod open_loop;
mod projection;
mod reads;
mod rebuild;
mod report;
mod run;
mod scale;
mod sql;

use crate::binary;
use crate::interrupt::Interrupt;
use clap::ValueEnum;
use report::Figure;
use run::Run;
use serde_json::{Map, Value};
use std::io::Write;

/// The product's figures, beside the machine's own ceilings.
#[derive(clap::Args)]
pub(crate) struct Measure {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// A tenth of everything, and no large county
    #[arg(long)]
    quick: bool,
    /// Only these figures
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FIGURE,…")]
    only: Vec<What>,
}

/// A figure, or those that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Events preloaded in Kafka become history, views, rows and progress
    Projection,
    /// The same history folded again
    Rebuild,
    /// Messages stored before their AA, direct and over Kafka
    Mllp,
    /// Answers with decision and access log
    Reads,
    /// From an A03 to the answer that shows it, direct and over Kafka
    EndToEnd,
    /// The projection with one event of ten delivered late
    Late,
    /// Projection and reads in counties of 10,000, 100,000 and 1,000,000 clients
    Growth,
    /// The most that each role had resident under the loads above
    Memory,
}

impl Measure {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let interrupt = Interrupt::watch()?;
        let binary = binary::built(true)?;
        let scale = if self.quick { scale::QUICK } else { scale::FULL };
        let tell = |told: &Told| self.print(told);
        let measured = Run { only: &self.only, scale, binary, interrupt: &interrupt, tell: &tell }.all();
        // The product stops on the same Ctrl-C: what fails for that is no failure of its own.
        if measured.is_err() {
            interrupt.check()?;
        }
        measured
    }

    fn print(&self, told: &Told) -> anyhow::Result<()> {
        let text = match told {
            Told::Facts(facts) if self.json => format!("{}\n", Value::Object(facts.clone())),
            Told::Facts(facts) => {
                let line = |(what, value): (&String, &Value)| format!("{what:<12} {}\n", value.as_str().unwrap_or(""));
                facts.iter().map(line).collect()
            }
            Told::Figure(figure) if self.json => format!("{}\n", figure.json()),
            Told::Figure(figure) => figure.text(),
        };
        Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
    }
}

/// What is told as soon as it is known.
enum Told {
    /// On what it was measured.
    Facts(Map<String, Value>),
    Figure(Box<Figure>),
}
