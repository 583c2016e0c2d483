//! End to end: the time from sending an A03 to the first answer that shows it, one client after the other.

use super::asker::Asker;
use super::bed::Bed;
use super::report::{Figure, Target};
use crate::clock::now;
use crate::senders::answered;
use crate::spread::Spread;
use anyhow::{Context, bail};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::county::{Person, Visit, adt, person};
use testkit::wire::Mllp;

/// Nobody else of the county is among them.
const FIRST: u32 = 2_500_000;
/// How long an answer may not show it.
const PATIENCE: Duration = Duration::from_secs(30);

/// So many clients come, and leave one after the other.
pub(crate) fn figure(bed: &Bed<'_>, name: &str, clients: u32) -> anyhow::Result<Figure> {
    let ports = bed.deployment.ports();
    let mut connection = Mllp::connect(ports.mllp)?;
    for n in 0..clients {
        bed.interrupt.check()?;
        answered(&mut connection, &message("A01", n, &person(FIRST + n)))?;
    }
    bed.deployment.settle(bed.interrupt, |_| ())?;
    let asker = bed.sql.runtime.block_on(Asker::connect(ports.grpc))?;
    let (mut shown, mut acknowledged, mut early) = (Vec::new(), Vec::new(), 0);
    for n in 0..clients {
        bed.interrupt.check()?;
        let client = person(FIRST + n);
        if !bed.sql.runtime.block_on(asker.is_involved(&client))? {
            bail!("somebody who was admitted is not shown as such");
        }
        let leaves = message("A03", n, &client);
        let begun = Instant::now();
        let sent = std::thread::scope(|scope| {
            let connection = &mut connection;
            let sending = scope.spawn(move || answered(connection, &leaves));
            while bed.sql.runtime.block_on(asker.is_involved(&client))? {
                early += 1;
                if begun.elapsed() > PATIENCE {
                    bail!("a discharge is not shown after {PATIENCE:?}");
                }
            }
            shown.push(begun.elapsed());
            sending.join().map_err(|_| anyhow::anyhow!("the sender panicked"))?
        });
        acknowledged.push(sent?);
    }
    let spread = Spread::of(shown);
    let [half, ..] = spread.millis().context("nobody left")?;
    Ok(Figure {
        name: name.to_owned(),
        value: half,
        unit: "ms (p50)",
        ceiling: None,
        target: Target::Stated,
        notes: vec![
            ("from A03 to the answer that shows it", json!(spread.to_string())),
            ("from A03 to its AA", json!(Spread::of(acknowledged).to_string())),
            ("clients, one after the other", json!(clients)),
            ("answers that did not show it yet", json!(early)),
        ],
        failed: None,
    })
}

fn message(trigger: &str, n: u32, client: &Person) -> String {
    let (at, number) = (now(), format!("E{n}"));
    let ended = (trigger == "A03").then_some(at);
    let visit = Visit { number: &number, class: "I", ward: "OS3", started: Some(at), ended, ..Visit::default() };
    adt(trigger, &format!("E{trigger}{n}"), at, client, &visit)
}
