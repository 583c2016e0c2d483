//! `rinnakkain review`: records that may be one client and that no identifier may join, and claims of sources that may not
//! decide. The list identifies no client.
//!
//! A reference names a record: its number in this database. A steward looks the two records up in the systems that sent
//! them, and decides here. The decision is an event like any other and takes the same write path. With Kafka it still goes to
//! PostgreSQL directly: the view is a function of the set of events, whichever way each of them came.

use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::{clock, keys, output, telemetry};
use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use event::{Code, Received, Register};
use serde_json::json;
use std::process::ExitCode;
use store::review::{CodeVerdict, Entry, Party, Scope, StatedRow, Verdict};
use store::{Batch, Projector, Store};
use uuid::Uuid;

/// Records whose links a guard holds back or that contradict each other: list them, decide.
#[derive(Args)]
pub struct Review {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List what is open, the oldest first
    List {
        /// For programs
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        target: Target,
    },
    /// Decide, as the identity steward, whether two records are one person: it outranks every source
    Decide(Decide),
    /// Confirm, as the identity steward, that a record's identity code was changed, or refuse that it was
    ConfirmCode(ConfirmCode),
    /// Confirm a whole list that ends more than a list may on its own: what is not on it has ended
    ConfirmList(ConfirmList),
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
    #[command(flatten)]
    decided_by: DecidedBy,
    /// The register that the decision is entered in
    #[arg(long, value_enum, default_value = "patient")]
    register: Of,
    #[command(flatten)]
    target: Target,
}

/// Who, and why: both are kept.
#[derive(Args)]
struct DecidedBy {
    /// Who decides: kept under the keys, for the log of decisions
    #[arg(long, value_name = "WHO")]
    by: String,
    /// Why, as a code without blanks, such as checked-with-ward; it is kept
    #[arg(long, value_name = "CODE", value_parser = Code::try_new)]
    reason: Code,
}

#[derive(Args)]
struct ConfirmCode {
    /// The record, by its reference in the list
    #[arg(value_name = "REF")]
    record: i64,
    /// It was not changed: the source's report of the change does not count
    #[arg(long)]
    refuse: bool,
    /// The register that the decision is entered in
    #[arg(long, value_enum, default_value = "patient")]
    register: Of,
    #[command(flatten)]
    decided_by: DecidedBy,
    #[command(flatten)]
    target: Target,
}

#[derive(Args)]
struct ConfirmList {
    /// The list, by its reference in the list of what is open
    #[arg(value_name = "REF")]
    list: Uuid,
    #[command(flatten)]
    decided_by: DecidedBy,
    #[command(flatten)]
    target: Target,
}

#[derive(Clone, Copy, ValueEnum)]
enum Of {
    Patient,
    Social,
}

/// Why a list needs a review.
const PENDING_LIST: &str = "list-ends-much";

/// More records of one entry are counted and not shown: thousands of them present a placeholder, which its source must correct.
const SHOWN: usize = 40;

impl Review {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let (Action::List { target, .. }
        | Action::Decide(Decide { target, .. })
        | Action::ConfirmCode(ConfirmCode { target, .. })
        | Action::ConfirmList(ConfirmList { target, .. })) = &self.action;
        let database = Database::join(&config, target).await?;
        let result = match self.action {
            Action::List { json, .. } => list(&database.store, json).await,
            Action::Decide(decide) => decide.run(&database.store, &config).await,
            Action::ConfirmCode(confirm) => confirm.run(&database.store, &config).await,
            Action::ConfirmList(confirm) => confirm.run(&database.store, &config).await,
        };
        database.close().await?;
        result
    }
}

