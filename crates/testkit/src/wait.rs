//! Waiting for a process has an end: one that hangs is killed, and the wait fails.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

/// For a command that does its work and ends, on a machine that has much else to do.
const LIMIT: Duration = Duration::from_mins(3);
/// When a process has ended, everything that it wrote is in the pipe, unless one of its children holds the pipe open.
const PIPES: Duration = Duration::from_secs(10);

/// How it ended; `None`: it still runs after so long.
pub fn ends_within(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begun.elapsed() >= limit {
            return Ok(None);
        }
        sleep(Duration::from_millis(10));
    }
}

/// How it ended. A process that still runs after this long is killed, which is an error.
pub fn ended(child: &mut Child, limit: Duration) -> io::Result<ExitStatus> {
    if let Some(status) = ends_within(child, limit)? {
        return Ok(status);
    }
    child.kill()?;
    child.wait()?;
    Err(io::Error::new(io::ErrorKind::TimedOut, format!("it did not end in {} s and was killed", limit.as_secs())))
}

/// Runs a command, with nothing on its standard input, and gives what it wrote.
pub fn output(command: &mut Command) -> io::Result<Output> {
    output_of(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?)
}

/// What a child with piped output wrote until its end.
pub fn output_of(mut child: Child) -> io::Result<Output> {
    drop(child.stdin.take());
    let (out, err) = (read(child.stdout.take()), read(child.stderr.take()));
    let status = ended(&mut child, LIMIT)?;
    let whole = |pipe: Receiver<io::Result<Vec<u8>>>| pipe.recv_timeout(PIPES).map_err(io::Error::other)?;
    Ok(Output { status, stdout: whole(out)?, stderr: whole(err)? })
}

fn read(pipe: Option<impl Read + Send + 'static>) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = sync_channel(1);
    spawn(move || {
        let mut bytes = Vec::new();
        let read = pipe.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut bytes));
        // Whoever waited for it may have given up.
        let _ = sender.send(read.map(|_| bytes));
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_wrote_is_there_however_much_it_is() {
        let script = "head -c 300000 /dev/zero; head -c 200000 /dev/zero >&2; exit 3";
        let output = output(Command::new("sh").args(["-c", script])).unwrap();
        assert_eq!((output.stdout.len(), output.stderr.len(), output.status.code()), (300_000, 200_000, Some(3)));
    }

    #[test]
    fn one_that_hangs_is_killed() {
        let mut hanging = Command::new("sleep").arg("600").spawn().unwrap();
        let error = ended(&mut hanging, Duration::from_millis(100)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(hanging.try_wait().unwrap().is_some());
    }
}
