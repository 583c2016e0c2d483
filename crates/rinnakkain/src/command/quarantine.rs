//! `rinnakkain quarantine`: lists refused messages without their content, redrives them, and closes those that stay refused.
//!
//! While an entry is open, "none" about the clients that it names is "not known". It closes when it is redriven, when its
//! sender sends a corrected copy under the same message id that names the same client, or here by hand.

mod list;
mod redrive;
mod select;
mod show;

pub use show::readable;

use super::confirm::confirmed;
use super::looks::LooksAtContent;
use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::{output, telemetry};
use clap::{Args, Subcommand};
use event::Code;
use select::{Selection, Which};
use std::process::ExitCode;
use store::Store;
use store::quarantine::{Entry, Filter};
use uuid::Uuid;

/// Refused messages: list them, show one, redrive them after a fix of the program or the configuration, or close them.
#[derive(Args)]
pub struct Quarantine {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the open entries, the oldest first
    List {
        #[command(flatten)]
        selection: Selection,
        /// For programs: one JSON object per entry
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        target: Target,
    },
    /// Count the open entries, by source, code and place: the most first
    Count {
        #[command(flatten)]
        selection: Selection,
        /// For programs: one JSON object per reason
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        target: Target,
    },
    /// Translate entries again with this version and configuration, and store the events
    Redrive {
        #[command(flatten)]
        which: Which,
        /// For programs: one JSON object per entry, as it is done
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        target: Target,
    },
    /// Show one entry, open or closed: what was refused, where, and why
    Show {
        /// Which entry
        #[arg(value_name = "ID")]
        id: Uuid,
        #[command(flatten)]
        looks: LooksAtContent,
        /// For programs
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        target: Target,
    },
    /// Delete the content of entries for ever, and close those that are open; the refusal itself stays on record
    Drop {
        /// Which entries
        #[arg(value_name = "ID", required = true)]
        ids: Vec<Uuid>,
        /// Why, as a code without blanks, such as sent-again; it is kept
        #[arg(long, value_name = "CODE", value_parser = Code::try_new)]
        reason: Code,
        /// Do not ask
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        target: Target,
    },
    /// Close entries that will not be redriven: they no longer make an answer about the clients they name "not known"
    Close {
        #[command(flatten)]
        which: Which,
        /// Why, as a code without blanks, such as sent-again; it is kept
        #[arg(long, value_name = "CODE", value_parser = Code::try_new)]
        reason: Code,
        /// Do not ask, where more entries than those of the given ids are meant
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        target: Target,
    },
}

const PAGE: u32 = 500;

impl Quarantine {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let (Action::List { target, .. }
        | Action::Count { target, .. }
        | Action::Show { target, .. }
        | Action::Redrive { target, .. }
        | Action::Drop { target, .. }
        | Action::Close { target, .. }) = &self.action;
        let database = Database::join(&config, target).await?;
        let result = match self.action {
            Action::List { selection, json, .. } => list::entries(&database.store, &selection.filter(), json).await,
            Action::Count { selection, json, .. } => list::reasons(&database.store, &selection.filter(), json).await,
            Action::Redrive { which, json, .. } => redrive::run(&database.store, &config, &which, json).await,
            Action::Show { id, looks, json, .. } => show::run(&database.store, &config, id, &looks, json).await,
            Action::Drop { ids, reason, yes, .. } => drop_content(&database.store, &ids, &reason, yes).await,
            Action::Close { which, reason, yes, .. } => close(&database.store, &which, &reason, yes).await,
        };
        database.close().await?;
        result
    }
}

/// The open entries, page by page. A page is read when the one before is done with, so an entry that was closed meanwhile does
/// not come again, and no more than a page is in memory.
struct Entries<'a> {
    store: &'a Store,
    filter: &'a Filter,
    after: Option<(event::Instant, Uuid)>,
}

impl<'a> Entries<'a> {
    fn of(store: &'a Store, filter: &'a Filter) -> Self {
        Self { store, filter, after: None }
    }

    /// Empty: there are no more.
    async fn next(&mut self) -> anyhow::Result<Vec<Entry>> {
        let page = store::quarantine::list(self.store, self.filter, self.after, PAGE).await?;
        self.after = page.last().map(|entry| (entry.received_at, entry.id));
        Ok(page)
    }
}

async fn drop_content(store: &Store, ids: &[Uuid], reason: &Code, yes: bool) -> anyhow::Result<ExitCode> {
    let of = output::counted(ids.len(), "entry", "entries");
    confirmed(yes, &format!("delete the content of {of} for ever\nNobody can redrive or read it afterwards."))?;
    let dropped = store::quarantine::drop_content(store, ids, reason).await?;
    let outcome = |id| if dropped.contains(id) { "dropped" } else { "no entry of this id has any content" };
    let rows: Vec<_> = ids.iter().map(|id| [id.to_string(), outcome(id).to_owned()]).collect();
    output::table(["ID", "OUTCOME"], &rows)?;
    Ok(if ids.iter().all(|id| dropped.contains(id)) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// With ids: the entries that an operator has examined. Without: all that match are counted and must be confirmed,
/// because one line could otherwise turn every "not known" into "none".
async fn close(store: &Store, which: &Which, reason: &Code, yes: bool) -> anyhow::Result<ExitCode> {
    if which.ids.is_empty() {
        let (filter, mut closed) = (which.filter(), 0);
        let (entries, of_nobody) = counted(store, &filter).await?;
        let question = format!(
            "close {}, {of_nobody} of which name no client\n\"none\" is answered again about the clients that they \
             name, and about everybody if they name none. To take one back: rinnakkain quarantine redrive ID",
            output::counted(entries, "entry", "entries")
        );
        if entries > 0 {
            confirmed(yes, &question)?;
        }
        let mut entries = Entries::of(store, &filter);
        loop {
            let page = entries.next().await?;
            if page.is_empty() {
                output::line(&format!("{} closed", output::counted(closed, "entry", "entries")))?;
                return Ok(ExitCode::SUCCESS);
            }
            let ids: Vec<Uuid> = page.iter().map(|entry| entry.id).collect();
            closed += store::quarantine::close_for(store, &ids, reason).await?.len();
        }
    }
    let closed = store::quarantine::close_for(store, &which.ids, reason).await?;
    let outcome = |id| if closed.contains(id) { "closed" } else { "no open entry has this id" };
    let rows: Vec<_> = which.ids.iter().map(|id| [id.to_string(), outcome(id).to_owned()]).collect();
    output::table(["ID", "OUTCOME"], &rows)?;
    Ok(if which.ids.iter().all(|id| closed.contains(id)) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How many entries fit, and how many of these name nobody.
async fn counted(store: &Store, filter: &Filter) -> anyhow::Result<(u64, u64)> {
    let (mut all, mut of_nobody) = (0, 0);
    let mut entries = Entries::of(store, filter);
    loop {
        let page = entries.next().await?;
        if page.is_empty() {
            return Ok((all, of_nobody));
        }
        all += page.len() as u64;
        of_nobody += page.iter().filter(|entry| entry.named == 0).count() as u64;
    }
}

#[cfg(test)]
mod tests;
