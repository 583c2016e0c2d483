//! Readers that never stop asking, each with `rinnakkain ask`: a question is answered or fails within its deadline, and
//! an answer denies nothing that is known to be stored.

use super::load::Port;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};
use testkit::county::person;
use testkit::history::Chance;

const READERS: u64 = 2;
/// Between two questions of one reader.
const PACE: Duration = Duration::from_millis(150);
/// The server gives up on a question after 10 s, and what asks after 15 s more than it takes to connect.
const DEADLINE: Duration = Duration::from_secs(25);
/// The output of `rinnakkain ask` when the server has neither answered nor refused.
const NO_ANSWER: &str = "no answer in time";

/// What came of the questions.
#[derive(Default)]
pub(super) struct Readers {
    /// Who is known to be in hospital: the message is acknowledged, and was found in the record.
    known: Mutex<Vec<u32>>,
    pub(super) answered: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) hung: AtomicU64,
    /// Answers that deny what is known.
    pub(super) wrong: AtomicU64,
    stop: AtomicBool,
}

/// What came of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// The answer.
    Answered(String),
    /// There is no answer, and why.
    Failed(String),
    /// Nothing came until the deadline.
    Hung,
}

/// Who asks, and how.
pub(super) struct Asking {
    pub(super) binary: PathBuf,
    pub(super) token: PathBuf,
    pub(super) server: Port,
}

impl Asking {
    /// Whether a hospital is involved with this one.
    pub(super) fn involvement(&self, n: u32) -> Asked {
        let mut command = Command::new(&self.binary);
        command
            .args(["ask", "involvement", "--json", "--server"])
            .arg(format!("http://127.0.0.1:{}", self.server.load(Ordering::Relaxed)))
            .arg("--token-file")
            .arg(&self.token)
            .args(["--user", "reader", "--task", "duty-social-service", "--purpose", "urgent-help", "--no-case-yet"]);
        ask(&mut command, &person(n).hetu, DEADLINE)
    }
}

/// Runs the asking program, gives it the identifier, and waits for so long at most.
fn ask(command: &mut Command, identifier: &str, deadline: Duration) -> Asked {
    let begun = Instant::now();
    let failed = |error: std::io::Error| Asked::Failed(error.to_string());
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return failed(error),
    };
    if let Some(mut stdin) = child.stdin.take() {
        // One that has failed already reads nothing.
        let _ = writeln!(stdin, "{identifier}");
    }
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if begun.elapsed() < deadline => sleep(Duration::from_millis(5)),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return Asked::Hung;
            }
            Err(error) => return failed(error),
        }
    };
    // Shorter than a pipe's buffer, so the program has ended with all of it written.
    let read = |pipe: Option<&mut dyn Read>| {
        let mut text = String::new();
        pipe.map(|pipe| pipe.read_to_string(&mut text));
        text
    };
    if status.success() {
        return Asked::Answered(read(child.stdout.as_mut().map(|it| it as &mut dyn Read)));
    }
    let why = read(child.stderr.as_mut().map(|it| it as &mut dyn Read));
    if why.contains(NO_ANSWER) { Asked::Hung } else { Asked::Failed(why) }
}

impl Readers {
    /// Asks until [`Self::stop`].
    pub(super) fn run(&self, asking: &Asking, seed: u64) {
        std::thread::scope(|scope| {
            for reader in 0..READERS {
                scope.spawn(move || self.read(asking, Chance::new(seed.wrapping_add(reader))));
            }
        });
    }

    fn read(&self, asking: &Asking, mut chance: Chance) {
        while !self.stop.load(Ordering::Relaxed) {
            sleep(PACE);
            let Some(n) = chance.pick(&self.known()).copied() else { continue };
            self.note(&asking.involvement(n));
        }
    }

    fn note(&self, asked: &Asked) {
        let count = match asked {
            Asked::Answered(answer) if denies(answer) => &self.wrong,
            Asked::Answered(_) => &self.answered,
            Asked::Failed(_) => &self.failed,
            Asked::Hung => &self.hung,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    fn known(&self) -> MutexGuard<'_, Vec<u32>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Found in the record: from now on it may be asked for.
    pub(super) fn now_known(&self, n: impl IntoIterator<Item = u32>) {
        self.known().extend(n);
    }

    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// "Not known" denies nothing.
fn denies(answer: &str) -> bool {
    let answer: serde_json::Value = serde_json::from_str(answer).unwrap_or_default();
    answer.get("involved").or_else(|| answer.get("notKnown")).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_reader_that_hangs_is_found() {
        // With a deadline that it cannot keep: it waits for what never comes.
        assert_eq!(ask(&mut shell("exec sleep 1000"), "x", Duration::from_millis(100)), Asked::Hung);
        // And one that gave up itself, because no answer came.
        let gave_up = "echo 'error: no answer in time: use the phone' >&2; exit 1";
        assert_eq!(ask(&mut shell(gave_up), "x", DEADLINE), Asked::Hung);
        let readers = Readers::default();
        readers.note(&Asked::Hung);
        assert_eq!(readers.hung.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn an_answer_and_a_refusal_are_distinguished() {
        let read = ask(&mut shell("read it; echo \"{$it}\""), "x", DEADLINE);
        assert_eq!(read, Asked::Answered("{x}\n".to_owned()));
        assert_eq!(ask(&mut shell("echo busy >&2; exit 1"), "x", DEADLINE), Asked::Failed("busy\n".to_owned()));
    }

    #[test]
    fn an_answer_that_denies_what_is_known_is_found() {
        assert!(denies(r#"{"notInvolved": {}}"#));
        assert!(denies("nothing that can be read"));
        assert!(!denies(r#"{"involved": {"signs": []}}"#) && !denies(r#"{"notKnown": {}}"#));
    }
}
