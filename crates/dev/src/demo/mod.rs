//! `cargo demo`: the product itself, with nothing set up, on a made-up county's day.
//!
//! Starts `rinnakkain run` on a private PostgreSQL, sends the messages of one client's story and of some hundreds of
//! other clients over real sockets, asks over gRPC with `rinnakkain ask`, prints the answers, and checks them: a wrong
//! answer makes it fail.

mod others;
mod story;

use crate::demo::story::{Ask, Message, Step};
use anyhow::{Context, bail};
use dev::county;
use dev::product::{Product, scratch};
use dev::step::{cargo, run};
use dev::wire::{EVENT, Mllp, acknowledgement_code, post};
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

/// Play a made-up county's day on the product itself.
#[derive(clap::Args)]
pub(crate) struct Demo {
    /// Stop after the story instead of staying up
    #[arg(long)]
    once: bool,
    /// Print the answers as JSON, one object a line
    #[arg(long)]
    json: bool,
    /// How many other clients there are
    #[arg(long, default_value_t = 300, value_name = "N")]
    clients: u32,
}

impl Demo {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let interrupted = on_interrupt()?;
        run(cargo("build").args(["--quiet", "--package", "rinnakkain"]))?;
        let binary = binary()?;
        let directory = scratch()?;
        let config = directory.path().join("rinnakkain.toml");
        std::fs::write(&config, county::config())?;
        for (name, token) in TOKENS {
            std::fs::write(directory.path().join(name), token)?;
        }
        let data = directory.path().join("data");
        std::fs::create_dir(&data)?;
        std::fs::set_permissions(&data, std::os::unix::fs::PermissionsExt::from_mode(0o711))?;
        let product = Product::start(&binary, &config, &data).context("rinnakkain run")?;
        let stage = Stage { binary: &binary, directory: directory.path(), product: &product, json: self.json };

        stage.say("Rinnakkain runs on a private PostgreSQL. Everybody in it is made up.")?;
        others::play(product.ports, self.clients)?;
        stage.say(&format!(
            "{} other clients have come and gone through the hospital and social care.\n",
            self.clients
        ))?;
        let mut connection = Mllp::connect(product.ports.mllp)?;
        for step in story::steps(now()) {
            stage.play(&mut connection, &step)?;
        }
        if !self.once {
            stage.invite()?;
            interrupted.recv()?;
        }
        drop(connection);
        product.stop()?;
        Ok(())
    }
}

/// The files that hold the callers' tokens.
const TOKENS: &[(&str, &str)] = &[
    ("duty.token", county::DUTY_TOKEN),
    ("social.token", county::SOCIAL_CALLER_TOKEN),
    ("health.token", county::HEALTH_TOKEN),
    ("sender.token", county::SOCIAL_TOKEN),
];

struct Stage<'a> {
    binary: &'a Path,
    directory: &'a Path,
    product: &'a Product,
    json: bool,
}

