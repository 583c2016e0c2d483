//! `rinnakkain rotate-seal FILE`: a new sealing key, in two steps, so that every process can open what another sealed.

use crate::{keys, output};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Adds a sealing key to a key file, above the one that seals; once every process has it, `--use` makes it the one that seals.
///
/// 1. Run it, copy the file to every machine and to its two places, restart each process.
/// 2. Run it with --use, copy the file again, restart each process.
#[derive(Args)]
pub struct RotateSeal {
    /// The key file
    file: PathBuf,
    /// The newest sealing key seals from now on
    #[arg(long = "use")]
    use_newest: bool,
}

impl RotateSeal {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let file = self.file.display();
        if self.use_newest {
            keys::use_newest_seal(&self.file)?;
            output::line(&format!("{file}: the newest sealing key seals once the processes are restarted with it"))?;
        } else {
            keys::add_seal(&self.file)?;
            output::line(&format!(
                "{file}: a sealing key was added. Copy the file to every machine, restart each process; then run this with --use"
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
