//! A question before something that is not easily taken back.

use crate::output;
use anyhow::{bail, ensure};
use std::io::{BufRead, IsTerminal};

/// `Err`: the operator does not want it. `yes`: it was given on the command line; a script must give it.
pub fn confirmed(yes: bool, question: &str) -> anyhow::Result<()> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        bail!("nobody can be asked here: add --yes to {}", question.lines().next().unwrap_or_default());
    }
    for line in question.lines() {
        output::error(line)?;
    }
    output::error("Write yes to do it:")?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    ensure!(answer.trim() == "yes", "nothing is changed");
    Ok(())
}
