//! Attacks: how long a neighbour waits while an attacker holds everything that it is given, beside how long it waits
//! otherwise. The attackers use the same machine, so an attack at no pace would measure how two processes share its
//! cores.

use super::asker::Asker;
use super::bed::Bed;
use super::report::{Figure, Target};
use crate::clock::now;
use crate::senders::answered;
use crate::spread::Spread;
use anyhow::{Context, ensure};
use serde_json::json;
use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};
use testkit::attacker::{ELSEWHERE, Http2, connect};
use testkit::county::{OTHER_TOKEN, SOCIAL_TOKEN, Visit, adt, person, social};
use testkit::product::Ports;
use testkit::wire::{EVENT, Mllp, post};

/// A neighbour comes so often, each time on a connection of its own.
const EVERY: Duration = Duration::from_millis(20);
/// How long an attacker keeps what it has, before it takes it anew.
const ROUND: Duration = Duration::from_secs(1);
/// A neighbour waits at most so many times as long as otherwise.
const MOST: f64 = 2.0;
const QUESTION: &str = "/rinnakkain.care.v1.InvolvementService/CheckInvolvement";

/// Who must be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Neighbour {
    Asks,
    Posts,
    Sends,
}

/// What an attacker does in one round. What it then holds is released at the end of the round.
type Attack = fn(Ports) -> std::io::Result<Vec<TcpStream>>;

const ATTACKS: [(&str, Neighbour, Attack); 7] = [
    ("calls without a body", Neighbour::Asks, calls),
    ("silent connections, gRPC", Neighbour::Asks, |ports| many(520, ports.grpc, b"")),
    ("resets", Neighbour::Asks, resets),
    ("slow bodies", Neighbour::Posts, slow_bodies),
    ("silent connections, MLLP", Neighbour::Sends, |ports| many(600, ports.mllp, b"")),
    ("half messages", Neighbour::Sends, half_messages),
    ("messages of nobody", Neighbour::Asks, nobodys_messages),
];

/// Each attack for `lasting`, and as long without.
pub(crate) fn figures(
    bed: &Bed<'_>,
    lasting: Duration,
    report: impl Fn(Figure) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    // The first answers prepare statements.
    for neighbour in [Neighbour::Asks, Neighbour::Posts, Neighbour::Sends] {
        waits(bed, neighbour, ROUND)?;
    }
    for (name, neighbour, attack) in ATTACKS {
        let otherwise = waits(bed, neighbour, lasting)?;
        let ports = bed.deployment.ports();
        let (over, rounds) = (AtomicBool::new(false), std::sync::atomic::AtomicU32::new(0));
        let under = scope(|scope| {
            scope.spawn(|| {
                while !over.load(Ordering::Relaxed) {
                    let begun = Instant::now();
                    // The service may close what it is attacked over.
                    let held = attack(ports);
                    sleep(ROUND.saturating_sub(begun.elapsed()));
                    rounds.fetch_add(1, Ordering::Relaxed);
                    drop(held);
                }
            });
            sleep(ROUND / 2);
            let under = waits(bed, neighbour, lasting);
            over.store(true, Ordering::Relaxed);
            under
        });
        let (under, otherwise) = (under?, otherwise);
        let [_, value, _] = under.millis().context("nobody was answered")?;
        let [_, usual, _] = otherwise.millis().context("nobody was answered")?;
        report(Figure {
            name: format!("attack, {name}"),
            value,
            unit: "ms (p99)",
            ceiling: Some(("without it", usual)),
            target: Target::AtMost(MOST * usual),
            notes: vec![
                ("a neighbour under it", json!(under.to_string())),
                ("otherwise", json!(otherwise.to_string())),
                ("rounds", json!(rounds.into_inner())),
            ],
            failed: None,
        })?;
    }
    Ok(())
}

