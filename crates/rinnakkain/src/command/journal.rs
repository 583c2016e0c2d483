//! `rinnakkain journal`: how far projection is behind ingest, and an operator's decisions about the journal.

use super::confirm::confirmed;
use crate::config::{Config, Invalid};
use crate::database::{Database, Target};
use crate::{clock, output, telemetry};
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use event::{Code, Instant};
use journal::Extent;
use serde_json::json;
use std::process::ExitCode;
use store::gap::{self, OpenGap};
use store::{Projector, Store, watermark};

/// Kafka between ingest and projection: its progress and its gaps.
#[derive(Args)]
pub struct Journal {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Show each partition: what is there, what is applied, and what is left; and the open gaps
    Status {
        /// For programs: one JSON object
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        target: Target,
    },
    /// Close gaps, once nothing is missing or what was missing was sent again: answers may then be "none" again
    CloseGap {
        /// Which gaps, as `status` shows them
        #[arg(value_name = "ID", required = true)]
        ids: Vec<i64>,
        /// Why, as a code without blanks, such as sent-again; it is kept
        #[arg(long, value_name = "CODE", value_parser = Code::try_new)]
        reason: Code,
        #[command(flatten)]
        target: Target,
    },
    /// After the restore of an older backup: open a gap for what came since, where no Kafka holds it
    Restored {
        #[command(flatten)]
        target: Target,
    },
    /// Stop waiting for an ingest that is gone for good and did not stop in order
    RetireIngest {
        /// Its name, as `status` shows it: NAME@TOPIC
        #[arg(value_name = "NAME")]
        name: String,
        /// Do not ask, even if it wrote a moment ago
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        target: Target,
    },
}

impl Journal {
    pub async fn run(self, load: impl FnOnce() -> Result<Config, Invalid>) -> anyhow::Result<ExitCode> {
        telemetry::quiet();
        let config = load()?;
        let (Action::Status { target, .. }
        | Action::CloseGap { target, .. }
        | Action::Restored { target }
        | Action::RetireIngest { target, .. }) = &self.action;
        let database = Database::join(&config, target).await?;
        let result = match &self.action {
            Action::Status { json, .. } => status(&config, &database.store, *json).await,
            Action::CloseGap { ids, reason, .. } => close_gap(&database.store, ids, reason).await,
            Action::Restored { .. } => restored(&config, &database.store).await,
            Action::RetireIngest { name, yes, .. } => retire(&database.store, name, *yes).await,
        };
        database.close().await?;
        result
    }
}

/// One partition.
struct Row {
    extent: Extent,
    next: i64,
}

impl Row {
    /// Records that are not applied.
    fn left(&self) -> i64 {
        self.extent.high - self.next.min(self.extent.high)
    }

    /// Records that were gone before they were applied.
    fn gone(&self) -> i64 {
        self.extent.low.saturating_sub(self.next).max(0)
    }
}

