//! Messages over MLLP as a hospital sends them: one in flight on each connection.

use crate::interrupt::Interrupt;
use anyhow::bail;
use indicatif::ProgressBar;
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};
use testkit::wire::{Mllp, acknowledgement_code};

pub(crate) fn joined<T>(thread: ScopedJoinHandle<'_, anyhow::Result<T>>) -> anyhow::Result<T> {
    thread.join().map_err(|_| anyhow::anyhow!("a sender panicked"))?
}

/// Sends on a connection of its own, one message at a time. Gives how long each waited for its AA.
pub(crate) fn send(
    port: u16,
    messages: impl IntoIterator<Item = impl AsRef<str>>,
    bar: &ProgressBar,
    interrupt: &Interrupt,
) -> anyhow::Result<Vec<Duration>> {
    let mut connection = Mllp::connect(port)?;
    let mut answers = Vec::new();
    for message in messages {
        interrupt.check()?;
        answers.push(answered(&mut connection, message.as_ref())?);
        bar.inc(1);
    }
    Ok(answers)
}

/// Sends a message; how long it waited for its AA.
pub(crate) fn answered(connection: &mut Mllp, message: &str) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let answer = connection.send(message)?;
    if acknowledgement_code(&answer) != "AA" {
        bail!("a message was not accepted: {answer}");
    }
    Ok(begun.elapsed())
}
