//! The duty page beside the API's own: so many duty workers at once, each of whom asks again as soon as the answer is there.

use super::asker::Asker;
use super::bed::Bed;
use super::messages::arrivals;
use super::meter::Meter;
use super::report::{Figure, Target};
use super::scale::Scale;
use crate::spread::{Spread, rate};
use anyhow::{Context, ensure};
use jiff::Timestamp;
use serde_json::json;
use std::thread::scope;
use std::time::{Duration, Instant};
use testkit::county::{Person, person};
use testkit::wire::request;
use tokio::task::JoinSet;

/// What 99 of 100 pages must not exceed, in milliseconds.
const MOST: f64 = 150.0;
/// Connections that fill the county.
const SENDERS: u32 = 16;

/// How many ask at once, of how many clients, and how long.
#[derive(Clone, Copy)]
struct Load {
    users: u32,
    clients: u32,
    lasting: Duration,
}

/// A county in which each client is on a ward since `begin`: first the API is asked, then the page.
pub(super) fn figure(bed: &Bed<'_>, scale: &Scale, begin: Timestamp) -> anyhow::Result<Figure> {
    let Scale { users, clients, .. } = *scale;
    let load = Load { users, clients, lasting: scale.lasting * 3 };
    bed.send("filling the county", clients, arrivals(clients, SENDERS, begin))?;
    let ports = bed.deployment.ports();
    let api = bed.sql.runtime.block_on(asked(ports.grpc, load))?;
    let (meter, started) = (Meter::start(bed)?, Instant::now());
    let pages = shown(bed, ports.page, load)?;
    let took = started.elapsed();
    let [checks, workers]: [Vec<_>; 2] = pages.map(|of_users| of_users.into_iter().flatten().collect());
    let count = checks.len() + workers.len();
    let costs = meter.read(bed, count as u64)?;
    let spread = Spread::of(checks.iter().chain(&workers).copied().collect());
    let [_, most, _] = spread.millis().context("no page was shown")?;
    let mut notes = vec![
        ("users, each without a pause", json!(users)),
        ("clients", json!(clients)),
        ("pages a second", json!(rate(count as u64, took).round())),
        ("the duty check", json!(Spread::of(checks).to_string())),
        ("who works with the client", json!(Spread::of(workers).to_string())),
        ("the API's own: the two questions of the duty check, as many users", json!(Spread::of(api).to_string())),
    ];
    notes.extend(costs);
    let (name, target) = ("page".to_owned(), Target::AtMost(MOST));
    Ok(Figure { name, value: most, unit: "ms (p99)", ceiling: None, target, notes, failed: None })
}

/// Any client, and another each time: the multiplier is prime.
fn client(user: u32, turn: u32, load: Load) -> Person {
    person((user + turn * load.users).wrapping_mul(7_919) % load.clients)
}

/// What the duty check asks, of the API itself.
async fn asked(port: u16, load: Load) -> anyhow::Result<Vec<Duration>> {
    let (mut users, begun) = (JoinSet::new(), Instant::now());
    for user in 0..load.users {
        let asker = Asker::connect(port).await?;
        users.spawn(async move {
            let mut waited = Vec::new();
            for turn in 0.. {
                if begun.elapsed() > load.lasting {
                    break;
                }
                let (client, sent) = (client(user, turn, load), Instant::now());
                let (involved, _) = tokio::try_join!(asker.is_involved(&client), asker.own_worker(&client))?;
                ensure!(involved, "somebody who is on a ward is not shown as such");
                waited.push(sent.elapsed());
            }
            anyhow::Ok(waited)
        });
    }
    users.join_all().await.into_iter().collect::<Result<Vec<_>, _>>().map(|it| it.concat())
}

/// The waits for the duty check and for the workers, of each user.
fn shown(bed: &Bed<'_>, port: u16, load: Load) -> anyhow::Result<[Vec<Vec<Duration>>; 2]> {
    let until = Instant::now() + load.lasting;
    scope(|scope| {
        let users = (0..load.users).map(|user| {
            scope.spawn(move || {
                let session = Session::begin(port)?;
                let (mut checks, mut workers) = (Vec::new(), Vec::new());
                for turn in 0.. {
                    if Instant::now() > until || bed.interrupt.is_set() {
                        break;
                    }
                    let asked = session.check(&client(user, turn, load))?;
                    checks.push(asked.0);
                    workers.push(session.workers(&asked.1)?);
                }
                anyhow::Ok((checks, workers))
            })
        });
        let users: Vec<_> = users.collect();
        let mut of_users = [Vec::new(), Vec::new()];
        for user in users {
            let (checks, workers) = user.join().map_err(|_| anyhow::anyhow!("a user panicked"))??;
            of_users[0].push(checks);
            of_users[1].push(workers);
        }
        Ok(of_users)
    })
}

/// Somebody who has signed in.
struct Session {
    port: u16,
    cookie: String,
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

impl Session {
    fn begin(port: u16) -> anyhow::Result<Self> {
        let answer = request(port, "POST /sign-in", &[FORM], "professional=paivystaja-1&language=fi")?;
        let cookie = answer.header("set-cookie").context("nobody is signed in")?;
        Ok(Self { port, cookie: cookie.split(';').next().unwrap_or_default().to_owned() })
    }

    /// How long the answer took, and the page.
    fn check(&self, client: &Person) -> anyhow::Result<(Duration, String)> {
        let empty = request(self.port, "GET /", &[("cookie", &self.cookie)], "")?.body;
        let basis = "task=TASK_DUTY_SOCIAL_SERVICE&purpose=PURPOSE_URGENT_HELP";
        let asked = format!("form={}&identity_code={}&{basis}", form_of(&empty, "/check")?, client.hetu);
        let (took, page) = self.post("/check", &asked)?;
        ensure!(page.contains("headline yes"), "somebody who is on a ward is not shown as such");
        Ok((took, page))
    }

    /// From an answered check.
    fn workers(&self, checked: &str) -> anyhow::Result<Duration> {
        Ok(self.post("/workers", &format!("form={}", form_of(checked, "/workers")?))?.0)
    }

    fn post(&self, path: &str, body: &str) -> anyhow::Result<(Duration, String)> {
        let asked = Instant::now();
        let answer = request(self.port, &format!("POST {path}"), &[FORM, ("cookie", &self.cookie)], body)?;
        ensure!(answer.status == 200, "{path} is answered {}", answer.status);
        Ok((asked.elapsed(), answer.body))
    }
}

/// The number of the form that is sent to `action`.
fn form_of<'a>(page: &'a str, action: &str) -> anyhow::Result<&'a str> {
    let form = page.split_once(&format!("action=\"{action}\"")).map(|(_, form)| form);
    let number = form.and_then(|it| it.split_once("name=\"form\" value=\"")).and_then(|(_, it)| it.split_once('"'));
    number.map(|(number, _)| number).with_context(|| format!("no form for {action}"))
}