/// How long a neighbour waited, each time from its connecting to its answer.
fn waits(bed: &Bed<'_>, neighbour: Neighbour, lasting: Duration) -> anyhow::Result<Spread> {
    let (ports, begun, mut waited) = (bed.deployment.ports(), Instant::now(), Vec::new());
    let mut n = 0;
    while begun.elapsed() < lasting || n == 0 {
        bed.interrupt.check()?;
        let due = begun + EVERY * n;
        sleep(due.saturating_duration_since(Instant::now()));
        let client = person(2_800_000 + n);
        match neighbour {
            Neighbour::Asks => bed.sql.runtime.block_on(async {
                let asker = Asker::connect(ports.grpc).await?;
                asker.is_involved(&client).await.context("a question was not answered")
            })?,
            Neighbour::Posts => {
                let event = social("CaseOpened", &format!("a{n}"), now(), &client, json!({ "case": n.to_string() }));
                let event = event.to_string().replace("\"sosiaali\"", "\"toinen\"");
                let answer = post(ports.http, "/events", OTHER_TOKEN, EVENT, &event)?;
                ensure!(answer.status == 200, "an event was not taken: {answer:?}");
                true
            }
            Neighbour::Sends => {
                let number = format!("A{n}");
                let visit =
                    Visit { number: &number, class: "I", ward: "OS3", started: Some(now()), ..Visit::default() };
                answered(&mut Mllp::connect(ports.mllp)?, &adt("A01", &number, now(), &client, &visit))?;
                true
            }
        };
        // From the moment at which it was due: one that waits makes the next ones wait.
        waited.push(due.elapsed());
        n += 1;
    }
    Ok(Spread::of(waited))
}

/// So many connections, on each of which this is written.
fn many(count: usize, port: u16, written: &[u8]) -> std::io::Result<Vec<TcpStream>> {
    let one = |_| {
        let mut stream = connect(ELSEWHERE, port)?;
        stream.write_all(written)?;
        Ok(stream)
    };
    (0..count).map(one).collect()
}

/// 600 calls without a token that never send their question.
fn calls(ports: Ports) -> std::io::Result<Vec<TcpStream>> {
    let one = |_| {
        let mut http2 = Http2::connect(ELSEWHERE, ports.grpc)?;
        (0..60).try_for_each(|n| http2.call(2 * n + 1, QUESTION, None))?;
        Ok(http2.0)
    };
    (0..10).map(one).collect()
}

/// 2,000 calls that are taken back at once (CVE-2023-44487).
fn resets(ports: Ports) -> std::io::Result<Vec<TcpStream>> {
    let one = |_| {
        let mut http2 = Http2::connect(ELSEWHERE, ports.grpc)?;
        // The service ends the connection before the last of them.
        let _ = (0..100).try_for_each(|n| {
            http2.call(2 * n + 1, QUESTION, None)?;
            http2.reset(2 * n + 1)
        });
        Ok(http2.0)
    };
    (0..20).map(one).collect()
}

/// 200 bodies of one source, of which one byte comes.
fn slow_bodies(ports: Ports) -> std::io::Result<Vec<TcpStream>> {
    let head = format!(
        "POST /events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SOCIAL_TOKEN}\r\nContent-Type: {EVENT}\r\n\
         Content-Length: 999\r\n\r\n{{"
    );
    many(200, ports.http, head.as_bytes())
}

/// 100 messages of 80 KiB that do not end.
fn half_messages(ports: Ports) -> std::io::Result<Vec<TcpStream>> {
    many(100, ports.mllp, &[&[0x0b][..], b"MSH|^~\\&|X|X\r", &vec![b'x'; 80 << 10]].concat())
}

/// 500 messages of no configured source: enough to put the clients named in them in doubt.
fn nobodys_messages(ports: Ports) -> std::io::Result<Vec<TcpStream>> {
    let message =
        format!("\x0b{}\x1c\r", adt("A01", "N", now(), &person(1), &Visit::default()).replace("POTILAS", "X"));
    many(10, ports.mllp, message.repeat(50).as_bytes())
}
