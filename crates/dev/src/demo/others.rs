//! The other clients: admissions, discharges, clientships and workers around the client of the story.

use crate::bar;
use crate::clock::now;
use crate::deployment::Deployment;
use crate::interrupt::Interrupt;
use crate::senders::{joined, send};
use anyhow::bail;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use std::fs;
use std::thread::scope;
use std::time::{Duration, Instant};
use testkit::county::{SOCIAL_TOKEN, Visit, adt, person, social};
use testkit::wire::{BATCH, post};

/// Clients whose social events make one batch.
const CLIENTS: usize = 100;

/// What came of them.
pub(crate) struct Sent {
    pub(crate) clients: u32,
    /// Messages of the hospital and events of social care; each is one event of the history.
    pub(crate) events: u64,
    /// The machine's load before: what else it had to do.
    pub(crate) load: String,
    /// From the first byte sent until all were acknowledged.
    pub(crate) acknowledged: Duration,
    /// … until all were applied.
    pub(crate) applied: Duration,
    /// How long each message of the hospital waited for its AA.
    pub(crate) answers: Vec<Duration>,
}

/// Sends the messages of `count` clients, and waits until they are applied. They are made before the clock starts.
pub(crate) fn play(deployment: &Deployment, count: u32, interrupt: &Interrupt) -> anyhow::Result<Sent> {
    // What waits on many connections shares a commit, or a request to the broker.
    let (connections, posters) = if count < 1_000 { (8, 1) } else { (64, 4) };
    let (now, ports) = (now(), deployment.ports());
    let mut hl7: Vec<Vec<String>> = vec![Vec::new(); connections];
    (0..count).for_each(|n| hl7[n as usize % connections].extend(hospital(n, now)));
    let all: Vec<u32> = (0..count).collect();
    let batches: Vec<Vec<Value>> =
        all.chunks(CLIENTS).map(|some| some.iter().flat_map(|n| social_care(*n, now)).collect()).collect();
    let events = hl7.iter().map(Vec::len).chain(batches.iter().map(Vec::len)).sum::<usize>() as u64;

    let bar = bar::of(events, "{bar:30} {pos}/{len} events acknowledged, {rate}, {eta} left")?;
    let load = fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').next().unwrap_or_default().to_owned();
    let begun = Instant::now();
    let mut answers = Vec::new();
    scope(|scope| {
        let (bar, batches) = (&bar, &batches);
        let posting = (0..posters).map(|first| {
            scope.spawn(move || {
                for batch in batches.iter().skip(first).step_by(posters).filter(|batch| !batch.is_empty()) {
                    interrupt.check()?;
                    let body = Value::from(batch.as_slice()).to_string();
                    let response = post(ports.http, "/events", SOCIAL_TOKEN, BATCH, &body)?;
                    if response.status != 200 {
                        bail!("events of other clients were answered {}: {}", response.status, response.body);
                    }
                    bar.inc(batch.len() as u64);
                }
                Ok(Vec::new())
            })
        });
        let posting: Vec<_> = posting.collect();
        let sending = hl7.iter().map(|messages| scope.spawn(move || send(ports.mllp, messages, bar, interrupt)));
        let threads: Vec<_> = sending.collect::<Vec<_>>().into_iter().chain(posting).collect();
        threads.into_iter().try_for_each(|thread| joined(thread).map(|waited| answers.extend(waited)))
    })?;
    let acknowledged = begun.elapsed();
    bar.set_style(bar::style("{bar:30} {len} events acknowledged, and being applied: {msg} records are left")?);
    deployment.settle(interrupt, |left| bar.set_message(left.to_string()))?;
    let applied = begun.elapsed();
    bar.finish_and_clear();
    Ok(Sent { clients: count, events, load, acknowledged, applied, answers })
}

/// An admission as the other clients have it, of somebody who has not been here yet.
pub(crate) fn admission(n: u32, now: Timestamp) -> String {
    let number = format!("U{n}");
    let visit = Visit { number: &number, class: "I", ward: "OS3", started: Some(now), ..Visit::default() };
    adt("A01", &format!("UA{n}"), now, &person(2_000_000 + n), &visit)
}

fn ago(now: Timestamp, minutes: u32) -> Timestamp {
    now.checked_sub(i64::from(minutes).minutes()).unwrap_or(now)
}

/// Two of three were admitted, and half of those have left.
fn hospital(n: u32, now: Timestamp) -> Vec<String> {
    if n.is_multiple_of(3) {
        return Vec::new();
    }
    let person = person(1000 + n);
    let (came, left) = (ago(now, 600 + n % 400), ago(now, 60 + n % 300));
    let ward = ["OS3", "OS9", "PKL"][n as usize % 3];
    let number = format!("O{n}");
    let visit = Visit { number: &number, class: "I", ward, started: Some(came), ..Visit::default() };
    let mut messages = vec![adt("A01", &format!("OA{n}"), came, &person, &visit)];
    if n.is_multiple_of(2) {
        let visit = Visit { ended: Some(left), ..visit };
        messages.push(adt("A03", &format!("OD{n}"), left, &person, &visit));
    }
    messages
}

/// Half are clients of social care, and have one of twenty own workers.
fn social_care(n: u32, now: Timestamp) -> Vec<Value> {
    if n.is_multiple_of(2) {
        return Vec::new();
    }
    let (person, at) = (person(1000 + n), ago(now, 5000 + n % 1000));
    let (clientship, worker) = (format!("OC{n}"), n % 20);
    vec![
        social(
            "ClientshipOpened",
            &format!("OC{n}"),
            at,
            &person,
            json!({"clientship": clientship, "service_task": "adults"}),
        ),
        social(
            "WorkerAssigned",
            &format!("OW{n}"),
            at,
            &person,
            json!({
                "assignment": format!("OW{n}"), "clientship": clientship, "role": "own-worker", "from": at.to_string(),
                "worker": {"id": format!("T{worker}"), "name": format!("Työntekijä {worker}"), "phone": "044 000 4000"},
            }),
        ),
    ]
}
