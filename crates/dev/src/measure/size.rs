//! A county of full size: the memory of operators' commands stays small, however many people there are.
//!
//! The people are written into the tables by SQL, with what messages of a few left as the pattern: two records each, by
//! a code and numbers of their own, and of one in a hundred a record with two codes, which waits for a steward. A tenth
//! as many have one code beside their own in messages of the hospital, so that this code links nobody: a question as of
//! an earlier time is asked by it. The figure is the commands' peak resident memory.

use super::asker::Asker;
use super::bed::Bed;
use super::messages::arrivals;
use super::report::{Figure, Target};
use crate::clock::now;
use crate::process::Resident;
use anyhow::ensure;
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use std::process::Stdio;
use std::time::{Duration, Instant};
use testkit::county::{Person, Visit, adt, person};

/// What an operator's command, or a role, may have resident, in MiB.
const MOST: f64 = 512.0;
/// People whose messages are the pattern.
const PATTERN: u32 = 20;
/// Of so many people, one has come with a code beside their own.
const CONFUSED: u32 = 17;
const CONNECTIONS: u32 = 16;

const PEOPLE: [&str; 5] = [
    "CREATE TABLE filled AS SELECT max(id) AS base, $1::bigint AS people FROM record",
    "INSERT INTO record (id, key, system, client)
     SELECT base + n, '\\x01'::bytea || substr(sha256(int8send(n)), 1, 16), CASE n % 2 WHEN 0 THEN 'a' ELSE 'b' END,
            base + n - (n + 1) % 2
     FROM filled, generate_series(1, 2 * $1::bigint) AS n",
    "INSERT INTO presented_set (record, system, order_key, tokens)
     SELECT r.id, s.system, p.order_key, CASE s.system WHEN r.system THEN ARRAY[r.key]
            ELSE ARRAY['\\x01'::bytea || substr(sha256(int8send(-r.client)), 1, 16)]
                 || CASE WHEN (r.id - base) % 200 = 1 AND r.id <= base + 2 * $1::bigint THEN ARRAY[r.key] END END
     FROM filled, (SELECT order_key FROM presented_set LIMIT 1) AS p, record r
          CROSS JOIN LATERAL (VALUES (r.system), ('urn:oid:1.2.246.21')) AS s (system)
     WHERE r.id > base",
    "INSERT INTO identifier (token, system, record, links)
     SELECT t.token, r.system, p.record, cardinality(p.tokens) = 1 AND $1::bigint > 0
     FROM filled, record r JOIN presented_set p ON p.record = r.id CROSS JOIN LATERAL unnest(p.tokens) AS t(token)
     WHERE r.id > base ORDER BY t.token ON CONFLICT DO NOTHING",
    "INSERT INTO view (client, version, snapshot, found)
     SELECT base + 2 * n - 1, v.version, v.snapshot, true
     FROM filled, (SELECT version, snapshot FROM view LIMIT 1) AS v, generate_series(1, $1::bigint) AS n",
];

/// The commands, as they are typed.
const COMMANDS: [(&str, &[&str]); 3] = [
    ("review list", &["review", "list", "--json"]),
    ("sources", &["sources", "--json"]),
    ("rebuild --verify", &["rebuild", "--verify"]),
];

/// Each command's peak, and the process's that answers the question.
pub(crate) fn figures(bed: &Bed<'_>, people: u32, report: impl Fn(Figure) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let at = now().checked_sub((30 * 24).hours())?;
    bed.send("a pattern", PATTERN, arrivals(PATTERN, CONNECTIONS, at))?;
    let confused = people / CONFUSED;
    let messages = (0..CONNECTIONS).map(|first| {
        (first..confused).step_by(CONNECTIONS as usize).map(move |n| with_another_code(PATTERN + 1 + n, at))
    });
    bed.send("people with two codes", confused, messages.collect())?;
    let begun = Instant::now();
    for statement in PEOPLE {
        bed.interrupt.check()?;
        bed.sql.with(statement, i64::from(people))?;
    }
    bed.sql.run("SELECT setval('record_id_seq', (SELECT max(id) FROM record)); DROP TABLE filled; ANALYZE")?;
    let filled = begun.elapsed();
    report(as_of(bed, confused)?)?;
    for (name, words) in COMMANDS {
        report(command(bed, name, words, (people, filled))?)?;
    }
    Ok(())
}

/// A message about somebody with the code of person `PATTERN` beside their own.
fn with_another_code(n: u32, at: Timestamp) -> String {
    let (of, number) = (person(n), format!("Z{n}"));
    let visit = Visit { number: &number, class: "I", ward: "OS3", started: Some(at), ..Visit::default() };
    let code = |person: &Person| format!("~{}^^^&1.2.246.21&ISO", person.hetu);
    adt("A01", &number, at, &of, &visit).replacen(&code(&of), &(code(&person(PATTERN)) + &code(&of)), 1)
}

/// One question as of an earlier time, about the code that links nobody.
fn as_of(bed: &Bed<'_>, confused: u32) -> anyhow::Result<Figure> {
    let resident = || -> anyhow::Result<Resident> {
        let pid = bed.deployment.parts.first().map_or(0, |part| part.product.pid());
        Ok(Resident::of(pid)?)
    };
    let (before, begun) = (resident()?, Instant::now());
    let moment = now().as_second();
    let answered = bed.sql.runtime.block_on(async {
        let asker = Asker::connect(bed.deployment.ports().grpc).await?;
        anyhow::Ok(asker.is_involved_as_of(&person(PATTERN), moment).await)
    })?;
    let (after, took) = (resident()?, begun.elapsed());
    let notes = vec![
        ("present it", json!(confused)),
        ("seconds", json!(took.as_secs_f64())),
        ("MiB at its peak before", json!(before.most)),
        ("answer", json!(answered.as_ref().map_or_else(|status| format!("{:?}", status.code()), ToString::to_string))),
    ];
    Ok(figure("size, a question as of an earlier time", after.most, notes))
}

fn command(bed: &Bed<'_>, name: &str, words: &[&str], (people, filled): (u32, Duration)) -> anyhow::Result<Figure> {
    let begun = Instant::now();
    let mut running = bed.deployment.operator().args(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let (status, peak) = bed.peak_of(&mut running)?;
    // A comparison finds that the history of people about whom nothing was sent gives no view.
    ensure!(status.success() || name == "rebuild --verify", "rinnakkain {name}: {status}");
    let notes = vec![
        ("people", json!(people)),
        ("seconds", json!(begun.elapsed().as_secs_f64())),
        ("seconds to fill the county", json!(filled.as_secs_f64())),
    ];
    Ok(figure(&format!("size, {name}"), peak, notes))
}

fn figure(name: &str, peak: u64, notes: Vec<(&'static str, serde_json::Value)>) -> Figure {
    #[expect(clippy::cast_precision_loss, reason = "mebibytes")]
    let value = peak as f64;
    let (name, target) = (name.to_owned(), Target::AtMost(MOST));
    Figure { name, value, unit: "MiB at its peak", ceiling: None, target, notes, failed: None }
}
