//! Projection: what stands in the journal becomes history, views, rows and progress.

use super::bed::{Applied, Bed};
use super::ceiling::{self, Ceiling, Of};
use super::meter::{Meter, tenths};
use super::report::{Figure, Target};
use crate::spread::rate;
use serde_json::{Value, json};

/// The ceiling of projection and rebuild.
pub(crate) const UNNEST: &str = "UNNEST of the events with their messages into a bare history, one connection";
const UNNEST_ROWS: &str = "UNNEST of the history's rows alone, one connection";

/// Two projectors apply what stands in the journal; then the same rows bare.
pub(crate) fn figure(bed: &mut Bed<'_>, name: String, target: Target) -> anyhow::Result<Figure> {
    let meter = Meter::start(bed)?;
    let left = bed.left()?;
    let applied = bed.project()?;
    let costs = meter.read(bed, applied.events)?;
    let [stored, late, refolds] = bed.tell_of_batches()?;
    bed.stop_role("project")?;
    let Applied { events, took } = applied;
    let most = u32::try_from(events)?;
    let ceiling = ceiling::unnest(&bed.sql, Of::WithMessages, most)?;
    let rows = ceiling::unnest(&bed.sql, Of::Rows, most)?;
    let value = rate(events, took);
    let mut notes = vec![
        ("events", json!(events)),
        ("seconds", json!(tenths(took.as_secs_f64()))),
        ("clients", json!(bed.sql.number("SELECT count(*) FROM view")?)),
        (UNNEST_ROWS, beside(&rows, value)),
        (
            "late",
            json!(format!("{late} events of {stored}, {refolds} refolds: {} an event", thousandths(refolds, stored))),
        ),
        ("sizes", sizes(bed, left, events, &ceiling)?),
    ];
    notes.extend(costs);
    Ok(Figure { name, value, unit: "events/s", ceiling: Some((UNNEST, ceiling.rate)), target, notes, failed: None })
}

/// A share, to three decimals.
fn thousandths(some: u64, of: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "nobody counts to 2^52")]
    let share = some as f64 / of as f64;
    format!("{share:.3}")
}

/// Another ceiling, and the ratio to it.
fn beside(ceiling: &Ceiling, value: f64) -> Value {
    json!(format!("{:.0}/s of {} bytes; ratio {:.3}", ceiling.rate, ceiling.bytes, value / ceiling.rate))
}

fn sizes(bed: &Bed<'_>, left: i64, events: u64, ceiling: &Ceiling) -> anyhow::Result<Value> {
    const PAYLOAD: &str = "SELECT avg(octet_length(payload))::bigint FROM history";
    #[expect(clippy::cast_precision_loss, reason = "nobody sends 2^52 of anything")]
    let (records, all, bytes, count) = (left as f64, bed.applied()? as f64, journal_bytes(bed)? as f64, events as f64);
    Ok(json!({
        "records an event": tenths(records / count),
        "journal bytes an event": (bytes / all * records / count).round(),
        "bytes of an event with its message": ceiling.bytes,
        "of an event alone": bed.sql.number(PAYLOAD)?,
    }))
}

/// What the brokers' segments hold; the topic's own are all but a little of it.
fn journal_bytes(bed: &Bed<'_>) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for directory in bed.deployment.brokers.iter().flat_map(testkit::kafka::Cluster::log_dirs) {
        for partition in std::fs::read_dir(directory)? {
            let partition = partition?;
            if !partition.file_name().to_string_lossy().starts_with("care-events-") {
                continue;
            }
            for segment in std::fs::read_dir(partition.path())? {
                let segment = segment?;
                if segment.path().extension().is_some_and(|it| it == "log") {
                    bytes += segment.metadata()?.len();
                }
            }
        }
    }
    Ok(bytes)
}
