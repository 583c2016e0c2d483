//! `rinnakkain log`: who asked about whom (703/2023 11 §), and which rule and facts decided (11 § 5 mom.). The access log itself is
//! read, and the look is logged.

mod declared;

use super::looks::Looks;
use crate::ask::identifier;
use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::{keys, output, telemetry};
use anyhow::{Context, ensure};
use clap::{Args, Subcommand};
use event::{HETU_SYSTEM, Identifier, Instant, Keyring};
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
    /// Explain one access to the privacy officer: what was answered, on which provisions, and which rule and facts decided
    Explain(Explain),
    /// Note that what was declared is reviewed; the reason is the result, such as lawful or not-lawful
    Review(declared::Review),
}

#[derive(Args)]
struct Explain {
    /// The row's id, as `list` shows it
    #[arg(value_name = "ID")]
    id: i64,
    /// It is not older than this; usually 31 days
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// For programs: one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    looks: Looks,
    #[command(flatten)]
    target: Target,
}

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch on the command line")]
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
    /// Only calls and questions that were refused
    #[arg(long)]
    refused: bool,
    /// Only questions with which a basis was declared, with the reasons and whether somebody has reviewed them
    #[arg(long)]
    declared: bool,
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
        let target = match &self.action {
            Action::List(it) => &it.target,
            Action::Explain(it) => &it.target,
            Action::Review(it) => it.target(),
        };
        let database = Database::join(&config, target).await?;
        let result = match &self.action {
            Action::List(list) => list.run(&database.store, &config).await,
            Action::Explain(explain) => explain.run(&database.store, &config).await,
            Action::Review(review) => review.run(&database.store).await,
        };
        database.close().await?;
        result
    }
}

impl List {
    async fn run(&self, store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
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
        let (from, user) = (begin(self.since, now)?, self.of_user.as_deref());
        let (refused, declared) = (self.refused, self.declared);
        let mut filter = LogFilter { client, user, from, until, refused, declared, id: None, before: None, most: PAGE };
        let mut some = false;
        loop {
            // Each page is a look.
            let rows = store::list_log(store, &filter, look).await?;
            some |= !rows.is_empty();
            if self.json {
                rows.iter().try_for_each(|row| output::json(&json_of(row, &keyring)))?;
            } else if self.declared && !rows.is_empty() {
                declared::print(&rows, &keyring)?;
            } else if !rows.is_empty() {
                output::table(
                    [
                        "ID", "AT", "SYSTEM", "USER", "KNOWN BY", "TASK", "PURPOSE", "CASE", "QUERY", "DECISION",
                        "OUTCOME", "SHOWN", "BASIS",
                    ],
                    &rows.iter().map(cells).collect::<Vec<_>>(),
                )?;
            }
            filter.before = rows.last().map(|row| (row.at, row.id));
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

impl Explain {
    async fn run(&self, store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
        let keyring = keys::of_database(&config.keys, store).await?;
        let look = self.looks.look()?;
        let filter = LogFilter {
            client: None,
            user: None,
            from: begin(self.since, look.at)?,
            until: look.at,
            refused: false,
            declared: false,
            id: Some(self.id),
            before: None,
            most: 1,
        };
        let rows = store::list_log(store, &filter, look).await?;
        let Some(row) = rows.first() else {
            output::line("there is no such row in that time: give --since")?;
            return Ok(ExitCode::FAILURE);
        };
        if self.json {
            output::json(&json_of(row, &keyring))?;
            return Ok(ExitCode::SUCCESS);
        }
        for line in explained(row, &keyring) {
            output::line(&line)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn begin(since: Option<Timestamp>, now: Instant) -> anyhow::Result<Instant> {
    let usual = now.to_timestamp().checked_sub((31 * 24).hours()).context("the clock")?;
    Ok(Instant::from_timestamp(since.unwrap_or(usual)))
}

/// One row in sentences.
fn explained(row: &LogRow, keyring: &Keyring) -> Vec<String> {
    let known = match row.user_known.as_deref() {
        Some("token") => ", known by a token of the identity provider",
        Some("asserted") => ", as the system named them",
        _ => "",
    };
    let case = row.case_reference.as_ref().map(|case| format!(", case {case}")).unwrap_or_default();
    let mut all = vec![
        format!("{} at {}: {} of {}{known}", row.id, row.at.to_timestamp(), user(row), row.system),
        format!("asked {} as {} ({}) for {}{case}", row.query, row.task, row.side, row.purpose),
    ];
    all.extend(row.as_of.map(|then| format!("as it was known at {}", then.to_timestamp())));
    let outcome =
        row.outcome.as_deref().map(|outcome| format!(", and the answer was \"{outcome}\"")).unwrap_or_default();
    all.push(format!("decision: {}{outcome}", row.decision));
    for it in &row.shown {
        all.push(format!(
            "shown of the {} register ({}): {}: {}",
            it.register,
            it.kind,
            it.data.join(", "),
            it.provision
        ));
    }
    if row.shown.is_empty() {
        all.push(format!("nothing was shown: {}", row.rule));
    }
    all.extend(declared::told(row, keyring));
    all.extend(row.grounds.iter().map(|line| format!("  {line}")));
    all
}

/// The registers that were shown, each as use or disclosure, and the kinds of data. A row from before these were logged
/// has only the registers: what a side reads of its own register is use (703/2023 10 §).
fn shown(row: &LogRow) -> Vec<(&str, &str, &[String])> {
    if row.outcome.is_some() {
        return row.shown.iter().map(|it| (it.register.as_str(), it.kind.as_str(), it.data.as_slice())).collect();
    }
    let own = if row.side == "health" { "patient" } else { "social" };
    let kind = |register: &str| if register == own { "use" } else { "disclosure" };
    row.registers.iter().map(|register| (register.as_str(), kind(register), &[][..])).collect()
}

fn user(row: &LogRow) -> String {
    match (&row.user_name, &row.user_unit) {
        (Some(name), Some(unit)) => format!("{} ({name}, {unit})", row.user),
        (Some(other), None) | (None, Some(other)) => format!("{} ({other})", row.user),
        (None, None) => row.user.clone(),
    }
}

fn cells(row: &LogRow) -> [String; 13] {
    let of = |(register, kind, data): (&str, &str, &[String])| match data {
        [] => format!("{register}: {kind}"),
        data => format!("{register}: {kind} of {}", data.join(", ")),
    };
    let shown: Vec<_> = shown(row).into_iter().map(of).collect();
    [
        row.id.to_string(),
        row.at.to_timestamp().to_string(),
        row.system.clone(),
        user(row),
        row.user_known.clone().unwrap_or_default(),
        row.task.clone(),
        row.purpose.clone(),
        row.case_reference.clone().unwrap_or_default(),
        row.query.clone(),
        row.decision.clone(),
        row.outcome.clone().unwrap_or_default(),
        shown.join("; "),
        row.rule.clone(),
    ]
}

fn json_of(row: &LogRow, keyring: &Keyring) -> Value {
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
        "outcome": row.outcome,
        "shown": shown(row).into_iter().map(|(register, kind, data)| {
            json!({"register": register, "kind": kind, "data": data})
        }).collect::<Vec<_>>(),
        "provisions": row.shown.iter().map(|it| json!({"register": it.register, "provision": it.provision}))
            .collect::<Vec<_>>(),
        "grounds": row.grounds,
        "declared": row.declared,
        "reason": declared::reason(row, keyring),
        "reviewed": row.declared.as_ref().map(|_| row.reviewed),
        "basis": row.rule,
    })
}
