//! Rebuild: the operator's own command folds everything derived again from the history.

use super::bed::Bed;
use super::meter::{Meter, tenths};
use super::projection::UNNEST;
use super::report::{Figure, Target};
use super::spent::Peaks;
use crate::process::cpu_seconds_of_ended_children;
use crate::spread::rate;
use anyhow::{Context, bail};
use serde_json::json;
use std::io::Read;
use std::process::Stdio;
use std::time::Instant;

/// `rinnakkain rebuild` while nothing else runs; `ceiling` is the one of the projection of the same events.
pub(crate) fn figure(bed: &mut Bed<'_>, ceiling: f64) -> anyhow::Result<Figure> {
    let events = u64::try_from(bed.sql.number("SELECT count(*) FROM history")?)?;
    bed.sql.run("CHECKPOINT")?;
    let meter = Meter::start(bed)?;
    let cpu = cpu_seconds_of_ended_children()?;
    let begun = Instant::now();
    let mut rebuilding = bed.deployment.operator();
    let mut rebuilding = rebuilding.arg("rebuild").stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let (status, peak) = bed.peak_of(&mut rebuilding)?;
    let took = begun.elapsed();
    let mut output = String::new();
    rebuilding.stdout.take().context("no standard output")?.read_to_string(&mut output)?;
    if !status.success() {
        bail!("rinnakkain rebuild: {status}");
    }
    let output = output.trim().to_owned();
    let differ = !output.contains(": 0 differed");
    Peaks::add(&mut bed.peaks, "rebuild", peak);
    #[expect(clippy::cast_precision_loss, reason = "nobody keeps 2^52 events")]
    let million = events as f64 / 1e6;
    let mut notes = vec![
        ("events", json!(events)),
        ("seconds", json!(tenths(took.as_secs_f64()))),
        ("its output", json!(output)),
        ("its own CPU seconds per million", json!(tenths((cpu_seconds_of_ended_children()? - cpu) / million))),
    ];
    notes.extend(meter.read(bed, events)?);
    Ok(Figure {
        name: "rebuild".to_owned(),
        value: rate(events, took),
        unit: "events/s",
        ceiling: Some((UNNEST, ceiling)),
        target: Target::OfCeiling(0.6),
        notes,
        failed: differ.then(|| "what was projected differs from what its history gives".to_owned()),
    })
}
