//! `cargo measure`: the product's figures on real parts, each beside the machine's own ceiling, measured in the same run.
//!
//! The roles run as processes, on a real Kafka broker and a real PostgreSQL that syncs to disk. Everything shares the
//! machine, the senders and readers too, so ratios count, and a rate means something only beside its ceiling. To add a
//! figure: a file here, its name in [`What`], its call in [`run`].

mod asker;
mod attacks;
mod bed;
mod ceiling;
mod echo;
mod end_to_end;
mod environment;
mod messages;
mod meter;
mod mllp;
mod open_loop;
mod page;
mod projection;
mod proto;
mod reads;
mod rebuild;
mod report;
mod run;
mod scale;
mod size;
mod spent;
mod sql;
mod statements;

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
    /// The duty page at 50 users, beside the API's own
    Page,
    /// A neighbour's wait while others hold what they are given
    Attacks,
    /// The projection with one event of ten delivered late
    Late,
    /// Projection and reads in counties of 10,000, 100,000 and 1,000,000 clients
    Growth,
    /// What operators' commands have resident at most in a county of 1,700,000 people
    Size,
    /// The most that each role had resident under the loads above
    Memory,
}

impl Measure {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let interrupt = Interrupt::watch()?;
        let binary = binary::built(true)?;
        let scale = if self.quick { scale::QUICK } else { scale::FULL };
        let report = |output: &Output| self.print(output);
        let measured = Run { only: &self.only, scale, binary, interrupt: &interrupt, report: &report }.all();
        // The product stops on the same Ctrl-C, so an error that follows from it does not count.
        if measured.is_err() {
            interrupt.check()?;
        }
        measured
    }

    fn print(&self, output: &Output) -> anyhow::Result<()> {
        let text = match output {
            Output::Facts(facts) if self.json => format!("{}\n", Value::Object(facts.clone())),
            Output::Facts(facts) => {
                let line = |(what, value): (&String, &Value)| format!("{what:<12} {}\n", value.as_str().unwrap_or(""));
                facts.iter().map(line).collect()
            }
            Output::Figure(figure) if self.json => format!("{}\n", figure.json()),
            Output::Figure(figure) => figure.text(),
        };
        Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
    }
}

/// Printed as soon as it is known.
enum Output {
    /// The environment.
    Facts(Map<String, Value>),
    Figure(Box<Figure>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// The figures of so few events mean nothing, and the times of answers do not matter here. What counts is that
    /// every figure is printed, over everything that was sent and without a failed answer.
    #[test]
    fn every_figure_comes_out() {
        let (outputs, interrupt) = (RefCell::new(Vec::new()), Interrupt::never());
        let report = |it: &Output| {
            if let Output::Figure(figure) = it {
                outputs.borrow_mut().push((figure.json(), figure.failed.clone()));
            }
            Ok(())
        };
        let (binary, scale) = (binary::built(false).unwrap(), scale::TINY);
        // Late events are the projection again, with its messages in another order.
        let only: Vec<_> = What::value_variants().iter().copied().filter(|it| *it != What::Late).collect();
        Run { only: &only, scale, binary, interrupt: &interrupt, report: &report }.all().unwrap();
        let outputs = outputs.into_inner();
        let value = |name: &str| outputs.iter().find(|(it, _)| it["figure"] == name).map(|(it, _)| it["value"].clone());
        for name in [
            "MLLP, Kafka",
            "projection",
            "rebuild",
            "reads",
            "end to end, Kafka",
            "MLLP, direct",
            "end to end, direct",
            "projection, 100 clients",
            "reads, 100 clients",
            "page",
            "attack, calls without a body",
            "attack, silent connections, gRPC",
            "attack, resets",
            "attack, slow bodies",
            "attack, silent connections, MLLP",
            "attack, half messages",
            "attack, messages of nobody",
            "size, review list",
            "size, sources",
            "size, rebuild --verify",
            "size, a question as of an earlier time",
            "memory, ingest",
            "memory, project",
            "memory, serve",
            "memory, run",
        ] {
            assert!(value(name).and_then(|it| it.as_f64()).is_some_and(|it| it > 0.0), "{name}");
        }
        let note = |name: &str, key: &str| {
            let figure = outputs.iter().find(|(it, _)| it["figure"] == name).map(|(it, _)| it["notes"][key].clone());
            figure.unwrap_or_default()
        };
        assert_eq!(note("projection", "events"), scale.events);
        assert_eq!(note("projection", "clients"), scale.clients);
        assert_eq!(note("MLLP, direct", "messages"), scale.direct);
        let failed = outputs.iter().filter_map(|(_, failed)| failed.as_ref());
        let failed: Vec<_> = failed.filter(|why| !why.starts_with(open_loop::TOO_LATE)).collect();
        assert!(failed.is_empty(), "{failed:?}");
    }
}