async fn list(store: &Store, as_json: bool) -> anyhow::Result<ExitCode> {
    let entries = store::review::list(store).await?;
    let lists = store::review::pending_lists(store).await?;
    if as_json {
        let party = |it: &Party| json!({ "ref": it.reference, "system": it.system, "sources": it.sources, "decided": it.decided });
        let entry = |it: &Entry| {
            json!({
                "reason": it.reason.code(),
                "since": it.since.to_string(),
                "records": it.records.iter().map(party).collect::<Vec<_>>(),
            })
        };
        let list = |row: &StatedRow| {
            row.pending.as_ref().map(|it| {
                json!({
                    "reason": PENDING_LIST,
                    "since": it.received.to_string(),
                    "records": [],
                    "list": { "ref": it.list, "source": row.source, "of": scope(&row.scope), "as_of": it.as_of.to_string(),
                              "keys": it.keys, "ends": it.ends, "before": row.keys.len() },
                })
            })
        };
        output::json(&entries.iter().map(entry).chain(lists.iter().filter_map(list)).collect::<Vec<_>>())?;
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
    for (row, it) in lists.iter().filter_map(|row| Some((row, row.pending.as_ref()?))) {
        let what = format!("{}: {} keys, ends {} of {}", scope(&row.scope), it.keys, it.ends, row.keys.len());
        let (since, source) = (it.received.to_string(), row.source.clone());
        rows.push([PENDING_LIST.to_owned(), since, it.list.to_string(), what, source, String::new()]);
    }
    output::table(["REASON", "SINCE", "REF", "SYSTEM", "SOURCES", "STEWARD"], &rows)?;
    Ok(ExitCode::SUCCESS)
}

/// The scope of a list.
fn scope(scope: &Scope) -> String {
    match scope {
        Scope::Stays(wards) if wards.is_empty() => "stays".to_owned(),
        Scope::Stays(wards) => {
            format!("stays on {}", wards.iter().map(event::Ward::code).collect::<Vec<_>>().join(", "))
        }
        Scope::Workers(roles) if roles.is_empty() => "workers".to_owned(),
        Scope::Workers(roles) => format!("workers in {} roles", roles.len()),
    }
}

/// Stores a steward's decision.
async fn store_decision(store: &Store, decided: Received) -> anyhow::Result<()> {
    let batch = Batch { events: vec![decided], ..Batch::default() };
    let applied = Projector::new(store.clone()).apply(&batch).await?;
    if !applied.culprits.is_empty() {
        bail!("the database rejects a value of this decision");
    }
    Ok(())
}

impl DecidedBy {
    fn by(&self) -> anyhow::Result<&str> {
        match self.by.trim() {
            "" => bail!("--by: name who decides"),
            by => Ok(by),
        }
    }
}

impl From<Of> for Register {
    fn from(of: Of) -> Self {
        match of {
            Of::Patient => Self::Patient,
            Of::Social => Self::Social,
        }
    }
}

impl ConfirmCode {
    async fn run(self, store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
        let keyring = keys::load(&config.keys)?;
        keys::check(&keyring, store).await?;
        let by = self.decided_by.by()?;
        let found = store::review::codes(store, self.record).await?;
        let (record, proposed) = found.context("no record has this reference: see `rinnakkain review list`")?;
        let verdict = CodeVerdict {
            changed: !self.refuse,
            by: by.to_owned(),
            reason: self.decided_by.reason.clone(),
            register: self.register.into(),
        };
        let Some(decided) = store::review::code_decided(&keyring, &record, &proposed, &verdict, clock::now()) else {
            output::line("no change of this record's code waits for a decision: nothing is changed")?;
            return Ok(ExitCode::SUCCESS);
        };
        store_decision(store, decided).await?;
        output::line(if self.refuse {
            "refused: the code was not changed"
        } else {
            "confirmed: the code was changed"
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

impl ConfirmList {
    async fn run(self, store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
        let keyring = keys::load(&config.keys)?;
        keys::check(&keyring, store).await?;
        let by = self.decided_by.by()?;
        let lists = store::review::pending_lists(store).await?;
        let list = lists.iter().find(|it| it.pending.as_ref().is_some_and(|it| it.list == self.list));
        let list = list.context("no list with this reference waits: see `rinnakkain review list`")?;
        let reason = self.decided_by.reason.clone();
        if let Some(confirmed) = store::review::list_confirmed(&keyring, list, by, reason, clock::now()) {
            store_decision(store, confirmed).await?;
        }
        output::line("confirmed: what is not on the list has ended")?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Decide {
    async fn run(self, store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
        let keyring = keys::load(&config.keys)?;
        keys::check(&keyring, store).await?;
        if self.a == self.b {
            bail!("give two different records");
        }
        let by = self.decided_by.by()?;
        let pair = store::review::pair(store, (self.a, self.b)).await?;
        let (a, b, stands) = pair.context("no record has one of these references: see `rinnakkain review list`")?;
        let (register, reason) = (self.register.into(), self.decided_by.reason.clone());
        let verdict = Verdict { together: self.together, by: by.to_owned(), reason, register };
        let Some(decided) = store::review::decided(&keyring, (&a, &b), stands.as_ref(), &verdict, clock::now()) else {
            output::line("a steward has decided so before: nothing is changed")?;
            return Ok(ExitCode::SUCCESS);
        };
        store_decision(store, decided).await?;
        output::line(if self.together { "decided: one person" } else { "decided: two persons" })?;
        Ok(ExitCode::SUCCESS)
    }
}
