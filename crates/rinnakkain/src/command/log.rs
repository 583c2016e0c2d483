//! `rinnakkain log`: who asked about whom (703/2023 11 §). The access log itself is read, and the look is logged.

use super::looks::Looks;
use crate::ask::identifier;
use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::{keys, output, telemetry};
use anyhow::{Context, ensure};
use clap::{Args, Subcommand};
use event::{HETU_SYSTEM, Identifier, Instant};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use std::process::ExitCode;
use store::{LogFilter, LogRow, Store};
use words::Language;

/// Who asked about a client, or what a user asked.
#[derive(Args)]
pub struct Log {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the accesses of a period, the newest first; of one client, whose identifier is read from standard input, or of one
    /// user
    List(List),
}

#[derive(Args)]
struct List {
    /// About one client: the identifier is read from standard input
    #[arg(long)]
    client: bool,
    /// The identifier's system, as a source's `authorities` or `own_system` name it
    #[arg(long, value_name = "SYSTEM", default_value = HETU_SYSTEM)]
    system: String,
    /// By this user, as the calling system or the identity provider names them
    #[arg(long, value_name = "ID")]
    of_user: Option<String>,
    /// From then on; usually the last 31 days
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// Until before then; usually now
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    /// For programs: one JSON object per access
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    looks: Looks,
    #[command(flatten)]
    target: Target,
}

const PAGE: u32 = 500;

impl Log {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let Action::List(list) = self.action;
        let database = Database::join(&config, &list.target).await?;
        let result = list.run(&database.store, &config).await;
        database.close().await?;
        result
    }
}

impl List {
    async fn run(self, store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
        let keyring = keys::of_database(&config.keys, store).await?;
        let look = self.looks.look()?;
        let client = if self.client {
            let given = Identifier::new(&self.system, &identifier(Language::En)?);
            ensure!(
                given.system != HETU_SYSTEM || given.hetu().is_some(),
                "the identity code does not pass its check: it is mistyped"
            );
            Some(keyring.identifier(&given.system, given.value.expose()))
        } else {
            None
        };
        let now = look.at;
        let until = self.until.map_or(now, Instant::from_timestamp);
        let usual = now.to_timestamp().checked_sub((31 * 24).hours()).context("the clock")?;
        let from = Instant::from_timestamp(self.since.unwrap_or(usual));
        let mut filter = LogFilter { client, user: self.of_user.as_deref(), from, until, before: None, most: PAGE };
        let mut some = false;
        loop {
            // Each page is a look.
            let rows = store::list_log(store, &filter, look).await?;
            some |= !rows.is_empty();
            if self.json {
                rows.iter().try_for_each(|row| output::json(&json_of(row)))?;
            } else if !rows.is_empty() {
                output::table(
                    [
                        "ID", "AT", "SYSTEM", "USER", "KNOWN BY", "TASK", "PURPOSE", "CASE", "QUERY", "DECISION",
                        "SHOWN", "BASIS",
                    ],
                    &rows.iter().map(cells).collect::<Vec<_>>(),
                )?;
            }
            filter.before = rows.last().map(|row| row.id);
            if rows.len() < PAGE as usize || output::is_closed() {
                break;
            }
        }
        if !some && !self.json {
            output::line("nobody asked in that time")?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The registers that were shown, each with whether that was use or disclosure: what a side reads of its own register is use
/// (703/2023 10 §).
fn shown(row: &LogRow) -> Vec<(&str, &'static str)> {
    let own = if row.side == "health" { "patient" } else { "social" };
    let kind = |register: &str| if register == own { "use" } else { "disclosure" };
    row.registers.iter().map(|register| (register.as_str(), kind(register))).collect()
}

fn cells(row: &LogRow) -> [String; 12] {
    let user = match (&row.user_name, &row.user_unit) {
        (Some(name), Some(unit)) => format!("{} ({name}, {unit})", row.user),
        (Some(other), None) | (None, Some(other)) => format!("{} ({other})", row.user),
        (None, None) => row.user.clone(),
    };
    let shown: Vec<_> = shown(row).into_iter().map(|(register, kind)| format!("{register}: {kind}")).collect();
    [
        row.id.to_string(),
        row.at.to_timestamp().to_string(),
        row.system.clone(),
        user,
        row.user_known.clone().unwrap_or_default(),
        row.task.clone(),
        row.purpose.clone(),
        row.case_reference.clone().unwrap_or_default(),
        row.query.clone(),
        row.decision.clone(),
        shown.join(", "),
        row.rule.clone(),
    ]
}

fn json_of(row: &LogRow) -> Value {
    json!({
        "id": row.id,
        "at": row.at.to_timestamp().to_string(),
        "system": row.system,
        "side": row.side,
        "user": row.user,
        "user_known": row.user_known,
        "user_name": row.user_name,
        "user_unit": row.user_unit,
        "task": row.task,
        "purpose": row.purpose,
        "case": row.case_reference,
        "query": row.query,
        "as_of": row.as_of.map(|at| at.to_timestamp().to_string()),
        "decision": row.decision,
        "shown": shown(row).into_iter().map(|(register, kind)| json!({"register": register, "kind": kind})).collect::<Vec<_>>(),
        "basis": row.rule,
    })
}
