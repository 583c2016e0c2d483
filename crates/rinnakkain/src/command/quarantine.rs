//! `rinnakkain quarantine`: lists refused messages without their content, redrives them, and closes those that stay refused.
//!
//! While an entry is open, "none" about the clients that it names is "not known". It closes when it is redriven, when its
//! sender sends a corrected copy under the same message id that names the same client, or here by hand.

mod redrive;
mod show;

use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::{output, telemetry};
use clap::{Args, Subcommand};
use event::Code;
use serde_json::{Value, json};
use show::Requester;
use std::process::ExitCode;
use store::Store;
use store::quarantine::Entry;
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
        /// For programs
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        target: Target,
    },
    /// Translate entries again with this version and configuration, and store the events
    Redrive {
        /// Which entries
        #[arg(value_name = "ID", required_unless_present = "all")]
        ids: Vec<Uuid>,
        /// Every open entry
        #[arg(long, conflicts_with = "ids")]
        all: bool,
        #[command(flatten)]
        target: Target,
    },
    /// Show one entry, open or closed: what was refused, where, and why
    Show {
        /// Which entry
        #[arg(value_name = "ID")]
        id: Uuid,
        /// Show its content too; the access log keeps who looks, and why
        #[arg(long, requires = "user", requires = "reason")]
        show_personal: bool,
        /// Who looks
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
        /// Why, as a code without blanks, such as sender-asks
        #[arg(long, value_name = "CODE", value_parser = Code::try_new)]
        reason: Option<Code>,
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
        #[command(flatten)]
        target: Target,
    },
    /// Close entries that will not be redriven: they no longer make an answer about the clients they name "not known"
    Close {
        /// Which entries
        #[arg(value_name = "ID", required = true)]
        ids: Vec<Uuid>,
        /// Why, as a code without blanks, such as sent-again; it is kept
        #[arg(long, value_name = "CODE", value_parser = Code::try_new)]
        reason: Code,
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
        | Action::Show { target, .. }
        | Action::Redrive { target, .. }
        | Action::Drop { target, .. }
        | Action::Close { target, .. }) = &self.action;
        let database = Database::join(&config, target).await?;
        let result = match self.action {
            Action::List { json, .. } => list(&database.store, json).await,
            Action::Redrive { ids, .. } => redrive::run(&database.store, &config, &ids).await,
            Action::Show { id, show_personal, user, reason, json, .. } => {
                let requester =
                    user.zip(reason).filter(|_| show_personal).map(|(user, reason)| Requester { user, reason });
                show::run(&database.store, &config, id, requester.as_ref(), json).await
            }
            Action::Drop { ids, reason, .. } => drop_content(&database.store, &ids, &reason).await,
            Action::Close { ids, reason, .. } => close(&database.store, &ids, &reason).await,
        };
        database.close().await?;
        result
    }
}

async fn open_entries(store: &Store) -> anyhow::Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let after = entries.last().map(|entry| (entry.received_at, entry.id));
        let page = store::quarantine::list(store, after, PAGE).await?;
        if page.is_empty() {
            return Ok(entries);
        }
        entries.extend(page);
    }
}

async fn list(store: &Store, as_json: bool) -> anyhow::Result<ExitCode> {
    let entries = open_entries(store).await?;
    if as_json {
        output::json(&entries.iter().map(json_of).collect::<Vec<_>>())?;
        return Ok(ExitCode::SUCCESS);
    }
    let row = |it: &Entry| {
        let named = it.named.to_string();
        let when = it.received_at.to_string();
        [it.id.to_string(), when, it.source.clone(), it.code.clone(), it.place.clone(), named, it.text.clone()]
    };
    let rows: Vec<_> = entries.iter().map(row).collect();
    output::table(["ID", "RECEIVED", "SOURCE", "CODE", "PLACE", "NAMES", "WHY"], &rows)?;
    Ok(ExitCode::SUCCESS)
}

fn json_of(it: &Entry) -> Value {
    json!({
        "id": it.id,
        "received_at": it.received_at.to_string(),
        "source": it.source,
        "code": it.code,
        "place": it.place,
        "text": it.text,
        "named": it.named,
        "adapter_version": it.adapter_version,
    })
}

async fn drop_content(store: &Store, ids: &[Uuid], reason: &Code) -> anyhow::Result<ExitCode> {
    let dropped = store::quarantine::drop_content(store, ids, reason).await?;
    let outcome = |id| if dropped.contains(id) { "dropped" } else { "no entry of this id has any content" };
    let rows: Vec<_> = ids.iter().map(|id| [id.to_string(), outcome(id).to_owned()]).collect();
    output::table(["ID", "OUTCOME"], &rows)?;
    Ok(if ids.iter().all(|id| dropped.contains(id)) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn close(store: &Store, ids: &[Uuid], reason: &Code) -> anyhow::Result<ExitCode> {
    let closed = store::quarantine::close_for(store, ids, reason).await?;
    let outcome = |id| if closed.contains(id) { "closed" } else { "no open entry has this id" };
    let rows: Vec<_> = ids.iter().map(|id| [id.to_string(), outcome(id).to_owned()]).collect();
    output::table(["ID", "OUTCOME"], &rows)?;
    Ok(if ids.iter().all(|id| closed.contains(id)) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests;
