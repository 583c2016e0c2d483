//! `cargo faults`: breaks everything that can break, for as long as wanted, and checks that nothing acknowledged is
//! lost.
//!
//! What it finds makes it fail. The seed is printed: with it the same faults come in the same order again.

use crate::binary;
use crate::demo::stage::line;
use crate::interrupt::Interrupt;
use crate::trial::{Schedule, Trial};
use anyhow::bail;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::time::Duration;

/// Break whatever can break under load, and check that nothing is lost.
#[derive(clap::Args)]
pub(crate) struct Faults {
    /// For how long
    #[arg(long, value_name = "N", default_value_t = 20)]
    minutes: u64,
    /// The order of faults of an earlier run
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Print what came of it as one JSON object
    #[arg(long)]
    json: bool,
    /// The product as it is shipped: its build takes minutes
    #[arg(long)]
    release: bool,
}

impl Faults {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let interrupt = Interrupt::watch()?;
        let binary = binary::built(self.release)?;
        let seed = self.seed.unwrap_or_else(|| u64::from(u32::MAX) & RandomState::new().hash_one(0));
        let print = |text: &str| line(self.json, text);
        print(&format!("faults for {} minutes; again with --seed {seed}", self.minutes))?;
        let mut trial = Trial::start(&binary, seed)?;
        let most = Duration::from_secs(self.minutes.saturating_mul(60));
        let ended = |elapsed| elapsed >= most || interrupt.is_set();
        // A terminal that is gone is no fault of the product's.
        let progress = |text: &str| drop(print(text));
        let broken = trial.run(&mut Schedule::endless(seed), &ended, &progress);
        if broken.is_err() {
            interrupt.check()?;
        }
        broken?;
        let report = trial.end()?;
        if self.json {
            writeln!(std::io::stdout().lock(), "{}", serde_json::to_string(&report)?)?;
        } else {
            print(&report.to_string())?;
        }
        if !report.findings.is_clean() {
            bail!("the product does not hold: what was found is above, and --seed {seed} gives the same faults");
        }
        trial.stop()
    }
}
