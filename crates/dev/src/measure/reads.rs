//! Reads: the highest rate at which every answer comes in time, with decision and access log; beside it what bare tonic
//! does, and what the database does with one row and one commit.

use super::asker::Asker;
use super::bed::Bed;
use super::ceiling::{self, Of};
use super::echo::{Answers, Echo};
use super::meter::Meter;
use super::open_loop::OpenLoop;
use super::report::{Figure, Target};
use super::scale::Scale;
use anyhow::Context;
use serde_json::json;
use testkit::county::person;

/// Measured in any case: the target.
const AT: f64 = 5_000.0;

/// Starts the server of answers, and asks about `clients` clients.
pub(crate) fn figure(
    bed: &mut Bed<'_>,
    (name, target): (String, Target),
    clients: u32,
    scale: &Scale,
) -> anyhow::Result<Figure> {
    const LOGGED: &str = "SELECT count(*) FROM access_log";
    let Scale { rate, lasting, .. } = *scale;
    bed.deployment.start(&[("serve", "serve")])?;
    let port = bed.deployment.ports().grpc;
    let answers = bed.sql.runtime.block_on(async {
        let (asker, somebody) = (Asker::connect(port).await?, person(0));
        anyhow::Ok(Answers { workers: asker.workers(&somebody).await?, view: asker.view(&somebody).await? })
    });
    let answers = answers.context("the first questions")?;
    let load = OpenLoop::connect(&bed.sql.runtime, port, clients, bed.interrupt)?;
    let held = load.highest(rate, lasting)?;
    let at_target = load.at(AT.min(rate), lasting)?;
    // Once more for what it costs, with the log counted: an answer that is not logged was not given.
    let (meter, logged) = (Meter::start(bed)?, bed.sql.number(LOGGED)?);
    let costed = load.at(held.asked, lasting)?;
    let asked = costed.answers as u64;
    let logged = u64::try_from(bed.sql.number(LOGGED)? - logged)?;
    let costs = meter.read(bed, asked)?;
    let failed = held.why_not().or_else(|| costed.failed.keys().next().map(|code| format!("answers failed: {code}")));
    let failed =
        failed.or_else(|| (logged != asked).then(|| format!("{asked} answers, and {logged} rows in the access log")));
    drop(load);
    bed.stop_role("serve")?;

    let echo = Echo::start(answers)?;
    let bare = OpenLoop::connect(&bed.sql.runtime, echo.port, clients, bed.interrupt)?.highest(rate, lasting)?;
    let commits = ceiling::one_by_one(&bed.sql, Of::Rows, lasting)?;
    let mut notes = vec![
        ("clients", json!(clients)),
        ("from the moment it was due to the answer", json!(held.spread.to_string())),
        ("answers", json!(held.answers)),
        ("at so many a second", at_target.json()),
        (
            "one INSERT, one commit, 16 connections",
            json!(format!("{:.0}/s ({}); ratio {:.3}", commits.rate, commits.waited, held.answered / commits.rate)),
        ),
    ];
    notes.extend(costs);
    let ceiling = Some(("bare tonic, the same answers from memory, the same load", bare.answered));
    Ok(Figure { name, value: held.answered, unit: "answers/s", ceiling, target, notes, failed })
}