async fn status(config: &Config, store: &Store, as_json: bool) -> anyhow::Result<ExitCode> {
    let gaps = gap::open(store).await?;
    let Some(kafka) = config.kafka.as_ref() else { return without_journal(&gaps, as_json) };
    let (topic, client) = (kafka.topic.clone(), kafka.client.clone());
    let extents = match tokio::task::spawn_blocking(move || topic.extents(&client)).await? {
        Ok(extents) => extents,
        // What the database knows is wanted all the more.
        Err(error) if !as_json => {
            print_ingests(watermark::written_until(store).await?, &watermark::active_ingests(store).await?)?;
            print_gaps(&gaps)?;
            return Err(error.into());
        }
        Err(error) => return Err(error.into()),
    };
    let progress = Projector::new(store.clone()).progress(&kafka.topic.name).await?;
    let next = |partition| progress.iter().find(|it| it.partition == partition).map_or(0, |it| it.checkpoint.next);
    let rows: Vec<Row> = extents.into_iter().map(|extent| Row { extent, next: next(extent.partition) }).collect();
    let until = watermark::written_until(store).await?;
    let ingests = watermark::active_ingests(store).await?;
    if rows.is_empty() {
        if !as_json {
            print_ingests(until, &ingests)?;
            print_gaps(&gaps)?;
        }
        let name = &kafka.topic.name;
        bail!(
            "there is no topic {name}: is it kafka.topic, and are these its brokers? If Kafka is lost, see \"Kafka is lost\" in deploy/README.md"
        );
    }
    if as_json {
        let row = |it: &Row| {
            let Extent { partition, low, high } = it.extent;
            json!({"partition": partition, "first": low, "end": high, "next": it.next, "left": it.left()})
        };
        output::json(&json!({
            "topic": kafka.topic.name,
            "left": rows.iter().map(Row::left).sum::<i64>(),
            "applied_until": until.map(|at| at.to_string()),
            "partitions": rows.iter().map(row).collect::<Vec<_>>(),
            "ingests": ingests.iter().map(|(name, at)| json!({"name": name, "applied_until": at.to_string()}))
                .collect::<Vec<_>>(),
            "gone": rows.iter().map(Row::gone).sum::<i64>(),
            "gaps": gaps.iter().map(gap_json).collect::<Vec<_>>(),
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let row = |it: &Row| {
        let Extent { partition, low, high } = it.extent;
        [partition.to_string(), low.to_string(), it.next.to_string(), high.to_string(), it.left().to_string()]
    };
    output::table(["PARTITION", "FIRST", "NEXT", "END", "LEFT"], &rows.iter().map(row).collect::<Vec<_>>())?;
    for row in rows.iter().filter(|row| row.gone() > 0) {
        let (partition, gone) = (row.extent.partition, row.gone());
        output::line(&format!("partition {partition}: records that were gone before they were applied: {gone}"))?;
    }
    print_ingests(until, &ingests)?;
    print_gaps(&gaps)?;
    Ok(ExitCode::SUCCESS)
}

/// Until when everything is applied, and the ingests that answers wait for.
fn print_ingests(until: Option<Instant>, ingests: &[(String, Instant)]) -> anyhow::Result<()> {
    match until {
        Some(until) => output::line(&format!("everything that was received until {until} is applied"))?,
        None if ingests.is_empty() => output::line("no ingest is at work, or no record of one has been read yet")?,
        None => output::line("not every partition has been read: it is not known until when everything is applied")?,
    }
    if !ingests.is_empty() {
        output::line("\nINGESTS that answers wait for")?;
        let rows: Vec<_> = ingests.iter().map(|(name, until)| [name.clone(), until.to_string()]).collect();
        output::table(["NAME", "APPLIED UNTIL"], &rows)?;
    }
    Ok(())
}

fn without_journal(gaps: &[OpenGap], as_json: bool) -> anyhow::Result<ExitCode> {
    if as_json {
        output::json(&json!({"gaps": gaps.iter().map(gap_json).collect::<Vec<_>>()}))?;
        return Ok(ExitCode::SUCCESS);
    }
    output::line("transport is direct: there is no journal")?;
    print_gaps(gaps)?;
    Ok(ExitCode::SUCCESS)
}

fn print_gaps(gaps: &[OpenGap]) -> anyhow::Result<()> {
    if !gaps.is_empty() {
        output::line(
            "\nGAPS: while one is open, \"none\" is answered as \"not known\", and no permission from before it opens anything",
        )?;
        let rows: Vec<_> = gaps.iter().map(gap_row).collect();
        output::table(["ID", "TOPIC", "PARTITION", "WHY", "EXPECTED", "RESUMED", "KNOWN UNTIL", "FOUND"], &rows)?;
    }
    Ok(())
}

fn gap_json(gap: &OpenGap) -> serde_json::Value {
    json!({
        "id": gap.id,
        "topic": gap.topic,
        "partition": gap.partition,
        "reason": gap.reason,
        "expected": gap.expected,
        "resumed": gap.resumed,
        "known_until": gap.known_until.map(|at| at.to_string()),
        "found_at": gap.found_at.to_string(),
    })
}

fn gap_row(gap: &OpenGap) -> [String; 8] {
    [
        gap.id.to_string(),
        gap.topic.clone(),
        gap.partition.to_string(),
        gap.reason.clone(),
        gap.expected.to_string(),
        gap.resumed.to_string(),
        gap.known_until.map_or_else(|| "never".to_owned(), |at| at.to_string()),
        gap.found_at.to_string(),
    ]
}

async fn close_gap(store: &Store, ids: &[i64], reason: &Code) -> anyhow::Result<ExitCode> {
    let closed = gap::close(store, ids, reason).await?;
    let outcome = |id| if closed.contains(id) { "closed" } else { "no open gap has this id" };
    let rows: Vec<_> = ids.iter().map(|id| [id.to_string(), outcome(id).to_owned()]).collect();
    output::table(["ID", "OUTCOME"], &rows)?;
    Ok(if ids.iter().all(|id| closed.contains(id)) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn restored(config: &Config, store: &Store) -> anyhow::Result<ExitCode> {
    if let Some(kafka) = &config.kafka {
        let (topic, client) = (kafka.topic.clone(), kafka.client.clone());
        let extents = tokio::task::spawn_blocking(move || topic.extents(&client)).await?;
        let extents = extents.context(
            "restored, but the end of the topic cannot be read: run `rinnakkain journal restored` before the service starts",
        )?;
        let ends: Vec<_> = extents.iter().map(|it| (it.partition, it.high)).collect();
        gap::restored_to(store, &kafka.topic.name, &ends).await?;
        output::line(
            "Kafka holds what came since the backup: projection reads on from there. Until it has, what clients permitted \
             before opens nothing: they may have withdrawn it",
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let id = gap::restored(store).await?;
    output::line(&format!(
        "what came since the backup is lost until its sources send it again; until then \"none\" is answered as \"not \
         known\", and what clients permitted before opens nothing. Once they have, and those who record consents have \
         repeated the withdrawals since the backup: rinnakkain journal close-gap {id} --reason sent-again"
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// What an ingest wrote so lately it may still be writing.
const LATELY_SECONDS: i64 = 60;

async fn retire(store: &Store, name: &str, yes: bool) -> anyhow::Result<ExitCode> {
    let ingests = watermark::active_ingests(store).await?;
    let until = ingests.iter().find(|(it, _)| it == name).map(|(_, until)| *until);
    if let Some(until) = until.filter(|until| until.plus_seconds(LATELY_SECONDS) > clock::now()) {
        confirmed(
            yes,
            &format!(
                "retire {name}, which wrote at {until} and may be running\nWhile it is cut off with messages in hand, \
                 \"none\" may be answered of somebody in them."
            ),
        )?;
    }
    if watermark::retire(store, name).await? {
        output::line("retired: answers no longer wait for it")?;
        return Ok(ExitCode::SUCCESS);
    }
    output::line("answers wait for no ingest of this name")?;
    print_ingests(watermark::written_until(store).await?, &watermark::active_ingests(store).await?)?;
    Ok(ExitCode::FAILURE)
}
