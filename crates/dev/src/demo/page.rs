//! Whom to sign in as on the duty page and whom to ask for: a client who gives each of its three headlines.

use crate::clock::now;
use crate::demo::stage::Stage;
use crate::demo::story::{self, Ask, Who};
use anyhow::bail;
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use std::thread;
use std::time::{Duration, Instant};
use testkit::county::{self, Person, Visit, adt, person, social};
use testkit::wire::{EVENT, Mllp, acknowledgement_code, post};

/// How often the sources report while nothing happens: what they last reported would otherwise be too old for a "no".
const REPORTS: Duration = Duration::from_mins(5);

/// On a ward, with an own worker.
fn involved() -> Person {
    person(8)
}

/// Of whom one message was not understood.
fn doubtful() -> Person {
    person(9)
}

/// Somebody of whom nobody asks: the hospital's sign that it is there.
fn another() -> Person {
    person(10)
}

/// What it takes, for [`invitation`] to be true; and that it is.
pub(crate) fn prepare(stage: &Stage<'_>, connection: &mut Mllp) -> anyhow::Result<()> {
    let (now, ports) = (now(), stage.deployment.ports());
    let ago = |hours: i64| now.checked_sub(hours.hours()).unwrap_or(now);
    let client = involved();
    let visit = Visit { number: "KÄYNTI-2", class: "I", ward: "OS3", started: Some(ago(5)), ..Visit::default() };
    let admitted = adt("A01", "p1", ago(5), &client, &Visit { planned: Some(ago(-30)), ..visit });
    let left = adt("A03", "p2", ago(1), &doubtful(), &Visit { number: "KÄYNTI-3", ..Visit::default() });
    // A message for training is not taken, and whom it names may have been somewhere.
    let not_understood = left.replacen("|P|2.5", "|T|2.5", 1);
    for (message, expected) in [(&admitted, "AA"), (&not_understood, "AR")] {
        let answer = connection.send(message)?;
        if acknowledgement_code(&answer) != expected {
            bail!("a message of the clients to ask for was answered {answer}");
        }
    }
    let opened = json!({"clientship": "A-2", "service_task": "adults"});
    let worker = json!({"id": "T-78", "name": "Oona Omatyöntekijä", "phone": "044 000 7800", "hours": "ma–pe 8–16"});
    let assigned = json!({
        "assignment": "S-2", "clientship": "A-2", "role": "own-worker", "from": ago(500).to_string(), "worker": worker,
    });
    for (kind, id, data) in [("ClientshipOpened", "p3", opened), ("WorkerAssigned", "p4", assigned)] {
        let event = social(kind, id, ago(500), &client, data).to_string();
        let response = post(ports.http, "/events", county::SOCIAL_TOKEN, EVENT, &event)?;
        if response.status != 200 {
            bail!("{kind} of the clients to ask for was answered {}: {}", response.status, response.body);
        }
    }
    let none = json!({});
    for (client, pointer, value) in [
        (client, "/involved/signs/0/kind", json!("INVOLVEMENT_KIND_STAY_IN_PROGRESS")),
        (story::client(), "/notInvolved", none),
        (doubtful(), "/answer", json!("not-known")),
    ] {
        let question = "is a hospital involved?";
        let ask = Ask { question, who: Who::Duty, command: "involvement", expect: vec![(pointer, value)] };
        stage.expect(&ask, &client)?;
    }
    Ok(())
}

/// Who can sign in, and whom to ask for.
pub(crate) fn invitation(port: u16) -> String {
    format!(
        "The duty page is at http://localhost:{port}, in Finnish, Swedish and English. Sign in as\n  \
         Päivi Päivystäjä  of the duty service\n  \
         Yrjö Ylpeä        who has client work too: the page may not ask for it, and says so\nand check\n  \
         {}       YES: on a ward, with an own worker; leave word, then look at your call-backs\n  \
         {}       NO: the client of the story, who is at home\n  \
         {}       CANNOT SAY: a message about the client was not understood\n\n",
        involved().hetu,
        story::client().hetu,
        doubtful().hetu
    )
}

/// Until it is to end, the sources report that they are there.
pub(crate) fn keep_reporting(stage: &Stage<'_>) -> anyhow::Result<()> {
    let ports = stage.deployment.ports();
    let mut reported = Instant::now();
    while !stage.interrupt.is_set() {
        thread::sleep(Duration::from_millis(50));
        if reported.elapsed() < REPORTS {
            continue;
        }
        reported = Instant::now();
        let at: Timestamp = now();
        let present = adt("A31", &format!("r{}", at.as_second()), at, &another(), &Visit::default());
        let answer = Mllp::connect(ports.mllp).and_then(|mut hospital| hospital.send(&present));
        let beat = post(ports.http, "/heartbeat", county::SOCIAL_TOKEN, "text/plain", "");
        // The product ends with the same Ctrl-C.
        if (answer.is_err() || beat.is_err()) && !stage.interrupt.is_set() {
            bail!("the product does not take its sources' reports any more");
        }
    }
    Ok(())
}
