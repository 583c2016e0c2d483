//! Plays the steps of a story: sends its messages, asks its questions, prints the answers and checks them.

use crate::demo::story::{self, Ask, Message, Step};
use crate::deployment::{Deployment, Transport, config};
use crate::interrupt::Interrupt;
use anyhow::{Context, bail};
use std::io::Write;
use std::process::{Command, Stdio};
use testkit::county::{self, Person};
use testkit::wire::{EVENT, Mllp, acknowledgement_code, post};

/// The running product, and how its answers are shown.
pub(crate) struct Stage<'a> {
    pub(crate) deployment: &'a Deployment,
    pub(crate) interrupt: &'a Interrupt,
    pub(crate) json: bool,
}

/// The files that hold the callers' tokens.
pub(crate) const TOKENS: &[(&str, &str)] = &[
    ("duty.token", county::DUTY_TOKEN),
    ("social.token", county::SOCIAL_CALLER_TOKEN),
    ("health.token", county::HEALTH_TOKEN),
    ("sender.token", county::SOCIAL_TOKEN),
];

impl Stage<'_> {
    pub(crate) fn play(&self, connection: &mut Mllp, step: &Step) -> anyhow::Result<()> {
        self.interrupt.check()?;
        self.line(&format!("▸ {}", step.text))?;
        for message in &step.messages {
            match message {
                Message::Hl7(text) => {
                    let answer = connection.send(text)?;
                    let code = acknowledgement_code(&answer);
                    let kind = text.split('|').nth(8).unwrap_or_default();
                    self.line(&format!("    {kind} → {code}"))?;
                    if code != "AA" {
                        bail!("{kind} was answered {code}: {answer}");
                    }
                }
                Message::Social(event) => {
                    let port = self.deployment.ports().http;
                    let response = post(port, "/events", county::SOCIAL_TOKEN, EVENT, &event.to_string())?;
                    let kind = event["type"].as_str().unwrap_or_default();
                    self.line(&format!("    {kind} → {}", response.status))?;
                    if response.status != 200 {
                        bail!("{kind} was answered {}: {}", response.status, response.body);
                    }
                }
            }
        }
        self.deployment.settle(self.interrupt, |_| ())?;
        step.asks.iter().try_for_each(|ask| self.ask(ask))
    }

    /// Asks once for eyes and once for the check.
    fn ask(&self, ask: &Ask) -> anyhow::Result<()> {
        self.line(&format!("\n  {}", ask.question))?;
        let client = story::client();
        let json = self.answer(ask, &client, true)?;
        let shown = if self.json { json.clone() } else { self.answer(ask, &client, false)? };
        let mut out = std::io::stdout().lock();
        for line in shown.lines() {
            writeln!(out, "{}{line}", if self.json { "" } else { "    " })?;
        }
        if !self.json {
            writeln!(out)?;
        }
        check(ask, &json)
    }

    /// Asks for the check alone, about somebody else than the client of the story.
    pub(crate) fn expect(&self, ask: &Ask, client: &Person) -> anyhow::Result<()> {
        check(ask, &self.answer(ask, client, true)?)
    }

    fn answer(&self, ask: &Ask, client: &Person, json: bool) -> anyhow::Result<String> {
        let mut command = self.ask_command(ask);
        if json {
            command.arg("--json");
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take().context("no standard input")?;
        writeln!(stdin, "{}", client.hetu)?;
        drop(stdin);
        let output = testkit::wait::output_of(child)?;
        if !output.status.success() {
            bail!("rinnakkain ask {}: {}", ask.command, output.status);
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    fn ask_command(&self, ask: &Ask) -> Command {
        let (token, task, purpose) = ask.who.arguments();
        let mut command = Command::new(&self.deployment.binary);
        command
            .arg("ask")
            .args(ask.command.split_whitespace())
            .arg("--server")
            .arg(format!("http://127.0.0.1:{}", self.deployment.ports().grpc))
            .arg("--token-file")
            .arg(self.deployment.directory.join(token))
            .args(["--language", "en", "--user", "demo-user", "--task", task, "--purpose", purpose, "--no-case-yet"]);
        command
    }

    /// "Who asked about me, what were they shown, and why?" What the hospital was shown, in order, and an explanation
    /// of its one question about the own worker.
    pub(crate) fn explain(&self) -> anyhow::Result<()> {
        self.line("▸ The client asks who has asked. The privacy officer reads what the hospital was outcome:\n")?;
        let hetu = format!("{}\n", story::client().hetu);
        let list = self.operator(&["log", "list", "--client", "--json"], &hetu)?;
        let rows: Result<Vec<serde_json::Value>, _> = list.lines().map(serde_json::from_str).collect();
        let mut rows = rows.context("the log is not JSON")?;
        rows.retain(|row| row["side"] == "health");
        rows.reverse();
        // Each question is asked twice: once for eyes, and once for the check.
        rows.dedup_by(|row, before| row["query"] == before["query"] && row["outcome"] == before["outcome"]);
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        for row in &rows {
            let shown = row["shown"].as_array().into_iter().flatten().map(|it| {
                let data: Vec<_> = it["data"].as_array().into_iter().flatten().map(text).collect();
                format!("{} of the {} register: {}", text(&it["kind"]), text(&it["register"]), data.join(", "))
            });
            let shown: Vec<_> = shown.collect();
            let shown = if shown.is_empty() { "nothing was shown".to_owned() } else { shown.join("; ") };
            self.line(&format!(
                "    {} → {}: {shown} ({})",
                text(&row["query"]),
                text(&row["outcome"]),
                text(&row["basis"])
            ))?;
        }
        let own_worker = rows.iter().filter(|row| row["query"] == "GetOwnWorker");
        let outcome: Vec<_> = own_worker.map(|row| text(&row["outcome"])).collect();
        if outcome != ["withheld", "named", "withheld"] {
            bail!("the log says of the own worker: {outcome:?}");
        }
        let Some(named) = rows.iter().find(|row| row["outcome"] == "named") else { bail!("nobody was named") };
        self.line("\n  … and why the own worker was named:\n")?;
        let explained = self.operator(&["log", "explain", &named["id"].to_string()], "")?;
        for line in explained.lines() {
            self.line(&format!("    {line}"))?;
        }
        if !explained.contains("703/2023 6 §") || !explained.contains("permitted since") {
            bail!("the log does not say that the client had consented");
        }
        self.line("")
    }

    /// An operator's command that looks at the log; its standard output.
    fn operator(&self, arguments: &[&str], input: &str) -> anyhow::Result<String> {
        let directory = &self.deployment.directory;
        let mut command = Command::new(&self.deployment.binary);
        command.args(arguments).args(["--user", "privacy-officer", "--reason", "client-asks"]);
        command.arg("--config").arg(config(directory));
        if self.deployment.transport == Transport::Direct {
            command.arg("--data").arg(directory.join("data"));
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        child.stdin.take().context("no standard input")?.write_all(input.as_bytes())?;
        let output = testkit::wait::output_of(child)?;
        if !output.status.success() {
            bail!("rinnakkain {}: {}", arguments.join(" "), output.status);
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    fn line(&self, text: &str) -> anyhow::Result<()> {
        line(self.json, text)
    }

    /// What to try while it stays up. `page`: on the duty page.
    pub(crate) fn invite(&self, page: &str) -> anyhow::Result<()> {
        let (ports, directory) = (self.deployment.ports(), self.deployment.directory.display());
        let (binary, config) = (self.deployment.binary.display(), config(&self.deployment.directory));
        let (place, journal) = match self.deployment.transport {
            Transport::Direct => (format!("--config {} --data {directory}/data", config.display()), String::new()),
            Transport::Kafka => {
                let place = format!("--config {}", config.display());
                let journal = format!("{binary} journal status {place}\n  ");
                (place, journal)
            }
        };
        let hetu = story::client().hetu;
        self.line(&format!(
            "{page}It stays up: HL7 v2 (MLLP) on {}, HTTP on {}, gRPC on {} of 127.0.0.1. Try, in another terminal:\n\n  \
             echo {hetu} | {binary} ask view --server http://127.0.0.1:{} --token-file {directory}/social.token \\\n    \
             --user me --task client-work --purpose care-coordination --no-case-yet --language fi\n  \
             {journal}{binary} quarantine list {place}\n  \
             {binary} rebuild --verify {place}\n\n\
             Enter or Ctrl-C stops it and removes everything.",
            ports.mllp, ports.http, ports.grpc, ports.grpc
        ))
    }
}

/// Is the answer what it should be?
fn check(ask: &Ask, json: &str) -> anyhow::Result<()> {
    let answer: serde_json::Value = serde_json::from_str(json).context("the answer is not JSON")?;
    for (pointer, expected) in &ask.expect {
        let found = answer.pointer(pointer);
        if found != Some(expected) {
            bail!("a wrong answer to \"{}\": {pointer} is {found:?} and should be {expected}", ask.question);
        }
    }
    Ok(())
}

/// Where answers are for programs, everything else goes to standard error.
pub(crate) fn line(json: bool, text: &str) -> anyhow::Result<()> {
    if json {
        writeln!(std::io::stderr().lock(), "{text}")?;
    } else {
        writeln!(std::io::stdout().lock(), "{text}")?;
    }
    Ok(())
}