impl Stage<'_> {
    fn play(&self, connection: &mut Mllp, step: &Step) -> anyhow::Result<()> {
        self.say(&format!("▸ {}", step.told))?;
        for message in &step.messages {
            match message {
                Message::Hl7(text) => {
                    let answer = connection.send(text)?;
                    let code = acknowledgement_code(&answer);
                    let kind = text.split('|').nth(8).unwrap_or_default();
                    self.say(&format!("    {kind} → {code}"))?;
                    if code != "AA" {
                        bail!("{kind} was answered {code}: {answer}");
                    }
                }
                Message::Social(event) => {
                    let response =
                        post(self.product.ports.http, "/events", county::SOCIAL_TOKEN, EVENT, &event.to_string())?;
                    let kind = event["type"].as_str().unwrap_or_default();
                    self.say(&format!("    {kind} → {}", response.status))?;
                    if response.status != 200 {
                        bail!("{kind} was answered {}: {}", response.status, response.body);
                    }
                }
            }
        }
        step.asks.iter().try_for_each(|ask| self.ask(ask))
    }

    /// Asks once for eyes and once for the check.
    fn ask(&self, ask: &Ask) -> anyhow::Result<()> {
        self.say(&format!("\n  {}", ask.question))?;
        let json = self.answer(ask, true)?;
        let shown = if self.json { json.clone() } else { self.answer(ask, false)? };
        let mut out = std::io::stdout().lock();
        for line in shown.lines() {
            writeln!(out, "{}{line}", if self.json { "" } else { "    " })?;
        }
        if !self.json {
            writeln!(out)?;
        }
        let answer: serde_json::Value = serde_json::from_str(&json).context("the answer is not JSON")?;
        for (pointer, expected) in &ask.expect {
            let found = answer.pointer(pointer);
            if found != Some(expected) {
                bail!("a wrong answer to \"{}\": {pointer} is {found:?} and should be {expected}", ask.question);
            }
        }
        Ok(())
    }

    fn answer(&self, ask: &Ask, json: bool) -> anyhow::Result<String> {
        let mut command = self.ask_command(ask);
        if json {
            command.arg("--json");
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take().context("no standard input")?;
        writeln!(stdin, "{}", story::client().hetu)?;
        drop(stdin);
        let output = child.wait_with_output()?;
        if !output.status.success() {
            bail!("rinnakkain ask {}: {}", ask.command, output.status);
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    fn ask_command(&self, ask: &Ask) -> Command {
        let (token, task, purpose) = ask.who.arguments();
        let mut command = Command::new(self.binary);
        command
            .arg("ask")
            .arg(ask.command)
            .arg("--server")
            .arg(format!("http://127.0.0.1:{}", self.product.ports.grpc))
            .arg("--token-file")
            .arg(self.directory.join(token))
            .args(["--user", "demo-user", "--task", task, "--purpose", purpose, "--no-case-yet"]);
        command
    }

    fn say(&self, text: &str) -> anyhow::Result<()> {
        if self.json {
            writeln!(std::io::stderr().lock(), "{text}")?;
        } else {
            writeln!(std::io::stdout().lock(), "{text}")?;
        }
        Ok(())
    }

    fn invite(&self) -> anyhow::Result<()> {
        let (ports, directory, binary) = (&self.product.ports, self.directory.display(), self.binary.display());
        let hetu = story::client().hetu;
        self.say(&format!(
            "It stays up: HL7 v2 (MLLP) on {}, HTTP on {}, gRPC on {} of 127.0.0.1. Try, in another terminal:\n\n  \
             echo {hetu} | {binary} ask view --server http://127.0.0.1:{} --token-file {directory}/duty.token \\\n    \
             --user me --task duty-social-service --purpose urgent-help --no-case-yet --language fi\n  \
             {binary} quarantine list --config {directory}/rinnakkain.toml --data {directory}/data\n  \
             {binary} rebuild --verify --config {directory}/rinnakkain.toml --data {directory}/data\n\n\
             Enter or Ctrl-C stops it and removes everything.",
            ports.mllp, ports.http, ports.grpc, ports.grpc
        ))
    }
}

/// Ends the wait on Ctrl-C or Enter. From here on Ctrl-C no longer ends this process at once: the product stops by itself
/// (it has the same terminal), and what was made is removed.
fn on_interrupt() -> anyhow::Result<mpsc::Receiver<()>> {
    let (interrupt, interrupted) = mpsc::channel();
    let enter = interrupt.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::spawn(move || {
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            let _ = interrupt.send(());
        }
    });
    thread::spawn(move || {
        // The end of standard input is nobody at the keyboard, not Enter.
        let read = std::io::stdin().lock().read_line(&mut String::new());
        if read.is_ok_and(|bytes| bytes > 0) {
            let _ = enter.send(());
        }
    });
    Ok(interrupted)
}

/// The product's binary, beside this one.
fn binary() -> anyhow::Result<PathBuf> {
    let here = std::env::current_exe()?;
    Ok(here.with_file_name("rinnakkain"))
}

#[expect(clippy::disallowed_methods, reason = "the story is told as of today")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}
