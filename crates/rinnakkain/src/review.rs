//! `rinnakkain review`: whose records are one person, where no number may say it; listed without a word of whose they are.
//!
//! A record is named by a reference, its number in this database. A steward looks the two up in the systems that sent
//! them, by what those systems know, and decides here. The decision is an event like any other and goes the same write
//! path. With Kafka between ingest and projection it goes to PostgreSQL directly all the same: the view is a function of
//! the set of events, whichever way one comes.

use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::{clock, keys, output, telemetry};
use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use event::{Code, Register};
use serde_json::json;
use std::process::ExitCode;
use store::review::{Entry, Party, Verdict};
use store::{Batch, Projector, Store};

/// Records whose links a guard holds back or that contradict each other: list them, decide.
#[derive(Args)]
pub struct Review {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// What is open, the oldest first
    List {
        /// For programs
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        target: Target,
    },
    /// Decide, as the identity steward, whether two records are one person: it outranks every source
    Decide(Decide),
}

#[derive(Args)]
struct Decide {
    /// A record, by its reference in the list
    #[arg(value_name = "REF")]
    a: i64,
    /// Another
    #[arg(value_name = "REF")]
    b: i64,
    /// They are one person
    #[arg(long, required_unless_present = "apart")]
    together: bool,
    /// They are two
    #[arg(long, conflicts_with = "together")]
    apart: bool,
    /// Who decides: kept under the keys, for the log of decisions
    #[arg(long, value_name = "WHO")]
    by: String,
    /// Why, as a code without blanks, such as checked-with-ward; it is kept
    #[arg(long, value_name = "CODE", value_parser = Code::try_new)]
    reason: Code,
    /// The register that the decision is entered in
    #[arg(long, value_enum, default_value = "patient")]
    register: Of,
    #[command(flatten)]
    target: Target,
}

#[derive(Clone, Copy, ValueEnum)]
enum Of {
    Patient,
    Social,
}

/// More records of one entry are counted and not shown: a placeholder that thousands present is for its source to mend.
const SHOWN: usize = 40;

impl Review {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let (Action::List { target, .. } | Action::Decide(Decide { target, .. })) = &self.action;
        let database = Database::join(&config, target).await?;
        let result = match self.action {
            Action::List { json, .. } => list(&database.store, json).await,
            Action::Decide(decide) => decide.run(&database.store, &config).await,
        };
        database.close().await?;
        result
    }
}

async fn list(store: &Store, as_json: bool) -> anyhow::Result<ExitCode> {
    let entries = store::review::list(store).await?;
    if as_json {
        let party = |it: &Party| json!({ "ref": it.reference, "system": it.system, "sources": it.sources, "decided": it.decided });
        let entry = |it: &Entry| {
            json!({
                "reason": it.reason.code(),
                "since": it.since.to_string(),
                "records": it.records.iter().map(party).collect::<Vec<_>>(),
            })
        };
        output::json(&entries.iter().map(entry).collect::<Vec<_>>())?;
        return Ok(ExitCode::SUCCESS);
    }
    let row = |entry: &Entry, it: &Party| {
        let sources = it.sources.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let decided = if it.decided { "decided" } else { "" };
        let (reason, since) = (entry.reason.code().to_owned(), entry.since.to_string());
        [reason, since, it.reference.to_string(), it.system.clone(), sources, decided.to_owned()]
    };
    let mut rows = Vec::new();
    for entry in &entries {
        rows.extend(entry.records.iter().take(SHOWN).map(|party| row(entry, party)));
        let more = entry.records.len().saturating_sub(SHOWN);
        if more > 0 {
            let (reason, since) = (entry.reason.code().to_owned(), entry.since.to_string());
            rows.push([reason, since, format!("{more} more"), String::new(), String::new(), String::new()]);
        }
    }
    output::table(["REASON", "SINCE", "REF", "SYSTEM", "SOURCES", "STEWARD"], &rows)?;
    Ok(ExitCode::SUCCESS)
}

impl Decide {
    async fn run(self, store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
        let keyring = keys::load(&config.keys)?;
        keys::check(&keyring, store).await?;
        if self.a == self.b {
            bail!("a record is one person with itself");
        }
        let by = self.by.trim();
        if by.is_empty() {
            bail!("--by: say who decides");
        }
        let pair = store::review::pair(store, (self.a, self.b)).await?;
        let (a, b, stands) = pair.context("no record has one of these references: see `rinnakkain review list`")?;
        let register = match self.register {
            Of::Patient => Register::Patient,
            Of::Social => Register::Social,
        };
        let verdict = Verdict { together: self.together, by: by.to_owned(), reason: self.reason, register };
        let Some(decided) = store::review::decided(&keyring, (&a, &b), stands.as_ref(), &verdict, clock::now()) else {
            output::line("a steward has decided so before: nothing is changed")?;
            return Ok(ExitCode::SUCCESS);
        };
        let batch = Batch { events: vec![decided], ..Batch::default() };
        let applied = Projector::new(store.clone()).apply(&batch).await?;
        if !applied.culprits.is_empty() {
            bail!("the database refuses a value of this decision");
        }
        output::line(if self.together { "decided: one person" } else { "decided: two persons" })?;
        Ok(ExitCode::SUCCESS)
    }
}
