//! The other clients: admissions, discharges, clientships and workers around the one whose story is told.

use crate::demo::now;
use anyhow::bail;
use dev::county::{SOCIAL_TOKEN, Visit, adt, person, social};
use dev::product::Ports;
use dev::wire::{BATCH, Mllp, acknowledgement_code, post};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

/// Connections that send at the same time: what waits on them shares a commit.
const CONNECTIONS: u32 = 8;

/// Sends the messages of `count` clients.
pub(crate) fn play(ports: Ports, count: u32) -> anyhow::Result<()> {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} clients")?;
    let bar = ProgressBar::new(u64::from(count)).with_style(style);
    let now = now();
    std::thread::scope(|scope| {
        let send = |part: u32| {
            let bar = &bar;
            scope.spawn(move || -> anyhow::Result<()> {
                let mut connection = Mllp::connect(ports.mllp)?;
                for n in (part..count).step_by(CONNECTIONS as usize) {
                    for message in hospital(n, now) {
                        let answer = connection.send(&message)?;
                        if acknowledgement_code(&answer) != "AA" {
                            bail!("a message of another client was not accepted: {answer}");
                        }
                    }
                    bar.inc(1);
                }
                Ok(())
            })
        };
        let senders: Vec<_> = (0..CONNECTIONS).map(send).collect();
        for first in (0..count).step_by(100) {
            let events: Vec<Value> = (first..count.min(first + 100)).flat_map(|n| social_care(n, now)).collect();
            let response = post(ports.http, "/events", SOCIAL_TOKEN, BATCH, &Value::from(events).to_string())?;
            if response.status != 200 {
                bail!("events of other clients were answered {}: {}", response.status, response.body);
            }
        }
        senders.into_iter().try_for_each(|sender| sender.join().map_err(|_| anyhow::anyhow!("a sender panicked"))?)
    })?;
    bar.finish_and_clear();
    Ok(())
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
