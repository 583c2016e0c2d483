//! `rinnakkain review`: records that may be one client and that no identifier may join, and claims of sources that may not
//! decide. The list identifies no client.
//!
//! A reference names a record: its number in this database. A steward looks the two records up in the systems that sent
//! them, and decides here. The decision is an event like any other and takes the same write path. With Kafka it still goes to
//! PostgreSQL directly: the view is a function of the set of events, whichever way each of them came.

mod change;
mod list;

pub use change::Change;

use super::confirm::confirmed;
use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::{clock, keys, output, telemetry};
use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use event::{Authority, Code, ReceivedEvent, Register, is_steering};
use std::process::ExitCode;
use store::review::{CodeVerdict, Entry, Verdict, code_decided, made_again};
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
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
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
    /// The two are not in one open case: a duplicate or a wrong merge that nothing in the record shows
    #[arg(long)]
    outside_a_case: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
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
pub enum Of {
    Patient,
    Social,
}

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
            Action::List { json, .. } => list::run(&database.store, json).await,
            Action::Decide(decide) => decide.run(&database.store, &config).await,
            Action::ConfirmCode(confirm) => confirm.run(&database.store, &config).await,
            Action::ConfirmList(confirm) => confirm.run(&database.store, &config).await,
        };
        database.close().await?;
        result
    }
}

/// Stores a steward's decision.
pub async fn store_decision(store: &Store, decided: ReceivedEvent) -> anyhow::Result<()> {
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
            by if by.chars().any(is_steering) => bail!("--by: it has a control character"),
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
        let keyring = keys::of_database(&config.keys, store).await?;
        let by = self.decided_by.by()?;
        let found = store::review::codes(store, self.record).await?;
        let found = found.context("no record has this reference: see `rinnakkain review list`")?;
        let verdict = CodeVerdict {
            changed: !self.refuse,
            by: by.to_owned(),
            reason: self.decided_by.reason.clone(),
            register: self.register.into(),
        };
        let Some(decided) = code_decided(&keyring, &found.record, &found.proposed, &verdict, clock::now()) else {
            let text = "no change of this record's code waits for a decision: nothing is changed";
            output::line(&format!("{text}. A wrong one is taken back with `rinnakkain person undo REF`"))?;
            return Ok(ExitCode::SUCCESS);
        };
        let stored = store::person::stored_event(store, decided.event.id).await?;
        store_decision(store, made_again(decided, stored.as_ref())).await?;
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
        let keyring = keys::of_database(&config.keys, store).await?;
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
        let keyring = keys::of_database(&config.keys, store).await?;
        if self.a == self.b {
            bail!("give two different records");
        }
        let by = self.decided_by.by()?;
        let pair = store::review::pair(store, (self.a, self.b)).await?;
        let (a, b, stands) = pair.context("no record has one of these references: see `rinnakkain review list`")?;
        // A decision that stands may be replaced by another, though its case is closed.
        let by_steward = stands.is_some_and(|it| it.authority == Authority::Steward);
        if !self.outside_a_case && !by_steward && !self.is_one_case(store).await? {
            bail!(
                "{} and {} are not in one open case: see `rinnakkain review list`; if you mean these two, add --outside-a-case",
                self.a,
                self.b
            );
        }
        let (register, reason) = (self.register.into(), self.decided_by.reason.clone());
        let verdict = Verdict { together: self.together, by: by.to_owned(), reason, register };
        let Some(decided) = store::review::decided(&keyring, (&a, &b), stands.as_ref(), &verdict, clock::now()) else {
            output::line("a steward has decided so before: nothing is changed")?;
            return Ok(ExitCode::SUCCESS);
        };
        let stored = store::person::stored_event(store, decided.event.id).await?;
        let decided = store::review::made_again(decided, stored.as_ref());
        let change = Change::of(store, [self.a, self.b]).await?;
        let outcome = if self.together { "one person" } else { "two persons" };
        confirmed(self.yes, &format!("decide that {} and {} are {outcome}\n{}", self.a, self.b, change.before()))?;
        store_decision(store, decided).await?;
        output::line(&format!("decided: {outcome}"))?;
        change.print_after(store).await?;
        output::line(&format!("to take it back: rinnakkain person undo {} {}", self.a, self.b))?;
        Ok(ExitCode::SUCCESS)
    }

    async fn is_one_case(&self, store: &Store) -> anyhow::Result<bool> {
        let entries = store::review::list(store).await?;
        let holds = |entry: &Entry, reference| entry.records.iter().any(|it| it.reference == reference);
        Ok(entries.iter().any(|entry| holds(entry, self.a) && holds(entry, self.b)))
    }
}
